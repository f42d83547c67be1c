//! What a persona needs, with what it rests on.

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::Poll;
use platform::{Result, Viewer, Within};
use records::need;
use records::persona::OfPersona;
use serde::Serialize;
use shared::id::PersonaId;
use shared::insight::NeedsAndPains;
use utoipa::ToSchema;

use crate::subject::needs_of;
use crate::{AppState, store};

/// What a persona needs, and whether its segment has said something new since.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonaNeeds)]
pub(crate) struct NeedsView {
    persona_id: PersonaId,
    segment_id: &'static str,
    segment_name: &'static str,
    needs_and_pains: NeedsAndPains,
    /// Whether no model was asked.
    is_simulated: bool,
    /// The version of the prompt; null while a rule gives them.
    prompt_version: Option<String>,
    /// Quotes of the draft that no stored answer has, and that were dropped.
    dropped_quotes: u32,
    /// Whether the project or the answers have changed since, or a rule gives them.
    is_stale: bool,
}

/// What a persona needs, as their segment's needs were drafted last. No model is asked.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/needs", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = NeedsView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    persona: OfPersona<Viewer>,
) -> Result<Json<NeedsView>> {
    let of = persona.access.into();
    let row = store::get(&state.base.pool, persona.access, persona.id).await?;
    let segment = row.segment();
    let (needs_and_pains, stored) = needs_of(&state, of, &row).await?;
    let (brief, _) = records::project::brief(&state.base.pool, of).await?;
    let answers = need::answers(&state.base.pool, of, row.population_id, segment).await?;
    let hash = need::inputs_hash(&brief, &answers)?;
    Ok(Json(NeedsView {
        persona_id: row.id,
        segment_id: segment.id(),
        segment_name: segment.name(row.language),
        needs_and_pains,
        is_simulated: stored.as_ref().is_none_or(|stored| stored.is_simulated),
        is_stale: stored.as_ref().is_none_or(|stored| stored.inputs_hash != hash),
        dropped_quotes: stored.as_ref().map_or(0, |stored| stored.needs.dropped_quotes),
        prompt_version: stored.map(|stored| stored.prompt_version),
    }))
}
