//! What Sight knows about an account, for whoever it is of to take away.

use std::convert::Infallible;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use futures::stream;
use platform::http::Problem;
use platform::limit::Heavy;
use platform::turns::{TurnPermit, Turns};
use platform::{Caller, Error, Result, Within, audit};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{AppState, store};

/// Version of the object's shape.
const SCHEMA: &str = "sight.account/1";

/// Accounts in memory at a time in a process, each until it is sent: a trail of a hundred thousand lines takes a hundred
/// megabytes, and people sign in beside it.
pub(crate) static TURNS: LazyLock<Turns> = LazyLock::new(|| Turns::new(1));
/// What is sent of one at once.
const PIECE: usize = 64 << 10;

/// Everything about an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Own {
    schema: &'static str,
    exported_at: DateTime<Utc>,
    /// `account`, `sign_ins`, `projects`, `invitations`, `documents`, `comments`, `tasks` (made by the account or
    /// given to it), `runs`, `model_calls` (that it paid for, by month, task and model), `allowances` (what it spent in
    /// a month), `notifications` (its inbox), `links` (that it shared), `exports`, `libraries` (the projects that its
    /// own is lent to) and `trail`: what the audit log says that the account did, the newest 100,000 lines.
    #[schema(value_type = Object)]
    data: Box<RawValue>,
}

/// Everything that is stored about the caller's own account. What belongs to a project is in the export of the
/// project; no password, no token and no text of a document is in it.
#[utoipa::path(get, path = "/api/v1/settings/account/export", tag = "settings",
    security(("bearer" = [])),
    responses((status = 200, body = Own), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn export(
    State(state): State<AppState>,
    _: Within<Heavy>,
    caller: Caller,
) -> Result<impl IntoResponse> {
    let (now, turn) = (state.base.clock.now(), TURNS.take().await);
    let data = store::own(&state.base.pool, &caller).await?;
    let entry = audit::Entry {
        account_id: caller.account_id,
        project_id: None,
        subject_kind: "account",
        subject_id: caller.account_id.0,
        action: "export",
        details: None,
    };
    audit::record_view(&state.base.side, &state.base.ids, now, &entry).await?;
    let own = serde_json::to_vec(&Own { schema: SCHEMA, exported_at: now, data });
    let own = own.map_err(|error| Error::Internal(error.into()))?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_DISPOSITION, "attachment; filename=\"account.json\""),
    ];
    Ok((headers, sent(own.into(), turn)))
}

/// The file, whose turn lasts until all of it is on its way.
fn sent(file: Bytes, turn: TurnPermit) -> Body {
    let pieces = stream::unfold((file, turn), |(mut rest, turn)| async move {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then(|| (Ok::<_, Infallible>(piece), (rest, turn)))
    });
    Body::from_stream(pieces)
}
