//! The graph of concepts and emotions: built from what was read in the answers, kept in Neo4j, and what
//! it shows.

mod neo;
pub(crate) mod show;

use platform::discussion;
use platform::error::Chain;
use platform::graph::GraphPool;
use platform::{Error, Result};
use shared::discussion::Setting;
use shared::discussion::graph::{Graph, Read};
use shared::discussion::reading::merge_names;
use shared::id::{FocusGroupId, ProjectId, RunId};

use crate::material::{by_lexicon, material, people};
use crate::{State, store};

/// A group's latest discussion in the graph.
pub(crate) struct Built {
    pub(crate) graph: Graph,
    pub(crate) setting: Setting,
}

/// The graph of a group's latest discussion, built first where that has not been done.
async fn of_group(
    state: &State,
    access: platform::Access<platform::Viewer>,
    group: FocusGroupId,
    anew: bool,
) -> Result<Built> {
    let pool = &state.shop.pool;
    let row = store::get(pool, access, group).await?;
    let is_over = crate::group::client_status(row.run_status()) == "completed";
    let Some(run) = row.run_id.filter(|_| is_over).map(RunId) else {
        return Err(shared::Error::Refused("Focus group is not completed".to_owned()).into());
    };
    let setting = store::setting(pool, access, run).await?;
    let setting = setting.ok_or(shared::Error::NotFound("Discussion"))?;
    let neo = neo4j(state)?;
    let project = access.project_id();
    if anew || neo::built_for(neo, project, group).await? != Some(run) {
        let graph = draw(state, &setting, run).await?;
        neo::write(neo, project, group, run, &graph).await?;
    }
    Ok(Built { graph: neo::read(neo, project, group).await?, setting })
}

fn neo4j(state: &State) -> Result<&GraphPool> {
    state.graph.as_ref().ok_or(Error::Graph(neo4rs::Error::ConnectionError))
}

/// The graph of what was read in the answers. Answers that no summary has had a model read are read by
/// the lexicon, and that is stored, so that the same run gives the same graph.
async fn draw(state: &State, setting: &Setting, run: RunId) -> Result<Graph> {
    let pool = &state.shop.pool;
    let stored = discussion::turns(pool, run).await?;
    let (mut readings, _) = store::readings(pool, run).await?;
    let mut missing = by_lexicon(setting, &material(setting, &stored));
    missing.retain(|id, _| !readings.contains_key(id));
    if !missing.is_empty() {
        let mut connection = pool.acquire().await?;
        let now = state.shop.clock.now();
        store::save_readings(&mut connection, &missing, "lexicon", now).await?;
        readings.extend(missing);
    }
    merge_names(readings.values_mut(), setting.language);
    let answers: Vec<Read<'_>> = stored
        .iter()
        .filter_map(|one| {
            Some(Read { id: one.id, turn: &one.turn, reading: readings.get(&one.id)? })
        })
        .collect();
    Ok(Graph::of(setting, people(setting), &answers))
}

/// Takes a deleted group out of the graph. When Neo4j is away its nodes stay behind, unreachable, since
/// every read names a group that exists, and `maintenance` takes them out.
pub(crate) async fn forget(state: &State, project: ProjectId, group: FocusGroupId) {
    let Some(pool) = &state.graph else { return };
    if let Err(error) = discussion::graph::clear(pool, project, group).await {
        tracing::warn!(focus_group.id = %group, error = %Chain(&error), "left in the graph");
    }
}
