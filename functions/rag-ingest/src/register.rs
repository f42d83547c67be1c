//! What an arrived file is: new, a new version, or there already.

use chrono::{DateTime, Utc};
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::{Result, audit, auth};
use records::documents::{self, DocumentView};
use serde::Serialize;
use serde_json::json;
use shared::id::{AccountId, DocumentId, ProjectId, RunId};
use shared::knowledge::Scope;
use shared::run::RunKind;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::AppState;
use crate::intake::Arrived;
use crate::step::{STEPS, Step};
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
    /// The same content, whose missing facts are looked for once more.
    Resumed,
}

impl Outcome {
    /// Whether the file that has arrived is the document's from now on.
    fn keeps_file(self) -> bool {
        matches!(self, Self::Accepted | Self::Updated)
    }
}

/// Stores what has arrived, or finds that it is there; then calls the worker. The file stays where it may be
/// the document's: it goes when nothing was registered, and when the same content was there before.
///
/// # Errors
/// 401 when the account has been deleted while the file arrived; when the database fails.
pub(crate) async fn register(
    state: &AppState,
    wanted: Wanted<'_>,
    arrived: &Arrived,
) -> Result<(DocumentView, Outcome)> {
    let mut transaction = state.worker.base.pool.begin().await?;
    let noted = match note(&mut transaction, state, &wanted, arrived).await {
        Ok(noted) => noted,
        Err(error) => {
            drop(transaction);
            forget(state, arrived.upload_id).await;
            return Err(error);
        }
    };
    // A commit whose answer is lost may have been one, so its file stays: maintenance takes away what belongs
    // to no document.
    transaction.commit().await?;
    if let Some(run) = noted.run {
        runs::dispatch(&state.worker.engine, run).await;
    }
    if let Some(upload) = noted.left {
        forget(state, upload).await;
    }
    Ok((noted.view, noted.outcome))
}

/// What was registered, before it is committed.
struct Noted {
    view: DocumentView,
    outcome: Outcome,
    run: Option<RunId>,
    /// The upload that nobody needs after it: that of the version before, or the one that has arrived.
    left: Option<Uuid>,
}

async fn note(
    connection: &mut PgConnection,
    state: &AppState,
    wanted: &Wanted<'_>,
    arrived: &Arrived,
) -> Result<Noted> {
    let now = state.worker.base.clock.now();
    auth::hold(connection, wanted.by).await?;
    store::lock_scope(connection, wanted.scope).await?;
    let same = store::find_same(connection, wanted, arrived).await?;
    let (id, outcome) = match &same {
        Some(Same { id, is_content: true, status, .. }) if status != "failed" => {
            let lacks = store::lacks_facts(connection, *id, state.most_fact_chunks).await?;
            (*id, if lacks { Outcome::Resumed } else { Outcome::Unchanged })
        }
        Some(Same { id, .. }) => (*id, Outcome::Updated),
        None => (state.worker.base.ids.next(), Outcome::Accepted),
    };
    // The row of the document before those of its runs, as its workers have it.
    let upload = same.as_ref().map(|same| same.upload_id);
    let work = match outcome {
        Outcome::Unchanged => None,
        Outcome::Resumed => {
            store::look_again(connection, id, now).await?;
            store::ask_again(connection, id).await?;
            upload.map(|upload| (upload, Step::Written))
        }
        Outcome::Updated => {
            store::renew(connection, id, arrived, now).await?;
            store::ask_again(connection, id).await?;
            documents::stop_work(connection, id, now).await?;
            Some((arrived.upload_id, Step::Uploaded))
        }
        Outcome::Accepted => {
            store::insert(connection, id, wanted, arrived, now).await?;
            Some((arrived.upload_id, Step::Uploaded))
        }
    };
    let run = match work {
        Some(work) => Some(start(connection, state, wanted, (id, arrived), work, now).await?),
        None => None,
    };
    let left = if outcome.keeps_file() { upload } else { Some(arrived.upload_id) };
    Ok(Noted { view: store::view(connection, id).await?, outcome, run, left })
}

/// The run that takes a document on from a step.
async fn start(
    connection: &mut PgConnection,
    state: &AppState,
    wanted: &Wanted<'_>,
    (id, arrived): (DocumentId, &Arrived),
    (upload_id, from): (Uuid, Step),
    now: DateTime<Utc>,
) -> Result<RunId> {
    let run = NewRun {
        kind: RunKind::RagIngest,
        project_id: project(wanted.scope),
        subject_id: id.0,
        input: json!({ "task": "ingest", "upload_id": upload_id }),
        shards: vec![NewShard::bare(STEPS - from.number())],
        same_as: SameAs {
            requested_by: wanted.by,
            request_hash: &arrived.content_hash,
            idempotency_key: None,
        },
        is_paid: state.is_paid(),
    };
    let run = runs::insert(connection, &state.worker.base.ids, run, now).await?;
    store::set_run(connection, id, run).await?;
    let entry = audit::Entry {
        account_id: wanted.by,
        project_id: project(wanted.scope),
        subject_kind: "document",
        subject_id: id.0,
        action: "upload",
        details: Some(json!({ "size_bytes": arrived.size_bytes, "from": from.as_str() })),
    };
    audit::record(connection, &state.worker.base.ids, now, &entry).await?;
    Ok(run)
}

fn project(scope: Scope) -> Option<ProjectId> {
    match scope {
        Scope::Project(id) => Some(id),
        Scope::Account(_) | Scope::Shared => None,
    }
}

/// An upload that is nobody's. A worker that still reads the file of an older version finds that it is no
/// longer wanted.
pub(crate) async fn forget(state: &AppState, upload: Uuid) {
    if let Err(error) = documents::forget_upload(&state.storage, upload).await {
        let error = platform::error::Chain(&error).to_string();
        tracing::warn!(error, upload.id = %upload, "an upload was left behind");
    }
}
