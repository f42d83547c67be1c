//! Everything about one persona: what the client's drawer shows.

use axum::extract::State as Of;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::{Result, Viewer, Within};
use serde::Serialize;
use serde_json::Value;
use shared::id::{AccountId, PersonaId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::persona::{BigFive, Hofstede, OfPersona, Portrait, view};
use crate::{State, store};

/// A persona with its audit trail. Needs come with a later release and are absent,
/// not made up.
#[derive(Serialize, ToSchema)]
pub(crate) struct Details {
    #[serde(flatten)]
    portrait: Portrait,
    big_five: BigFive,
    hofstede: Hofstede,
    needs_and_pains: Option<Value>,
    rag_context_details: Option<Value>,
    /// The 20 newest lines, this view among them.
    audit_log: Vec<AuditLine>,
    prompt_version: String,
    version: i32,
    updated_at: DateTime<Utc>,
}

/// A line of the audit trail.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditLine {
    pub(crate) id: Uuid,
    pub(crate) action: String,
    pub(crate) details: Option<Value>,
    pub(crate) user_id: Option<AccountId>,
    pub(crate) timestamp: DateTime<Utc>,
}

/// Everything about a persona. No language model is asked; `force_refresh` is accepted and has
/// nothing to refresh.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/details", tag = "personas",
    params(("persona_id" = PersonaId, Path), ("force_refresh" = Option<bool>, Query)),
    security(("bearer" = [])),
    responses((status = 200, body = Details), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn details(
    Of(state): Of<State>,
    _: Within<Heavy>,
    persona: OfPersona<Viewer>,
) -> Result<Json<Details>> {
    let mut row = view(&state, &persona, "detail_view").await?;
    let audit_log = store::audit_log(&state.pool, persona.access, persona.persona_id).await?;
    Ok(Json(Details {
        big_five: BigFive::of(&row.card),
        hofstede: Hofstede::of(&row.card),
        needs_and_pains: None,
        rag_context_details: row.rag_context_details.take(),
        audit_log,
        prompt_version: std::mem::take(&mut row.prompt_version),
        version: row.version,
        updated_at: row.updated_at,
        portrait: row.into(),
    }))
}
