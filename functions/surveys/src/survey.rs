//! Surveys as the client writes, lists, reads and deletes them.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::{Change, Poll};
use platform::{Access, Admin, Editor, Result, Viewer, Within};
use records::survey::{self, OfSurvey, Survey};
use serde::{Deserialize, Serialize};
use shared::Checks;
use shared::id::{ProjectId, RunId, SurveyId};
use shared::run::RunStatus;
use shared::survey::{Design, Question, check};
use shared::text::composed;
use utoipa::ToSchema;

use crate::{AppState, store};

/// The client's default.
const TARGET: u32 = 1_000;

/// A survey to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateSurvey {
    /// 1 to 255 characters.
    pub(crate) title: String,
    /// At most 1,000 characters.
    pub(crate) description: Option<String>,
    /// 1 to 100 questions.
    pub(crate) questions: Vec<Question>,
    /// Responses wanted: 10 to 100,000; default 1,000.
    target_responses: Option<u32>,
    /// How the survey is asked and weighted as a whole.
    pub(crate) design: Option<Design>,
}

impl CreateSurvey {
    pub(crate) fn target(&self) -> u32 {
        self.target_responses.unwrap_or(TARGET)
    }

    /// The same with every letter and its mark as one (NFC): options that differ only so are one.
    fn composed(self) -> Self {
        Self {
            title: composed(&self.title),
            description: self.description.as_deref().map(composed),
            questions: self.questions.into_iter().map(Question::composed).collect(),
            ..self
        }
    }

    fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        checks.length("title", Some(&self.title), 1..=255);
        checks.length("description", self.description.as_deref(), 0..=1_000);
        checks.range("target_responses", self.target_responses, 10..=100_000);
        let design = self.design.clone().unwrap_or_default();
        checks.keep_all(check::check(&self.questions, &design));
        Ok(checks.done()?)
    }
}

/// A survey as the client reads it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SurveyView {
    id: SurveyId,
    project_id: ProjectId,
    title: String,
    description: Option<String>,
    questions: Vec<Question>,
    /// `draft`, `running`, `completed` or `failed`.
    status: &'static str,
    target_responses: i32,
    /// People who answered.
    actual_responses: i64,
    total_execution_time_ms: Option<i64>,
    avg_response_time_ms: Option<i32>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    is_active: bool,
    design: Design,
    /// The run that is shown: watch it at `/api/v1/runs/{run_id}`.
    run_id: Option<RunId>,
    /// How it really stands: `partial` and `cancelled` have no word of the client's own.
    run_status: Option<RunStatus>,
    /// How many people the survey lacks for its target.
    shortfall: i64,
}

impl From<Survey> for SurveyView {
    fn from(survey: Survey) -> Self {
        Self {
            status: survey.status(),
            run_status: survey.run_status(),
            total_execution_time_ms: survey.execution_ms(),
            shortfall: (i64::from(survey.target_responses) - survey.actual_responses).max(0),
            id: survey.id,
            project_id: survey.project_id,
            title: survey.title,
            description: survey.description,
            questions: survey.questions.0,
            target_responses: survey.target_responses,
            actual_responses: survey.actual_responses,
            avg_response_time_ms: survey.avg_response_time_ms,
            created_at: survey.created_at,
            started_at: survey.started_at,
            completed_at: survey.completed_at,
            is_active: true,
            design: survey.design.0,
            run_id: survey.run_id,
        }
    }
}

/// Saves a survey. Every broken rule is told, and names its question.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/surveys", tag = "surveys",
    params(("project_id" = ProjectId, Path)), request_body = CreateSurvey,
    security(("bearer" = [])),
    responses((status = 201, body = SurveyView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    Json(request): Json<CreateSurvey>,
) -> Result<(StatusCode, Json<SurveyView>)> {
    let request = request.composed();
    request.check()?;
    let survey = store::insert(&state, access, request).await?;
    Ok((StatusCode::CREATED, Json(survey.into())))
}

/// The surveys of a project, the newest first.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/surveys", tag = "surveys",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<SurveyView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Vec<SurveyView>>> {
    let surveys = survey::list(&state.pool, access, None).await?;
    Ok(Json(surveys.into_iter().map(SurveyView::from).collect()))
}

/// One survey.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, body = SurveyView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    of: OfSurvey<Viewer>,
) -> Result<Json<SurveyView>> {
    Ok(Json(survey::get(&state.pool, &of).await?.into()))
}

/// Deletes a survey. A run that is at work is asked to stop.
#[utoipa::path(delete, path = "/api/v1/surveys/{survey_id}", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfSurvey<Admin>,
) -> Result<StatusCode> {
    store::delete(&state, &of).await?;
    Ok(StatusCode::NO_CONTENT)
}
