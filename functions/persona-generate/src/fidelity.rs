//! How well a population fits: reported when a run ends, over the people who are stored.

use anyhow::Context;
use axum::extract::State as Of;
use platform::http::{Json, Path, Problem};
use platform::limit::Poll;
use platform::{Access, Error, Result, Viewer, Within, runs};
use shared::fidelity::{self, FidelityReport, Observed};
use shared::id::{PopulationId, ProjectId, RunId};
use shared::persona::{check, label};
use shared::population::{Population, contradictions};
use shared::report::word;

use crate::State;
use crate::population::PopulationPath;
use crate::store::{self, PopulationRow};

/// How well a population fits its target.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/populations/{population_id}/fidelity",
    tag = "populations",
    params(("project_id" = ProjectId, Path), ("population_id" = PopulationId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = FidelityReport), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn of_population(
    Of(state): Of<State>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Path(path): Path<PopulationPath>,
) -> Result<Json<FidelityReport>> {
    let row = store::population(&state.pool, access, path.population_id).await?;
    Ok(Json(labelled(row)?))
}

/// How well the population that was written last fits its target.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/fidelity", tag = "populations",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = FidelityReport), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn of_project(
    Of(state): Of<State>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<FidelityReport>> {
    Ok(Json(labelled(store::latest_population(&state.pool, access).await?)?))
}

fn labelled(row: PopulationRow) -> Result<FidelityReport> {
    let language = row.language();
    let report = row.fidelity.ok_or(shared::Error::NotFound("Fidelity report"))?;
    Ok(report.0.labelled(&|attribute, key| word(attribute, key, language)))
}

/// Ends a run whose shards are all done: reports on its population, then settles it. Nothing happens
/// while a shard is open or when it has ended before; twice is once.
pub(crate) async fn conclude(state: &State, run: RunId) -> Result<()> {
    if !runs::awaits_conclusion(&state.pool, run).await? {
        return Ok(());
    }
    let (project, population) = store::population_to_report(&state.pool, run).await?;
    let id = population.id;
    let report = report(state, population).await?;
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    if runs::settle(&mut transaction, run, now).await?.is_some() {
        store::save_report(&mut transaction, project, id, &report, now).await?;
        transaction.commit().await?;
        state.announcer.announce(run).await;
    }
    Ok(())
}

async fn report(state: &State, row: PopulationRow) -> Result<FidelityReport> {
    let people = store::stored(&state.pool, row.id).await?;
    let failures = store::failures(&state.pool, row.id).await?;
    let report = tokio::task::spawn_blocking(move || {
        let language = row.language();
        let population = Population::new(&row.plan, row.seed());
        let people: Vec<_> = people.into_iter().map(store::StoredPersona::into_parts).collect();
        let categories: Vec<_> =
            people.iter().map(|(card, _)| population.categories(card)).collect();
        let names: Vec<_> = people.iter().map(|(card, _)| label::full_name(card)).collect();
        let broken: Vec<Vec<&str>> = people
            .iter()
            .map(|(card, text)| {
                let rules = check::check(card, text, language);
                let rules = rules.iter().map(check::Violation::code);
                contradictions(card).into_iter().chain(rules).collect()
            })
            .collect();
        let observed: Vec<Observed<'_>> = (0..people.len())
            .map(|i| Observed {
                categories: &categories[i],
                story: &people[i].1.background_story,
                name: &names[i],
                contradictions: &broken[i],
            })
            .collect();
        let requested = row.next_index.cast_unsigned();
        fidelity::report(&population.expected(), &observed, &failures, requested)
    });
    report.await.context("the report panicked").map_err(Error::Internal)
}
