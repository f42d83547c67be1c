//! Working on a shard: claimed under a lease, every write fenced by its token.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use shared::id::{AccountId, ProjectId, RunId};
use shared::run::RunStatus;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::model::Failure;
use crate::{Ids, Result};

/// How long a worker may be silent before another takes over. Renewed at a third of it.
pub const LEASE: Duration = Duration::seconds(75);
/// Claims without a single item of progress before a shard is given up.
pub const MAX_ATTEMPTS: i32 = 5;

/// The right to work on a shard, until it ends.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The run.
    pub run_id: RunId,
    /// The shard.
    pub shard: i32,
    /// The project that it belongs to; none for the work of one account.
    pub project_id: Option<ProjectId>,
    /// What the run works on.
    pub subject_id: Uuid,
    /// Who asked for it.
    pub requested_by: AccountId,
    /// What every shard of the run needs.
    pub run_input: Value,
    /// The shard's own inputs.
    pub input: Value,
    /// True when it was claimed too often without progress: its remaining items fail.
    pub is_exhausted: bool,
    token: Uuid,
}

impl Lease {
    /// The project of a kind of run that is always in one.
    ///
    /// # Errors
    /// When the run is an account's.
    pub fn project(&self) -> Result<ProjectId> {
        let none = || anyhow::anyhow!("run {} belongs to no project", self.run_id);
        Ok(self.project_id.ok_or_else(none)?)
    }
}

/// What came of trying to claim a shard.
#[derive(Debug)]
pub enum Claim {
    /// It is ours.
    Granted(Box<Lease>),
    /// Another worker's lease is alive, or the run waits for another.
    Busy,
    /// It is done, or its run has ended, or there is no such shard.
    Done,
}

/// What a write under a lease learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Go on.
    Kept,
    /// Somebody asked for the run to stop.
    Cancelled,
    /// The lease has ended and another worker may be at it: write nothing more.
    Lost,
}

/// Claims a shard, and marks its run as running.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    pool: &PgPool,
    ids: &Ids,
    run: RunId,
    shard: i32,
    now: DateTime<Utc>,
) -> Result<Claim> {
    let token: Uuid = ids.next();
    let row = sqlx::query!(
        r#"
        with claimed as (
            update run_shards s
            set state = 'running',
                lease_token = $3,
                lease_until = $5,
                attempts = s.attempts + 1
            from runs r
            where s.run_id = $1
                and s.shard = $2
                and s.state <> 'done'
                and (s.lease_until is null or s.lease_until <= $4)
                and r.id = s.run_id
                and r.status in ('queued', 'running')
                and (
                    r.cancel_requested_at is not null or not exists (
                        select from runs before
                        where before.id = r.waits_for and before.status in ('queued', 'running')
                    )
                )
            returning s.run_id, s.input, s.attempts
        ),
        started as (
            update runs
            set status = 'running', started_at = $4
            where id in (select run_id from claimed) and status = 'queued'
        )
        select
            c.input,
            c.attempts,
            r.project_id,
            r.subject_id,
            r.requested_by,
            r.input as run_input
        from claimed c
        join runs r on r.id = c.run_id
        "#,
        run.0,
        shard,
        token,
        now,
        now + LEASE,
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return why_not(pool, run, shard).await };
    Ok(Claim::Granted(Box::new(Lease {
        run_id: run,
        shard,
        project_id: row.project_id.map(ProjectId),
        subject_id: row.subject_id,
        requested_by: row.requested_by.into(),
        run_input: row.run_input,
        input: row.input,
        is_exhausted: row.attempts > MAX_ATTEMPTS,
        token,
    })))
}

async fn why_not(pool: &PgPool, run: RunId, shard: i32) -> Result<Claim> {
    let is_open = sqlx::query_scalar!(
        r#"
        select s.state <> 'done' and r.status in ('queued', 'running') as "is_open!"
        from run_shards s
        join runs r on r.id = s.run_id
        where s.run_id = $1 and s.shard = $2
        "#,
        run.0,
        shard,
    )
    .fetch_optional(pool)
    .await?;
    Ok(if is_open == Some(true) { Claim::Busy } else { Claim::Done })
}

/// Renews a lease.
///
/// # Errors
/// When the database fails.
pub async fn extend(pool: &PgPool, lease: &Lease, now: DateTime<Utc>) -> Result<Progress> {
    progress(&mut *pool.acquire().await?, lease, 0, 0, now).await
}

/// Counts items, in the transaction that writes them, and renews the lease. Anything but `Kept` and
/// `Cancelled` must roll that transaction back.
///
/// # Errors
/// When the database fails.
pub async fn progress(
    connection: &mut PgConnection,
    lease: &Lease,
    done: u32,
    failed: u32,
    now: DateTime<Utc>,
) -> Result<Progress> {
    let is_cancelled = sqlx::query_scalar!(
        r#"
        update run_shards s
        set done = s.done + $4,
            failed = s.failed + $5,
            attempts = case when $4 + $5 > 0 then 0 else s.attempts end,
            lease_until = $6
        from runs r
        where s.run_id = $1
            and s.shard = $2
            and s.lease_token = $3
            and s.state = 'running'
            and r.id = s.run_id
        returning r.cancel_requested_at is not null as "is_cancelled!"
        "#,
        lease.run_id.0,
        lease.shard,
        lease.token,
        done.cast_signed(),
        failed.cast_signed(),
        now + LEASE,
    )
    .fetch_optional(connection)
    .await?;
    Ok(match is_cancelled {
        Some(true) => Progress::Cancelled,
        Some(false) => Progress::Kept,
        None => Progress::Lost,
    })
}

/// Why an item of a run came to nothing.
#[derive(Debug, Clone)]
pub struct ItemFailure {
    /// Its number in the run.
    pub item: u32,
    /// A short name that stays the same between releases.
    pub code: &'static str,
    /// What a researcher reads.
    pub reason: String,
}

impl ItemFailure {
    /// A model's failure, and the first rule that its text broke.
    pub fn of(item: u32, failure: &Failure) -> Self {
        let reason = match failure.reasons().first() {
            Some(rule) => format!("{failure}: {rule}"),
            None => failure.to_string(),
        };
        Self { item, code: failure.code(), reason }
    }

    /// The failure of an item whose shard was claimed too often without progress.
    pub fn abandoned(item: u32) -> Self {
        let reason = "the worker stopped again and again before this was done".to_owned();
        Self { item, code: "abandoned", reason }
    }
}

/// Notes why items failed. Returns how many had not been noted before.
///
/// # Errors
/// When the database fails.
pub async fn fail_items(
    connection: &mut PgConnection,
    run: RunId,
    failures: &[ItemFailure],
    now: DateTime<Utc>,
) -> Result<u32> {
    if failures.is_empty() {
        return Ok(0);
    }
    let items: Vec<i32> = failures.iter().map(|failure| failure.item.cast_signed()).collect();
    let codes: Vec<&str> = failures.iter().map(|failure| failure.code).collect();
    let reasons: Vec<&str> = failures.iter().map(|failure| failure.reason.as_str()).collect();
    let result = sqlx::query!(
        r#"
        insert into run_failures (run_id, item, code, reason, created_at)
        select $1, item, code, reason, $2
        from unnest($3::int[], $4::text[], $5::text[]) as t (item, code, reason)
        on conflict (run_id, item) do nothing
        "#,
        run.0,
        now,
        &items,
        &codes as &[&str],
        &reasons as &[&str],
    )
    .execute(connection)
    .await?;
    Ok(u32::try_from(result.rows_affected()).unwrap_or(u32::MAX))
}

/// Gives a shard back unfinished, for the next delivery to go on with. An attempt that failed on
/// something that passes, a database that restarts, is not counted: only what fails again and again
/// for its own reasons is given up. False when the lease was lost.
///
/// # Errors
/// When the database fails.
pub async fn release(
    pool: &PgPool,
    lease: &Lease,
    passes: bool,
    now: DateTime<Utc>,
) -> Result<bool> {
    let result = sqlx::query!(
        r#"
        update run_shards
        set lease_token = null,
            lease_until = $4,
            attempts = case when $5 then greatest(attempts - 1, 0) else attempts end
        where run_id = $1 and shard = $2 and lease_token = $3
        "#,
        lease.run_id.0,
        lease.shard,
        lease.token,
        now,
        passes,
    )
    .execute(pool)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Gives a shard back as done. False when the lease was lost.
///
/// # Errors
/// When the database fails.
pub async fn close(pool: &PgPool, lease: &Lease) -> Result<bool> {
    let result = sqlx::query!(
        r#"
        update run_shards
        set state = 'done', lease_token = null, lease_until = null
        where run_id = $1 and shard = $2 and lease_token = $3
        "#,
        lease.run_id.0,
        lease.shard,
        lease.token,
    )
    .execute(pool)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// True for one worker at a time, of a run that is unfinished and has no open shard: what happens at
/// its end reads everything that it made, and those who close the last shards together would all do it.
///
/// # Errors
/// When the database fails.
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
///
/// # Errors
/// When the database fails.
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
///
/// # Errors
/// When the database fails.
pub async fn settle(
    connection: &mut PgConnection,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<Option<RunStatus>> {
    // The lock makes the last two shards of a run settle it one after the other.
    let row = sqlx::query!(
        r#"
        select cancel_requested_at is not null as "was_cancelled!"
        from runs
        where id = $1 and status in ('queued', 'running')
        for update
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
