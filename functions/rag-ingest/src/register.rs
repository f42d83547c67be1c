//! What an arrived file is: new, a new version, or there already.

use chrono::{DateTime, Utc};
use platform::documents::{self, DocumentView};
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::{Result, audit, auth};
use serde::Serialize;
use serde_json::json;
use shared::id::{AccountId, DocumentId, ProjectId, RunId};
use shared::knowledge::Scope;
use shared::run::RunKind;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::State;
use crate::intake::Arrived;
use crate::step::STEPS;
use crate::store::{self, Same};

/// Where a file is to go and what it is called. Whether `by` may change the scope is checked before.
pub(crate) struct Wanted<'a> {
    pub(crate) scope: Scope,
    pub(crate) by: AccountId,
    pub(crate) title: &'a str,
    pub(crate) filename: &'a str,
    pub(crate) country: &'a str,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// A document that was not there.
    Accepted,
    /// Another version of one that was.
    Updated,
    /// Nothing to do.
    Unchanged,
}

/// Stores what has arrived, or finds that it is there; then calls the worker.
///
/// # Errors
/// 401 when the account has been deleted while the file arrived; when the database fails.
pub(crate) async fn register(
    state: &State,
    wanted: Wanted<'_>,
    arrived: &Arrived,
) -> Result<(DocumentView, Outcome)> {
    let now = state.shop.clock.now();
    let mut transaction = state.shop.pool.begin().await?;
    auth::hold(&mut transaction, wanted.by).await?;
    store::lock_scope(&mut transaction, wanted.scope).await?;
    let same = store::find_same(&mut transaction, &wanted, arrived).await?;
    let (id, outcome) = match &same {
        Some(Same { id, is_content: true, status, .. }) if status != "failed" => {
            (*id, Outcome::Unchanged)
        }
        Some(Same { id, .. }) => {
            documents::stop_work(&mut transaction, *id, now).await?;
            store::renew(&mut transaction, *id, arrived, now).await?;
            (*id, Outcome::Updated)
        }
        None => {
            let id = state.shop.ids.next();
            store::insert(&mut transaction, id, &wanted, arrived, now).await?;
            (id, Outcome::Accepted)
        }
    };
    let run = match outcome {
        Outcome::Unchanged => None,
        _ => Some(start(&mut transaction, state, &wanted, id, arrived, now).await?),
    };
    transaction.commit().await?;
    if let Some(run) = run {
        runs::call(&state.shop, run).await;
    }
    if let (Some(same), Outcome::Updated) = (&same, outcome) {
        forget_old(state, same.upload_id).await;
    }
    Ok((store::view(&state.shop.pool, id).await?, outcome))
}

async fn start(
    connection: &mut PgConnection,
    state: &State,
    wanted: &Wanted<'_>,
    id: DocumentId,
    arrived: &Arrived,
    now: DateTime<Utc>,
) -> Result<RunId> {
    let run = NewRun {
        kind: RunKind::RagIngest,
        project_id: project(wanted.scope),
        subject_id: id.0,
        input: json!({ "task": "ingest", "upload_id": arrived.upload_id }),
        shards: vec![NewShard::bare(STEPS)],
        same_as: SameAs {
            requested_by: wanted.by,
            request_hash: &arrived.content_hash,
            idempotency_key: None,
        },
        asks: Some(&state.shop.model),
    };
    let run = runs::insert(connection, &state.shop.ids, run, now).await?;
    store::set_run(connection, id, run).await?;
    let entry = audit::Entry {
        account_id: wanted.by,
        project_id: project(wanted.scope),
        subject_kind: "document",
        subject_id: id.0,
        action: "upload",
        details: Some(json!({ "size_bytes": arrived.size_bytes })),
    };
    audit::record(connection, &state.shop.ids, now, &entry).await?;
    Ok(run)
}

fn project(scope: Scope) -> Option<ProjectId> {
    match scope {
        Scope::Project(id) => Some(id),
        Scope::Account(_) | Scope::Shared => None,
    }
}

/// The file of the version before. A worker that still reads it finds that it is no longer wanted.
async fn forget_old(state: &State, upload: Uuid) {
    if let Err(error) = documents::forget_upload(&state.storage, upload).await {
        let error = platform::error::Chain(&error).to_string();
        tracing::warn!(error, upload.id = %upload, "the file of an older version was left behind");
    }
}
