//! The graph of concepts and emotions: built from what was read in the answers, kept in Neo4j, and what
//! it shows.

mod neo4j;
pub(crate) mod show;

use platform::error::Chain;
use platform::graph::GraphPool;
use platform::{Access, Error, Result, Viewer};
use records::discussion::{self, StoredTurn};
use shared::discussion::Setting;
use shared::discussion::graph::{Graph, Read};
use shared::discussion::how_made::HowMade;
use shared::discussion::reading::merge_names;
use shared::id::{FocusGroupId, ProjectId, RunId, TurnId};

use crate::answers::{by_lexicon, material, people};
use crate::{AppState, store};

/// A group's latest discussion in the graph.
pub(crate) struct Built {
    pub(crate) graph: Graph,
    pub(crate) setting: Setting,
    /// Whether the participants were the offline ones.
    pub(crate) is_simulated: bool,
    /// Of whom it is, and who read the answers.
    pub(crate) how_made: HowMade,
}

/// The graph of a group's latest discussion, which is there from then on.
async fn of_group(
    state: &AppState,
    access: Access<Viewer>,
    group: FocusGroupId,
    anew: bool,
) -> Result<Built> {
    let (run, setting) = latest(state, access, group).await?;
    ensure_graph(state, access, group, (run, &setting), anew).await?;
    let graph = neo4j::read(neo4j(state)?, access.project_id(), group).await?;
    let is_simulated = store::is_simulated(&state.worker.base.pool, run).await?;
    let (readings, by_lexicon) = store::readings(&state.worker.base.pool, run).await?;
    let how_made = HowMade::of(graph.people.len(), readings.len(), by_lexicon, setting.language);
    Ok(Built { graph, setting, is_simulated, how_made })
}

/// The run of a group's latest discussion, which is over, and what it was told.
async fn latest(
    state: &AppState,
    access: Access<Viewer>,
    group: FocusGroupId,
) -> Result<(RunId, Setting)> {
    let pool = &state.worker.base.pool;
    let row = store::get(pool, access, group).await?;
    let is_over = crate::group::client_status(row.run_status) == "completed";
    let Some(run) = row.run_id.filter(|_| is_over).map(RunId) else {
        return Err(shared::Error::Refused("Focus group is not completed".to_owned()).into());
    };
    let setting = discussion::setting(pool, access.into(), run).await?;
    Ok((run, setting.ok_or(shared::Error::NotFound("Discussion"))?))
}

/// Writes the graph of a discussion, unless the present edition of its readings is there.
async fn ensure_graph(
    state: &AppState,
    access: Access<Viewer>,
    group: FocusGroupId,
    (run, setting): (RunId, &Setting),
    anew: bool,
) -> Result<()> {
    let (neo, project) = (neo4j(state)?, access.project_id());
    let current = Some((run, store::edition(&state.worker.base.pool, run).await?));
    if anew || neo4j::built_of(neo, project, group).await? != current {
        let turns = discussion::turns(&state.worker.base.pool, access.into(), run).await?;
        ensure_readings(state, group, (run, setting), &turns).await?;
        let (graph, edition) = build(state, setting, run, &turns).await?;
        neo4j::write(neo, project, group, (run, &edition), &graph).await?;
    }
    Ok(())
}

fn neo4j(state: &AppState) -> Result<&GraphPool> {
    state.graph.as_ref().ok_or(Error::Graph(neo4rs::Error::ConnectionError))
}

/// Has answers that no summary has had a model read be read by the lexicon, and stores that, so that the
/// same run gives the same graph.
async fn ensure_readings(
    state: &AppState,
    group: FocusGroupId,
    (run, setting): (RunId, &Setting),
    turns: &[StoredTurn],
) -> Result<()> {
    let pool = &state.worker.base.pool;
    let (stored, _) = store::readings(pool, run).await?;
    let mut missing = by_lexicon(setting, &material(setting, turns));
    missing.retain(|id, _| !stored.contains_key(id));
    if !missing.is_empty() {
        let (mut transaction, now) = (pool.begin().await?, state.worker.base.clock.now());
        let answers: Vec<TurnId> = missing.keys().copied().collect();
        if store::hold(&mut transaction, group, &answers).await? {
            store::save_readings(&mut transaction, &missing, "lexicon", now).await?;
            transaction.commit().await?;
        }
    }
    Ok(())
}

/// The graph of what was read in the answers, and which edition of the readings that is.
async fn build(
    state: &AppState,
    setting: &Setting,
    run: RunId,
    turns: &[StoredTurn],
) -> Result<(Graph, String)> {
    let pool = &state.worker.base.pool;
    // The edition first: what is read again meanwhile makes the graph be drawn once more.
    let edition = store::edition(pool, run).await?;
    let (mut readings, _) = store::readings(pool, run).await?;
    merge_names(readings.values_mut(), setting.language);
    let answers: Vec<Read<'_>> = turns
        .iter()
        .filter_map(|one| {
            Some(Read { id: one.id, turn: &one.turn, reading: readings.get(&one.id)? })
        })
        .collect();
    Ok((Graph::of(setting, people(setting), &answers), edition))
}

/// Takes a deleted group out of the graph. When Neo4j is away its nodes stay behind, unreachable, since
/// every read names a group that exists, and `maintenance` takes them out.
pub(crate) async fn forget(state: &AppState, project: ProjectId, group: FocusGroupId) {
    let Some(pool) = &state.graph else { return };
    if let Err(error) = discussion::graph::clear(pool, project, group).await {
        tracing::warn!(focus_group.id = %group, error = %Chain(&error), "left in the graph");
    }
}
