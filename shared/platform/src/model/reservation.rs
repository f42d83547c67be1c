//! What is held for one call, from before it is made until its cost is known, or never will be.

use std::time::Duration;

use shared::id::ModelCallId;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::budget::{Budget, LedgerEntry, Settlement};
use super::exchange::unless_cancelled;
use super::pace::Pace;
use super::{Failure, Price, Usage};

/// How much longer than its call a reservation lives: connecting, reading and writing the ledger.
const MARGIN: Duration = Duration::from_secs(60);

/// The worst case of a call, held in the ledger. Dropped before it was settled (the caller hung up, its
/// time was over, its task was aborted) it settles itself: at its worst case when the call was sent,
/// because the provider may bill it, and at nothing when it was not.
pub(super) struct Reservation {
    /// Where it is held; nowhere without a ledger.
    held: Option<(Budget, ModelCallId)>,
    price: Option<Price>,
    worst: Usage,
    sent: Option<Instant>,
    /// How it ends, once that is known and as long as it is not written down.
    end: Option<(State, Settlement)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Settled,
    Released,
}

impl Reservation {
    /// Holds the worst case of a call that takes at most `longest`.
    pub(super) async fn make(
        budget: Option<&Budget>,
        entry: &LedgerEntry<'_>,
        (price, worst): (Option<Price>, Usage),
        longest: Duration,
    ) -> Result<Self, Failure> {
        let held = match budget {
            Some(budget) => {
                let micros = price.map(|price| price.cost(worst));
                let id = budget.reserve(entry, micros, longest + MARGIN).await?;
                Some((budget.clone(), id))
            }
            None => None,
        };
        Ok(Self { held, price, worst, sent: None, end: None })
    }

    /// Waits for the call's turn. What gets none is given back.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] with the wait, when that is too long; [`Failure::Cancelled`].
    pub(super) async fn in_turn(
        &mut self,
        pace: &Pace,
        tokens: u64,
        cancel: &CancellationToken,
    ) -> Result<(), Failure> {
        let failure = match pace.take(tokens).await {
            Ok(wait) if wait.is_zero() => return Ok(()),
            Ok(wait) => match unless_cancelled(cancel, sleep(wait)).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            },
            Err(wait) => Failure::Unavailable { status: None, retry_after: Some(wait) },
        };
        self.release(Duration::ZERO, "not_sent").await?;
        Err(failure)
    }

    /// Notes that the call goes out now.
    ///
    /// # Errors
    /// When it was held too long ago and has been given back: then it must not go out.
    pub(super) async fn send(&mut self) -> Result<(), Failure> {
        if let Some((budget, id)) = &self.held
            && !budget.mark_sent(*id).await?
        {
            self.held = None;
            return Err(Failure::Unavailable { status: None, retry_after: None });
        }
        self.sent = Some(Instant::now());
        Ok(())
    }

    /// The call has cost this; `None` counts in full. Answers what was settled, and its cost.
    pub(super) async fn settle(
        &mut self,
        usage: Option<Usage>,
        latency: Duration,
        outcome: &'static str,
    ) -> Result<(Usage, Option<i64>), Failure> {
        let usage = usage.unwrap_or(self.worst);
        let cost_micros = self.price.map(|price| price.cost(usage));
        let end = Settlement { usage, cost_micros, latency, outcome };
        self.close(State::Settled, end).await?;
        Ok((usage, cost_micros))
    }

    pub(super) async fn release(
        &mut self,
        latency: Duration,
        outcome: &'static str,
    ) -> Result<(), Failure> {
        let usage = Usage::default();
        let end = Settlement { usage, cost_micros: Some(0), latency, outcome };
        self.close(State::Released, end).await
    }

    async fn close(&mut self, state: State, end: Settlement) -> Result<(), Failure> {
        self.end = Some((state, end));
        if let Some((budget, id)) = &self.held {
            budget.close(*id, state, &end).await?;
        }
        self.held = None;
        Ok(())
    }

    /// How a call ends of which nobody will learn more.
    fn abandoned(&self) -> (State, Settlement) {
        let Some(sent) = self.sent else {
            let usage = Usage::default();
            let latency = Duration::ZERO;
            let end = Settlement { usage, cost_micros: Some(0), latency, outcome: "dropped" };
            return (State::Released, end);
        };
        let (usage, cost_micros) = (self.worst, self.price.map(|price| price.cost(self.worst)));
        let end = Settlement { usage, cost_micros, latency: sent.elapsed(), outcome: "dropped" };
        (State::Settled, end)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let Some((budget, id)) = self.held.take() else { return };
        let (state, end) = self.end.take().unwrap_or_else(|| self.abandoned());
        budget.close_later(id, state, end);
    }
}
