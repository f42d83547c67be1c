//! Files that were written for somebody to take away, and that nobody may fetch any more.

use chrono::{DateTime, Utc};
use platform::Result;
use uuid::Uuid;

use crate::State;
use crate::batch::{ROWS, Tally};

/// Removes exports whose time is over, and those that were cancelled, with what a worker that died has left: the files
/// first, so that no file is left without its row. Returns how many.
///
/// # Errors
/// The first failure of the store or the database, after the other exports.
pub async fn purge_exports(state: &State, now: DateTime<Utc>) -> Result<u64> {
    let over = sqlx::query_scalar!(
        r#"
        select e.id
        from exports e
        left join runs r on r.id = e.run_id
        where e.expires_at <= $1 or r.status = 'cancelled'
        order by e.expires_at
        limit $2
        "#,
        now,
        ROWS,
    );
    let mut tally = Tally::default();
    for id in over.fetch_all(&state.pool).await? {
        tally.add(remove(state, id).await);
    }
    tally.end()
}

async fn remove(state: &State, id: Uuid) -> Result<u64> {
    state.storage.delete_prefix(&format!("exports/{id}/")).await?;
    let removed =
        sqlx::query!("delete from exports where id = $1", id).execute(&state.pool).await?;
    Ok(removed.rows_affected())
}
