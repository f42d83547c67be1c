//! The concept graphs of focus groups that were deleted, or whose people were.

use chrono::{DateTime, Duration, Utc};
use platform::Result;
use platform::graph::GraphPool;
use records::discussion;
use shared::id::{FocusGroupId, ProjectId};
use sqlx::PgPool;

use crate::State;
use crate::batch::{self, Tally};

/// Until then a request that began before the deletion may still have written.
const REQUESTS: Duration = Duration::hours(1);

/// Takes the graphs of focus groups out of Neo4j that were deleted an hour ago: what the deletion itself
/// did not, because Neo4j was away or somebody was building; and of those that lost a participant an hour ago. Returns
/// how many.
///
/// # Errors
/// The first failure of the graph or the database, after the other groups; what failed is tried again
/// the next time.
pub async fn purge_graphs(state: &State, now: DateTime<Utc>) -> Result<u64> {
    let Some(graph) = &state.graph else { return Ok(0) };
    let due = sqlx::query!(
        r#"
        select focus_group_id, project_id
        from focus_group_graphs
        where deleted_at <= $1
        order by deleted_at
        limit $2
        "#,
        now - REQUESTS,
        batch::ROWS,
    )
    .fetch_all(&state.pool)
    .await?;
    let mut tally = Tally::default();
    for row in due {
        let (project, group) = (row.project_id.into(), row.focus_group_id.into());
        tally.add(purge_graph(&state.pool, graph, project, group).await);
    }
    tally.end()
}

async fn purge_graph(
    pool: &PgPool,
    graph: &GraphPool,
    project: ProjectId,
    group: FocusGroupId,
) -> Result<u64> {
    discussion::graph::clear(graph, project, group).await?;
    let done = sqlx::query!("delete from focus_group_graphs where focus_group_id = $1", group.0);
    Ok(done.execute(pool).await?.rows_affected())
}
