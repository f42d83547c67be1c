//! What the segment of a persona is worth.

use std::collections::{BTreeMap, BTreeSet};

use ::store::persona::OfPersona;
use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::{Change, Poll};
use platform::{Editor, Result, Viewer, Within, secret};
use serde::Serialize;
use serde_json::json;
use shared::id::{PersonaId, PopulationId, ProjectId};
use shared::kpi::{Metric, Metrics, SourceKind};
use utoipa::ToSchema;

use crate::AppState;
use crate::evidence::Edition;
use crate::recalculate::recalculate as computed;
use crate::store::{self, Place, Snapshot};

/// The metrics of a persona's segment: plain numbers as the client reads them, and beside each in `metrics` its
/// range, unit, method, sources, confidence and the naive guess, or why there is none.
#[derive(Serialize, ToSchema)]
#[schema(as = KpiSnapshot)]
pub(crate) struct SnapshotView {
    persona_id: PersonaId,
    project_id: ProjectId,
    population_id: PopulationId,
    segment_id: &'static str,
    segment_name: &'static str,
    /// Grows with every computation.
    version: i64,
    segment_size: Option<i64>,
    conversion_rate: Option<f64>,
    retention_rate: Option<f64>,
    nps_score: Option<f64>,
    ltv: Option<f64>,
    cac: Option<f64>,
    cac_ltv_ratio: Option<f64>,
    /// Metrics that rest on published figures of others.
    benchmarks: BTreeMap<Metric, f64>,
    data_sources: BTreeSet<String>,
    timestamp: DateTime<Utc>,
    /// SHA-256 of everything that it was computed from.
    inputs_hash: String,
    #[schema(value_type = BTreeMap<String, shared::kpi::Outcome>)]
    metrics: Metrics,
}

/// What was computed last.
#[derive(Serialize, ToSchema)]
pub(crate) struct KpiView {
    /// Null before the first computation.
    snapshot: Option<SnapshotView>,
    /// Whether a source has changed since, or nothing was computed yet.
    is_stale: bool,
}

impl SnapshotView {
    fn new(persona_id: PersonaId, project_id: ProjectId, place: &Place, row: Snapshot) -> Self {
        let metrics = row.metrics;
        let value = |metric| metrics.get(&metric)?.figure().map(|figure| figure.value);
        let figures = || metrics.iter().filter_map(|(metric, one)| Some((*metric, one.figure()?)));
        let is_benchmark = |kinds: &[shared::kpi::Source]| {
            kinds.iter().any(|source| source.kind == SourceKind::Benchmark)
        };
        Self {
            persona_id,
            project_id,
            population_id: place.population_id,
            segment_id: place.segment.id(),
            segment_name: place.segment.name(place.language),
            version: row.version,
            segment_size: value(Metric::SegmentSize).map(|people| people.round() as i64),
            conversion_rate: value(Metric::ConversionRate),
            retention_rate: value(Metric::RetentionRate),
            nps_score: value(Metric::NpsScore),
            ltv: value(Metric::Ltv),
            cac: value(Metric::Cac),
            cac_ltv_ratio: value(Metric::CacLtvRatio),
            benchmarks: figures()
                .filter(|(_, figure)| is_benchmark(&figure.sources))
                .map(|(metric, figure)| (metric, figure.value))
                .collect(),
            data_sources: figures()
                .flat_map(|(_, figure)| figure.sources.iter().map(|source| source.name.clone()))
                .collect(),
            timestamp: row.computed_at,
            inputs_hash: secret::hex(&row.inputs_hash),
            metrics,
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
    let (project, id) = (persona.access.project_id(), persona.id);
    let place = store::place(&state.pool, persona.access, id).await?;
    let edition = Edition::read(&state.pool, persona.access.into()).await?;
    let hash = edition.hash(&place.plan_hash, place.segment.id())?;
    let stored = store::snapshot(&state.pool, persona.access.into(), &place).await?;
    let is_stale = stored.as_ref().is_none_or(|snapshot| snapshot.inputs_hash != hash);
    let snapshot = stored.map(|row| SnapshotView::new(id, project, &place, row));
    Ok(Json(KpiView { snapshot, is_stale }))
}

/// Computes the metrics of the persona's segment, where a source has changed since the last time. However many
/// ask at once, it is computed once, and all get that.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/kpi/recalculate", tag = "kpi",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = SnapshotView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn recalculate(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
) -> Result<Json<SnapshotView>> {
    let (project, id) = (persona.access.project_id(), persona.id);
    let place = store::place(&state.pool, persona.access.least(), id).await?;
    let line = |version, was_computed| {
        let segment = place.segment.id();
        let details =
            json!({ "segment": segment, "version": version, "was_computed": was_computed });
        persona.entry("kpi", details)
    };
    let snapshot = computed(&state, persona.access.into(), &place, line).await?;
    Ok(Json(SnapshotView::new(id, project, &place, snapshot)))
}
