//! Runs that nobody works on although they are not finished.

use chrono::{DateTime, Utc};
use platform::Result;
use platform::queue::Publisher;
use platform::runs::republish_each;
use sqlx::PgPool;

use crate::batch::Tally;

/// Publishes runs again whose message was lost, whose worker's lease ended, or whose time to go on has
/// come, until none is left; each whatever becomes of the others. Returns how many runs that were.
///
/// # Errors
/// When the database fails; the first failure of the queue, after every other run. What was not published
/// stays for the next time.
pub async fn republish_runs(
    pool: &PgPool,
    publisher: &Publisher,
    now: DateTime<Utc>,
) -> Result<u64> {
    let mut tally = Tally::default();
    loop {
        let done = republish_each(pool, publisher, now).await?;
        if done.is_empty() {
            return tally.end();
        }
        done.into_iter().for_each(|(_, published)| tally.add(published.map(|()| 1)));
    }
}
