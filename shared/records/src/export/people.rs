//! The names and towns of everybody who is in a file.

use platform::{InProject, Result};
use shared::id::SurveyId;
use shared::persona::mask::Everybody;
use sqlx::PgPool;

struct Named {
    is_town: bool,
    name: String,
}

/// Of the people of a project, deleted or not: what the living have said may name them.
pub async fn of_project(pool: &PgPool, project: InProject) -> Result<Everybody> {
    let rows = sqlx::query_as!(
        Named,
        r#"
        select distinct n.is_town as "is_town!", n.name as "name!"
        from personas p
        cross join lateral (
            values
                (false, p.card->>'first_name'),
                (false, p.card->>'surname'),
                (true, p.card->>'town')
        ) n (is_town, name)
        where p.project_id = $1 and n.name <> ''
        "#,
        project.id().0,
    );
    Ok(everybody(&rows.fetch_all(pool).await?))
}

/// Of all who answered a survey, also of those whose personas are gone.
pub async fn of_survey(pool: &PgPool, project: InProject, survey: SurveyId) -> Result<Everybody> {
    let rows = sqlx::query_as!(
        Named,
        r#"
        select distinct n.is_town as "is_town!", n.name as "name!"
        from survey_responses r
        join surveys s on s.id = r.survey_id
        cross join lateral (
            values
                (false, r.card->>'first_name'),
                (false, r.card->>'surname'),
                (true, r.card->>'town')
        ) n (is_town, name)
        where s.project_id = $1 and s.id = $2 and n.name <> ''
        "#,
        project.id().0,
        survey.0,
    );
    Ok(everybody(&rows.fetch_all(pool).await?))
}

fn everybody(rows: &[Named]) -> Everybody {
    let of = |is_town: bool| {
        rows.iter().filter(move |row| row.is_town == is_town).map(|row| row.name.as_str())
    };
    Everybody::new(of(false), of(true))
}
