//! Starting a run that drafts needs anew from what people have said since.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use platform::http::{Json, Problem};
use platform::limit::{Class, Rate, WithoutRedis};
use platform::runs::{self, IdempotencyKey, NewRun, NewShard, SameAs};
use platform::{Access, Editor, Result, Within, audit, secret};
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::account::Plan;
use shared::id::{PersonaId, PopulationId, ProjectId, RunId};
use shared::run::RunKind;
use utoipa::ToSchema;

use crate::{AppState, store};

/// Segments of one shard: one call each.
const SHARD: usize = 6;

/// Having needs drafted: 10 an hour, whatever the plan.
///
/// Without Redis each process counts alone, because every passing request costs money.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drafting;

impl Class for Drafting {
    const BUCKET: &'static str = "needs";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::CountAlone;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 10, window: std::time::Duration::from_secs(3_600) }
    }
}

/// A segment to be drafted: an item of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// In the run, from 0.
    pub(crate) number: u32,
    pub(crate) population_id: PopulationId,
    pub(crate) segment_id: String,
}

/// A run that has started.
#[derive(Serialize, ToSchema)]
#[schema(as = NeedsRunStarted)]
pub(crate) struct Started {
    message: &'static str,
    project_id: ProjectId,
    /// Watch it at `/api/v1/runs/{run_id}`.
    run_id: RunId,
    /// Segments that are drafted.
    segments: usize,
}

/// Drafts the needs of the persona's segment from what its people have said in focus groups and surveys. Where
/// nothing has changed the stored needs stay and nobody pays.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/needs", tag = "personas",
    params(("persona_id" = PersonaId, Path), ("idempotency-key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 202, body = Started), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn of_persona(
    State(state): State<AppState>,
    _: Within<Drafting>,
    persona: OfPersona<Editor>,
    key: IdempotencyKey,
) -> Result<(StatusCode, Json<Started>)> {
    let row = store::get(&state.base.pool, persona.access.least(), persona.id).await?;
    let segment = (row.population_id, row.segment().id().to_owned());
    let line = persona.entry("needs", json!({ "segment": segment.1 }));
    start(&state, persona.access, vec![segment], line, &key).await
}

/// The same for every segment that the project has people of.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/needs", tag = "personas",
    params(("project_id" = ProjectId, Path), ("idempotency-key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 202, body = Started), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn of_project(
    State(state): State<AppState>,
    _: Within<Drafting>,
    access: Access<Editor>,
    key: IdempotencyKey,
) -> Result<(StatusCode, Json<Started>)> {
    let segments = store::peopled_segments(&state.base.pool, access.into()).await?;
    if segments.is_empty() {
        let refused = "The project has no people: generate personas first";
        return Err(shared::Error::Refused(refused.to_owned()).into());
    }
    let line = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "project",
        subject_id: access.project_id().0,
        action: "needs",
        details: Some(json!({ "segments": segments.len() })),
    };
    start(&state, access, segments, line, &key).await
}

/// Stores the run with its line of the audit log, or finds the one of the same click.
async fn start(
    state: &AppState,
    access: Access<Editor>,
    segments: Vec<(PopulationId, String)>,
    line: audit::Entry,
    key: &IdempotencyKey,
) -> Result<(StatusCode, Json<Started>)> {
    let (project_id, kind, now) =
        (access.project_id(), RunKind::PersonaInsights, state.base.clock.now());
    let items = items(segments);
    let hash = secret::sha256_of(&items)?;
    let same_as = SameAs {
        requested_by: access.account_id(),
        request_hash: &hash,
        idempotency_key: key.as_deref(),
    };
    let mut transaction = state.base.pool.begin().await?;
    runs::lock_project(&mut transaction, access).await?;
    let same = runs::find_same(&mut transaction, project_id, kind, same_as, now).await?;
    let run_id = match same {
        Some(run) => run,
        None => {
            let run = NewRun {
                kind,
                project_id: Some(project_id),
                subject_id: line.subject_id,
                input: json!({}),
                shards: shards(&items)?,
                same_as,
                is_paid: state.model.is_paid(),
            };
            runs::insert(&mut transaction, &state.base.ids, run, now).await?
        }
    };
    audit::record(&mut *transaction, &state.base.ids, now, &line).await?;
    transaction.commit().await?;
    runs::dispatch(&state.engine, run_id).await;
    let message = "Needs are being drafted";
    let started = Started { message, project_id, run_id, segments: items.len() };
    Ok((StatusCode::ACCEPTED, Json(started)))
}

/// The items of a run for these segments.
pub(crate) fn items(segments: Vec<(PopulationId, String)>) -> Vec<Item> {
    let numbered = (0..).zip(segments);
    numbered
        .map(|(number, (population_id, segment_id))| Item { number, population_id, segment_id })
        .collect()
}

/// Shards of one population each: their worker reads the project once.
pub(crate) fn shards(items: &[Item]) -> Result<Vec<NewShard>> {
    let mut by_population: BTreeMap<PopulationId, Vec<Item>> = BTreeMap::new();
    for item in items {
        by_population.entry(item.population_id).or_default().push(item.clone());
    }
    let mut shards = Vec::new();
    for items in by_population.values() {
        shards.extend(NewShard::of(items, SHARD)?);
    }
    Ok(shards)
}
