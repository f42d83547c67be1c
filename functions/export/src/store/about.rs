//! Who wrote what leaves.

use platform::{InProject, Result};
use shared::Language;
use shared::id::{AccountId, PersonaId, RunId, SurveyId};
use sqlx::PgPool;

use crate::disclosure::{About, Writer};

/// Of the people of a project, or of one of them.
pub(crate) async fn about_people(
    pool: &PgPool,
    project: InProject,
    only: Option<PersonaId>,
) -> Result<About> {
    let models = sqlx::query_as!(
        Writer,
        r#"
        select
            case when edited_at is null then written_by else written_by || ', edited by hand' end as "model!",
            is_simulated, prompt_version, count(*) as "texts!"
        from personas
        where project_id = $1 and deleted_at is null and ($2::uuid is null or id = $2)
        group by 1, is_simulated, prompt_version
        order by count(*) desc, 1, prompt_version
        "#,
        project.id().0,
        only.map(|id| id.0),
    );
    let models = models.fetch_all(pool).await?;
    about(pool, project, models).await
}

/// Of the answers to a survey.
pub(crate) async fn about_survey(
    pool: &PgPool,
    project: InProject,
    survey: SurveyId,
) -> Result<About> {
    let models = sqlx::query_as!(
        Writer,
        r#"
        select r.written_by as model, r.is_simulated, r.prompt_version, count(*) as "texts!"
        from survey_responses r
        join surveys s on s.id = r.survey_id
        where s.project_id = $1 and s.id = $2
        group by r.written_by, r.is_simulated, r.prompt_version
        order by count(*) desc, r.written_by, r.prompt_version
        "#,
        project.id().0,
        survey.0,
    );
    let models = models.fetch_all(pool).await?;
    about(pool, project, models).await
}

/// Of what was said in a run of a focus group.
pub(crate) async fn about_talk(pool: &PgPool, project: InProject, run: RunId) -> Result<About> {
    let models = sqlx::query_as!(
        Writer,
        r#"
        select
            t.written_by as "model!",
            t.is_simulated,
            coalesce(t.prompt_version, '') as "prompt_version!",
            count(*) as "texts!"
        from focus_group_turns t
        join runs r on r.id = t.run_id
        where r.project_id = $1 and r.id = $2 and t.written_by is not null
        group by t.written_by, t.is_simulated, t.prompt_version
        order by count(*) desc, t.written_by
        "#,
        project.id().0,
        run.0,
    );
    let models = models.fetch_all(pool).await?;
    about(pool, project, models).await
}

/// What who exports is called; by their id where they have no name any more.
pub(crate) async fn exporter(pool: &PgPool, _: InProject, account: AccountId) -> Result<String> {
    let name = sqlx::query_scalar!("select full_name from accounts where id = $1", account.0);
    let name = name.fetch_optional(pool).await?.filter(|name| !name.trim().is_empty());
    Ok(name.unwrap_or_else(|| account.to_string()))
}

async fn about(pool: &PgPool, project: InProject, models: Vec<Writer>) -> Result<About> {
    let row = sqlx::query!(
        r#"
        select
            name,
            language as "language: Language",
            array(
                select distinct seed from populations where project_id = projects.id order by seed
            ) as "seeds!"
        from projects
        where id = $1
        "#,
        project.id().0,
    );
    let row = row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Project"))?;
    Ok(About {
        project_id: project.id(),
        project_name: row.name,
        language: row.language,
        models,
        seeds: row.seeds,
    })
}
