//! Answers of people to the same instrument: uploaded, and held against the simulation's.

use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, LargeBodies, Problem};
use platform::limit::{Change, Heavy};
use platform::{Editor, Result, Viewer, Within, off_thread};
use records::survey::{self, OfSurvey, results};
use serde::{Deserialize, Serialize};
use shared::id::{HumanAnswersId, SurveyId};
use shared::survey::human_comparison::{self, Against};
use shared::{Checks, Seed};
use utoipa::ToSchema;

use crate::{AppState, store};

/// Two are received at a time in a process, 60 MB each with the text in it, and one is read and stored: the text, 500,000
/// answers and what the database is sent of them are some 190 MB, beside those bodies and of the 512 that there are.
pub(crate) static UPLOADS: LazyLock<LargeBodies> =
    LazyLock::new(|| LargeBodies::new(2, "csv: must have at most 30 MiB as it is sent"));

/// A file of answers.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UploadAnswers {
    /// What to call it: 1 to 255 characters.
    name: String,
    /// A header of question ids, then one line a person. A row of a matrix is a column `id/row`. A multiple choice is
    /// a column `id/option` of 0 and 1 for each option, or one column whose options are parted by `|` (a bar of an
    /// option's own is written `\\|`), as those of a ranking are. Columns `segment_age`, `segment_sex`,
    /// `segment_education`, `segment_income`, `segment_place` are people's attributes, in the categories of
    /// `responses.csv`. A column `weight` is not used: the comparison then says that weights were not looked at. What
    /// `responses.csv` gives is read as it was.
    csv: String,
}

/// Answers that were uploaded.
#[derive(Serialize, ToSchema)]
#[schema(as = HumanAnswersUploaded)]
pub(crate) struct Uploaded {
    pub(crate) id: HumanAnswersId,
    pub(crate) survey_id: SurveyId,
    pub(crate) name: String,
    /// How many people they are of.
    pub(crate) people: i32,
    pub(crate) created_at: DateTime<Utc>,
}

/// The simulation against people.
#[derive(Serialize, ToSchema)]
pub(crate) struct Compared {
    answers: Uploaded,
    #[serde(flatten)]
    against: Against,
}

/// Keeps answers of people to the survey. The last upload is the one that is compared. It has at most 100,000 people and
/// 500,000 answers (10,000 people with 50), attributes among them, and a body of 30 MiB.
#[utoipa::path(post, path = "/api/v1/surveys/{survey_id}/human-answers", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), request_body = UploadAnswers,
    security(("bearer" = [])),
    responses((status = 201, body = Uploaded), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 413, description = "the file is too large", body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn upload(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfSurvey<Editor>,
    request: Request,
) -> Result<(StatusCode, Json<Uploaded>)> {
    let (Json(upload), turn) = UPLOADS.receive::<Json<UploadAnswers>>(request).await?;
    let mut checks = Checks::default();
    checks.length("name", Some(&upload.name), 1..=255);
    checks.done()?;
    let survey = survey::get(&state.pool, &of).await?;
    let (csv, questions) = (upload.csv, survey.questions.0);
    let reading = turn.run(move || human_comparison::read(&csv, &questions));
    // the turn lasts until they are stored
    let (answers, _turn) = reading.await?;
    let uploaded = store::insert_human(&state, &of, upload.name.trim(), &answers?).await?;
    Ok((StatusCode::CREATED, Json(uploaded)))
}

/// Each choice and scale compared with what people answered, with bootstrap intervals, what chance
/// alone would show, and a verdict; and whether answers go with each other, and with people's attributes, as
/// they do for people. A simulation that varies less than people cannot pass.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/human-answers", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Compared), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn compare(
    State(state): State<AppState>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
) -> Result<Json<Compared>> {
    let survey = survey::get(&state.pool, &of).await?;
    survey.has_been_run()?;
    // before the turn is waited for: who has uploaded nothing waits for nobody
    let answers = store::human(&state.pool, of.access, of.id).await?;
    let simulated = results::answers(&state.pool, survey).await?;
    let people = store::people(&state.pool, of.access, &answers).await?;
    let against = off_thread(move || {
        human_comparison::against(
            &simulated.survey.questions,
            &simulated.respondents,
            &people,
            Seed(0),
        )
    });
    Ok(Json(Compared { answers, against: against.await? }))
}
