//! The answers themselves, one respondent a line, for a spreadsheet, and what goes with them.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LINK};
use axum::response::IntoResponse;
use platform::http::{Json, Problem, Query};
use platform::limit::{Heavy, Poll};
use platform::{Caller, Error, Result, Viewer, Within, audit};
use records::export::{self, Disclosure, Masked, Masking, WrittenPart};
use records::survey::{self, OfSurvey, rows};
use serde_json::json;
use shared::id::SurveyId;

use crate::AppState;

/// An address stands in logs of servers and proxies, a body in none.
const IN_THE_BODY: &str = "must be sent in the body of POST /api/v1/surveys/{survey_id}/responses.csv, as {\"unmask\": true, \"reason\": …}";

/// Every respondent with their attributes, weight and answers, as CSV. A file of people's answers in
/// the same form is what `human-answers` takes. It is sent while it is read: one that breaks off is not whole,
/// and one whose reader loses the right to it breaks off.
///
/// People are masked as in an export, in every text and option; `POST` unmasks them. The header `Link`
/// (`rel="describedby"`) says where the disclosure is that belongs to the file.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/responses.csv", tag = "surveys",
    params(("survey_id" = SurveyId, Path)),
    security(("bearer" = [])),
    responses((status = 200, content_type = "text/csv", body = String,
            headers(("link" = String, description = "the disclosure"))),
        (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn csv(
    State(state): State<AppState>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
    caller: Caller,
    Query(asked): Query<Masking>,
) -> Result<impl IntoResponse> {
    if asked.unmask || asked.reason.is_some() {
        let field = if asked.unmask { "unmask" } else { "reason" };
        return Err(Error::invalid(field, IN_THE_BODY));
    }
    sheet(state, of, caller, Masking::default()).await
}

/// The same file; its body may unmask people. An admin does, with a reason, which the audit log keeps and no address
/// has.
#[utoipa::path(post, path = "/api/v1/surveys/{survey_id}/responses.csv", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), request_body = Masking, security(("bearer" = [])),
    responses((status = 200, content_type = "text/csv", body = String,
            headers(("link" = String, description = "the disclosure"))),
        (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn csv_unmasked(
    State(state): State<AppState>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
    caller: Caller,
    Json(masking): Json<Masking>,
) -> Result<impl IntoResponse> {
    masking.check(of.access)?;
    sheet(state, of, caller, masking).await
}

async fn sheet(
    state: AppState,
    of: OfSurvey<Viewer>,
    caller: Caller,
    masking: Masking,
) -> Result<impl IntoResponse> {
    let survey = survey::get(&state.pool, &of).await?;
    let masked = masked(&state, &of, masking.unmask).await?;
    let sheet = rows::csv(&state.pool, &state.clock, caller, survey, masked).await?;
    let details = json!({ "format": "csv", "unmask": masking.unmask, "reason": masking.reason });
    let entry = of.entry("export", details);
    audit::record_view(&state.side, &state.ids, state.clock.now(), &entry).await?;
    let parameter = if masking.unmask { "?unmask=true" } else { "" };
    let link = format!(
        "</api/v1/surveys/{}/responses/disclosure{parameter}>; rel=\"describedby\"; \
         type=\"application/json\"",
        of.id
    );
    let head = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (LINK, link),
    ];
    Ok((head, Body::from_stream(sheet)))
}

/// What the file of answers is: who wrote it, what was done to it and what it cannot tell. `unmask` says of which of
/// the two files.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/responses/disclosure", tag = "surveys",
    params(("survey_id" = SurveyId, Path), ("unmask" = Option<bool>, Query)),
    security(("bearer" = [])),
    responses((status = 200, body = Disclosure), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn disclosure(
    State(state): State<AppState>,
    _: Within<Poll>,
    of: OfSurvey<Viewer>,
    Query(masking): Query<Masking>,
) -> Result<Json<Disclosure>> {
    survey::get(&state.pool, &of).await?.has_been_run()?;
    let about = export::about_survey(&state.pool, of.access.into(), of.id).await?;
    let masked = masked(&state, &of, masking.unmask).await?;
    Ok(Json(Disclosure::new(about, &[WrittenPart::Answers], &masked, state.clock.now())))
}

/// Everybody who answered, where they are masked.
async fn masked(state: &AppState, of: &OfSurvey<Viewer>, unmask: bool) -> Result<Masked> {
    match unmask {
        true => Ok(Masked::No),
        false => Ok(Masked::Of(export::of_survey(&state.pool, of.access.into(), of.id).await?)),
    }
}
