//! Asking somebody to work on a project, and what they say to it. Whether an address has an account is
//! nobody's business: the inviter's answer is the same, and nobody is looked up for it.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Path, Problem};
use platform::limit::{Change, Poll};
use platform::{Access, Admin, Caller, Result, Within, mail, secret};
use serde::{Deserialize, Serialize};
use shared::account::EmailAddress;
use shared::id::{AccountId, InvitationId, ProjectId};
use shared::role::Role;
use utoipa::ToSchema;

use crate::{AppState, store};

/// How long somebody has to accept.
pub(crate) const LIFE: Duration = Duration::days(7);

/// Whom to ask, and what they may do when they have accepted.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Invite {
    email: String,
    role: Role,
}

/// An open invitation as the project's admins see it: what they asked for, and nothing about the person behind
/// the address.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationView {
    pub(crate) id: InvitationId,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) invited_by: AccountId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// An open invitation as the invited person sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitedView {
    pub(crate) id: InvitationId,
    pub(crate) project_id: ProjectId,
    pub(crate) project_name: String,
    pub(crate) role: Role,
    /// The name that the inviter gave themselves.
    pub(crate) invited_by: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// The token of the e-mail.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AcceptToken {
    token: String,
}

/// The project that somebody works on now, and as what.
#[derive(Serialize, ToSchema)]
pub(crate) struct Joined {
    pub(crate) project_id: ProjectId,
    pub(crate) role: Role,
}

/// Which invitation of a project.
#[derive(Deserialize)]
pub(crate) struct InvitationPath {
    invitation_id: InvitationId,
}

/// How an invitation is named.
pub(crate) enum Which {
    /// By its id, by somebody who sees it.
    Id(InvitationId),
    /// By the hash of its e-mail's token.
    Token(Vec<u8>),
}

/// Invites an address. An e-mail is on its way, and who has proved the address becomes a member by accepting,
/// within seven days and while the inviter is an admin. Inviting again replaces the role and sends the e-mail
/// again.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}/members", tag = "members",
    params(("project_id" = ProjectId, Path)), request_body = Invite, security(("bearer" = [])),
    responses((status = 202, body = InvitationView), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn invite(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Admin>,
    Json(request): Json<Invite>,
) -> Result<(StatusCode, Json<InvitationView>)> {
    let email = EmailAddress::parse(&request.email);
    let email = email.map_err(|error| shared::Error::Invalid(vec![error]))?;
    let (view, email_request) = store::invite(&state, access, &email, request.role).await?;
    mail::request(&state.publisher, email_request).await?;
    Ok((StatusCode::ACCEPTED, Json(view)))
}

/// The open invitations of a project.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/invitations", tag = "members",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<InvitationView>), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Admin>,
) -> Result<Json<Vec<InvitationView>>> {
    Ok(Json(store::invitations(&state, access).await?))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/v1/projects/{project_id}/invitations/{invitation_id}",
    tag = "members",
    params(("project_id" = ProjectId, Path), ("invitation_id" = InvitationId, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Admin>,
    Path(path): Path<InvitationPath>,
) -> Result<StatusCode> {
    store::withdraw(&state, access, path.invitation_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's open invitations. Only those whose address is proved are told of any.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "members", security(("bearer" = [])),
    responses((status = 200, body = Vec<InvitedView>), (status = 403, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn mine(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
) -> Result<Json<Vec<InvitedView>>> {
    Ok(Json(store::invitations_of(&state, &caller).await?))
}

/// Accepts an invitation by the token of its e-mail, signed in with the invited address.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "members",
    request_body = AcceptToken, security(("bearer" = [])),
    responses((status = 200, body = Joined), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn accept_token(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    Json(request): Json<AcceptToken>,
) -> Result<Json<Joined>> {
    let which = Which::Token(secret::sha256(request.token.as_bytes()).to_vec());
    Ok(Json(store::accept(&state, &caller, &which).await?))
}

/// Accepts an invitation that the caller sees.
#[utoipa::path(post, path = "/api/v1/invitations/{invitation_id}/accept", tag = "members",
    params(("invitation_id" = InvitationId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Joined), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn accept(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    Path(path): Path<InvitationPath>,
) -> Result<Json<Joined>> {
    Ok(Json(store::accept(&state, &caller, &Which::Id(path.invitation_id)).await?))
}

/// Declines an invitation that the caller sees.
#[utoipa::path(delete, path = "/api/v1/invitations/{invitation_id}", tag = "members",
    params(("invitation_id" = InvitationId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn decline(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    Path(path): Path<InvitationPath>,
) -> Result<StatusCode> {
    store::decline(&state, &caller, &Which::Id(path.invitation_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
