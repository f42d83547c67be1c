//! Much work in short transactions: what is done stays done.

use platform::error::Chain;
use platform::{Error, Result};
use sqlx::postgres::PgQueryResult;

/// How many rows one statement changes.
pub(crate) const ROWS: i64 = 1000;

/// Repeats a statement that changes up to `limit` rows until it changes fewer. Rows that another
/// instance has locked are skipped: they are its own, or wait for the next time.
pub(crate) async fn repeat<F>(limit: i64, mut batch: impl FnMut(i64) -> F) -> Result<u64>
where
    F: Future<Output = sqlx::Result<PgQueryResult>>,
{
    let mut total = 0;
    loop {
        let changed = batch(limit).await?.rows_affected();
        total += changed;
        if changed < limit.unsigned_abs() {
            return Ok(total);
        }
    }
}

/// Results of steps that are done one by one; a failed step does not stop the next.
#[derive(Default)]
pub(crate) struct Tally {
    changed: u64,
    failed: Option<Error>,
}

impl Tally {
    /// Counts what was done of one; a failure is in the log.
    pub(crate) fn add(&mut self, done: Result<u64>) {
        match done {
            Ok(changed) => self.changed += changed,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "left for the next time");
                self.failed.get_or_insert(error);
            }
        }
    }

    /// How much changed, or the first failure.
    pub(crate) fn end(self) -> Result<u64> {
        self.failed.map_or(Ok(self.changed), Err)
    }
}
