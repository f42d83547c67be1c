//! Much work in short transactions: what is done stays done.

use platform::error::Chain;
use platform::postgres::again;
use platform::{Error, Result};
use sqlx::postgres::PgQueryResult;
use uuid::Uuid;

/// How many rows one statement changes.
pub(crate) const ROWS: i64 = 1000;

/// Repeats a statement that changes up to `limit` rows until it changes fewer. Rows that another
/// instance has locked are skipped: they are its own, or wait for the next time. A statement that
/// PostgreSQL ended for another's sake is done again.
pub(crate) async fn repeat<F>(limit: i64, batch: impl Fn(i64) -> F) -> Result<u64>
where
    F: Future<Output = sqlx::Result<PgQueryResult>>,
{
    let mut total = 0;
    loop {
        let changed = again(|| async { Ok(batch(limit).await?.rows_affected()) }).await?;
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

    /// Does a step with all of these. Where PostgreSQL refuses what is stored of one of them, it is done with each
    /// alone, so that nobody stays for another's sake.
    ///
    /// # Errors
    /// Failures that say nothing of the data: they would meet each of them.
    pub(crate) async fn together<F>(
        &mut self,
        ids: &[Uuid],
        step: impl Fn(Vec<Uuid>) -> F,
    ) -> Result<()>
    where
        F: Future<Output = Result<u64>>,
    {
        match again(|| step(ids.to_vec())).await {
            Err(error) if error.is_of_its_data() => {
                tracing::warn!(error = %Chain(&error), "refused together, done one by one");
            }
            done => return done.map(|changed| self.changed += changed),
        }
        for id in ids {
            let done = again(|| step(vec![*id])).await;
            if let Err(error) = &done {
                if !error.is_of_its_data() {
                    return done.map(|_| ());
                }
                tracing::warn!(%id, "its rows are refused");
            }
            self.add(done);
        }
        Ok(())
    }

    /// How much changed, or the first failure.
    pub(crate) fn end(self) -> Result<u64> {
        self.failed.map_or(Ok(self.changed), Err)
    }
}
