//! What of the graph's answer is still there.

use std::collections::HashSet;

use platform::Result;
use records::documents::Reader;
use shared::id::ChunkId;
use sqlx::PgPool;

/// Those of these chunks that are of their documents as they are now, of documents that the reader may see
/// and that nobody has deleted: the graph follows an edit and a deletion a moment later.
pub(crate) async fn living(
    pool: &PgPool,
    reader: &Reader,
    chunks: &[ChunkId],
) -> Result<HashSet<ChunkId>> {
    let ids: Vec<uuid::Uuid> = chunks.iter().map(|id| id.0).collect();
    let scopes: Vec<String> = reader.scopes().iter().map(|scope| scope.key()).collect();
    let living = sqlx::query_scalar!(
        r#"
        select c.id as "id: ChunkId"
        from chunks c
        join documents d on d.id = c.document_id
        where d.scope_key = any($1) and c.id = any($2) and d.deleted_at is null
        "#,
        &scopes,
        &ids,
    );
    Ok(living.fetch_all(pool).await?.into_iter().collect())
}
