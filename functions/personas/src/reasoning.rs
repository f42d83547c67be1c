//! Why this persona is as it is: the rule behind its segment, its place in the population, and what of
//! the documents it rests on.

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::{Result, Viewer, Within};
use records::persona::OfPersona;
use shared::id::PersonaId;

use crate::grounding::Reasoning;
use crate::persona::view;
use crate::{AppState, store};

/// Why a persona is as it is. No language model is asked.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/reasoning", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Reasoning), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn reasoning(
    State(state): State<AppState>,
    _: Within<Heavy>,
    persona: OfPersona<Viewer>,
) -> Result<Json<Reasoning>> {
    let row = view(&state, &persona, "reasoning").await?;
    let share = store::share(&state.base.pool, persona.access, &row).await?;
    Ok(Json(Reasoning::of(&row, Some(share))?))
}
