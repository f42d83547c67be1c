//! How every worker works: one shard at a time under a lease that is renewed meanwhile, and what can
//! be made independently of each other several at a time.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt;
use shared::id::RunId;
use shared::run::RunRequested;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::lease::{
    self, Claim, ItemFailure, LEASE, Lease, Progress, claim, close, fail_items, progress, release,
};
use super::start::{call, wake};
use crate::base::Workshop;
use crate::error::Chain;
use crate::model::Failure;
use crate::queue::Outcome;
use crate::{Error, Result};

/// Items of one shard at work at the same time; the model's own limit is per process.
const AT_ONCE: usize = 16;
/// Items stored by one transaction, when several are ready at the same moment.
const STORED_TOGETHER: usize = 25;

/// One kind of long work.
pub trait Worker: Clone + Send + Sync + 'static {
    /// What it works with.
    fn shop(&self) -> &Workshop;

    /// Does what is left of a shard, until it is through or `shift.stop` is cancelled. What it stores
    /// it counts in the same transaction, with [`progress`]. A shard that takes longer than a delivery may
    /// last ends as [`Outcome::Unfinished`], and the next message goes on with it.
    fn work(&self, shift: &Shift) -> impl Future<Output = Result<Outcome>> + Send;

    /// Ends a run whose shards are all done. Called after every shard, and again when a message
    /// comes late: it does nothing while a shard is open or when the run has ended before.
    fn conclude(&self, run: RunId) -> impl Future<Output = Result<()>> + Send {
        settle(self.shop(), run)
    }
}

/// Somebody's turn at a shard.
pub struct Shift {
    /// What they work with.
    pub shop: Workshop,
    /// The right to do it.
    pub lease: Lease,
    /// Cancelled when the lease is lost or nobody wants the work any more.
    pub stop: CancellationToken,
}

/// Does what a message asks for: claims its shard, works on it, closes it, ends the run after the
/// last one. A failure gives the shard back at once, so that the next delivery goes on with it.
///
/// # Errors
/// When the work failed in a way that is ours: Pub/Sub delivers again.
pub async fn step<W: Worker>(worker: &W, message: &RunRequested) -> Result<Outcome> {
    let shop = worker.shop();
    let now = shop.clock.now();
    let outcome = match claim(&shop.pool, &shop.ids, message.run_id, message.shard, now).await? {
        Claim::Busy => return Ok(Outcome::Duplicate),
        Claim::Done => Outcome::Duplicate,
        Claim::Granted(lease) => hold(worker, *lease).await?,
    };
    // The last shard ends the run; so does a duplicate, when its first worker died just before.
    let run = message.run_id;
    if !lease::claim_conclusion(&shop.pool, run, shop.clock.now()).await? {
        return Ok(outcome);
    }
    if let Err(error) = worker.conclude(run).await {
        lease::release_conclusion(&shop.pool, run).await?;
        return Err(error);
    }
    wake(shop, run).await;
    Ok(outcome)
}

async fn hold<W: Worker>(worker: &W, lease: Lease) -> Result<Outcome> {
    let shop = worker.shop().clone();
    let stop = CancellationToken::new();
    let renewing = renew(shop.clone(), lease.clone(), stop.clone());
    let _renewal = AbortOnDropHandle::new(tokio::spawn(renewing));
    let shift = Shift { shop, lease, stop };
    match worker.work(&shift).await {
        Ok(Outcome::Unfinished) => {
            release(&shift.shop.pool, &shift.lease, true, shift.now()).await?;
            call(&shift.shop, shift.lease.run_id).await;
            Ok(Outcome::Unfinished)
        }
        Ok(outcome) => {
            close(&shift.shop.pool, &shift.lease).await?;
            Ok(outcome)
        }
        Err(error) => {
            let given_back =
                release(&shift.shop.pool, &shift.lease, error.is_retryable(), shift.now()).await;
            if let Err(second) = given_back {
                tracing::warn!(error = %Chain(&second), "shard not given back: its lease runs out");
            }
            Err(error)
        }
    }
}

/// Keeps the lease while the model thinks, and stops the work when it is lost or nobody wants it.
async fn renew(shop: Workshop, lease: Lease, stop: CancellationToken) {
    let third = LEASE.to_std().unwrap_or(Duration::from_secs(60)) / 3;
    loop {
        tokio::time::sleep(third).await;
        match lease::extend(&shop.pool, &lease, shop.clock.now()).await {
            Ok(Progress::Kept) => {}
            Ok(Progress::Cancelled | Progress::Lost) => return stop.cancel(),
            Err(error) => tracing::warn!(%error, "lease not renewed"),
        }
    }
}

/// Ends a run whose shards are all done and that needs nothing else at its end.
///
/// # Errors
/// When the database fails.
pub async fn settle(shop: &Workshop, run: RunId) -> Result<()> {
    let mut transaction = shop.pool.begin().await?;
    let ended = lease::settle(&mut transaction, run, shop.clock.now()).await?;
    transaction.commit().await?;
    if ended.is_some() {
        shop.announcer.announce(run).await;
    }
    Ok(())
}

/// What can be made one by one, in any order and several at a time.
pub trait Maker: Clone + Send + Sync + 'static {
    /// What is given.
    type Item: Send + 'static;
    /// What is made of it.
    type Made: Send + 'static;

    /// The item's number, unique in its run.
    fn number(item: &Self::Item) -> u32;

    /// Makes one. Holds no connection: a model may think meanwhile.
    fn make(
        self,
        item: Self::Item,
        stop: CancellationToken,
    ) -> impl Future<Output = Result<Self::Made, Failure>> + Send;

    /// Stores what is ready, each once however often it comes. Returns how many were new.
    fn store(
        &self,
        connection: &mut PgConnection,
        made: Vec<Self::Made>,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<u32>> + Send;
}

impl Shift {
    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.shop.clock.now()
    }

    /// Makes and stores these items, each with its own success or failure. A shard that was claimed
    /// too often without progress is given up instead: its items fail, and the run goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn each<M: Maker>(&self, maker: &M, items: Vec<M::Item>) -> Result<()> {
        if self.lease.is_exhausted {
            return self.give_up(items.iter().map(M::number)).await;
        }
        // Tasks of their own: one that holds a connection goes on while this one waits for one.
        let made = futures::stream::iter(items)
            .map(|item| {
                let number = M::number(&item);
                let making = maker.clone().make(item, self.stop.clone());
                let task = async move { (number, making.await) };
                AbortOnDropHandle::new(tokio::spawn(task))
            })
            .buffer_unordered(AT_ONCE)
            .ready_chunks(STORED_TOGETHER);
        let mut made = std::pin::pin!(made);
        while let Some(ready) = made.next().await {
            let ready: Result<Vec<_>, _> = ready.into_iter().collect();
            let ready = ready.map_err(|error| Error::Internal(error.into()))?;
            match self.keep(maker, ready).await? {
                Progress::Kept => self.shop.announcer.announce(self.lease.run_id).await,
                Progress::Cancelled | Progress::Lost => {
                    self.stop.cancel();
                    break;
                }
            }
        }
        Ok(())
    }

    /// Stores what is ready in one transaction that also counts it; nothing of it stays when the
    /// lease was lost meanwhile.
    async fn keep<M: Maker>(
        &self,
        maker: &M,
        ready: Vec<(u32, Result<M::Made, Failure>)>,
    ) -> Result<Progress> {
        let mut made = Vec::new();
        let mut failures = Vec::new();
        for (number, result) in ready {
            match result {
                Ok(one) => made.push(one),
                Err(Failure::Cancelled) => {}
                Err(Failure::Ledger(error)) => return Err(Error::Database(error)),
                Err(failure) => failures.push(ItemFailure::of(number, &failure)),
            }
        }
        let now = self.now();
        let mut transaction = self.shop.pool.begin().await?;
        let done = maker.store(&mut transaction, made, now).await?;
        let failed = fail_items(&mut transaction, self.lease.run_id, &failures, now).await?;
        let progress = progress(&mut transaction, &self.lease, done, failed, now).await?;
        if progress != Progress::Lost {
            transaction.commit().await?;
        }
        Ok(progress)
    }

    /// Fails these items, because the shard was claimed again and again without progress.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_up(&self, items: impl Iterator<Item = u32>) -> Result<()> {
        tracing::error!(run.id = %self.lease.run_id, self.lease.shard, "shard given up");
        self.fail(items.map(ItemFailure::abandoned).collect()).await
    }

    /// Fails items that cannot even be tried.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fail(&self, failures: Vec<ItemFailure>) -> Result<()> {
        let (run, now) = (self.lease.run_id, self.now());
        let mut transaction = self.shop.pool.begin().await?;
        let failed = fail_items(&mut transaction, run, &failures, now).await?;
        if progress(&mut transaction, &self.lease, 0, failed, now).await? != Progress::Lost {
            transaction.commit().await?;
        }
        Ok(())
    }
}
