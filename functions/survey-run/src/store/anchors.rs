//! The anchors of a survey's ratings as vectors, made once.

use platform::Result;
use platform::runs::Lease;
use sqlx::PgPool;

/// The vectors that were made for a run, in the order of these anchors, or for an earlier run of the survey that
/// asked the same with the same model. Empty before they were, and where they are those of other words.
pub(crate) async fn anchors(pool: &PgPool, lease: &Lease, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
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
            where
                mine.id = $1
                and (
                    select array_agg(b.text order by b.place)
                    from survey_anchors b
                    where b.run_id = r.id
                ) = $2::text[]
            order by r.created_at
            limit 1
        )
        order by a.place
        "#,
        lease.run_id.0,
        texts as &[&str],
    );
    Ok(vectors.fetch_all(pool).await?)
}

/// Keeps them with their words for the run's other shards. Of two who made them at once the first is kept.
pub(crate) async fn keep_anchors(
    pool: &PgPool,
    lease: &Lease,
    texts: &[&str],
    vectors: &[Vec<f32>],
) -> Result<()> {
    let mut transaction = pool.begin().await?;
    for (place, (text, vector)) in (0_i32..).zip(texts.iter().zip(vectors)) {
        sqlx::query!(
            r#"
            insert into survey_anchors (run_id, place, text, vector)
            values ($1, $2, $3, $4)
            on conflict (run_id, place) do nothing
            "#,
            lease.run_id.0,
            place,
            *text,
            vector,
        )
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(())
}
