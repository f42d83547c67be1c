//! What documents there are.

use ::store::documents::{self, DocumentView, Use};
use axum::extract::State as Of;
use platform::http::{Json, Problem, Query};
use platform::limit::Poll;
use platform::{Access, Caller, Result, Viewer, Within};
use serde::Deserialize;
use shared::id::ProjectId;
use utoipa::IntoParams;

use crate::State;

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
    Of(state): Of<State>,
    _: Within<Poll>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<Vec<DocumentView>>> {
    let reader = reader(&state, &caller, which.project_id, Use::List).await?;
    Ok(Json(documents::list(&state.shop.pool, &reader).await?))
}

/// What the caller reads: everything of theirs, or one project's. The latter goes on record, for those who lend
/// the project a library.
pub(crate) async fn reader(
    state: &State,
    caller: &Caller,
    project: Option<ProjectId>,
    what: Use,
) -> Result<documents::Reader> {
    let shop = &state.shop;
    let pool = &shop.pool;
    let Some(project) = project else { return documents::readable(pool, caller).await };
    let access = Access::<Viewer>::to_project(pool, caller, project).await?;
    let (now, by) = (shop.clock.now(), caller.account_id);
    let documents = documents::of_project(pool, access.into()).await?;
    documents.read(shop.authenticator.lines(), &shop.ids, now, by, what).await
}
