//! Who wrote what leaves.

use platform::{InProject, Result};
use shared::Language;
use shared::id::{PersonaId, ProjectId, RunId, SurveyId};
use shared::persona::card::Country;
use sqlx::PgPool;
use sqlx::types::Json;

use super::{DisclosedWriter, WrittenPart};

/// What a disclosure is made of.
#[derive(Debug, Clone)]
pub struct About {
    pub project_id: ProjectId,
    pub project_name: String,
    pub language: Language,
    pub models: Vec<DisclosedWriter>,
    /// Of the populations that its people belong to.
    pub seeds: Vec<i64>,
    /// Whose tables its people are drawn from.
    pub countries: Vec<Country>,
    pub survey_seed: Option<u64>,
    /// The embedding models that rated reactions in words.
    pub rated_by: Vec<String>,
    /// How many of those who answered or spoke are gone, with their words.
    pub people_removed: i64,
    pub people_imported: i64,
}

struct AboutRow {
    name: String,
    language: Language,
    seeds: Vec<i64>,
    countries: Json<Vec<Country>>,
    survey_seed: Option<i64>,
    rated_by: Vec<String>,
    people_removed: i64,
    people_imported: i64,
}

/// Whose people a file has: those of one survey, run or persona, or the living ones of the project.
#[derive(Default)]
struct PeopleOf {
    persona: Option<PersonaId>,
    survey: Option<SurveyId>,
    run: Option<RunId>,
}

/// Of the living people of a project, or of one of them, with their needs and journeys.
pub async fn about_people(
    pool: &PgPool,
    project: InProject,
    only: Option<PersonaId>,
) -> Result<About> {
    let models = sqlx::query_as!(
        DisclosedWriter,
        r#"
        with people as (
            select
                id, population_id, segment_id, is_simulated, prompt_version,
                case when edited_at is null then written_by else written_by || ', edited by hand' end
                    as written_by
            from personas
            where project_id = $1 and deleted_at is null and ($2::uuid is null or id = $2)
        ),
        written as (
            select 1 as place, 'people' as part, written_by, is_simulated, prompt_version
            from people
            union all
            select 2, 'needs', n.written_by, n.is_simulated, n.prompt_version
            from segment_needs n
            where n.project_id = $1
                and (n.population_id, n.segment_id) in (
                    select population_id, segment_id from people
                )
            union all
            select 3, 'journey', j.written_by, j.is_simulated, j.prompt_version
            from persona_journeys j
            join people p on p.id = j.persona_id
            where j.project_id = $1 and j.journey is not null
        )
        select
            part as "part!: WrittenPart",
            written_by as "model!",
            is_simulated as "is_simulated!",
            prompt_version as "prompt_version!",
            count(*) as "texts!"
        from written
        group by place, part, written_by, is_simulated, prompt_version
        order by place, count(*) desc, written_by, prompt_version
        "#,
        project.id().0,
        only.map(|id| id.0),
    );
    let models = models.fetch_all(pool).await?;
    about(pool, project, PeopleOf { persona: only, ..PeopleOf::default() }, models).await
}

/// Of the answers to a survey.
pub async fn about_survey(pool: &PgPool, project: InProject, survey: SurveyId) -> Result<About> {
    let models = sqlx::query_as!(
        DisclosedWriter,
        r#"
        select
            'answers' as "part!: WrittenPart",
            r.written_by as model,
            r.is_simulated,
            r.prompt_version,
            count(*) as "texts!"
        from survey_responses r
        join surveys s on s.id = r.survey_id
        where s.project_id = $1 and s.id = $2 and not r.is_removed
        group by r.written_by, r.is_simulated, r.prompt_version
        order by count(*) desc, r.written_by, r.prompt_version
        "#,
        project.id().0,
        survey.0,
    );
    let models = models.fetch_all(pool).await?;
    about(pool, project, PeopleOf { survey: Some(survey), ..PeopleOf::default() }, models).await
}

/// Of what was said in a run of a focus group, and of its last summary.
pub async fn about_discussion(pool: &PgPool, project: InProject, run: RunId) -> Result<About> {
    let models = sqlx::query_as!(
        DisclosedWriter,
        r#"
        with written as (
            select
                1 as place,
                'turns' as part,
                t.written_by,
                t.is_simulated,
                coalesce(t.prompt_version, '') as prompt_version
            from focus_group_turns t
            join runs r on r.id = t.run_id
            where r.project_id = $1 and r.id = $2 and t.written_by is not null and not t.is_removed
            union all
            (
                select
                    2,
                    'summary',
                    coalesce(s.summary->'metadata'->>'model_used', ''),
                    coalesce((s.summary->'metadata'->>'is_simulated')::boolean, false),
                    coalesce(s.summary->'metadata'->>'prompt_version', '')
                from focus_group_summaries s
                join runs r on r.id = s.run_id
                where r.project_id = $1 and r.id = $2
                order by s.version desc
                limit 1
            )
        )
        select
            part as "part!: WrittenPart",
            written_by as "model!",
            is_simulated as "is_simulated!",
            prompt_version as "prompt_version!",
            count(*) as "texts!"
        from written
        group by place, part, written_by, is_simulated, prompt_version
        order by place, count(*) desc, written_by, prompt_version
        "#,
        project.id().0,
        run.0,
    );
    let models = models.fetch_all(pool).await?;
    about(pool, project, PeopleOf { run: Some(run), ..PeopleOf::default() }, models).await
}

async fn about(
    pool: &PgPool,
    project: InProject,
    of: PeopleOf,
    models: Vec<DisclosedWriter>,
) -> Result<About> {
    let row = sqlx::query_as!(
        AboutRow,
        r#"
        with people as (
            select p.population_id, p.card, p.is_imported
            from personas p
            where p.project_id = $1
                and case
                    when $2::uuid is not null then p.id = $2
                    when $3::uuid is not null
                        then p.id in (select persona_id from survey_responses where survey_id = $3)
                    when $4::uuid is not null
                        then p.id in (select persona_id from focus_group_turns where run_id = $4)
                    else p.deleted_at is null
                end
        ),
        answers as (
            select r.card, r.response, coalesce(p.is_imported, false) as is_imported
            from survey_responses r
            join surveys s on s.id = r.survey_id
            left join personas p on p.id = r.persona_id
            where s.id = $3 and s.project_id = $1
        ),
        -- those who were drawn from tables
        cards as (
            select card from people where not is_imported
            union all
            select card from answers where not is_imported
        )
        select
            name,
            language as "language: Language",
            array(
                select distinct o.seed
                from populations o
                where o.project_id = $1 and o.id in (select population_id from people)
                order by o.seed
            ) as "seeds!",
            (
                select coalesce(jsonb_agg(distinct card->'country'), '[]') from cards
            ) as "countries!: Json<Vec<Country>>",
            (select seed from surveys where id = $3 and project_id = $1) as survey_seed,
            array(
                select distinct response->>'rated_by'
                from answers
                where response->>'rated_by' is not null
                order by 1
            ) as "rated_by!",
            coalesce(
                (select people_removed from surveys where id = $3 and project_id = $1),
                (
                    select count(distinct t.persona_id)
                    from focus_group_turns t
                    join runs r on r.id = t.run_id
                    where r.project_id = $1 and r.id = $4 and t.is_removed
                )
            ) as "people_removed!",
            (select count(*) from people where is_imported) as "people_imported!"
        from projects
        where id = $1
        "#,
        project.id().0,
        of.persona.map(|id| id.0),
        of.survey.map(|id| id.0),
        of.run.map(|id| id.0),
    );
    let row = row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Project"))?;
    Ok(row.about(project.id(), models))
}

impl AboutRow {
    fn about(self, project_id: ProjectId, models: Vec<DisclosedWriter>) -> About {
        About {
            project_id,
            project_name: self.name,
            language: self.language,
            models,
            seeds: self.seeds,
            countries: self.countries.0,
            survey_seed: self.survey_seed.map(i64::cast_unsigned),
            rated_by: self.rated_by,
            people_removed: self.people_removed,
            people_imported: self.people_imported,
        }
    }
}
