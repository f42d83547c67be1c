//! Calling workers: a message for every shard that nobody works on, after the commit and again when it
//! was lost.

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;
use shared::id::RunId;
use shared::run::RunRequested;
use sqlx::PgPool;

use super::engine::Engine;
use crate::error::Chain;
use crate::queue::Publisher;
use crate::{Result, trace};

/// A message this old whose shard nobody took is taken for lost.
const MESSAGE_LOST: Duration = Duration::seconds(60);
/// Messages on their way to the queue at the same time: a run of 100,000 people has 4,000, and each
/// takes some milliseconds.
const PUBLISHED_AT_ONCE: usize = 64;

struct WaitingShard {
    kind: String,
    trace: Option<String>,
    shard: i32,
}

/// Publishes a message for every shard that nobody works on; where others of its run are being worked
/// on, only for those whose worker has died. A run that waits for another has none until that has
/// ended, and a shard that is put off until its time has come. After commit, never before.
///
/// # Errors
/// When the queue or the database fails; what was not published is published again by the sweep.
pub async fn publish(
    pool: &PgPool,
    publisher: &Publisher,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<u32> {
    let shards = sqlx::query_as!(
        WaitingShard,
        r#"
        select r.kind, r.trace, s.shard
        from runs r
        join run_shards s on s.run_id = r.id
        where r.id = $1
            and r.status in ('queued', 'running')
            and s.state <> 'done'
            and (
                r.cancel_requested_at is not null
                or (s.not_before is null or s.not_before <= $2)
                and not exists (
                    select from runs before
                    where before.id = r.waits_for and before.status in ('queued', 'running')
                )
            )
            and (
                s.lease_until <= $2
                -- While others are at work, what nobody has taken still waits in the queue: publishing
                -- it again every minute would fill that.
                or s.lease_until is null and not exists (
                    select from run_shards busy
                    where busy.run_id = $1 and busy.state <> 'done' and busy.lease_until > $2
                )
            )
        order by s.shard
        "#,
        run.0,
        now,
    )
    .fetch_all(pool)
    .await?;
    let messages = futures::stream::iter(shards.iter().map(Ok));
    let publish = |hint: &WaitingShard| {
        let message = RunRequested { schema: 1, run_id: run, shard: hint.shard };
        let (kind, trace) = (hint.kind.clone(), hint.trace.clone());
        async move { publish_in(trace, publisher, &kind, &message).await }
    };
    messages.try_for_each_concurrent(PUBLISHED_AT_ONCE, publish).await?;
    noted(pool, run, now).await?;
    Ok(u32::try_from(shards.len()).unwrap_or(u32::MAX))
}

/// Publishes in the trace of the click that started the run: whoever publishes may serve another one, or none.
async fn publish_in(
    trace: Option<String>,
    publisher: &Publisher,
    kind: &str,
    message: &RunRequested,
) -> Result<()> {
    let publishing = publisher.publish(kind, message);
    match trace {
        Some(trace) => trace::during(trace, publishing).await,
        None => publishing.await,
    }
}

async fn noted(pool: &PgPool, run: RunId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update runs set published_at = $2 where id = $1", run.0, now)
        .execute(pool)
        .await?;
    Ok(())
}

/// Calls the workers of a run that was just stored. What cannot be published now is published by the
/// sweep: the run is safe.
pub async fn dispatch(engine: &Engine, run: RunId) {
    let published = publish(&engine.pool, &engine.publisher, run, engine.clock.now()).await;
    if let Err(error) = published {
        tracing::error!(run.id = %run, error = %Chain(&error), "run not published");
    }
    engine.announcer.tell(run).await;
}

/// Calls the workers of the runs that waited for this one, which has ended. Those that are not called
/// now are called by the sweep.
pub(super) async fn dispatch_waiting(engine: &Engine, ended: RunId) {
    let waiting = sqlx::query_scalar!(
        "select id from runs where waits_for = $1 and status in ('queued', 'running')",
        ended.0,
    );
    match waiting.fetch_all(&engine.pool).await {
        Ok(waiting) => {
            for run in waiting {
                dispatch(engine, run.into()).await;
            }
        }
        Err(error) => tracing::error!(run.id = %ended, %error, "waiting runs not dispatched"),
    }
}

struct Stuck {
    id: RunId,
    kind: String,
    trace: Option<String>,
    last_shard: i32,
    is_unsettled: bool,
}

/// Publishes again what is unfinished and nobody works on, as [`republish_each`] does.
///
/// # Errors
/// The first failure of the queue or the database, after the other runs; what was not published is
/// published the next time.
pub async fn republish(
    pool: &PgPool,
    publisher: &Publisher,
    now: DateTime<Utc>,
) -> Result<Vec<RunId>> {
    let done = republish_each(pool, publisher, now).await?;
    done.into_iter().map(|(run, published)| published.map(|()| run)).collect()
}

/// Publishes again what is unfinished and nobody works on: runs whose messages were lost, those with a
/// shard whose lease ended with its worker, and those with a shard that was put off until now. While
/// another shard of a run is at work, those that nobody has claimed yet are taken to wait in the queue
/// and left alone. A run all of whose shards are done but which was not concluded gets one message for its
/// last shard. Those that wait for another run are left alone until that has ended. Each run on its own:
/// one that cannot be published is not before its time tried again, and keeps nobody else from it.
/// Returns what became of each that it touched, those first that were left alone longest.
pub async fn republish_each(
    pool: &PgPool,
    publisher: &Publisher,
    now: DateTime<Utc>,
) -> Result<Vec<(RunId, Result<()>)>> {
    let mut done = Vec::new();
    for run in stuck(pool, now).await? {
        let published = publish_again(pool, publisher, &run, now).await;
        if published.is_err() {
            noted(pool, run.id, now).await?;
        }
        done.push((run.id, published));
    }
    Ok(done)
}

async fn stuck(pool: &PgPool, now: DateTime<Utc>) -> Result<Vec<Stuck>> {
    let stuck = sqlx::query_as!(
        Stuck,
        r#"
        select
            r.id,
            r.kind,
            r.trace,
            max(s.shard) as "last_shard!",
            bool_and(s.state = 'done') as "is_unsettled!"
        from runs r
        join run_shards s on s.run_id = r.id
        where r.status in ('queued', 'running')
            and (r.published_at is null or r.published_at <= $2)
            and (
                r.cancel_requested_at is not null or not exists (
                    select from runs before
                    where before.id = r.waits_for and before.status in ('queued', 'running')
                )
            )
        group by r.id
        having bool_and(s.state = 'done')
            or bool_or(
                s.state <> 'done'
                and s.lease_until <= $1
                and (
                    s.not_before is null
                    or s.not_before <= $1
                    or r.cancel_requested_at is not null
                )
            )
            or bool_or(s.state <> 'done' and s.lease_until is null)
                and not coalesce(bool_or(s.state <> 'done' and s.lease_until > $1), false)
        order by r.published_at nulls first, r.created_at
        limit 100
        "#,
        now,
        now - MESSAGE_LOST,
    );
    Ok(stuck.fetch_all(pool).await?)
}

async fn publish_again(
    pool: &PgPool,
    publisher: &Publisher,
    run: &Stuck,
    now: DateTime<Utc>,
) -> Result<()> {
    if run.is_unsettled {
        let message = RunRequested { schema: 1, run_id: run.id, shard: run.last_shard };
        publish_in(run.trace.clone(), publisher, &run.kind, &message).await?;
    }
    publish(pool, publisher, run.id, now).await?;
    Ok(())
}
