//! Deleting a persona with a reason, and bringing it back for half a minute.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::{Access, Editor, Level, Result, Within};
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use shared::Checks;
use shared::id::{AccountId, PersonaId};
use shared::role::Role;
use utoipa::ToSchema;

use crate::{AppState, store};

/// As long as the contract has the deletion taken back.
const UNDO: Duration = Duration::seconds(30);
/// `maintenance` purges what was deleted this long ago.
const RETENTION: Duration = Duration::days(90);

/// Why a persona goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    Duplicate,
    Outdated,
    TestData,
    Other,
}

/// A reason, and for `other` its words.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct DeletePersona {
    reason: Reason,
    /// At most 500 characters; required for `other`.
    reason_detail: Option<String>,
}

/// A persona that is gone for now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deleted {
    persona_id: PersonaId,
    full_name: String,
    /// `deleted`.
    status: &'static str,
    deleted_at: DateTime<Utc>,
    deleted_by: AccountId,
    undo_available_until: DateTime<Utc>,
    permanent_deletion_scheduled_at: DateTime<Utc>,
    message: String,
}

/// A persona that is back.
#[derive(Serialize, ToSchema)]
pub(crate) struct Restored {
    persona_id: PersonaId,
    full_name: String,
    /// `active`.
    status: &'static str,
    restored_at: DateTime<Utc>,
    restored_by: AccountId,
    message: String,
}

impl DeletePersona {
    fn check(&self) -> shared::Result<()> {
        let mut checks = Checks::default();
        let detail = self.reason_detail.as_deref();
        match self.reason {
            Reason::Other => checks.length("reason_detail", Some(detail.unwrap_or("")), 1..=500),
            _ => checks.length("reason_detail", detail, 0..=500),
        }
        checks.done()
    }
}

/// Whether somebody may delete a persona that this account had made: admins any, editors their own.
pub(crate) fn may_delete<L: Level>(access: Access<L>, maker: AccountId) -> bool {
    let role = access.role();
    role == Role::Admin || (role == Role::Editor && maker == access.account_id())
}

fn check_right(persona: &OfPersona<Editor>) -> shared::Result<()> {
    match may_delete(persona.access, persona.created_by) {
        true => Ok(()),
        false => Err(shared::Error::Forbidden(Role::Admin.needed())),
    }
}

/// Deletes a persona. It can be brought back for 30 seconds and is purged after 90 days.
#[utoipa::path(delete, path = "/api/v1/personas/{persona_id}", tag = "personas",
    params(("persona_id" = PersonaId, Path)), request_body = DeletePersona,
    security(("bearer" = [])),
    responses((status = 200, body = Deleted), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
    Json(request): Json<DeletePersona>,
) -> Result<Json<Deleted>> {
    check_right(&persona)?;
    request.check()?;
    let now = state.base.clock.now();
    let full_name = store::delete(&state, &persona, &request, now).await?;
    Ok(Json(Deleted {
        persona_id: persona.id,
        message: format!("{full_name} was deleted. You can undo this for 30 seconds."),
        full_name,
        status: "deleted",
        deleted_at: now,
        deleted_by: persona.access.account_id(),
        undo_available_until: now + UNDO,
        permanent_deletion_scheduled_at: now + RETENTION,
    }))
}

/// Brings back a persona that was deleted less than 30 seconds ago.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/undo-delete", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Restored), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn undo(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
) -> Result<Response> {
    check_right(&persona)?;
    let now = state.base.clock.now();
    match store::restore(&state, &persona, now - UNDO, now).await? {
        store::Restore::Done { full_name } => Ok(Json(Restored {
            persona_id: persona.id,
            message: format!("{full_name} is back."),
            full_name,
            status: "active",
            restored_at: now,
            restored_by: persona.access.account_id(),
        })
        .into_response()),
        store::Restore::NotDeleted => {
            let detail = "Persona is not deleted";
            Ok(Problem::new(StatusCode::NOT_FOUND, "not_found", detail).into_response())
        }
        store::Restore::TooLate { deleted_at } => Ok(too_late(deleted_at)),
    }
}

fn too_late(deleted_at: DateTime<Utc>) -> Response {
    let deadline = deleted_at + UNDO;
    let headers =
        [("x-undo-deadline", deadline.to_rfc3339()), ("x-deleted-at", deleted_at.to_rfc3339())];
    let detail = "The 30 seconds in which a deletion can be undone are over";
    (headers, Problem::new(StatusCode::GONE, "gone", detail)).into_response()
}
