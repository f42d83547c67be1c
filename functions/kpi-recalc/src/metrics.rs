//! What the segment of a persona is worth.

use axum::extract::State;
use platform::http::{Json, Paged, Problem, Query};
use platform::limit::{Change, Poll};
use platform::{Editor, Level, Result, Viewer, Within, secret};
use records::kpi;
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::Checks;
use shared::id::PersonaId;
use shared::kpi::{Holder, Snapshot};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::evidence::Edition;
use crate::recalculate::recalculate as computed;
use crate::store::{self, Place};

/// What was computed last.
#[derive(Serialize, ToSchema)]
pub(crate) struct KpiView {
    /// Null before the first computation.
    snapshot: Option<Snapshot>,
    /// Whether a source has changed since, or nothing was computed yet.
    is_stale: bool,
}

impl Place {
    /// Whose metrics those of this segment are, when this persona is asked.
    fn of(&self, persona: &OfPersona<impl Level>) -> Holder {
        Holder {
            persona_id: persona.id,
            project_id: persona.access.project_id(),
            population_id: self.population_id,
            segment: self.segment,
            language: self.language,
        }
    }
}

/// The metrics as they were computed last. Nothing is computed by looking.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/kpi", tag = "kpi",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = KpiView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    persona: OfPersona<Viewer>,
) -> Result<Json<KpiView>> {
    let place = store::place(&state.base.pool, persona.access, persona.id).await?;
    let edition = Edition::read(&state.base.pool, persona.access.into()).await?;
    let hash = secret::hex(&edition.hash(&place.plan_hash, place.segment.id())?);
    let (project, population) = (persona.access.into(), place.population_id);
    let stored = kpi::find(&state.base.pool, project, population, place.segment).await?;
    let is_stale = stored.as_ref().is_none_or(|snapshot| snapshot.inputs_hash != hash);
    let snapshot = stored.map(|stored| Snapshot::new(place.of(&persona), stored));
    Ok(Json(KpiView { snapshot, is_stale }))
}

/// The newest page by default, and what there is at most.
const MOST: i64 = 50;

/// Which part of the history.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Page {
    /// The version before which it begins: `X-Next-Cursor` of the page before.
    cursor: Option<i64>,
    /// How many to give: 1 to 50, which is the default.
    limit: Option<i64>,
}

/// The metrics as they were each time that they were computed of something else, the newest first; the newest 50 are
/// kept. `X-Total-Count` says how many there are, `X-Next-Cursor` where the next page begins.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/kpi/history", tag = "kpi",
    params(("persona_id" = PersonaId, Path), Page), security(("bearer" = [])),
    responses((status = 200, body = Vec<Snapshot>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn history(
    State(state): State<AppState>,
    _: Within<Poll>,
    persona: OfPersona<Viewer>,
    Query(page): Query<Page>,
) -> Result<Paged<Snapshot>> {
    let mut checks = Checks::default();
    checks.range("limit", page.limit, 1..=MOST);
    checks.done()?;
    let limit = page.limit.unwrap_or(MOST);
    let place = store::place(&state.base.pool, persona.access, persona.id).await?;
    let (rows, total) =
        store::history(&state.base.pool, persona.access, &place, page.cursor, limit).await?;
    let page = Paged::of(rows, total, limit, |last| last.version.to_string());
    Ok(page.map(|stored| Snapshot::new(place.of(&persona), stored)))
}

/// Computes the metrics of the persona's segment, where a source has changed since the last time. However many
/// ask at once, it is computed once, and all get that.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/kpi/recalculate", tag = "kpi",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Snapshot), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn recalculate(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
) -> Result<Json<Snapshot>> {
    let place = store::place(&state.base.pool, persona.access.least(), persona.id).await?;
    let line = |version, was_computed| {
        let segment = place.segment.id();
        let details =
            json!({ "segment": segment, "version": version, "was_computed": was_computed });
        persona.entry("kpi", details)
    };
    let snapshot = computed(&state, persona.access.into(), &place, line).await?;
    Ok(Json(Snapshot::new(place.of(&persona), snapshot)))
}
