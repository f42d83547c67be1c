//! Working on a shard: claimed under a lease, every write fenced by its token.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use shared::id::{AccountId, ProjectId, RunId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::postgres::again;
use crate::queue::PutOff;
use crate::{Ids, InProject, Result};

/// How long a worker may be silent before another takes over. Renewed at a third of it.
pub const LEASE: Duration = Duration::seconds(75);
/// Claims without a single item of progress before a shard is given up.
pub const MAX_ATTEMPTS: i32 = 5;
/// How long what a shard needs may be away before its items fail of it: longer than most outages, and
/// shorter than the patience of somebody who waits. They can be tried again.
pub const LONGEST_OUTAGE: Duration = Duration::hours(6);
/// The first wait of a shard that is put off; each further one without progress is twice as long.
const FIRST_WAIT: Duration = Duration::seconds(15);
/// The longest wait, where nobody asks for a longer one.
const LONGEST_WAIT: Duration = Duration::minutes(30);
/// The longest wait that somebody who asks is granted.
const LONGEST_ASKED: Duration = Duration::hours(1);

/// The right to work on a shard, until it ends.
#[derive(Debug, Clone)]
pub struct Lease {
    pub run_id: RunId,
    pub shard: i32,
    /// The project that it belongs to; none for the work of one account.
    pub project_id: Option<ProjectId>,
    pub subject_id: Uuid,
    /// Who asked for it last: whoever started it, or tried it again since.
    pub asked_by: AccountId,
    pub run_input: Value,
    pub input: Value,
    /// True when it was claimed too often without progress: its remaining items fail.
    pub is_exhausted: bool,
    /// True when it has been put off since its last progress.
    pub was_put_off: bool,
    pub is_cancelled: bool,
    /// True when an outage had lasted too long when it was claimed.
    is_last_chance: bool,
    /// True once something was done: the outage is over.
    got_on: Arc<AtomicBool>,
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

    /// The proof that this worker works in the run's project.
    pub fn in_project(&self) -> Result<InProject> {
        self.project().map(InProject::held)
    }

    /// True when an outage has lasted so long that what is still away now fails its items.
    pub(super) fn is_last_chance(&self) -> bool {
        self.is_last_chance && !self.got_on.load(Ordering::Relaxed)
    }
}

/// Result of claiming a shard.
#[derive(Debug)]
pub enum Claim {
    Granted(Box<Lease>),
    /// Another worker's lease is alive, the shard is put off, or the run waits for another.
    Busy,
    /// It is done, or its run has ended, or there is no such shard.
    Done,
}

/// Result of a write under a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Kept,
    Cancelled,
    /// The lease has ended and another worker may hold the shard: write nothing more.
    Lost,
}

/// Claims a shard, and marks its run as running.
pub async fn claim(
    pool: &PgPool,
    ids: &Ids,
    run: RunId,
    shard: i32,
    now: DateTime<Utc>,
) -> Result<Claim> {
    let token = ids.next();
    match again(|| claim_once(pool, (run, shard), token, now)).await? {
        Some(lease) => Ok(Claim::Granted(Box::new(lease))),
        None => why_not(pool, run, shard).await,
    }
}

/// The run first, then its shard: the order in which everybody locks them.
async fn claim_once(
    pool: &PgPool,
    (run, shard): (RunId, i32),
    token: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Lease>> {
    let mut transaction = pool.begin().await?;
    sqlx::query!(
        "update runs set status = 'running', started_at = $2 where id = $1 and status = 'queued'",
        run.0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    let lease = take(&mut transaction, (run, shard), token, now).await?;
    match lease {
        Some(_) => transaction.commit().await?,
        // The run is not at work by that.
        None => transaction.rollback().await?,
    }
    Ok(lease)
}

async fn take(
    connection: &mut PgConnection,
    (run, shard): (RunId, i32),
    token: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Lease>> {
    let row = sqlx::query!(
        r#"
        update run_shards s
        set state = 'running',
            lease_token = $3,
            lease_until = $5,
            not_before = null,
            attempts = s.attempts + 1
        from runs r
        where s.run_id = $1
            and s.shard = $2
            and s.state <> 'done'
            and (s.lease_until is null or s.lease_until <= $4)
            and r.id = s.run_id
            and r.status in ('queued', 'running')
            and (
                r.cancel_requested_at is not null
                or (s.not_before is null or s.not_before <= $4)
                and not exists (
                    select from runs before
                    where before.id = r.waits_for and before.status in ('queued', 'running')
                )
            )
        returning
            s.input, s.attempts, s.put_offs, s.put_off_since, r.project_id, r.subject_id,
            coalesce(r.asked_by, r.requested_by) as "asked_by!", r.input as run_input,
            r.cancel_requested_at is not null as "is_cancelled!"
        "#,
        run.0,
        shard,
        token,
        now,
        now + LEASE,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Lease {
        run_id: run,
        shard,
        project_id: row.project_id.map(ProjectId),
        subject_id: row.subject_id,
        asked_by: row.asked_by.into(),
        run_input: row.run_input,
        input: row.input,
        is_exhausted: row.attempts > MAX_ATTEMPTS,
        was_put_off: row.put_offs > 0,
        is_last_chance: row.put_off_since.is_some_and(|since| now - since >= LONGEST_OUTAGE),
        is_cancelled: row.is_cancelled,
        got_on: Arc::default(),
        token,
    }))
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
pub async fn extend(pool: &PgPool, lease: &Lease, now: DateTime<Utc>) -> Result<Progress> {
    progress(&mut *pool.acquire().await?, lease, 0, 0, now).await
}

/// Counts items, in the transaction that writes them, and renews the lease. Anything but `Kept` and
/// `Cancelled` must roll that transaction back. Something that is done ends an outage. More than a
/// shard has is never counted: a mistake in the count may cost a figure, and never an answer.
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
        set done = least(s.done + $4, s.size),
            failed = least(s.failed + $5, s.size - least(s.done + $4, s.size)),
            attempts = case when $4 + $5 > 0 then 0 else s.attempts end,
            put_offs = case when $4 > 0 then 0 else s.put_offs end,
            put_off_since = case when $4 > 0 then null else s.put_off_since end,
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
    if done > 0 {
        lease.got_on.store(true, Ordering::Relaxed);
    }
    Ok(match is_cancelled {
        Some(true) => Progress::Cancelled,
        Some(false) => Progress::Kept,
        None => Progress::Lost,
    })
}

/// Gives a shard back unfinished, for the next delivery to go on with. An attempt that failed on
/// something that passes, a database that restarts, is not counted: only what fails again and again
/// for its own reasons is given up. False when the lease was lost.
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

/// Puts a shard off: nobody claims it before a time, which comes later each time that nothing gets done.
/// The attempt is not counted: an outage ends by [`LONGEST_OUTAGE`]. Returns that time, none when the
/// lease was lost.
pub async fn put_off(
    pool: &PgPool,
    lease: &Lease,
    why: PutOff,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let asked = why.retry_after.map_or(0.0, |wait| wait.as_secs_f64());
    let asked = asked.min(seconds(LONGEST_ASKED));
    // Our own rate has said how long: others are at work meanwhile.
    let first = if why.is_outage { seconds(FIRST_WAIT) } else { 0.0 };
    let until = sqlx::query_scalar!(
        r#"
        update run_shards
        set lease_token = null,
            lease_until = $4,
            attempts = greatest(attempts - 1, 0),
            put_offs = put_offs + 1,
            put_off_since =
                case when $5 then coalesce(put_off_since, $4) else put_off_since end,
            not_before = $4 + make_interval(
                secs => greatest($6::float8, least($7::float8 * 2 ^ least(put_offs, 16), $8::float8))
            )
        where run_id = $1 and shard = $2 and lease_token = $3
        returning not_before as "until!"
        "#,
        lease.run_id.0,
        lease.shard,
        lease.token,
        now,
        why.is_outage,
        asked,
        first,
        seconds(LONGEST_WAIT),
    );
    Ok(until.fetch_optional(pool).await?)
}

fn seconds(duration: Duration) -> f64 {
    duration.num_seconds() as f64
}

/// Ends an outage for a shard that got on although no item of it is done yet.
pub async fn got_on(connection: &mut PgConnection, lease: &Lease) -> Result<()> {
    sqlx::query!(
        r#"
        update run_shards
        set put_offs = 0, put_off_since = null
        where run_id = $1 and shard = $2 and lease_token = $3 and put_offs > 0
        "#,
        lease.run_id.0,
        lease.shard,
        lease.token,
    )
    .execute(connection)
    .await?;
    lease.got_on.store(true, Ordering::Relaxed);
    Ok(())
}

/// Gives a shard back as done. False when the lease was lost.
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
