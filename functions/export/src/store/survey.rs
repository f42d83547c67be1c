//! Answers on their way out: those of personas, and what a researcher has uploaded of people's.

use async_stream::try_stream;
use chrono::{DateTime, Utc};
use futures::Stream;
use platform::{InProject, Result};
use serde::Serialize;
use shared::id::SurveyId;
use shared::persona::Card;
use shared::survey::{Answers, Response};
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// Respondents that are read at once.
const PAGE: i64 = 100;

/// Somebody who answered.
pub(crate) struct Respondents {
    pub(crate) respondent: i32,
    pub(crate) persona_id: Uuid,
    pub(crate) run_id: Option<Uuid>,
    pub(crate) card: Json<Card>,
    pub(crate) response: Json<Response>,
    pub(crate) latency_ms: i32,
    pub(crate) written_by: String,
    pub(crate) is_simulated: bool,
    pub(crate) prompt_version: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// The respondents of a survey, page by page.
pub(crate) fn respondents(
    pool: PgPool,
    project: InProject,
    survey: SurveyId,
) -> impl Stream<Item = Result<Vec<Respondents>>> + Send + 'static {
    try_stream! {
        let mut after = -1;
        loop {
            let rows = page(&pool, project, survey, after).await?;
            let Some(last) = rows.last() else { break };
            after = last.respondent;
            yield rows;
        }
    }
}

/// Those after another, a page of them.
async fn page(
    pool: &PgPool,
    project: InProject,
    survey: SurveyId,
    after: i32,
) -> Result<Vec<Respondents>> {
    let rows = sqlx::query_as!(
        Respondents,
        r#"
        select
            r.respondent, r.persona_id, r.run_id, r.card as "card: _", r.response as "response: _",
            r.latency_ms, r.written_by, r.is_simulated, r.prompt_version, r.created_at
        from survey_responses r
        join surveys s on s.id = r.survey_id
        where s.project_id = $1 and s.id = $2 and r.respondent > $3 and not r.is_removed
        order by r.respondent
        limit $4
        "#,
        project.id().0,
        survey.0,
        after,
        PAGE,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// People of an upload that are read at once: an upload may have a hundred thousand.
const PEOPLE: i32 = 1_000;

/// Answers of people, as they were uploaded, without the answers.
#[derive(Serialize)]
pub(crate) struct Upload {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) people: i32,
    pub(crate) uploaded_by: Uuid,
    pub(crate) created_at: DateTime<Utc>,
}

/// The uploads of a survey, the oldest first.
pub(crate) async fn uploads(
    pool: &PgPool,
    project: InProject,
    survey: SurveyId,
) -> Result<Vec<Upload>> {
    let rows = sqlx::query_as!(
        Upload,
        r#"
        select h.id, h.name, h.people, h.uploaded_by, h.created_at
        from survey_human_answers h
        join surveys s on s.id = h.survey_id
        where s.project_id = $1 and s.id = $2
        order by h.created_at, h.id
        "#,
        project.id().0,
        survey.0,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The answers of an upload, page by page.
pub(crate) fn uploaded(
    pool: PgPool,
    project: InProject,
    upload: Uuid,
) -> impl Stream<Item = Result<Vec<Answers>>> + Send + 'static {
    try_stream! {
        let mut from = 0;
        loop {
            let people = people(&pool, project, upload, from).await?;
            if people.is_empty() {
                break;
            }
            from += PEOPLE;
            yield people;
        }
    }
}

/// Those from a place on, a page of them.
async fn people(
    pool: &PgPool,
    project: InProject,
    upload: Uuid,
    from: i32,
) -> Result<Vec<Answers>> {
    let page = sqlx::query_scalar!(
        r#"
        select jsonb_path_query_array(
            h.answers, '$[$from to $until]', jsonb_build_object('from', $3::integer, 'until', $4::integer)
        ) as "page!: Json<Vec<Answers>>"
        from survey_human_answers h
        join surveys s on s.id = h.survey_id
        where s.project_id = $1 and h.id = $2
        "#,
        project.id().0,
        upload,
        from,
        from + PEOPLE - 1,
    );
    // none of an upload that went with its survey meanwhile
    Ok(page.fetch_optional(pool).await?.map(|page| page.0).unwrap_or_default())
}
