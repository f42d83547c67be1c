//! Leaving nothing of a deleted document.

use chrono::{DateTime, Utc};
use shared::id::DocumentId;
use sqlx::PgPool;
use uuid::Uuid;

use crate::knowledge::Knowledge;
use platform::Result;
use platform::storage::Storage;

/// Below which keys uploads lie, each in a folder that its id names.
pub const UPLOADS: &str = "uploads/";

/// Below which keys an upload's files lie.
pub fn upload_folder(upload: Uuid) -> String {
    format!("{UPLOADS}{upload}/")
}

/// Removes the files of an upload. Twice is once.
pub async fn forget_upload(storage: &Storage, upload: Uuid) -> Result<()> {
    storage.delete_prefix(&upload_folder(upload)).await
}

/// Removes a deleted document from the graph, with what only it supported, the uploads of all its versions
/// from the store, and at last its row. Twice is once.
///
/// # Errors
/// When one of them does not answer: the row is still there, so that somebody comes again.
pub async fn erase(
    pool: &PgPool,
    graph: Option<&Knowledge>,
    storage: &Storage,
    id: DocumentId,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(graph) = graph {
        graph.delete_document(id).await?;
    }
    for upload in uploads(pool, id).await? {
        forget_upload(storage, upload).await?;
    }
    forget(pool, id, now).await
}

/// The document's own upload, and those of its earlier versions, of which a worker may have left something.
async fn uploads(pool: &PgPool, id: DocumentId) -> Result<Vec<Uuid>> {
    let uploads = sqlx::query_scalar!(
        r#"
        select upload_id as "upload_id!" from documents where id = $1
        union
        select upload_id from document_uploads where document_id = $1
        "#,
        id.0,
    );
    Ok(uploads.fetch_all(pool).await?)
}

/// Removes what is left of a deleted document: its row, its chunks, its facts and what was cited of it.
/// People who cite it get a new version, because what is shown of them has changed.
async fn forget(pool: &PgPool, id: DocumentId, now: DateTime<Utc>) -> Result<()> {
    let mut transaction = pool.begin().await?;
    sqlx::query!(
        r#"
        update personas p
        set version = p.version + 1, updated_at = $2
        from groundings g
        join citations c on c.project_id = g.project_id
        where c.document_id = $1
            and g.citations @> jsonb_build_array(jsonb_build_object('chunk_id', c.chunk_id))
            and p.run_id = g.run_id
            and p.segment_id = g.segment_id
        "#,
        id.0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!("select forget_insights($1)", id.0).execute(&mut *transaction).await?;
    sqlx::query!("delete from documents where id = $1 and deleted_at is not null", id.0)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}
