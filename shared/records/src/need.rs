//! What segments need, in PostgreSQL: drafted with the population, and again from what its people have said since.

mod due;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use shared::id::{PersonaId, PopulationId, RunId};
use shared::insight::SegmentNeeds;
use shared::insight::need::{AnswerSource, QuotePlace, StoredAnswer};
use shared::persona::{Brief, Segment};
use shared::prompt;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use platform::{InProject, Result, secret};

pub use due::mark_due;

/// The model's task of drafting needs.
pub const TASK: &str = "persona_needs";

/// The needs of a segment with what the database knows beside them.
#[derive(Debug, Clone)]
pub struct StoredNeeds {
    pub needs: Json<SegmentNeeds>,
    pub inputs_hash: Vec<u8>,
    pub written_by: String,
    pub is_simulated: bool,
    pub prompt_version: String,
    pub created_at: DateTime<Utc>,
}

/// Needs about to be stored.
#[derive(Debug, Clone)]
pub struct NewNeeds {
    pub population_id: PopulationId,
    pub segment: Segment,
    pub needs: SegmentNeeds,
    /// Of everything that they were drafted from.
    pub inputs_hash: [u8; 32],
    pub written_by: String,
    pub is_simulated: bool,
}

/// Of everything that needs are drafted from: the project, the answers, the version of the prompt.
pub fn inputs_hash(brief: &Brief, answers: &[StoredAnswer]) -> Result<[u8; 32]> {
    secret::sha256_of(&(prompt::NEEDS_VERSION, brief, answers))
}

/// The needs of a segment of a population of this project.
pub async fn find(
    pool: &PgPool,
    of: InProject,
    population: PopulationId,
    segment: Segment,
) -> Result<Option<StoredNeeds>> {
    let row = sqlx::query_as!(
        StoredNeeds,
        r#"
        select
            needs as "needs: _", inputs_hash, written_by, is_simulated, prompt_version, created_at
        from segment_needs
        where project_id = $1 and population_id = $2 and segment_id = $3
        "#,
        of.id().0,
        population.0,
        segment.id(),
    );
    let Some(mut stored) = row.fetch_optional(pool).await? else { return Ok(None) };
    let places = places(pool, of, &stored.needs).await?;
    stored.needs.place_quotes(places);
    Ok(Some(stored))
}

/// The place of each quote, in their order; none where the turn, the survey or the person is gone, because what is
/// deleted is quoted no more.
async fn places(
    pool: &PgPool,
    of: InProject,
    needs: &SegmentNeeds,
) -> Result<Vec<Option<QuotePlace>>> {
    let sources: Vec<Uuid> = needs.quotes().map(|quote| quote.source_id).collect();
    let people: Vec<Uuid> = needs.quotes().map(|quote| quote.persona_id.0).collect();
    let texts: Vec<String> = needs.quotes().map(|quote| quote.text.clone()).collect();
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"
        select t.focus_group_id as "focus_group_id?", s.id as "survey_id?", a.question as "question?"
        from unnest($2::uuid[], $3::uuid[], $4::text[])
            with ordinality as q (source_id, persona_id, text, place)
        left join personas p on p.id = q.persona_id and p.project_id = $1 and p.deleted_at is null
        left join (
            focus_group_turns t join focus_groups g on g.id = t.focus_group_id and g.project_id = $1
        ) on t.id = q.source_id and p.id is not null
        left join surveys s
            on s.id = q.source_id and s.project_id = $1 and s.deleted_at is null and p.id is not null
        left join lateral (
            select o.value->>'id' as question
            from survey_responses r
            cross join lateral jsonb_array_elements(s.questions) with ordinality as o (value, place)
            where r.survey_id = s.id
                and r.persona_id = q.persona_id
                and o.value->>'type' = 'open-text'
                and position(q.text in r.response->'answers'->>(o.value->>'id')) > 0
            order by o.place
            limit 1
        ) a on true
        order by q.place
        "#,
        of.id().0,
        &sources,
        &people,
        &texts,
    );
    let rows = rows.fetch_all(pool).await?.into_iter().zip(sources);
    let places = rows.map(|(row, source)| match (row.focus_group_id, row.survey_id) {
        (Some(group), _) => {
            Some(QuotePlace::FocusGroup { focus_group_id: group.into(), turn_id: source.into() })
        }
        (None, Some(survey)) => {
            Some(QuotePlace::Survey { survey_id: survey.into(), question_id: row.question })
        }
        (None, None) => None,
    });
    Ok(places.collect())
}

/// What living people of a segment have said: in the talks that are shown, and to open questions. Everybody's
/// newest first, so that few speak for nobody.
pub async fn answers(
    pool: &PgPool,
    of: InProject,
    population: PopulationId,
    segment: Segment,
) -> Result<Vec<StoredAnswer>> {
    let rows = sqlx::query!(
        r#"
        with said as (
            select true as is_talk, t.id as source_id, t.persona_id, t.said as text, t.created_at as at
            from focus_groups g
            join focus_group_turns t on t.focus_group_id = g.id and t.run_id = g.run_id
            where g.project_id = $1 and t.kind in ('opening', 'reply') and t.said is not null
            union all
            select
                false, s.id, r.persona_id, r.response->'answers'->>(q.value->>'id'), r.created_at
            from surveys s
            cross join lateral jsonb_array_elements(s.questions) q
            join survey_responses r on r.survey_id = s.id
            where s.project_id = $1 and s.deleted_at is null and q.value->>'type' = 'open-text'
        ),
        placed as (
            select
                said.*,
                p.population_index,
                row_number() over (
                    partition by said.persona_id
                    order by said.at desc, said.source_id, said.text
                ) as place
            from said
            join personas p on p.id = said.persona_id
            where p.population_id = $2 and p.segment_id = $3 and p.deleted_at is null
                and length(trim(said.text)) > 0
        )
        select
            is_talk as "is_talk!", source_id as "source_id!", persona_id as "persona_id!",
            text as "text!"
        from placed
        order by place, population_index, source_id, text
        limit $4
        "#,
        of.id().0,
        population.0,
        segment.id(),
        i64::try_from(prompt::MOST_ANSWERS).unwrap_or(i64::MAX),
    );
    let answers = rows.fetch_all(pool).await?.into_iter().map(|row| StoredAnswer {
        source: if row.is_talk { AnswerSource::FocusGroup } else { AnswerSource::Survey },
        source_id: row.source_id,
        persona_id: PersonaId(row.persona_id),
        text: row.text,
    });
    Ok(answers.collect())
}

/// The segments of a population whose needs are stored, or were drafted by this run where one is named.
pub async fn drafted(
    pool: &PgPool,
    of: InProject,
    population: PopulationId,
    run: Option<RunId>,
) -> Result<HashSet<String>> {
    let found = sqlx::query_scalar!(
        r#"
        select segment_id
        from segment_needs
        where project_id = $1 and population_id = $2 and ($3::uuid is null or run_id = $3)
        "#,
        of.id().0,
        population.0,
        run.map(|run| run.0),
    );
    Ok(found.fetch_all(pool).await?.into_iter().collect())
}

/// Stores what a run has drafted, once, and lets the details of the segment's people be read anew. False where the
/// run has stored it before.
pub async fn save(
    connection: &mut PgConnection,
    of: InProject,
    run: RunId,
    new: &NewNeeds,
    now: DateTime<Utc>,
) -> Result<bool> {
    let stored = sqlx::query!(
        r#"
        insert into segment_needs
            (population_id, segment_id, project_id, run_id, inputs_hash, needs, written_by, is_simulated,
             prompt_version, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (population_id, segment_id) do update
        set run_id = excluded.run_id,
            version = segment_needs.version + 1,
            inputs_hash = excluded.inputs_hash,
            needs = excluded.needs,
            written_by = excluded.written_by,
            is_simulated = excluded.is_simulated,
            prompt_version = excluded.prompt_version,
            created_at = excluded.created_at
        where segment_needs.run_id is distinct from excluded.run_id
        "#,
        new.population_id.0,
        new.segment.id(),
        of.id().0,
        run.0,
        new.inputs_hash.as_slice(),
        Json(&new.needs) as _,
        new.written_by,
        new.is_simulated,
        prompt::NEEDS_VERSION,
        now,
    );
    if stored.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        r#"
        update personas
        set version = version + 1
        where project_id = $1 and population_id = $2 and segment_id = $3 and deleted_at is null
        "#,
        of.id().0,
        new.population_id.0,
        new.segment.id(),
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// Notes that a run has found these needs to be still those of their inputs. False where it has noted it before.
pub async fn confirm(
    connection: &mut PgConnection,
    of: InProject,
    run: RunId,
    population: PopulationId,
    segment: Segment,
) -> Result<bool> {
    let noted = sqlx::query!(
        r#"
        update segment_needs
        set run_id = $4
        where project_id = $1 and population_id = $2 and segment_id = $3 and run_id is distinct from $4
        "#,
        of.id().0,
        population.0,
        segment.id(),
        run.0,
    );
    Ok(noted.execute(connection).await?.rows_affected() == 1)
}
