//! What documents there are.

use ::store::documents::{self, DocumentView, Use};
use axum::extract::State;
use platform::http::{Json, Problem, Query};
use platform::limit::Poll;
use platform::{Access, Caller, Result, Viewer, Within};
use serde::Deserialize;
use shared::id::ProjectId;
use utoipa::IntoParams;

use crate::AppState;

/// Which documents.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only what this project has: its own, the libraries that members lend it, and the shared one. Who lends
    /// one sees who looked.
    project_id: Option<ProjectId>,
}

/// The documents that the caller may search, newest first: their library, the shared one, and those of
/// their projects.
#[utoipa::path(get, path = "/api/v1/rag/documents", tag = "knowledge", params(Which),
    security(("bearer" = [])),
    responses((status = 200, body = Vec<DocumentView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<Vec<DocumentView>>> {
    let reader = reader(&state, &caller, which.project_id, Use::List).await?;
    Ok(Json(documents::list(&state.worker.pool, &reader).await?))
}

/// What the caller reads: everything of theirs, or one project's. The latter goes on record, for those who lend
/// the project a library.
pub(crate) async fn reader(
    state: &AppState,
    caller: &Caller,
    project: Option<ProjectId>,
    what: Use,
) -> Result<documents::Reader> {
    let worker = &state.worker;
    let pool = &worker.pool;
    let Some(project) = project else { return documents::readable(pool, caller).await };
    let access = Access::<Viewer>::to_project(pool, caller, project).await?;
    let (now, by) = (worker.clock.now(), caller.account_id);
    let documents = documents::of_project(pool, access.into()).await?;
    documents.read(&worker.side, &worker.ids, now, by, what).await
}
