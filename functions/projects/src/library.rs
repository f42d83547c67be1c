//! Whose private library a project reads: only of those who lend it themselves, while they are members.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, Path, Problem};
use platform::limit::{Change, Poll};
use platform::{Access, Admin, Result, Viewer, Within};
use serde::Serialize;
use shared::id::{AccountId, ProjectId};
use utoipa::ToSchema;

use crate::member::MemberPath;
use crate::{AppState, store};

/// A library that its person lends to the project.
#[derive(Serialize, ToSchema)]
pub(crate) struct LibraryView {
    /// Whose it is.
    pub(crate) account_id: AccountId,
    pub(crate) full_name: String,
    pub(crate) lent_at: DateTime<Utc>,
    /// How many documents are in it.
    pub(crate) documents: i64,
}

/// Whose libraries the project reads beside its own documents and the shared library.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/libraries", tag = "libraries",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<LibraryView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Vec<LibraryView>>> {
    Ok(Json(store::libraries(&state.base.pool, access).await?))
}

/// Lends the caller's own library to the project: its members may list and search it, and its people may cite
/// it. `GET /api/v1/settings/library` says who did.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}/library", tag = "libraries",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<LibraryView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn lend(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Viewer>,
) -> Result<Json<Vec<LibraryView>>> {
    store::lend_own(&state, access).await?;
    Ok(Json(store::libraries(&state.base.pool, access).await?))
}

/// Takes the caller's own library back: from now on the project does not read it. What people already cite
/// of it stays with them until the document is deleted.
#[utoipa::path(delete, path = "/api/v1/projects/{project_id}/library", tag = "libraries",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn take_back(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Viewer>,
) -> Result<StatusCode> {
    store::take_back(&state, access, access.account_id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the loan of a member's library. Only its person can lend it again.
#[utoipa::path(delete, path = "/api/v1/projects/{project_id}/libraries/{account_id}",
    tag = "libraries", params(("project_id" = ProjectId, Path), ("account_id" = AccountId, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn end(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Admin>,
    Path(member): Path<MemberPath>,
) -> Result<StatusCode> {
    store::take_back(&state, access.least(), member.account_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
