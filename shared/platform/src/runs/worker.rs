//! How every worker works: one shard at a time under a lease that is renewed meanwhile, and what can
//! be made independently of each other several at a time.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use shared::id::RunId;
use shared::run::RunRequested;
use sqlx::{Postgres, Transaction};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::dispatch::{dispatch, dispatch_waiting};
use super::end;
use super::engine::Engine;
use super::failure::{ItemFailure, fail_items};
use super::lease::{self, Claim, LEASE, Lease, Progress, claim, close, progress, put_off, release};
use crate::Result;
use crate::error::Chain;
use crate::postgres::again;
use crate::queue::{Outcome, PutOff};

/// One kind of long work.
pub trait Worker: Clone + Send + Sync + 'static {
    fn engine(&self) -> &Engine;

    /// Does what is left of a shard, until it is through or `context.stop` is cancelled. What it stores
    /// it counts in the same transaction, with [`progress`]. A shard that takes longer than a delivery may
    /// last ends as [`Outcome::Unfinished`], and the next message goes on with it. One that met what may
    /// pass ends as [`ShardContext::put_off`] says, and nobody claims it before its time.
    fn work(&self, context: &ShardContext) -> impl Future<Output = Result<Outcome>> + Send;

    /// Ends a run whose shards are all done. Called after every shard, and again when a message
    /// comes late: it does nothing while a shard is open or when the run has ended before.
    fn finish(&self, run: RunId) -> impl Future<Output = Result<()>> + Send {
        self.engine().finish(run)
    }
}

/// What a worker needs to know of the shard that it works on.
pub struct ShardContext {
    pub engine: Engine,
    pub lease: Lease,
    /// Cancelled when the lease is lost or nobody wants the work any more.
    pub stop: CancellationToken,
}

/// Does what a message asks for: claims its shard, works on it, closes it, ends the run after the
/// last one. A failure gives the shard back at once, so that the next delivery goes on with it.
///
/// # Errors
/// When the work failed in a way that is ours: Pub/Sub delivers again.
pub async fn handle<W: Worker>(worker: &W, message: &RunRequested) -> Result<Outcome> {
    let engine = worker.engine();
    let now = engine.clock.now();
    let outcome = match claim(&engine.pool, &engine.ids, message.run_id, message.shard, now).await?
    {
        Claim::Busy => return Ok(Outcome::Duplicate),
        Claim::Done => Outcome::Duplicate,
        Claim::Granted(lease) => run_shard(worker, *lease).await?,
    };
    // The last shard ends the run; so does a duplicate, when its first worker died just before.
    let run = message.run_id;
    if !end::claim_conclusion(&engine.pool, run, engine.clock.now()).await? {
        return Ok(outcome);
    }
    if let Err(error) = worker.finish(run).await {
        end::release_conclusion(&engine.pool, run).await?;
        return Err(error);
    }
    dispatch_waiting(engine, run).await;
    Ok(outcome)
}

async fn run_shard<W: Worker>(worker: &W, lease: Lease) -> Result<Outcome> {
    let engine = worker.engine().clone();
    let stop = CancellationToken::new();
    let renewing = renew(engine.clone(), lease.clone(), stop.clone());
    let _renewal = AbortOnDropHandle::new(tokio::spawn(renewing));
    if lease.is_cancelled {
        stop.cancel();
    }
    let context = ShardContext { engine, lease, stop };
    let (pool, lease) = (&context.engine.pool, &context.lease);
    match worker.work(&context).await {
        Ok(Outcome::PutOff(why)) => {
            let until = put_off(pool, lease, why, context.now()).await?;
            let (run, shard) = (lease.run_id, lease.shard);
            tracing::info!(run.id = %run, shard, ?why, ?until, "shard put off");
            context.engine.announcer.tell(run).await;
            Ok(Outcome::PutOff(why))
        }
        Ok(Outcome::Unfinished) => {
            release(pool, lease, true, context.now()).await?;
            dispatch(&context.engine, lease.run_id).await;
            Ok(Outcome::Unfinished)
        }
        Ok(outcome) => {
            close(pool, lease).await?;
            Ok(outcome)
        }
        Err(error) => {
            let given_back = release(pool, lease, error.is_retryable(), context.now()).await;
            if let Err(second) = given_back {
                tracing::warn!(error = %Chain(&second), "shard not given back: its lease runs out");
            }
            Err(error)
        }
    }
}

/// Keeps the lease while the model thinks, and stops the work when it is lost or nobody wants it.
async fn renew(engine: Engine, lease: Lease, stop: CancellationToken) {
    let third = LEASE.to_std().unwrap_or(Duration::from_secs(60)) / 3;
    loop {
        tokio::time::sleep(third).await;
        match lease::extend(&engine.pool, &lease, engine.clock.now()).await {
            Ok(Progress::Kept) => {}
            Ok(Progress::Cancelled | Progress::Lost) => return stop.cancel(),
            Err(error) => tracing::warn!(%error, "lease not renewed"),
        }
    }
}

impl Engine {
    /// Ends a run whose shards are all done and that needs nothing else at its end, and tells its watchers.
    pub async fn finish(&self, run: RunId) -> Result<()> {
        let ended = again(|| async {
            let mut transaction = self.pool.begin().await?;
            let ended = end::conclude(&mut transaction, run, self.clock.now()).await?;
            transaction.commit().await?;
            Ok(ended)
        });
        if ended.await?.is_some() {
            self.announcer.tell(run).await;
        }
        Ok(())
    }
}

impl ShardContext {
    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.engine.clock.now()
    }

    /// How work ends that met a failure which may pass: its shard is put off, and what is left of it is
    /// tried again after a while. None where the failure does not pass, or an outage has lasted too long:
    /// then it is final.
    pub fn put_off(&self, why: Option<PutOff>) -> Option<Outcome> {
        let why = why?;
        (!self.is_too_long(why)).then_some(Outcome::PutOff(why))
    }

    /// Whether an outage has lasted longer than anybody waits for its end.
    pub(super) fn is_too_long(&self, why: PutOff) -> bool {
        why.is_outage && self.lease.is_last_chance()
    }

    /// Fails these items, because the shard was claimed again and again without progress.
    pub async fn give_up(&self, items: impl Iterator<Item = u32>) -> Result<()> {
        tracing::error!(run.id = %self.lease.run_id, self.lease.shard, "shard given up");
        self.fail(items.map(ItemFailure::abandoned).collect()).await
    }

    /// Fails items that cannot even be tried.
    pub async fn fail(&self, failures: Vec<ItemFailure>) -> Result<()> {
        let (run, now) = (self.lease.run_id, self.now());
        let mut transaction = self.engine.pool.begin().await?;
        let failed = fail_items(&mut transaction, run, &failures, now).await?;
        self.commit(transaction, 0, failed).await?;
        Ok(())
    }

    /// Counts items and commits what was written of them, unless the lease was lost meanwhile: then nothing
    /// of the transaction stays.
    pub async fn commit(
        &self,
        mut transaction: Transaction<'_, Postgres>,
        done: u32,
        failed: u32,
    ) -> Result<Progress> {
        let progress = progress(&mut transaction, &self.lease, done, failed, self.now()).await?;
        if progress != Progress::Lost {
            transaction.commit().await?;
        }
        Ok(progress)
    }
}
