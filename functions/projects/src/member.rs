//! Who works on a study, and as what.

use axum::extract::State as Of;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, Path, Problem};
use platform::limit::{Change, Poll};
use platform::{Access, Admin, Result, Viewer, Within};
use serde::{Deserialize, Serialize};
use shared::account::Email;
use shared::id::{AccountId, ProjectId};
use shared::role::Role;
use utoipa::ToSchema;

use crate::{State, store};

/// A member as the others see them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberView {
    pub(crate) account_id: AccountId,
    pub(crate) email: String,
    pub(crate) full_name: String,
    pub(crate) role: Role,
    pub(crate) created_at: DateTime<Utc>,
}

/// Somebody with an account, and what they may do.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Invite {
    email: String,
    role: Role,
}

/// What a member may do from now on.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetRole {
    role: Role,
}

/// Which member.
#[derive(Deserialize)]
pub(crate) struct MemberPath {
    account_id: AccountId,
}

/// The members of a study.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/members", tag = "members",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<MemberView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    Of(state): Of<State>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Vec<MemberView>>> {
    Ok(Json(store::members(&state.pool, access).await?))
}

/// Adds somebody by their address, or changes their role.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}/members", tag = "members",
    params(("project_id" = ProjectId, Path)), request_body = Invite, security(("bearer" = [])),
    responses((status = 200, body = Vec<MemberView>), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn invite(
    Of(state): Of<State>,
    _: Within<Change>,
    access: Access<Admin>,
    Json(request): Json<Invite>,
) -> Result<Json<Vec<MemberView>>> {
    let email = Email::parse(&request.email);
    let email = email.map_err(|error| shared::Error::Invalid(vec![error]))?;
    store::put_member(&state, access, &email, request.role).await?;
    Ok(Json(store::members(&state.pool, access.least()).await?))
}

/// Changes what a member may do. A study keeps at least one admin.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}/members/{account_id}", tag = "members",
    params(("project_id" = ProjectId, Path), ("account_id" = AccountId, Path)),
    request_body = SetRole, security(("bearer" = [])),
    responses((status = 200, body = Vec<MemberView>), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn set_role(
    Of(state): Of<State>,
    _: Within<Change>,
    access: Access<Admin>,
    Path(member): Path<MemberPath>,
    Json(request): Json<SetRole>,
) -> Result<Json<Vec<MemberView>>> {
    store::set_role(&state, access, member.account_id, request.role).await?;
    Ok(Json(store::members(&state.pool, access.least()).await?))
}

/// Removes a member. A study keeps at least one admin.
#[utoipa::path(delete, path = "/api/v1/projects/{project_id}/members/{account_id}",
    tag = "members", params(("project_id" = ProjectId, Path), ("account_id" = AccountId, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn remove(
    Of(state): Of<State>,
    _: Within<Change>,
    access: Access<Admin>,
    Path(member): Path<MemberPath>,
) -> Result<StatusCode> {
    store::remove_member(&state, access, member.account_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
