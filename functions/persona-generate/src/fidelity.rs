//! How well a population fits: reported when a run ends, over the people who are stored.

use std::sync::Arc;

use axum::extract::State;
use platform::http::{Json, Path, Problem};
use platform::limit::Poll;
use platform::postgres::again;
use platform::{Access, Result, Viewer, Within, off_thread, runs};
use population::fidelity::{self, FidelityReport, Observed};
use population::{Population, contradictions};
use report::word;
use serde::Serialize;
use shared::Language;
use shared::id::{PopulationId, ProjectId, RunId};
use shared::persona::{check, label};
use utoipa::ToSchema;

use crate::AppState;
use crate::population::PopulationPath;
use crate::store::{self, PopulationRow, StoredPersona, Twin};

/// People read at a time.
const PAGE: i64 = 1_000;

/// Why there is no report of people who come from a file.
const IMPORTED: &str =
    "These people were imported and not drawn here: there is no target that they were to fit";

/// How well a population fits its target, with those whose stories are most alike.
#[derive(Serialize, ToSchema)]
pub(crate) struct FidelityView {
    #[serde(flatten)]
    report: FidelityReport,
    /// Who the closest pairs of near duplicates are, by their numbers: those who are still there. Reports are stored
    /// without names.
    near_duplicate_people: Vec<Twin>,
}

/// How well a population fits its target.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/populations/{population_id}/fidelity",
    tag = "populations",
    params(("project_id" = ProjectId, Path), ("population_id" = PopulationId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = FidelityView), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn of_population(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Path(path): Path<PopulationPath>,
) -> Result<Json<FidelityView>> {
    let row = store::population(&state.worker.base.pool, access, path.population_id).await?;
    view(&state, access, row).await
}

/// How well the population that was written last fits its target.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/fidelity", tag = "populations",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = FidelityView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn of_project(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<FidelityView>> {
    let row = store::latest_population(&state.worker.base.pool, access).await?;
    view(&state, access, row).await
}

async fn view(
    state: &AppState,
    access: Access<Viewer>,
    row: PopulationRow,
) -> Result<Json<FidelityView>> {
    let population = row.id;
    let report = labelled(row)?;
    let numbers = report.near_duplicates.closest.iter().filter_map(|twins| twins.numbers);
    let numbers: Vec<i32> = numbers.flatten().map(u32::cast_signed).collect();
    let pool = &state.worker.base.pool;
    let near_duplicate_people = store::twins(pool, access, population, &numbers).await?;
    Ok(Json(FidelityView { report, near_duplicate_people }))
}

fn labelled(row: PopulationRow) -> Result<FidelityReport> {
    if row.imported_at.is_some() {
        return Err(shared::Error::Conflict(IMPORTED.to_owned()).into());
    }
    let language = row.language;
    let report = row.fidelity.ok_or(shared::Error::NotFound("Fidelity report"))?;
    Ok(report.0.labelled(&|attribute, key| word(attribute, key, language)))
}

/// Ends a run whose shards are all done: reports on its population, then settles it. Nothing happens
/// while a shard is open or when it has ended before; twice is once.
pub(crate) async fn finish(state: &AppState, run: RunId) -> Result<()> {
    if !runs::awaits_conclusion(&state.worker.base.pool, run).await? {
        return Ok(());
    }
    let (project, population) = store::population_to_report(&state.worker.base.pool, run).await?;
    let id = population.id;
    let report = report(state, population).await?;
    if again(|| end(state, run, (project, id), &report)).await? {
        state.worker.engine.announcer.tell(run).await;
    }
    Ok(())
}

/// Settles the run together with its report. The project and the population are locked before it, as by
/// who starts the next one. False when it has ended before.
async fn end(
    state: &AppState,
    run: RunId,
    (project, population): (ProjectId, PopulationId),
    report: &FidelityReport,
) -> Result<bool> {
    let now = state.worker.base.clock.now();
    let mut transaction = state.worker.base.pool.begin().await?;
    store::lock(&mut transaction, project, population).await?;
    if runs::conclude(&mut transaction, run, now).await?.is_none() {
        return Ok(false);
    }
    store::save_report(&mut transaction, project, population, report, now).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Reads the people a page at a time and keeps of each only what is compared: of 100,000 whole people
/// a process would hold a gigabyte.
async fn report(state: &AppState, row: PopulationRow) -> Result<FidelityReport> {
    let population = Arc::new(Population::new(&row.plan, row.seed()));
    let language = row.language;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store::stored(&state.worker.base.pool, row.id, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.index);
        let population = Arc::clone(&population);
        let look = move || -> Vec<Seen> {
            page.into_iter().map(|person| Seen::new(person, &population, language)).collect()
        };
        seen.append(&mut off_thread(look).await?);
    }
    let failures = store::failures(&state.worker.base.pool, row.id).await?;
    let requested = row.next_index.cast_unsigned();
    off_thread(move || {
        let observed: Vec<_> = seen.iter().map(Seen::observed).collect();
        let mut report = fidelity::report(&population.expected(), &observed, &failures, requested);
        for twins in &mut report.near_duplicates.closest {
            let number = |place: u32| seen[place as usize].number;
            twins.numbers = Some([number(twins.first), number(twins.second)]);
        }
        report
    })
    .await
}

/// What the report compares of one person, and their number in the population.
struct Seen {
    number: u32,
    categories: Vec<Option<u16>>,
    story: String,
    name: String,
    contradictions: Vec<&'static str>,
}

impl Seen {
    fn new(person: StoredPersona, population: &Population, language: Language) -> Self {
        let number = person.index.cast_unsigned();
        let (card, text) = person.into_parts();
        let rules = check::check(&card, &text, language);
        let rules = rules.iter().map(check::Violation::code);
        Self {
            number,
            categories: population.categories(&card),
            name: label::full_name(&card),
            contradictions: contradictions(&card).into_iter().chain(rules).collect(),
            story: text.background_story,
        }
    }

    fn observed(&self) -> Observed<'_> {
        Observed {
            categories: &self.categories,
            story: &self.story,
            name: &self.name,
            contradictions: &self.contradictions,
        }
    }
}
