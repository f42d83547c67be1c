//! What documents there are.

use axum::extract::State;
use platform::http::{Paged, Problem, Query};
use platform::limit::Poll;
use platform::{Access, Base, Caller, Result, Viewer, Within};
use records::documents::{self, Cursor, DocumentView, MOST, Use};
use serde::Deserialize;
use shared::Checks;
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
    /// `X-Next-Cursor` of the page before.
    cursor: Option<String>,
    /// How many to give: 1 to 1,000, which is the default.
    limit: Option<i64>,
}

/// The documents that the caller may search, newest first: their library, the shared one, and those of
/// their projects. `X-Total-Count` says how many there are, `X-Next-Cursor` where the next page begins.
#[utoipa::path(get, path = "/api/v1/rag/documents", tag = "knowledge", params(Which),
    security(("bearer" = [])),
    responses((status = 200, body = Vec<DocumentView>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Paged<DocumentView>> {
    let mut checks = Checks::default();
    checks.range("limit", which.limit, 1..=MOST);
    let cursor = checks.keep(which.cursor.as_deref().map(Cursor::parse).transpose());
    checks.done()?;
    let limit = which.limit.unwrap_or(MOST);
    let reader = reader(&state, &caller, which.project_id, Use::List).await?;
    let rows = documents::list(&state.base.pool, &reader, cursor.flatten(), limit).await?;
    let total = documents::count(&state.base.pool, &reader).await?;
    Ok(Paged::of(rows, total, limit, |last| Cursor::behind(last).to_string()))
}

/// What the caller reads: everything of theirs, or one project's. The latter goes on record, for those who lend
/// the project a library.
pub(crate) async fn reader(
    state: &AppState,
    caller: &Caller,
    project: Option<ProjectId>,
    what: Use,
) -> Result<documents::Reader> {
    let Base { pool, clock, side, ids, .. } = &state.base;
    let Some(project) = project else { return documents::readable(pool, caller).await };
    let access = Access::<Viewer>::to_project(pool, caller, project).await?;
    let (now, by) = (clock.now(), caller.account_id);
    let documents = documents::of_project(pool, access.into()).await?;
    documents.read(side, ids, now, by, what).await
}
