//! Chunks as PostgreSQL has them: what of the graph's answer is still there, and those of one document.

use std::collections::HashSet;

use platform::Result;
use records::documents::Reader;
use serde::Serialize;
use shared::id::{ChunkId, DocumentId};
use sqlx::PgPool;
use utoipa::ToSchema;

/// A chunk of a document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChunkView {
    chunk_id: ChunkId,
    /// Its place in the document, from 0.
    pub(crate) position: i32,
    chunk_text: String,
    /// The headings above it, the highest first.
    headings: Vec<String>,
    /// The page that it begins on, where its format has pages.
    page: Option<i32>,
    /// The page that its last block begins on.
    page_to: Option<i32>,
}

fn keys(reader: &Reader) -> Vec<String> {
    reader.scopes().iter().map(|scope| scope.key()).collect()
}

/// The next chunks of a document that the reader may see, in their order. Their rows are the truth, so they are
/// there while the graph is away.
pub(crate) async fn chunks(
    pool: &PgPool,
    reader: &Reader,
    document: DocumentId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<ChunkView>> {
    let rows = sqlx::query_as!(
        ChunkView,
        r#"
        select
            c.id as "chunk_id: _", c.position, c.text as chunk_text, c.headings, c.page_from as page,
            c.page_to
        from chunks c
        join documents d on d.id = c.document_id
        where d.scope_key = any($1)
            and d.id = $2
            and d.deleted_at is null
            and ($3::int is null or c.position > $3)
        order by c.position
        limit $4
        "#,
        &keys(reader),
        document.0,
        after,
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// How many chunks such a document has.
pub(crate) async fn count(pool: &PgPool, reader: &Reader, document: DocumentId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from chunks c
        join documents d on d.id = c.document_id
        where d.scope_key = any($1) and d.id = $2 and d.deleted_at is null
        "#,
        &keys(reader),
        document.0,
    );
    Ok(count.fetch_one(pool).await?)
}

/// Those of these chunks that are of their documents as they are now, of documents that the reader may see
/// and that nobody has deleted: the graph follows an edit and a deletion a moment later.
pub(crate) async fn living(
    pool: &PgPool,
    reader: &Reader,
    chunks: &[ChunkId],
) -> Result<HashSet<ChunkId>> {
    let ids: Vec<uuid::Uuid> = chunks.iter().map(|id| id.0).collect();
    let living = sqlx::query_scalar!(
        r#"
        select c.id as "id: ChunkId"
        from chunks c
        join documents d on d.id = c.document_id
        where d.scope_key = any($1) and c.id = any($2) and d.deleted_at is null
        "#,
        &keys(reader),
        &ids,
    );
    Ok(living.fetch_all(pool).await?.into_iter().collect())
}
