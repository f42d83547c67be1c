//! Taking a document away: at once for everybody who looks, and for good by a run, which goes on until
//! graph, store and rows have nothing left of it.

use chrono::{DateTime, Utc};
use serde_json::json;
use shared::id::{AccountId, DocumentId, ProjectId, RunId};
use shared::run::RunKind;
use sqlx::PgConnection;

use super::DocumentView;
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::{Ids, Result, secret};

/// Marks a document as deleted, stops the work on it, and starts the run that removes it. `None` when it
/// was deleted before.
pub async fn remove(
    connection: &mut PgConnection,
    ids: &Ids,
    document: &DocumentView,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<RunId>> {
    remove_one(connection, ids, (document.id, document.project_id), by, now).await
}

/// Removes a person's whole library, as [`remove`] does each document, because they leave. Returns the
/// runs that do it, for their workers to be called.
pub async fn remove_library(
    connection: &mut PgConnection,
    ids: &Ids,
    owner: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<RunId>> {
    let library = sqlx::query_scalar!(
        r#"
        select id
        from documents
        where owner_id = $1 and scope = 'account' and deleted_at is null
        order by id
        "#,
        owner.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut runs = Vec::new();
    for document in library {
        runs.extend(remove_one(connection, ids, (document.into(), None), owner, now).await?);
    }
    Ok(runs)
}

async fn remove_one(
    connection: &mut PgConnection,
    ids: &Ids,
    (document, project_id): (DocumentId, Option<ProjectId>),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<RunId>> {
    let marked = sqlx::query!(
        "update documents set deleted_at = $2, updated_at = $2 where id = $1 and deleted_at is null",
        document.0,
        now,
    )
    .execute(&mut *connection)
    .await?;
    if marked.rows_affected() == 0 {
        return Ok(None);
    }
    stop_work(connection, document, now).await?;
    let run = NewRun {
        kind: RunKind::RagIngest,
        project_id,
        subject_id: document.0,
        input: json!({ "task": "remove" }),
        shards: vec![NewShard::bare(1)],
        same_as: SameAs {
            requested_by: by,
            request_hash: &secret::sha256(document.0.as_bytes()),
            idempotency_key: None,
        },
        is_paid: false,
    };
    Ok(Some(runs::insert(connection, ids, run, now).await?))
}

/// Asks every run on a document to stop: it is deleted, or another version has come.
pub async fn stop_work(
    connection: &mut PgConnection,
    document: DocumentId,
    now: DateTime<Utc>,
) -> Result<()> {
    let open = sqlx::query_scalar!(
        r#"
        select id
        from runs
        where subject_id = $1 and kind = 'rag-ingest' and status in ('queued', 'running')
        order by id
        "#,
        document.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    for run in open {
        runs::cancel(connection, run.into(), now).await?;
    }
    Ok(())
}
