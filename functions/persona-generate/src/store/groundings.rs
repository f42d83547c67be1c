//! What a run retrieved for its segments, and the chunks that it cites: each stored once.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use platform::{Error, InProject, Result};
use records::knowledge::Found;
use serde_json::{Value, json};
use shared::id::{ChunkId, ProjectId, RunId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::ground::Cited;

/// Chunks of documents as they are now.
pub(crate) type Living = HashSet<ChunkId>;

/// What was found for a segment.
pub(crate) struct NewGrounding {
    pub(crate) run: RunId,
    pub(crate) segment: &'static str,
    pub(crate) project: ProjectId,
    pub(crate) query: String,
    pub(crate) search_type: &'static str,
    pub(crate) cited: Vec<Cited>,
    pub(crate) insights: Vec<Value>,
    pub(crate) tokens: u32,
    pub(crate) unavailable: Option<&'static str>,
}

impl Default for NewGrounding {
    fn default() -> Self {
        Self {
            run: RunId(Uuid::nil()),
            segment: "",
            project: ProjectId(Uuid::nil()),
            query: String::new(),
            search_type: "unknown",
            cited: Vec::new(),
            insights: Vec::new(),
            tokens: 0,
            unavailable: None,
        }
    }
}

impl NewGrounding {
    /// Nothing, and why.
    pub(crate) fn unavailable(why: &'static str) -> Self {
        Self { unavailable: Some(why), ..Self::default() }
    }
}

/// The texts that a segment's people are written from, if it was asked for: those of documents that the
/// project reads now.
pub(crate) async fn grounding(
    pool: &PgPool,
    run: RunId,
    segment: &str,
) -> Result<Option<Vec<String>>> {
    let texts = sqlx::query_scalar!(
        r#"
        select coalesce(
            (
                select array_agg(c.text order by t.place)
                from jsonb_array_elements(g.citations) with ordinality as t (item, place)
                join citations c
                    on c.project_id = g.project_id and c.chunk_id = (t.item->>'chunk_id')::uuid
                join project_documents d
                    on d.project_id = g.project_id and d.document_id = c.document_id
            ),
            '{}'
        ) as "texts!"
        from groundings g
        where g.run_id = $1 and g.segment_id = $2
        "#,
        run.0,
        segment,
    );
    Ok(texts.fetch_optional(pool).await?)
}

/// Stores what was found, unless another worker has.
pub(crate) async fn insert_grounding(
    pool: &PgPool,
    new: &NewGrounding,
    now: DateTime<Utc>,
) -> Result<()> {
    let cite =
        |cited: &Cited| json!({ "chunk_id": cited.chunk_id, "relevance_score": cited.relevance });
    let citations: Vec<Value> = new.cited.iter().map(cite).collect();
    let mut transaction = pool.begin().await?;
    insert_citations(&mut transaction, new, now).await?;
    sqlx::query!(
        r#"
        insert into groundings
            (run_id, segment_id, project_id, query, search_type, citations, insights, tokens,
             unavailable, created_at)
        select
            $1, $2, $3, $4, $5, $6,
            -- of documents that were just found to be citable: one may have been erased since the search
            (
                select coalesce(jsonb_agg(i.item order by i.place), '[]')
                from jsonb_array_elements($7::jsonb) with ordinality as i (item, place)
                where exists (
                    select
                    from citations c
                    where c.project_id = $3 and c.document_id = (i.item->>'document_id')::uuid
                )
            ),
            $8, $9, $10
        on conflict (run_id, segment_id) do nothing
        "#,
        new.run.0,
        new.segment,
        new.project.0,
        new.query,
        new.search_type,
        Value::Array(citations),
        Value::Array(new.insights.clone()),
        new.tokens.cast_signed(),
        new.unavailable,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    if let Some(why) = new.unavailable {
        let note = format!("People were written without documents: {why}.");
        sqlx::query!("update runs set note = $2 where id = $1 and note is null", new.run.0, note)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The chunks as they are now, in one order everywhere: segments that cite the same chunks at once would
/// wait for each other. A document that was deleted meanwhile is not cited, nor one that is lent no longer:
/// whoever ends a loan now waits for the end of this, and afterwards nothing of it is cited anew.
async fn insert_citations(
    connection: &mut PgConnection,
    new: &NewGrounding,
    now: DateTime<Utc>,
) -> Result<()> {
    hold_loans(connection, new.project).await?;
    sqlx::query!(
        r#"
        insert into citations
            (chunk_id, project_id, document_id, document_title, page, headings, text, created_at)
        select c.chunk_id, $1, d.id, c.document_title, c.page, c.headings, c.text, $2
        from jsonb_to_recordset($3) as c (
            chunk_id uuid, document_id uuid, document_title text, page int, headings text[], text text
        )
        join documents d on d.id = c.document_id
        join project_documents p on p.project_id = $1 and p.document_id = d.id
        order by c.chunk_id
        on conflict (project_id, chunk_id) do nothing
        "#,
        new.project.0,
        now,
        Json(&new.cited) as _,
    )
    .execute(connection)
    .await
    .map_err(Error::from)?;
    Ok(())
}

/// Keeps the project's loans as they are until the transaction ends. The project first, as everywhere.
async fn hold_loans(connection: &mut PgConnection, project: ProjectId) -> Result<()> {
    sqlx::query!("select id from projects where id = $1 for key share", project.0)
        .fetch_optional(&mut *connection)
        .await?;
    sqlx::query!(
        r#"
        select account_id
        from project_libraries
        where project_id = $1
        order by account_id
        for share
        "#,
        project.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Those of the found chunks that are of their documents as they are now, and of documents that the project
/// still reads: the graph follows an edit and a deletion a moment later.
pub(crate) async fn living(pool: &PgPool, of: InProject, found: &Found) -> Result<Living> {
    let ids: Vec<Uuid> = found.hits.iter().map(|hit| hit.chunk_id.0).collect();
    let living = sqlx::query_scalar!(
        r#"
        select c.id as "id: ChunkId"
        from chunks c
        join project_documents d on d.document_id = c.document_id
        where c.id = any($1) and d.project_id = $2
        "#,
        &ids,
        of.id().0,
    );
    Ok(living.fetch_all(pool).await?.into_iter().collect())
}
