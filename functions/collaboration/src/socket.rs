//! Opening a socket with a ticket.

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, UPGRADE};
use axum::response::{IntoResponse, Response};
use platform::Result;
use platform::http::{Problem, Query};
use platform::limit::{ClientAddress, Full};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::AppState;
use crate::event::Since;
use crate::frame::{End, Frame};
use crate::session::Session;
use crate::ticket;

/// What a client may send at once.
const LONGEST_MESSAGE: usize = 4 << 10;
/// What of a client's frames is read at once; the default of 128 KiB is kept for each socket.
const READ_BUFFER: usize = 4 << 10;
/// What may wait to be sent: the longest frames are some tens of kilobytes.
const WRITE_BUFFER: usize = 1 << 20;

/// What opens a socket, and what its client knows already.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Opening {
    /// From `POST …/tickets`.
    ticket: String,
    /// The last offset that is known.
    since: Option<i64>,
    /// The epoch that it is of.
    epoch: Option<Uuid>,
}

/// Opens a socket of the ticket's project. It says `hello` or `reset`, then every event after that, who is here, and
/// when the caller's own inbox has something new. It takes messages of 4 KiB, 60 a minute: `{"type": "look", "subject": {"kind": …, "id": …}}`,
/// or null for the project alone. Its close codes: 4001 come
/// back now, 4003 the right has ended, 4008 too slow, 4011 come back later, 4029 too many messages, 4400 no message,
/// 4429 too many sockets.
#[utoipa::path(get, path = "/api/v1/collaboration/socket", operation_id = "open_socket",
    tag = "collaboration", params(Opening), security(()),
    responses((status = 101, body = Frame, content_type = "application/json"),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 426, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn open(
    State(state): State<AppState>,
    address: ClientAddress,
    Query(opening): Query<Opening>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    state.base.limiter.socket_of(address).await?;
    // Before the ticket: it is not used up by a request that opens nothing.
    let Ok(upgrade) = upgrade else { return Ok(no_socket()) };
    let since = Since { since: opening.since, epoch: opening.epoch }.parse()?;
    let redeemed = ticket::redeem(&state, &opening.ticket).await?;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(LONGEST_MESSAGE)
        .max_frame_size(LONGEST_MESSAGE)
        .on_failed_upgrade(|error| tracing::debug!(%error, "a socket was not opened"));
    let (access, session) = (redeemed.access, redeemed.session);
    match state.base.limiter.socket(access.account_id()).await {
        Ok(place) => {
            let session = Session { state, access, session, place, since };
            Ok(upgrade.on_upgrade(|socket| Box::pin(session.run(socket))))
        }
        // A browser learns nothing of a handshake that fails, so it is told when it is through.
        Err(Full::Person) => Ok(upgrade.on_upgrade(|mut socket| async move {
            let _ = socket.send(Message::Close(End::Full.frame())).await;
        })),
        Err(Full::Process) => Ok(full()),
    }
}

fn no_socket() -> Response {
    let text = "This address opens a WebSocket";
    let problem = Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", text);
    let mut response = problem.into_response();
    response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}

fn full() -> Response {
    let text = "Too many sockets are open here: come back, or ask for the events instead";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "sockets_full", text).into_response()
}
