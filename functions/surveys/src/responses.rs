//! The answers themselves, one respondent a line, for a spreadsheet.

use ::store::survey::{self, OfSurvey, rows};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use platform::http::Problem;
use platform::limit::Heavy;
use platform::{Caller, Result, Viewer, Within, audit};
use serde_json::json;
use shared::id::SurveyId;

use crate::AppState;

/// Every respondent with their attributes, weight and answers, as CSV. A file of people's answers in
/// the same form is what `human-answers` takes. It is sent while it is read: one that breaks off is not whole,
/// and one whose reader loses the right to it breaks off.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/responses.csv", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, content_type = "text/csv", body = String),
        (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn csv(
    State(state): State<AppState>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
    caller: Caller,
) -> Result<impl IntoResponse> {
    let survey = survey::get(&state.pool, &of).await?;
    let sheet = rows::csv(&state.pool, &state.clock, caller, survey).await?;
    let entry = of.entry("export", json!({ "format": "csv" }));
    audit::record_view(&state.side, &state.ids, state.clock.now(), &entry).await?;
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8")], Body::from_stream(sheet)))
}
