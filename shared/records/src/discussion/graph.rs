//! The concept graph of focus groups, as far as it is taken away: by a group that goes, and by a project.

use std::time::Duration;

use neo4rs::{Query, query};
use shared::id::{FocusGroupId, ProjectId};
use tokio::time::timeout;

use platform::Result;
use platform::graph::GraphPool;

const OF_GROUP: &str = "match (n:GroupPersona|GroupConcept|GroupEmotion \
    {project_id: $project, focus_group_id: $group}) detach delete n";
const OF_PROJECT: &str = "match (n:GroupPersona|GroupConcept|GroupEmotion {project_id: $project}) \
    detach delete n";
/// The longest that taking one away may take. Neo4j that answers no sooner is as good as away.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The statement that takes a group out of the graph.
pub fn clearing(project: ProjectId, group: FocusGroupId) -> Query {
    query(OF_GROUP).param("project", project.to_string()).param("group", group.to_string())
}

/// Takes a group out of the graph. One that is not there is no failure.
pub async fn clear(pool: &GraphPool, project: ProjectId, group: FocusGroupId) -> Result<()> {
    run(pool, clearing(project, group)).await
}

/// Takes every group of a project out of the graph.
pub async fn clear_project(pool: &GraphPool, project: ProjectId) -> Result<()> {
    run(pool, query(OF_PROJECT).param("project", project.to_string())).await
}

async fn run(pool: &GraphPool, statement: Query) -> Result<()> {
    let run = async { pool.get().await?.run(statement).await };
    match timeout(TIME_LIMIT, Box::pin(run)).await {
        Ok(done) => Ok(done.map(drop)?),
        Err(_) => Err(neo4rs::Error::ConnectionTimedOut.into()),
    }
}
