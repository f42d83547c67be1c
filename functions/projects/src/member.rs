//! Who works on a project, and as what.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, Path, Problem};
use platform::limit::{Change, Poll};
use platform::postgres::again;
use platform::rights::RightsOf;
use platform::{Access, Admin, Result, Viewer, Within};
use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ProjectId};
use shared::role::Role;
use utoipa::ToSchema;

use crate::{AppState, store};

/// A member as the others see them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberView {
    pub(crate) account_id: AccountId,
    pub(crate) email: String,
    pub(crate) full_name: String,
    pub(crate) role: Role,
    pub(crate) created_at: DateTime<Utc>,
    /// False for those who may do nothing here: they have not confirmed their address, or are disabled.
    pub(crate) has_access: bool,
}

/// What a member may do from now on.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetRole {
    role: Role,
}

#[derive(Deserialize)]
pub(crate) struct MemberPath {
    pub(crate) account_id: AccountId,
}

/// The members of a project.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/members", tag = "members",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<MemberView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Vec<MemberView>>> {
    Ok(Json(store::members(&state.base.pool, access).await?))
}

/// Changes what a member may do. A project keeps at least one admin; when its owner is one no more, the caller
/// owns it from then on.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}/members/{account_id}", tag = "members",
    params(("project_id" = ProjectId, Path), ("account_id" = AccountId, Path)),
    request_body = SetRole, security(("bearer" = [])),
    responses((status = 200, body = Vec<MemberView>), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn set_role(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Admin>,
    Path(member): Path<MemberPath>,
    Json(request): Json<SetRole>,
) -> Result<Json<Vec<MemberView>>> {
    again(|| store::set_role(&state, access, member.account_id, request.role)).await?;
    state.base.rights.tell(RightsOf::Account(member.account_id)).await;
    Ok(Json(store::members(&state.base.pool, access.least()).await?))
}

/// Removes a member, as an admin; anybody may remove themselves, whatever their role. A project keeps at least one admin; when its owner goes, the caller owns it from then on.
/// Their library is lent to it no more.
#[utoipa::path(delete, path = "/api/v1/projects/{project_id}/members/{account_id}",
    tag = "members", params(("project_id" = ProjectId, Path), ("account_id" = AccountId, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Viewer>,
    Path(member): Path<MemberPath>,
) -> Result<StatusCode> {
    if member.account_id == access.account_id() {
        again(|| store::leave(&state, access)).await?;
    } else {
        let access = access.raised()?;
        again(|| store::remove_member(&state, access, member.account_id)).await?;
    }
    state.base.rights.tell(RightsOf::Account(member.account_id)).await;
    Ok(StatusCode::NO_CONTENT)
}
