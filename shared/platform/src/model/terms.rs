//! On whose behalf a model is asked, and until when: for calls within somebody's request.

use std::time::Duration;

use shared::id::AccountId;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::Failure;

/// The longest that models may take over one request of a person, waiting for a slot, a turn and retries
/// included. The request itself is ended after 30 s (`http::TimeLimit::Api`), by dropping what is under
/// way: the 8 s between are for the search before and the ledger after.
pub const REQUEST_LIMIT: Duration = Duration::from_secs(22);

/// The payer and the deadline of a call that belongs to no run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms {
    pub(super) payer: Option<AccountId>,
    until: Option<Instant>,
}

impl Terms {
    /// For a request of this person that begins now.
    pub fn of_request(by: AccountId) -> Self {
        Self { payer: Some(by), until: Some(Instant::now() + REQUEST_LIMIT) }
    }

    #[cfg(test)]
    pub(super) fn paid_by(payer: AccountId) -> Self {
        Self { payer: Some(payer), until: None }
    }

    /// The same, over no later than after this time: for what the request can do without.
    #[must_use]
    pub fn at_most(self, limit: Duration) -> Self {
        let end = Instant::now() + limit;
        Self { until: Some(self.until.map_or(end, |until| until.min(end))), ..self }
    }

    /// Does `work`, which stops when its token is cancelled, within these terms. When their time is over
    /// the work is stopped and waited for, so that its calls are settled, and the answer is
    /// [`Failure::TimedOut`].
    pub(super) async fn keep<T, F: Future<Output = Result<T, Failure>>>(
        self,
        cancel: &CancellationToken,
        work: impl FnOnce(CancellationToken) -> F,
    ) -> Result<T, Failure> {
        // On the heap: all of a call's states are in it.
        let Some(until) = self.until else { return Box::pin(work(cancel.clone())).await };
        let stop = cancel.child_token();
        let mut work = Box::pin(work(stop.clone()));
        tokio::select! {
            done = &mut work => return done,
            () = sleep_until(until) => stop.cancel(),
        }
        match work.await {
            Err(Failure::Cancelled) if !cancel.is_cancelled() => Err(Failure::TimedOut),
            done => done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::TimeLimit;

    #[test]
    fn models_end_well_before_the_request_that_asks_them() {
        let request = TimeLimit::Api.duration().unwrap();

        assert!(
            REQUEST_LIMIT + Duration::from_secs(5) < request,
            "{REQUEST_LIMIT:?} of {request:?}"
        );
    }
}
