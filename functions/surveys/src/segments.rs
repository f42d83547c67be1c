//! Answers by segment.

use axum::extract::State;
use platform::http::{Json, Problem, Query};
use platform::limit::Heavy;
use platform::{Error, Result, Viewer, Within};
use records::survey::{self, OfSurvey, results};
use serde::Deserialize;
use shared::id::SurveyId;
use shared::statistics::Correction;
use shared::survey::result::{By, SegmentTable, segment_table};
use utoipa::IntoParams;

use crate::AppState;

/// Which table.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Wanted {
    /// `age`, `sex`, `education`, `income`, `place`, or `answer:<question id>` of a choice or a scale.
    by: String,
    /// How p values are corrected over the table: `holm` (default) or `benjamini_hochberg`.
    correction: Option<Correction>,
}

/// Every question's figures in each segment, with a test of the segments against each other. A segment
/// of fewer than 30 is marked small, one with fewer than 10 answers to a question takes no part in its test.
/// A chi-square test whose expected counts are too small has no corrected p value.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/segments", tag = "surveys",
    params(("survey_id" = SurveyId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, body = SegmentTable), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn segments(
    State(state): State<AppState>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<SegmentTable>> {
    let survey = survey::get(&state.pool, &of).await?;
    let rule = "must be age, sex, education, income, place, or answer:<id of a choice or a scale>";
    By::parse(&wanted.by, &survey.questions).ok_or_else(|| Error::invalid("by", rule))?;
    let correction = wanted.correction.unwrap_or_default();
    let part = format!("segments {correction:?} {}", wanted.by);
    let table = results::kept(&state.pool, survey, &part, move |answers| {
        let (questions, language) = (&answers.survey.questions.0, answers.survey.language());
        let by = By::parse(&wanted.by, questions).expect("it was parsed before");
        segment_table(&wanted.by, &by, questions, &answers.respondents, correction, language)
    });
    Ok(Json(table.await?))
}
