//! The anchors of a run's ratings as vectors, made once.

use platform::Result;
use platform::runs::Lease;
use sqlx::PgPool;

/// The vectors that were made for a run, in the order of its anchors. Empty before they were.
pub(crate) async fn anchors(pool: &PgPool, lease: &Lease) -> Result<Vec<Vec<f32>>> {
    let vectors = sqlx::query_scalar!(
        "select vector from survey_anchors where run_id = $1 order by place",
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
