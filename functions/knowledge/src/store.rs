//! What of the graph's answer is still there.

use std::collections::HashSet;

use platform::Result;
use platform::documents::Reader;
use shared::id::DocumentId;
use sqlx::PgPool;

/// Those of these documents that the reader may see and that nobody has deleted: the graph follows a
/// deletion a moment later.
pub(crate) async fn living(
    pool: &PgPool,
    reader: &Reader,
    documents: impl Iterator<Item = DocumentId>,
) -> Result<HashSet<DocumentId>> {
    let ids: Vec<uuid::Uuid> = documents.map(|id| id.0).collect();
    let scopes: Vec<String> = reader.scopes().iter().map(|scope| scope.key()).collect();
    let living = sqlx::query_scalar!(
        r#"
        select id as "id: DocumentId"
        from documents
        where scope_key = any($1) and id = any($2) and deleted_at is null
        "#,
        &scopes,
        &ids,
    );
    Ok(living.fetch_all(pool).await?.into_iter().collect())
}
