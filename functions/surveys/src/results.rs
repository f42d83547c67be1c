//! What the answers to a survey say.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::{Result, Viewer, Within};
use records::survey::results::{self, Figures};
use records::survey::{self, OfSurvey, Survey};
use serde::Serialize;
use shared::id::{ProjectId, SurveyId};
use shared::run::RunStatus;
use shared::survey::Question;
use utoipa::ToSchema;

use crate::AppState;

/// The results of a survey.
#[derive(Serialize, ToSchema)]
pub(crate) struct Results {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    figures: Figures,
}

/// The survey that the figures are of.
#[derive(Serialize, ToSchema)]
struct Head {
    id: SurveyId,
    project_id: ProjectId,
    title: String,
    description: Option<String>,
    questions: Vec<Question>,
    status: &'static str,
    /// How the run really ended.
    run_status: Option<RunStatus>,
    target_responses: i32,
    actual_responses: i64,
    total_execution_time_ms: Option<i64>,
    avg_response_time_ms: Option<i32>,
    /// The same, as the client also reads it.
    average_response_time_ms: Option<i32>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
}

impl Head {
    fn of(survey: &Survey) -> Self {
        Self {
            id: survey.id,
            project_id: survey.project_id,
            title: survey.title.clone(),
            description: survey.description.clone(),
            questions: survey.questions.0.clone(),
            status: survey.status(),
            run_status: survey.run_status(),
            target_responses: survey.target_responses,
            actual_responses: survey.actual_responses,
            total_execution_time_ms: survey.execution_ms(),
            avg_response_time_ms: survey.avg_response_time_ms,
            average_response_time_ms: survey.avg_response_time_ms,
            created_at: survey.created_at,
            started_at: survey.started_at,
            completed_at: survey.completed_at,
        }
    }
}

/// The results: each question's figures with their intervals, who answered, where people were lost.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/results", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Results), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn results(
    State(state): State<AppState>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
) -> Result<Json<Results>> {
    let survey = survey::get(&state.pool, &of).await?;
    let head = Head::of(&survey);
    Ok(Json(Results { head, figures: results::figures(&state.pool, survey).await? }))
}
