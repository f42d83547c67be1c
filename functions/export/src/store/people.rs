//! People on their way out.

use async_stream::try_stream;
use futures::Stream;
use platform::{Access, InProject, Result, Viewer};
use records::export::PersonRow;
use shared::id::PersonaId;
use shared::insight::need::NeedQuote;
use shared::persona::Card;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// People that are read at once: half a megabyte or so.
const PAGE: i64 = 200;

/// The living people of a project, page by page. What retrieval found for a segment is not among it:
/// [`super::project`] has that once.
pub(crate) fn pages(
    pool: PgPool,
    project: InProject,
) -> impl Stream<Item = Result<Vec<PersonRow>>> + Send + 'static {
    try_stream! {
        let mut after = i64::MIN;
        loop {
            let rows = page(&pool, project, after).await?;
            let Some(last) = rows.last() else { break };
            after = last.arrival;
            yield rows;
        }
    }
}

/// Those who became visible after another, a page of them.
async fn page(pool: &PgPool, project: InProject, after: i64) -> Result<Vec<PersonRow>> {
    let rows = sqlx::query_as!(
        PersonRow,
        r#"
        select
            p.id, p.arrival, p.run_id, p.population_id, p.population_index, p.language as "language: _",
            p.card as "card: _",
            p.headline, p.background_story,
            p.manner as "manner: _",
            p.status, p.written_by, p.is_simulated, p.is_imported, p.prompt_version, p.rag_citations,
            p.rag_context_details,
            j.journey as "journey?: _",
            case when j.journey is not null then jsonb_build_object(
                'version', j.version, 'context', j.context, 'written_by', j.written_by,
                'is_simulated', j.is_simulated, 'prompt_version', j.prompt_version, 'created_at', j.created_at
            ) end as journey_made,
            p.version, p.edited_at, p.edited_by, p.created_by, p.created_at, p.updated_at
        from personas p
        left join persona_journeys j on j.persona_id = p.id
        where p.project_id = $1 and p.deleted_at is null and p.arrival > $2
        order by p.arrival
        limit $3
        "#,
        project.id().0,
        after,
        PAGE,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// One living person.
pub(crate) async fn person(
    pool: &PgPool,
    access: Access<Viewer>,
    persona: PersonaId,
) -> Result<PersonRow> {
    let row = sqlx::query_as!(
        PersonRow,
        r#"
        select
            p.id, p.arrival, p.run_id, p.population_id, p.population_index, p.language as "language: _",
            p.card as "card: _",
            p.headline, p.background_story,
            p.manner as "manner: _",
            p.status, p.written_by, p.is_simulated, p.is_imported, p.prompt_version,
            coalesce(g.citations, p.rag_citations) as rag_citations,
            coalesce(g.details, p.rag_context_details) as rag_context_details,
            j.journey as "journey?: _",
            case when j.journey is not null then jsonb_build_object(
                'version', j.version, 'context', j.context, 'written_by', j.written_by,
                'is_simulated', j.is_simulated, 'prompt_version', j.prompt_version, 'created_at', j.created_at
            ) end as journey_made,
            p.version, p.edited_at, p.edited_by, p.created_by, p.created_at, p.updated_at
        from personas p
        left join persona_groundings g on g.run_id = p.run_id and g.segment_id = p.segment_id
        left join persona_journeys j on j.persona_id = p.id
        where p.project_id = $1 and p.id = $2 and p.deleted_at is null
        "#,
        access.project_id().0,
        persona.0,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Persona"))?)
}

/// Somebody whom quotes may name.
pub(crate) struct Named {
    pub(crate) id: Uuid,
    pub(crate) card: Json<Card>,
    /// The turns among the quoted ones in whose talks they were.
    pub(crate) turns: Vec<Uuid>,
}

/// Those whom these quotes may name: who is quoted, and who was in the same talk.
pub(crate) async fn named<'a>(
    pool: &PgPool,
    project: InProject,
    quotes: impl Iterator<Item = &'a NeedQuote>,
) -> Result<Vec<Named>> {
    let (people, sources): (Vec<Uuid>, Vec<Uuid>) =
        quotes.map(|quote| (quote.persona_id.0, quote.source_id)).unzip();
    let named = sqlx::query_as!(
        Named,
        r#"
        with present as (
            select unnest(g.persona_ids) as persona_id, t.id as turn_id
            from focus_group_turns t
            join focus_groups g on g.id = t.focus_group_id
            where g.project_id = $1 and t.id = any($3)
        )
        select
            p.id,
            p.card as "card: _",
            array(select turn_id from present where persona_id = p.id) as "turns!"
        from personas p
        where p.project_id = $1
            and (p.id = any($2) or p.id in (select persona_id from present))
        "#,
        project.id().0,
        &people,
        &sources,
    );
    Ok(named.fetch_all(pool).await?)
}

/// How many people a project's export has.
pub(crate) async fn count(pool: &PgPool, project: InProject) -> Result<usize> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from personas where project_id = $1 and deleted_at is null"#,
        project.id().0,
    );
    Ok(usize::try_from(count.fetch_one(pool).await?).unwrap_or(usize::MAX))
}
