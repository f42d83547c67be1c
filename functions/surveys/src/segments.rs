//! Answers by segment.

use axum::extract::State as Of;
use platform::http::{Json, Problem, Query};
use platform::limit::Heavy;
use platform::survey::OfSurvey;
use platform::{Error, Result, Viewer, Within, off_thread};
use serde::Deserialize;
use shared::id::SurveyId;
use shared::statistics::Correction;
use shared::survey::result::{By, SegmentTable, segment_table};
use utoipa::IntoParams;

use crate::State;
use crate::results::load;

/// Which table.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Wanted {
    /// `age`, `sex`, `education`, `income`, `place`, or `answer:<question id>` of a choice or a scale.
    by: String,
    /// How p values are corrected over the table: `holm` (default) or `benjamini_hochberg`.
    correction: Option<Correction>,
}

/// Every question's figures in each segment, with a test of the segments against each other. A segment
/// of fewer than 30 is marked small, one of fewer than 10 takes no part in tests.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/segments", tag = "surveys",
    params(("survey_id" = SurveyId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, body = SegmentTable), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn segments(
    Of(state): Of<State>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<SegmentTable>> {
    let loaded = load(&state, &of).await?;
    let table = off_thread(move || {
        let (questions, language) = (&loaded.survey.questions.0, loaded.survey.language());
        let by = By::parse(&wanted.by, questions)?;
        let correction = wanted.correction.unwrap_or_default();
        let people = &loaded.respondents;
        Some(segment_table(&wanted.by, &by, questions, people, correction, language))
    });
    let rule = "must be age, sex, education, income, place, or answer:<id of a choice or a scale>";
    Ok(Json(table.await?.ok_or_else(|| Error::invalid("by", rule))?))
}
