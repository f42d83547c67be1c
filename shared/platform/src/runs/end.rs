//! The end of a run: one worker at a time does what happens then, and it ends once.

use chrono::{DateTime, Utc};
use shared::id::RunId;
use shared::run::RunStatus;
use sqlx::{PgConnection, PgPool};

use super::lease::LEASE;
use crate::Result;

/// True for one worker at a time, of a run that is unfinished and has no open shard: what happens at
/// its end reads everything that it made, and those who close the last shards together would all do it.
pub(super) async fn claim_conclusion(
    pool: &PgPool,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let claimed = sqlx::query!(
        r#"
        update runs r
        set concluding_until = $3
        where r.id = $1
            and r.status in ('queued', 'running')
            and (r.concluding_until is null or r.concluding_until <= $2)
            and not exists (
                select from run_shards s where s.run_id = r.id and s.state <> 'done'
            )
        "#,
        run.0,
        now,
        now + LEASE,
    );
    Ok(claimed.execute(pool).await?.rows_affected() == 1)
}

/// Lets the next worker try at once.
///
/// # Errors
/// When the database fails; then its time runs out.
pub(super) async fn release_conclusion(pool: &PgPool, run: RunId) -> Result<()> {
    sqlx::query!("update runs set concluding_until = null where id = $1", run.0)
        .execute(pool)
        .await?;
    Ok(())
}

/// True when a run is unfinished and no shard of it is open: what happens at its end may begin.
pub async fn awaits_conclusion(pool: &PgPool, run: RunId) -> Result<bool> {
    let is_over = sqlx::query_scalar!(
        r#"
        -- By the index of open shards: asked after each of thousands, it reads none that is done.
        select count(*) > 0 as "is_over!"
        from runs r
        where r.id = $1
            and r.status in ('queued', 'running')
            and not exists (
                select from run_shards s where s.run_id = r.id and s.state <> 'done'
            )
        "#,
        run.0,
    );
    Ok(is_over.fetch_one(pool).await?)
}

/// Ends a run whose shards are all done. `None` while one is open, or when it had ended before.
pub async fn conclude(
    connection: &mut PgConnection,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<Option<RunStatus>> {
    // The lock makes the last two shards of a run conclude it one after the other. It lets pass what
    // only refers to the run: the workers of other shards store meanwhile.
    let row = sqlx::query!(
        r#"
        select cancel_requested_at is not null as "was_cancelled!"
        from runs
        where id = $1 and status in ('queued', 'running')
        for no key update
        "#,
        run.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let sum = sqlx::query!(
        r#"
        select
            bool_and(state = 'done') as "is_over!",
            sum(done) as "done!",
            sum(failed) as "failed!",
            sum(size - done - failed) as "lost!"
        from run_shards
        where run_id = $1
        "#,
        run.0,
    )
    .fetch_one(&mut *connection)
    .await?;
    if !sum.is_over {
        return Ok(None);
    }
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    // A shard that could not be read is closed with its items neither done nor failed.
    let failed = sum.failed + sum.lost;
    let status = RunStatus::at_end(count(sum.done), count(failed), row.was_cancelled);
    let error = match status {
        RunStatus::Failed => Some(format!("all {failed} items failed")),
        RunStatus::Partial if sum.lost > 0 => Some(format!("{} items were never tried", sum.lost)),
        _ => None,
    };
    sqlx::query!(
        "update runs set status = $2, finished_at = $3, error = $4 where id = $1",
        run.0,
        status.as_str(),
        now,
        error,
    )
    .execute(&mut *connection)
    .await?;
    Ok(Some(status))
}
