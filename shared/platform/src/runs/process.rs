//! Items that are made one by one: each ends with a success or a failure of its own, once, and none of
//! them fails of what may pass.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::failure::{EndsItem, ItemError, ItemFailure, fail_items};
use super::flow::{End, Flow, Keep, Ready, Stored};
use super::lease::Progress;
use super::worker::ShardContext;
use crate::error::Chain;
use crate::postgres::again;
use crate::queue::{Outcome, PutOff};
use crate::{Error, Result};

/// For how long a delivery begins with items: a push request lasts 600 s at most, and one that was begun
/// last may wait for a minute and then take its time with all its tries.
const DELIVERY: Duration = Duration::from_secs(300);

/// What can be made one by one, in any order and several at a time.
pub trait ItemProcessor: Clone + Send + Sync + 'static {
    type Item: Send + 'static;
    type Made: Clone + Send + Sync + 'static;
    type Error: EndsItem;

    /// The item's number, unique in its run.
    fn number(item: &Self::Item) -> u32;

    /// Makes one. Holds no connection: a model may think meanwhile.
    fn make(
        self,
        item: Self::Item,
        stop: CancellationToken,
    ) -> impl Future<Output = Result<Self::Made, Self::Error>> + Send;

    /// How many at once the rate of what makes them lets through; none where it sets no bound.
    fn at_once(&self) -> Option<usize> {
        None
    }

    /// Stores what is ready, each once however often it comes. Returns how many were new.
    fn store(
        &self,
        connection: &mut PgConnection,
        made: Vec<Self::Made>,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<u32>> + Send;
}

/// What is not settled of a shard's items.
struct Unsettled {
    items: BTreeSet<u32>,
    why: Option<ItemFailure>,
    unpaid: Option<ItemFailure>,
    /// What kept somebody from being paid for.
    broken: Option<Error>,
}

struct Batch<T> {
    made: Vec<(u32, T)>,
    failures: Vec<ItemFailure>,
}

impl ShardContext {
    /// Makes and stores these items, each with its own success or failure. A shard that was claimed
    /// too often without progress is given up instead: its items fail, and the run goes on. So do those who
    /// are left once nobody pays for one of them. Ends as
    /// done, or with items left, which wait for the next delivery or for what may pass.
    pub async fn each<M: ItemProcessor>(
        &self,
        processor: &M,
        items: Vec<M::Item>,
    ) -> Result<Outcome> {
        if self.lease.is_exhausted {
            self.give_up(items.iter().map(M::number)).await?;
            return Ok(Outcome::Done);
        }
        let numbers = items.iter().map(M::number).collect();
        let open = Unsettled { items: numbers, why: None, unpaid: None, broken: None };
        let rate = processor.at_once();
        let (ends, stop) = (Instant::now() + DELIVERY, self.stop.clone());
        let flow = Flow::new(rate, self.lease.was_put_off, ends, stop);
        let make = |item| {
            let number = M::number(&item);
            let making = processor.clone().make(item, self.stop.clone());
            async move { (number, making.await.map_err(|error| error.ends_item(number))) }
        };
        let mut keeping = Keeper { context: self, processor, open };
        let end = flow.run(items, make, &mut keeping).await?;
        let open = keeping.open;
        if let Some(error) = open.broken {
            return Err(error);
        }
        match end {
            End::Through => Ok(Outcome::Done),
            End::OutOfTime => Ok(Outcome::Unfinished),
            // They would be refused one by one, each at the cost of a look at both purses.
            End::Unpaid => self.fail_rest(open.items, open.unpaid).await,
            End::PutOff(why) if self.is_too_long(why) => {
                tracing::error!(run.id = %self.lease.run_id, "an outage has lasted too long");
                self.fail_rest(open.items, open.why).await
            }
            End::PutOff(why) => Ok(Outcome::PutOff(why)),
        }
    }

    /// Fails everybody who is left of what somebody met.
    async fn fail_rest(&self, left: BTreeSet<u32>, why: Option<ItemFailure>) -> Result<Outcome> {
        let Some(why) = why else { return Ok(Outcome::Done) };
        let failures = left.into_iter().map(|item| ItemFailure { item, ..why.clone() });
        self.fail(failures.collect()).await?;
        Ok(Outcome::Done)
    }
}

struct Keeper<'a, M> {
    context: &'a ShardContext,
    processor: &'a M,
    open: Unsettled,
}

impl<M: ItemProcessor> Keep<M::Made> for Keeper<'_, M> {
    async fn keep(&mut self, ready: Vec<Ready<M::Made>>) -> Result<Stored> {
        let mut stored = Stored::default();
        let context = self.context;
        let mut batch = Batch { made: Vec::new(), failures: Vec::new() };
        for (number, result) in ready {
            match result {
                Ok(one) => batch.made.push((number, one)),
                Err(ItemError::Cancelled) => {}
                Err(ItemError::Unnoted(error)) => {
                    // Nothing more is begun; those who are under way still come in.
                    stored.put_off = Some(PutOff { retry_after: None, is_outage: true });
                    self.open.broken = Some(Error::Database(error));
                }
                Err(ItemError::Passing(why, failure)) => {
                    stored.put_off = Some(stored.put_off.map_or(why, |other| other.or_longer(why)));
                    self.open.why = Some(failure);
                }
                Err(ItemError::Unpaid(failure)) => {
                    stored.is_unpaid = true;
                    self.open.unpaid = Some(failure.clone());
                    batch.failures.push(failure);
                }
                Err(ItemError::Failed(failure)) => batch.failures.push(failure),
            }
        }
        if batch.made.is_empty() && batch.failures.is_empty() {
            return Ok(stored);
        }
        for number in batch.numbers() {
            self.open.items.remove(&number);
        }
        let progress = match self.store(&batch.made, &batch.failures, &mut stored).await {
            Err(error) if error.is_of_its_data() => self.one_by_one(batch, &mut stored).await?,
            stored => stored?,
        };
        match progress {
            Progress::Kept => context.engine.announcer.tell(context.lease.run_id).await,
            Progress::Cancelled | Progress::Lost => context.stop.cancel(),
        }
        Ok(stored)
    }
}

impl<M: ItemProcessor> Keeper<'_, M> {
    /// Stores what was refused together: only what is refused alone fails.
    async fn one_by_one(&self, batch: Batch<M::Made>, stored: &mut Stored) -> Result<Progress> {
        let mut progress = self.store(&[], &batch.failures, stored).await?;
        for one in batch.made {
            if progress == Progress::Lost {
                break;
            }
            let item = one.0;
            progress = match self.store(&[one], &[], stored).await {
                Err(error) if error.is_of_its_data() => {
                    let run = self.context.lease.run_id;
                    tracing::error!(run.id = %run, item, error = %Chain(&error), "not stored");
                    self.store(&[], &[ItemFailure::unstorable(item)], stored).await?
                }
                stored => stored?,
            };
        }
        Ok(progress)
    }

    /// Stores in one transaction that also counts; nothing of it stays when the lease was lost
    /// meanwhile. What was made was paid for, so a collision with another transaction ends nothing.
    async fn store(
        &self,
        made: &[(u32, M::Made)],
        failures: &[ItemFailure],
        stored: &mut Stored,
    ) -> Result<Progress> {
        let (progress, done) = again(|| self.store_once(made, failures)).await?;
        if progress != Progress::Lost {
            stored.done += done;
        }
        Ok(progress)
    }

    async fn store_once(
        &self,
        made: &[(u32, M::Made)],
        failures: &[ItemFailure],
    ) -> Result<(Progress, u32)> {
        let (context, now) = (self.context, self.context.now());
        let mut transaction = context.engine.pool.begin().await?;
        let done = match made {
            [] => 0,
            made => {
                let made = made.iter().map(|(_, one)| one.clone()).collect();
                self.processor.store(&mut transaction, made, now).await?
            }
        };
        let failed = fail_items(&mut transaction, context.lease.run_id, failures, now).await?;
        Ok((context.commit(transaction, done, failed).await?, done))
    }
}

impl<T> Batch<T> {
    fn numbers(&self) -> impl Iterator<Item = u32> {
        let failed = self.failures.iter().map(|failure| failure.item);
        self.made.iter().map(|(number, _)| *number).chain(failed)
    }
}
