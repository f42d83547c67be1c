//! How many personas a project has, by segment.

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::Poll;
use platform::{Access, Result, Viewer, Within};
use serde::Serialize;
use shared::id::ProjectId;
use utoipa::ToSchema;

use crate::{AppState, store};

/// Counts of a project.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonasSummary)]
pub(crate) struct Summary {
    project_id: ProjectId,
    total_personas: i64,
    active_personas: i64,
    archived_personas: i64,
    segments: Vec<SegmentSummary>,
}

/// Counts of one segment.
#[derive(Serialize, ToSchema)]
pub(crate) struct SegmentSummary {
    pub(crate) segment_id: String,
    pub(crate) segment_name: &'static str,
    pub(crate) active_personas: i64,
    pub(crate) archived_personas: i64,
}

/// Counts by segment, the largest first; archived are deleted ones that are not purged yet.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/personas/summary", tag = "personas",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Summary), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn summary(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Summary>> {
    let segments = store::segments(&state.base.pool, access).await?;
    let active = segments.iter().map(|segment| segment.active_personas).sum();
    let archived = segments.iter().map(|segment| segment.archived_personas).sum();
    Ok(Json(Summary {
        project_id: access.project_id(),
        total_personas: active + archived,
        active_personas: active,
        archived_personas: archived,
        segments,
    }))
}
