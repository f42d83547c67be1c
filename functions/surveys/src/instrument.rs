//! The instrument, to ask people the same.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use platform::http::{Json, Problem};
use platform::limit::Poll;
use platform::{Result, Viewer, Within};
use records::survey::{self, OfSurvey};
use shared::id::SurveyId;
use shared::survey::instrument::Instrument;

use crate::AppState;

async fn instrument(state: &AppState, of: &OfSurvey<Viewer>) -> Result<Instrument> {
    let survey = survey::get(&state.pool, of).await?;
    let (title, description) = (&survey.title, survey.description.as_deref());
    Ok(Instrument::new(title, description, survey.language(), &survey.design, &survey.questions))
}

/// The survey as another tool may read it.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/instrument", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Instrument), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn json(
    State(state): State<AppState>,
    _: Within<Poll>,
    of: OfSurvey<Viewer>,
) -> Result<Json<Instrument>> {
    Ok(Json(instrument(&state, &of).await?))
}

/// The survey as a form to print: an HTML page that needs nothing else.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/form", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, content_type = "text/html", body = String),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn form(
    State(state): State<AppState>,
    _: Within<Poll>,
    of: OfSurvey<Viewer>,
) -> Result<impl IntoResponse> {
    let form = instrument(&state, &of).await?.form();
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], form))
}
