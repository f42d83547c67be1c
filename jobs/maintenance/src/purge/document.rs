//! Documents whose removal was left unfinished.

use chrono::{DateTime, Duration, Utc};
use platform::Result;
use records::documents;
use records::knowledge::Knowledge;

use crate::State;
use crate::batch::{self, Tally};

/// How long a removal's own run has: it is called as soon as a document is deleted, and waits for a graph
/// that is away.
const PATIENCE: Duration = Duration::days(1);

/// Removes documents that were deleted a day ago and are still there, because their run was stopped: from
/// the graph, with what only they supported, from the store, and from the database. Returns how many.
///
/// # Errors
/// The first failure of the graph, the store or the database, after the other documents; what failed is
/// tried again the next time.
pub async fn purge_documents(state: &State, now: DateTime<Utc>) -> Result<u64> {
    let due = sqlx::query_scalar!(
        r#"
        select id
        from documents
        where deleted_at <= $1
        order by deleted_at
        limit $2
        "#,
        now - PATIENCE,
        batch::ROWS,
    )
    .fetch_all(&state.pool)
    .await?;
    let graph = state.graph.clone().map(Knowledge::for_removal);
    let (pool, storage) = (&state.pool, &state.storage);
    let mut tally = Tally::default();
    for id in due {
        let erased = documents::erase(pool, graph.as_ref(), storage, id.into(), now).await;
        tally.add(erased.map(|()| 1));
    }
    tally.end()
}
