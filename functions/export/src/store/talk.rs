//! Answers and talks on their way out.

use std::collections::BTreeMap;

use async_stream::try_stream;
use futures::Stream;
use platform::{InProject, Result};
use serde_json::value::RawValue;
use shared::id::SurveyId;
use shared::persona::Card;
use shared::survey::Response;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// Respondents that are read at once.
const PAGE: i64 = 100;

/// Somebody who answered.
pub(crate) struct Respondents {
    pub(crate) respondent: i32,
    pub(crate) card: Json<Card>,
    pub(crate) response: Json<Response>,
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
        select r.respondent, r.card as "card: _", r.response as "response: _"
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

/// A focus group that has talked.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) questions: Vec<String>,
    pub(crate) run_id: Option<Uuid>,
    pub(crate) persona_ids: Vec<Uuid>,
    pub(crate) summary: Option<Json<Box<RawValue>>>,
}

/// It, with its last summary.
pub(crate) async fn group(pool: &PgPool, project: InProject, id: Uuid) -> Result<Group> {
    let row = sqlx::query_as!(
        Group,
        r#"
        select
            g.name, g.description, g.questions, g.run_id, g.persona_ids,
            (
                select s.summary
                from focus_group_summaries s
                where s.focus_group_id = g.id and s.run_id = g.run_id
                order by s.version desc
                limit 1
            ) as "summary: _"
        from focus_groups g
        where g.project_id = $1 and g.id = $2
        "#,
        project.id().0,
        id,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Focus group"))?)
}

/// The cards of these people of the project, deleted or not.
pub(crate) async fn cards(
    pool: &PgPool,
    project: InProject,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Card>> {
    let rows = sqlx::query!(
        r#"
        select id, card as "card: Json<Card>"
        from personas
        where project_id = $1 and id = any($2)
        "#,
        project.id().0,
        ids,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.card.0)).collect())
}
