//! Reservations whose call never came to an end.

use chrono::{DateTime, Utc};
use platform::Result;
use platform::model::release_expired;
use sqlx::PgPool;

/// Settles calls whose process died, until none is left: at their worst case when they were sent, at nothing
/// when they were not. Returns how many calls that were; the ledger keeps them.
pub async fn release_budgets(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let mut total = 0;
    loop {
        let released = release_expired(pool, now).await?;
        if released == 0 {
            return Ok(total);
        }
        total += released;
    }
}
