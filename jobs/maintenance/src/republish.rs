//! Runs that nobody works on although they are not finished.

use chrono::{DateTime, Utc};
use platform::Result;
use platform::queue::Publisher;
use platform::runs::republish;
use sqlx::PgPool;

/// Publishes runs again whose message was lost or whose worker's lease ended, until none is left.
/// Returns how many runs that were.
///
/// # Errors
/// When the queue or the database fails; what was not published stays for the next time.
pub async fn republish_runs(
    pool: &PgPool,
    publisher: &Publisher,
    now: DateTime<Utc>,
) -> Result<u64> {
    let mut total = 0;
    loop {
        let runs = republish(pool, publisher, now).await?;
        if runs.is_empty() {
            return Ok(total);
        }
        total += runs.len() as u64;
    }
}
