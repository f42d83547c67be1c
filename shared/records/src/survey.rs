//! A survey as its functions share it: who may do what with it, and what is stored.

pub mod outgoing;
pub mod results;
pub mod rows;

use chrono::{DateTime, Utc};
use shared::id::{AccountId, ProjectId, RunId, SurveyId};
use shared::run::RunStatus;
use shared::survey::{Design, Question};
use shared::{Language, Seed};
use sqlx::types::Json;
use sqlx::{PgExecutor, PgPool};

use platform::{Access, InProject, Level, Result, Viewer};

use crate::subject::{Of, subject};

subject!(Survey, SurveyId, "survey_id", "Survey", "survey", "surveys", " and t.deleted_at is null");

/// The route's survey, and what its caller may do with it.
pub type OfSurvey<L> = Of<Survey, L>;

/// A survey with the run that is shown.
pub struct Survey {
    pub id: SurveyId,
    pub project_id: ProjectId,
    pub title: String,
    pub description: Option<String>,
    pub questions: Json<Vec<Question>>,
    pub design: Json<Design>,
    language: Language,
    pub target_responses: i32,
    seed: Option<i64>,
    pub run_id: Option<RunId>,
    run_status: Option<RunStatus>,
    pub actual_responses: i64,
    /// How many of those who answered are purged since: what they said in words is gone.
    pub people_removed: i64,
    pub avg_response_time_ms: Option<i32>,
    pub created_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
}

impl Survey {
    /// The language of its project.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The seed of its respondents, once it has been run.
    pub fn seed(&self) -> Option<Seed> {
        self.seed.map(|seed| Seed(seed.cast_unsigned()))
    }

    /// How the run stands; none before the first one.
    pub fn run_status(&self) -> Option<RunStatus> {
        self.run_status
    }

    /// Whether there can be answers.
    ///
    /// # Errors
    /// 400 while it is a draft, as the client expects.
    pub fn has_been_run(&self) -> Result<()> {
        let refused = || "Survey has not been run yet: there are no results".to_owned();
        self.run_status().ok_or_else(|| shared::Error::Refused(refused()))?;
        Ok(())
    }

    /// The same in the words of the existing client.
    pub fn status(&self) -> &'static str {
        match self.run_status() {
            None => "draft",
            Some(RunStatus::Queued | RunStatus::Running) => "running",
            Some(RunStatus::Succeeded | RunStatus::Partial) => "completed",
            Some(RunStatus::Failed | RunStatus::Cancelled) => "failed",
        }
    }

    /// How long the run took.
    pub fn execution_ms(&self) -> Option<i64> {
        Some((self.completed_at? - self.started_at?).num_milliseconds())
    }
}

/// The surveys of a project, the newest first; one of them where an id is given.
pub async fn list(
    executor: impl PgExecutor<'_>,
    access: Access<Viewer>,
    only: Option<SurveyId>,
) -> Result<Vec<Survey>> {
    rows(executor, Some(access.project_id()), only, None).await
}

/// One survey, for a worker in its project.
///
/// # Errors
/// `Survey not found`, or when the database fails.
pub async fn of_project(pool: &PgPool, project: InProject, survey: SurveyId) -> Result<Survey> {
    let found = rows(pool, Some(project.id()), Some(survey), None).await?.pop();
    Ok(found.ok_or(shared::Error::NotFound("Survey"))?)
}

/// For its worker, the survey that shows this run.
async fn of_run(executor: impl PgExecutor<'_>, run: RunId) -> Result<Option<Survey>> {
    Ok(rows(executor, None, None, Some(run)).await?.pop())
}

async fn rows(
    executor: impl PgExecutor<'_>,
    project: Option<ProjectId>,
    only: Option<SurveyId>,
    run: Option<RunId>,
) -> Result<Vec<Survey>> {
    let surveys = sqlx::query_as!(
        Survey,
        r#"
        select
            s.id, s.project_id, s.title, s.description,
            s.questions as "questions: _",
            s.design as "design: _",
            s.language as "language: _", s.target_responses, s.seed,
            s.run_id as "run_id: _",
            r.status as "run_status?: _",
            s.answered as actual_responses, s.people_removed,
            round(s.latency_ms_total::numeric / nullif(s.answered, 0))::int
                as avg_response_time_ms,
            s.created_by, s.created_at,
            r.started_at as "started_at?",
            r.finished_at as "completed_at?"
        from surveys s
        left join runs r on r.id = s.run_id
        where s.deleted_at is null
            and ($1::uuid is null or s.project_id = $1)
            and ($2::uuid is null or s.id = $2)
            and ($3::uuid is null or s.run_id = $3)
        order by s.created_at desc, s.id
        "#,
        project.map(|id| id.0),
        only.map(|id| id.0),
        run.map(|id| id.0),
    );
    Ok(surveys.fetch_all(executor).await?)
}

/// One survey.
///
/// # Errors
/// `Survey not found`, or when the database fails.
pub async fn get<L: Level>(executor: impl PgExecutor<'_>, of: &OfSurvey<L>) -> Result<Survey> {
    let found = list(executor, of.access.least(), Some(of.id)).await?;
    Ok(found.into_iter().next().ok_or(shared::Error::NotFound("Survey"))?)
}
