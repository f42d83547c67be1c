//! Items made several at a time: as many as the model's rate lets through, none any more once one of
//! them met what may pass, and what was begun is always ended.

use std::future::Future;

use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::failure::ItemError;
use crate::queue::PutOff;
use crate::{Error, Result};

/// Items of one shard at work at the same time; the model's own limit is per process.
pub const ITEMS_AT_ONCE: usize = 16;
/// Items stored by one transaction, when several are ready at the same moment.
const STORED_TOGETHER: usize = 25;

/// An item's number and its result.
pub(super) type Ready<T> = (u32, Result<T, ItemError>);

/// What storing those that were ready led to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stored {
    /// How many of them are there now.
    pub(super) done: u32,
    /// Somebody met what may pass.
    pub(super) put_off: Option<PutOff>,
    /// Nobody pays for somebody: nor would they for the others.
    pub(super) is_unpaid: bool,
}

pub(super) trait Keep<T> {
    /// Stores it. What could not be made now is left open.
    fn keep(&mut self, ready: Vec<Ready<T>>) -> impl Future<Output = Result<Stored>> + Send;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// None is left, or nobody wants them any more.
    Through,
    /// Those that are left wait for what may pass.
    PutOff(PutOff),
    /// Nobody pays for those that are left.
    Unpaid,
    /// The time of this delivery was up before the last one was begun.
    OutOfTime,
}

pub(super) struct Flow {
    most: usize,
    at_once: usize,
    ends: Instant,
    stop: CancellationToken,
}

impl Flow {
    /// As many at a time as the rate lets through, and one to begin with where the shard was put off
    /// before: it finds out whether the others have a chance. Nothing is begun after `ends`.
    pub(super) fn new(
        rate: Option<usize>,
        was_put_off: bool,
        ends: Instant,
        stop: CancellationToken,
    ) -> Self {
        let most = rate.unwrap_or(ITEMS_AT_ONCE).clamp(1, ITEMS_AT_ONCE);
        let at_once = if was_put_off { 1 } else { most };
        Self { most, at_once, ends, stop }
    }

    /// Makes these items in tasks of their own, because one that holds a connection has to go on while
    /// this one waits for one, and keeps what is ready.
    ///
    /// # Errors
    /// Those of the keeper, and a panic of `make`.
    pub(super) async fn run<I, T, Making>(
        mut self,
        items: Vec<I>,
        make: impl Fn(I) -> Making,
        keeper: &mut impl Keep<T>,
    ) -> Result<End>
    where
        T: Send + 'static,
        Making: Future<Output = Ready<T>> + Send + 'static,
    {
        let mut left = items.into_iter();
        let mut at_work = JoinSet::new();
        let mut put_off: Option<PutOff> = None;
        let mut is_unpaid = false;
        loop {
            while put_off.is_none() && !is_unpaid && self.feeds() && at_work.len() < self.at_once {
                let Some(item) = left.next() else { break };
                at_work.spawn(make(item));
            }
            let Some(first) = at_work.join_next().await else { break };
            let stored = keeper.keep(ready(first, &mut at_work)?).await?;
            is_unpaid |= stored.is_unpaid;
            self.at_once = self.most.min(self.at_once.saturating_add(stored.done as usize));
            put_off = match (put_off, stored.put_off) {
                (Some(one), Some(other)) => Some(one.or_longer(other)),
                (one, other) => one.or(other),
            };
        }
        Ok(match put_off {
            _ if self.stop.is_cancelled() => End::Through,
            _ if is_unpaid => End::Unpaid,
            Some(put_off) => End::PutOff(put_off),
            None if left.len() > 0 => End::OutOfTime,
            None => End::Through,
        })
    }

    fn feeds(&self) -> bool {
        !self.stop.is_cancelled() && Instant::now() < self.ends
    }
}

fn ready<T: 'static>(
    first: Result<Ready<T>, JoinError>,
    at_work: &mut JoinSet<Ready<T>>,
) -> Result<Vec<Ready<T>>> {
    let mut ready = vec![first];
    while ready.len() < STORED_TOGETHER
        && let Some(next) = at_work.try_join_next()
    {
        ready.push(next);
    }
    let ready: Result<Vec<_>, _> = ready.into_iter().collect();
    ready.map_err(|error| Error::Internal(error.into()))
}

#[cfg(test)]
mod tests;
