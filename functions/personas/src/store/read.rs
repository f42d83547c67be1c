//! Reading personas.

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use platform::{Access, Result, Viewer};
use serde_json::Value;
use shared::id::{PersonaId, PopulationId, ProjectId};
use shared::persona::{Card, Manner, Segment};
use shared::{Language, Seed};
use sqlx::types::Json;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::grounding::Share;
use crate::summary::SegmentSummary;

/// A persona and its population.
pub(crate) struct PersonaRow {
    pub(crate) id: PersonaId,
    pub(crate) project_id: ProjectId,
    pub(crate) population_id: PopulationId,
    pub(crate) population_index: i32,
    pub(crate) language: Language,
    pub(crate) card: Json<Card>,
    pub(crate) headline: String,
    pub(crate) background_story: String,
    pub(crate) manner: Json<Manner>,
    pub(crate) rag_context_used: bool,
    pub(crate) rag_citations: Option<Value>,
    pub(crate) rag_context_details: Option<Value>,
    pub(crate) written_by: String,
    pub(crate) is_simulated: bool,
    pub(crate) is_imported: bool,
    pub(crate) prompt_version: String,
    pub(crate) version: i32,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    pub(crate) status: String,
    /// When somebody changed its text last.
    pub(crate) edited_at: Option<DateTime<Utc>>,
    pub(super) seed: i64,
    pub(crate) population_people: i32,
}

impl PersonaRow {
    pub(crate) fn segment(&self) -> Segment {
        Segment::of(&self.card)
    }

    /// The seed of its population.
    pub(crate) fn seed(&self) -> Seed {
        Seed(self.seed.cast_unsigned())
    }
}

/// A living persona.
pub(crate) async fn get(
    pool: &PgPool,
    access: Access<Viewer>,
    id: PersonaId,
) -> Result<PersonaRow> {
    let row = sqlx::query_as!(
        PersonaRow,
        r#"
        select
            p.id, p.project_id, p.population_id, p.population_index, p.language as "language: _",
            p.card as "card: _",
            p.headline, p.background_story,
            p.manner as "manner: _",
            p.rag_context_used,
            coalesce(g.citations, p.rag_citations) as rag_citations,
            coalesce(g.details, p.rag_context_details) as rag_context_details,
            p.written_by, p.is_simulated, p.is_imported, p.prompt_version, p.version, p.created_at, p.updated_at, p.deleted_at,
            p.status, p.edited_at, o.seed,
            o.next_index as population_people
        from personas p
        join populations o on o.id = p.population_id
        left join persona_groundings g on g.run_id = p.run_id and g.segment_id = p.segment_id
        where p.project_id = $1 and p.id = $2 and p.deleted_at is null
        "#,
        access.project_id().0,
        id.0,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Persona"))?)
}

/// Living personas of the project in this order.
pub(crate) async fn several(
    pool: &PgPool,
    access: Access<Viewer>,
    ids: &[PersonaId],
) -> Result<Vec<PersonaRow>> {
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = rows_of(pool, access.project_id().0, &wanted).await?;
    match rows.len() == ids.len() {
        true => Ok(rows),
        false => Err(shared::Error::NotFound("Persona").into()),
    }
}

/// The living ones of these, in this order, without the context of retrieval.
pub(super) async fn rows_of(
    executor: impl PgExecutor<'_>,
    project: Uuid,
    ids: &[Uuid],
) -> Result<Vec<PersonaRow>> {
    let rows = sqlx::query_as!(
        PersonaRow,
        r#"
        select
            p.id, p.project_id, p.population_id, p.population_index, p.language as "language: _",
            p.card as "card: _",
            p.headline, p.background_story,
            p.manner as "manner: _",
            p.rag_context_used,
            null::jsonb as rag_citations,
            null::jsonb as rag_context_details,
            p.written_by, p.is_simulated, p.is_imported, p.prompt_version, p.version, p.created_at, p.updated_at,
            p.deleted_at, p.status, p.edited_at,
            o.seed,
            o.next_index as population_people
        from unnest($2::uuid[]) with ordinality as wanted (id, place)
        join personas p on p.id = wanted.id
        join populations o on o.id = p.population_id
        where p.project_id = $1 and p.deleted_at is null
        order by wanted.place
        "#,
        project,
        ids,
    );
    Ok(rows.fetch_all(executor).await?)
}

/// What two people are held against each other by.
pub(crate) struct Sampled {
    pub(crate) language: Language,
    pub(crate) card: Json<Card>,
    /// Headline and story.
    pub(crate) text: String,
}

impl Sampled {
    pub(crate) fn of(row: &PersonaRow) -> Self {
        Self {
            language: row.language,
            card: row.card.clone(),
            text: format!("{}\n{}", row.headline, row.background_story),
        }
    }
}

/// The first living people of a population.
pub(crate) async fn sample(
    pool: &PgPool,
    access: Access<Viewer>,
    population: PopulationId,
    limit: i64,
) -> Result<Vec<Sampled>> {
    sample_of(pool, access.project_id().0, population.0, limit).await
}

/// The same, of a project that the caller has the right to.
pub(super) async fn sample_of(
    pool: &PgPool,
    project: Uuid,
    population: Uuid,
    limit: i64,
) -> Result<Vec<Sampled>> {
    let rows = sqlx::query_as!(
        Sampled,
        r#"
        select
            language as "language: _",
            card as "card: _",
            headline || E'\n' || background_story as "text!"
        from personas
        where project_id = $1 and population_id = $2 and deleted_at is null
        order by population_index
        limit $3
        "#,
        project,
        population,
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}

pub(crate) async fn segments(pool: &PgPool, access: Access<Viewer>) -> Result<Vec<SegmentSummary>> {
    let rows = sqlx::query!(
        r#"
        select
            segment_id,
            min(language) as "language!: Language",
            count(*) filter (where deleted_at is null) as "active!",
            count(*) filter (where deleted_at is not null) as "archived!"
        from personas
        where project_id = $1
        group by segment_id
        order by count(*) desc, segment_id
        "#,
        access.project_id().0,
    )
    .fetch_all(pool)
    .await?;
    let summaries = rows.into_iter().map(|row| -> Result<SegmentSummary> {
        let id = row.segment_id;
        let segment = Segment::parse(&id)
            .ok_or_else(|| anyhow!("a persona has the unknown segment `{id}`"))?;
        Ok(SegmentSummary {
            segment_name: segment.name(row.language),
            segment_id: id,
            active_personas: row.active,
            archived_personas: row.archived,
        })
    });
    summaries.collect()
}

/// How many of a persona's population are in its segment.
pub(crate) async fn share(
    pool: &PgPool,
    access: Access<Viewer>,
    persona: &PersonaRow,
) -> Result<Share> {
    let share = sqlx::query_as!(
        Share,
        r#"
        select
            count(*) filter (where segment_id = $3) as "segment!",
            count(*) as "people!"
        from personas
        where project_id = $1 and population_id = $2 and deleted_at is null
        "#,
        access.project_id().0,
        persona.population_id.0,
        persona.segment().id(),
    );
    Ok(share.fetch_one(pool).await?)
}
