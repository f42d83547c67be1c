//! The populations of a project.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Path, Problem};
use platform::limit::Poll;
use platform::{Access, Result, Viewer, Within};
use serde::{Deserialize, Serialize};
use shared::id::{PopulationId, ProjectId};
use shared::{Language, Seed};
use utoipa::ToSchema;

use crate::AppState;
use crate::store::{self, PopulationRow};

/// A drawn population.
#[derive(Serialize, ToSchema)]
pub(crate) struct PopulationView {
    id: PopulationId,
    /// Draw again with this seed and the same options, and the same people come.
    #[schema(value_type = u64)]
    seed: Seed,
    engine_version: i32,
    language: Language,
    /// How many people have been drawn so far.
    people: i32,
    /// What of target and options was applied, in words.
    applied: Vec<String>,
    created_at: DateTime<Utc>,
    /// When its fidelity was last reported.
    fidelity_at: Option<DateTime<Utc>>,
    /// When its people were imported from a file; null for those who were drawn here. Their seed replays their answers
    /// and not who they are, and no fidelity is reported of them.
    imported_at: Option<DateTime<Utc>>,
}

impl From<PopulationRow> for PopulationView {
    fn from(row: PopulationRow) -> Self {
        Self {
            id: row.id,
            seed: row.seed(),
            engine_version: row.engine_version,
            language: row.language,
            people: row.next_index,
            applied: row.plan.0.applied.clone(),
            created_at: row.created_at,
            fidelity_at: row.fidelity_at,
            imported_at: row.imported_at,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct PopulationPath {
    pub(crate) population_id: PopulationId,
}

/// The populations of a project, newest first.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/populations", tag = "populations",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<PopulationView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Vec<PopulationView>>> {
    let rows = store::list_populations(&state.worker.base.pool, access).await?;
    Ok(Json(rows.into_iter().map(PopulationView::from).collect()))
}

/// One population.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/populations/{population_id}",
    tag = "populations",
    params(("project_id" = ProjectId, Path), ("population_id" = PopulationId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = PopulationView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Path(path): Path<PopulationPath>,
) -> Result<Json<PopulationView>> {
    Ok(Json(store::population(&state.worker.base.pool, access, path.population_id).await?.into()))
}
