//! What work will take, as ranges that its starter is shown.

use std::iter::Sum;
use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Failure, Model, Size};
use crate::{Error, Result};

/// The least that a call of a listed model usually takes. Chosen by hand, as the slowest call of a kind of work is,
/// beside its estimate: `docs/models.md` measures a small model on a machine of our own.
pub const FASTEST_CALL: Duration = Duration::from_millis(800);

/// A range of whole things: calls, tokens, micro-USD, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EstimateRange)]
pub struct Range {
    /// When everything goes well.
    pub low: u64,
    /// When nothing does.
    pub high: u64,
}

impl Sum for Range {
    fn sum<I: Iterator<Item = Self>>(ranges: I) -> Self {
        let none = Self { low: 0, high: 0 };
        ranges.fold(none, |sum, one| Self { low: sum.low + one.low, high: sum.high + one.high })
    }
}

impl Model {
    /// What so many calls of a task cost in micro-USD, by the ledger's experience or by their size; none where
    /// nobody has said what the model costs.
    pub async fn cost(&self, task: &str, calls: Range, size: Size) -> Result<Option<Range>> {
        // experience is a call's
        match self.estimate(task, 1, size).await {
            Ok(cost) => Ok(Some(Range {
                low: cost.low_micros.unsigned_abs() * calls.low,
                high: cost.high_micros.unsigned_abs() * calls.high,
            })),
            Err(Failure::PriceUnknown) => Ok(None),
            Err(Failure::Ledger(error)) => Err(Error::Database(error)),
            Err(failure) => Err(Error::Internal(failure.into())),
        }
    }
}
