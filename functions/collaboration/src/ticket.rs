//! What opens a socket: a browser cannot send a bearer with one, and an address must not hold anything that is good
//! for long. A ticket is of one person and one project, for half a minute and once.

use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Problem};
use platform::limit::Poll;
use platform::{Access, Caller, Error, Result, Viewer, Within, secret};
use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ProjectId, SessionId};
use utoipa::ToSchema;

use crate::AppState;

/// Long enough to open a socket over a slow line, too short to be found and used by somebody else.
const LIFE: Duration = Duration::seconds(30);
/// When Redis may be there again: it is left alone for five seconds after a failure.
const COME_BACK: HeaderValue = HeaderValue::from_static("5");
/// The same for every ticket that opens nothing.
const USELESS: shared::Error = shared::Error::Unauthenticated("Ticket is used, too old or unknown");

/// Which project the socket is to show.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateTicket {
    project_id: ProjectId,
}

/// A ticket, told once.
#[derive(Serialize, ToSchema)]
#[schema(as = SocketTicket)]
pub(crate) struct TicketView {
    ticket: String,
    expires_at: DateTime<Utc>,
}

/// What is kept of a ticket, under its hash.
#[derive(Serialize, Deserialize)]
struct StoredTicket {
    account: AccountId,
    session: SessionId,
    project: ProjectId,
    /// By our own clock: Redis removes it by its own.
    until: DateTime<Utc>,
}

/// Whom a ticket was given to, and the right that they have now.
pub(crate) struct Redeemed {
    pub(crate) session: SessionId,
    pub(crate) access: Access<Viewer>,
}

fn key(ticket: &str) -> String {
    format!("sight:ticket:{}", secret::hex(&secret::sha256(ticket.as_bytes())))
}

/// Gives a ticket that opens one socket, within 30 seconds. 503 while Redis is away: poll the events instead.
#[utoipa::path(post, path = "/api/v1/collaboration/tickets", operation_id = "create_ticket",
    tag = "collaboration", request_body = CreateTicket, security(("bearer" = [])),
    responses((status = 201, body = TicketView), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Json(request): Json<CreateTicket>,
) -> Result<Response> {
    let access: Access<Viewer> =
        Access::to_project(&state.base.pool, &caller, request.project_id).await?;
    let (ticket, until) = (secret::random_token(), state.base.clock.now() + LIFE);
    let stored = StoredTicket {
        account: caller.account_id,
        session: caller.session_id,
        project: access.project_id(),
        until,
    };
    if keep(&state, &ticket, &stored).await?.is_none() {
        return Ok(away());
    }
    Ok((StatusCode::CREATED, Json(TicketView { ticket, expires_at: until })).into_response())
}

/// None while Redis is away.
async fn keep(state: &AppState, ticket: &str, stored: &StoredTicket) -> Result<Option<()>> {
    let Some(cache) = &state.base.cache else { return Ok(None) };
    let json = serde_json::to_string(stored).map_err(|error| Error::Internal(error.into()))?;
    let mut redis = cache.connection();
    let mut call = redis::cmd("SET");
    call.arg(key(ticket)).arg(json).arg("PX").arg(LIFE.num_milliseconds());
    Ok(cache.ask(call.query_async::<()>(&mut redis)).await)
}

fn away() -> Response {
    let text = "Sockets cannot be opened now: ask for the events instead";
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "tickets_away", text);
    let mut response = problem.into_response();
    response.headers_mut().insert(RETRY_AFTER, COME_BACK);
    response
}

/// Takes a ticket, and asks for the right of its person anew.
///
/// # Errors
/// 401 for a ticket that opens nothing, and for a sign-in that has ended; 404 for who has left the project.
pub(crate) async fn redeem(state: &AppState, ticket: &str) -> Result<Redeemed> {
    let Some(cache) = &state.base.cache else { return Err(USELESS.into()) };
    let mut redis = cache.connection();
    let mut call = redis::cmd("GETDEL");
    call.arg(key(ticket));
    let json = cache.ask(call.query_async::<Option<String>>(&mut redis)).await.flatten();
    let stored: StoredTicket =
        json.and_then(|json| serde_json::from_str(&json).ok()).ok_or(USELESS)?;
    if stored.until <= state.base.clock.now() {
        return Err(USELESS.into());
    }
    let caller = state.base.authenticator.of_sign_in(stored.account, stored.session).await?;
    let access = Access::to_project(&state.base.pool, &caller, stored.project).await?;
    Ok(Redeemed { session: stored.session, access })
}
