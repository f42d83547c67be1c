//! Starting a run: the target is raked, the people are drawn and stored, then the workers are called.

use anyhow::anyhow;
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::{Access, Editor, Error, Result, audit, secret};
use serde::Serialize;
use serde_json::json;
use shared::Seed;
use shared::id::{PopulationId, RunId};
use shared::persona::Card;
use shared::population::{AdvancedOptions, ENGINE_VERSION, Plan, Population, TargetDemographics};
use shared::run::RunKind;
use sqlx::PgConnection;

use crate::State;
use crate::brief::{self, RunInput};
use crate::store::{self, NewPopulation, PopulationKey, PopulationRow, ProjectRow};

/// People a shard: a model that takes 30 s for each, 16 at a time, finishes in a minute.
const SHARD: usize = 25;
/// Draws again when another run took the next people meanwhile.
const DRAWS: usize = 5;

/// What somebody asks for.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted {
    pub(crate) people: u32,
    pub(crate) seed: Option<Seed>,
    pub(crate) adversarial: bool,
    pub(crate) use_rag: bool,
    pub(crate) options: AdvancedOptions,
}

/// A run, new or the one that the same request started before.
pub(crate) struct Started {
    pub(crate) run_id: RunId,
    pub(crate) population_id: PopulationId,
    pub(crate) seed: Seed,
    pub(crate) applied: Vec<String>,
}

/// People about to be stored: those that follow what the population has.
struct Draw {
    base: Option<PopulationRow>,
    seed: Seed,
    cards: Vec<Card>,
}

pub(crate) async fn start(
    state: &State,
    access: Access<Editor>,
    wanted: Wanted,
    key: Option<&str>,
) -> Result<Started> {
    let project = store::project(&state.pool, access).await?;
    let target = TargetDemographics::parse(project.target_demographics.0.clone())?;
    let plan = Plan::new(&target, &wanted.options)?;
    let population = PopulationKey {
        plan_hash: hash(&(&plan, project.language()))?,
        engine_version: i32::try_from(ENGINE_VERSION).unwrap_or(i32::MAX),
        seed: wanted.seed,
    };
    let request_hash = hash(&(&wanted, &population.plan_hash))?;
    let same_as = SameAs {
        requested_by: access.account_id(),
        request_hash: &request_hash,
        idempotency_key: key,
    };
    for _ in 0..DRAWS {
        let draw = draw(state, access, &plan, &population, wanted.people).await?;
        let stored = store(state, access, &project, &plan, &population, &wanted, same_as, draw);
        if let Some((run_id, base)) = stored.await? {
            runs::call(state, run_id).await;
            let applied = plan.applied.clone();
            return Ok(Started { run_id, population_id: base.id, seed: base.seed(), applied });
        }
    }
    Err(Error::Internal(anyhow!("another run took the next people {DRAWS} times in a row")))
}

fn hash(value: &impl Serialize) -> Result<[u8; 32]> {
    let json = serde_json::to_vec(value).map_err(|error| Error::Internal(error.into()))?;
    Ok(secret::sha256(&json))
}

/// Draws the next people. Numbers only, but up to a second of them: off the serving threads, and
/// with no connection held.
async fn draw(
    state: &State,
    access: Access<Editor>,
    plan: &Plan,
    key: &PopulationKey,
    people: u32,
) -> Result<Draw> {
    let mut connection = state.pool.acquire().await?;
    let base = store::find_population(&mut connection, access, key).await?;
    drop(connection);
    let chosen = || key.seed.unwrap_or_else(secret::random_seed);
    let seed = base.as_ref().map_or_else(chosen, PopulationRow::seed);
    let from = base.as_ref().map_or(0, |base| base.next_index.cast_unsigned());
    let plan = plan.clone();
    let cards = tokio::task::spawn_blocking(move || {
        Population::new(&plan, seed).cards(from..from.saturating_add(people))
    });
    let cards = cards.await.map_err(|error| Error::Internal(error.into()))?;
    Ok(Draw { base, seed, cards })
}

/// Stores a draw with its run in one transaction, or finds the run of the same request. `None` when
/// another run took these people first.
#[expect(clippy::too_many_arguments, reason = "the parts of one transaction")]
async fn store(
    state: &State,
    access: Access<Editor>,
    project: &ProjectRow,
    plan: &Plan,
    key: &PopulationKey,
    wanted: &Wanted,
    same_as: SameAs<'_>,
    draw: Draw,
) -> Result<Option<(RunId, PopulationRow)>> {
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    store::lock_project(&mut transaction, access).await?;
    let kind = RunKind::PersonaGenerate;
    let same = runs::find_same(&mut transaction, access.project_id(), kind, same_as, now).await?;
    if let Some(run) = same {
        let population = store::population_of_run(&mut transaction, access, run).await?;
        return Ok(Some((run, population)));
    }
    let base = store::find_population(&mut transaction, access, key).await?;
    if base != draw.base {
        return Ok(None);
    }
    let people = u32::try_from(draw.cards.len()).unwrap_or(u32::MAX);
    let base = match base {
        Some(base) => base,
        None => {
            let new = NewPopulation { plan, key, seed: draw.seed, language: project.language() };
            store::insert_population(&mut transaction, access, &state.ids, new, now).await?
        }
    };
    store::advance(&mut transaction, access, base.id, people).await?;
    let input = RunInput {
        population_id: base.id,
        seed: base.seed(),
        language: project.language(),
        brief: brief::of_project(project, &wanted.options, wanted.adversarial),
        use_rag: wanted.use_rag,
    };
    let run = NewRun {
        kind,
        project_id: Some(access.project_id()),
        subject_id: base.id.0,
        input: serde_json::to_value(&input).map_err(|error| Error::Internal(error.into()))?,
        shards: shards(&draw.cards)?,
        same_as,
    };
    let run = runs::insert(&mut transaction, &state.ids, run, now).await?;
    record(&mut transaction, state, access, base.id, people).await?;
    transaction.commit().await?;
    Ok(Some((run, base)))
}

fn shards(cards: &[Card]) -> Result<Vec<NewShard>> {
    let shard = |cards: &[Card]| -> Result<NewShard> {
        let input = serde_json::to_value(cards).map_err(|error| Error::Internal(error.into()))?;
        Ok(NewShard { input, size: u32::try_from(cards.len()).unwrap_or(u32::MAX) })
    };
    cards.chunks(SHARD).map(shard).collect()
}

async fn record(
    connection: &mut PgConnection,
    state: &State,
    access: Access<Editor>,
    population: PopulationId,
    people: u32,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "population",
        subject_id: population.0,
        action: "generate",
        details: Some(json!({ "people": people })),
    };
    audit::record(connection, &state.ids, state.clock.now(), &entry).await
}
