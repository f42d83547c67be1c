//! How far a persona is in the hands of the researchers.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::{Editor, Result, Within};
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use shared::Checks;
use shared::id::{AccountId, PersonaId};
use shared::role::Role;
use utoipa::ToSchema;

use crate::{AppState, store};

shared::words! {
    /// Where a persona stands.
    #[schema(as = PersonaStatus)]
    pub(crate) enum Status {
        /// Not to be used yet.
        Draft = "draft",
        /// In use.
        Active = "active",
        /// Out of use.
        Archived = "archived",
        /// Somebody has doubts.
        NeedsReview = "needs_review",
    }
}

/// Where it is to stand.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChangeStatus {
    status: Status,
    /// At most 500 characters, for the audit log.
    reason: Option<String>,
}

/// Where it stands now.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatusView {
    persona_id: PersonaId,
    status: Status,
    previous: Status,
    changed_by: AccountId,
    changed_at: DateTime<Utc>,
}

impl Status {
    /// The least role that may lead from here to there; none where nobody may. Who has doubts is believed;
    /// admins alone say that a doubt is settled or that what was put away comes back.
    pub(crate) fn role_for(self, to: Self) -> Option<Role> {
        use Status::{Active, Archived, Draft, NeedsReview};
        match (self, to) {
            (from, to) if from == to => Some(Role::Editor),
            (Draft, Active | NeedsReview | Archived) => Some(Role::Editor),
            (Active, NeedsReview | Archived) => Some(Role::Editor),
            (NeedsReview, Draft | Archived) => Some(Role::Editor),
            (NeedsReview | Archived, Active) => Some(Role::Admin),
            _ => None,
        }
    }
}

/// Changes where a persona stands. Editors put it to use, away, or under review; admins alone bring it back from
/// there. Saying what is so already changes nothing.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/status", tag = "personas",
    params(("persona_id" = PersonaId, Path)), request_body = ChangeStatus,
    security(("bearer" = [])),
    responses((status = 200, body = StatusView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
    Json(request): Json<ChangeStatus>,
) -> Result<Json<StatusView>> {
    let mut checks = Checks::default();
    checks.length("reason", request.reason.as_deref(), 0..=500);
    checks.done()?;
    let now = state.base.clock.now();
    let reason = request.reason.as_deref();
    let previous = store::change_status(&state, &persona, (request.status, reason), now).await?;
    Ok(Json(StatusView {
        persona_id: persona.id,
        status: request.status,
        previous,
        changed_by: persona.access.account_id(),
        changed_at: now,
    }))
}
