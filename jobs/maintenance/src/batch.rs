//! Much work in short transactions: what is done stays done.

use platform::Result;
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
