//! The anchors of a survey's ratings as vectors, made once.

use platform::Result;
use platform::runs::Lease;
use sqlx::PgPool;

/// The vectors that were made for a run, in the order of its anchors, or for an earlier run of the survey that
/// asked the same with the same model. Empty before they were.
pub(crate) async fn anchors(pool: &PgPool, lease: &Lease) -> Result<Vec<Vec<f32>>> {
    let vectors = sqlx::query_scalar!(
        r#"
        select a.vector
        from survey_anchors a
        where a.run_id = (
            select r.id
            from runs mine
            join runs r
                on r.kind = mine.kind
                and r.subject_id = mine.subject_id
                and r.input->'questions' = mine.input->'questions'
                and r.input->'language' = mine.input->'language'
                and r.input->'elicitation' = mine.input->'elicitation'
                and r.input->'embedding_model' = mine.input->'embedding_model'
            where mine.id = $1 and exists (select from survey_anchors b where b.run_id = r.id)
            order by r.created_at
            limit 1
        )
        order by a.place
        "#,
        lease.run_id.0,
    );
    Ok(vectors.fetch_all(pool).await?)
}

/// Keeps them for the run's other shards. Of two who made them at once the first is kept.
pub(crate) async fn keep_anchors(pool: &PgPool, lease: &Lease, vectors: &[Vec<f32>]) -> Result<()> {
    let mut transaction = pool.begin().await?;
    for (place, vector) in (0_i32..).zip(vectors) {
        sqlx::query!(
            r#"
            insert into survey_anchors (run_id, place, vector)
            values ($1, $2, $3)
            on conflict (run_id, place) do nothing
            "#,
            lease.run_id.0,
            place,
            vector,
        )
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(())
}
