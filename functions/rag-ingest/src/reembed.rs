//! Another model for the vectors of all documents: the index is made anew, and every document gets a run
//! that embeds and writes its chunks again. Until then it is found by words.

use axum::extract::State;
use axum::http::StatusCode;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::{Caller, Error, Result, Within, audit, secret};
use records::documents;
use records::knowledge::{GraphFailure, Knowledge};
use serde::Serialize;
use serde_json::json;
use shared::id::{AccountId, DocumentId, RunId};
use shared::run::RunKind;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::AppState;
use crate::step::{STEPS, Step};
use crate::store;

/// Documents whose runs are started by one transaction.
const AT_ONCE: i64 = 100;

/// What was started.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reembedding {
    /// The model that vectors are made by from now on.
    model: String,
    /// The length of its vectors.
    dimensions: u16,
    /// How many documents are embedded again; 0 when every one has vectors of this model.
    documents: usize,
}

/// Turns the knowledge base over to the model that is configured, when it has another. When it has not, the
/// documents that were left without its vectors are embedded.
#[utoipa::path(post, path = "/api/v1/admin/knowledge/embeddings", tag = "knowledge",
    security(("bearer" = [])),
    responses((status = 202, body = Reembedding), (status = 403, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn reembed(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
) -> Result<(StatusCode, Json<Reembedding>)> {
    if !caller.is_system_admin {
        return Err(shared::Error::Forbidden("Only a system admin changes the model").into());
    }
    let none = || Error::Queue(anyhow::anyhow!("there is no knowledge graph"));
    let graph = state.knowledge.as_ref().ok_or_else(none)?;
    record(&state, caller.account_id).await?;
    let started = match graph.check_model().await {
        Ok(()) => start_all(&state, caller.account_id, Which::Left).await?,
        Err(GraphFailure::OtherModel { .. }) => turn_over(&state, graph, caller.account_id).await?,
        Err(failure) => return Err(failure.into()),
    };
    for run in &started {
        runs::dispatch(&state.worker.engine, *run).await;
    }
    let model = state.embedder.model();
    let (name, dimensions) = (model.name.clone(), model.dimensions);
    let answer = Reembedding { model: name, dimensions, documents: started.len() };
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

/// Removes the vectors, starts the runs, and notes the new model last. If it is stopped before that, the next
/// request does all of it again.
async fn turn_over(state: &AppState, graph: &Knowledge, by: AccountId) -> Result<Vec<RunId>> {
    graph.forget_vectors().await?;
    let started = start_all(state, by, Which::All).await?;
    graph.note_model().await?;
    Ok(started)
}

/// Which documents are embedded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Every one that has chunks.
    All,
    /// Those that lack vectors of the configured model, and that nobody is at work on.
    Left,
}

/// A run for each of these documents, from the step before their vectors: some at a time, so that a large
/// base is never locked as a whole. Whoever is stopped in the middle comes again.
pub(crate) async fn start_all(state: &AppState, by: AccountId, which: Which) -> Result<Vec<RunId>> {
    let model = store::model_key(state.embedder.model());
    let wanted = (model.as_str(), which == Which::All);
    let (mut started, mut after) = (Vec::new(), DocumentId(Uuid::nil()));
    loop {
        let mut transaction = state.worker.base.pool.begin().await?;
        let documents = store::with_vectors(&mut transaction, after, wanted, AT_ONCE).await?;
        let Some(last) = documents.last() else { return Ok(started) };
        after = last.id;
        for document in &documents {
            started.push(start(&mut transaction, state, document, by).await?);
        }
        transaction.commit().await?;
    }
}

async fn start(
    connection: &mut PgConnection,
    state: &AppState,
    document: &store::Embedded,
    by: AccountId,
) -> Result<RunId> {
    let now = state.worker.base.clock.now();
    store::back_to(connection, document.id, Step::Chunked, now).await?;
    documents::stop_work(connection, document.id, now).await?;
    let request = [document.id.0.as_bytes().as_slice(), b"embed"].concat();
    let run = NewRun {
        kind: RunKind::RagIngest,
        project_id: document.project_id,
        subject_id: document.id.0,
        input: json!({ "task": "ingest", "upload_id": document.upload_id }),
        shards: vec![NewShard::bare(STEPS - Step::Chunked.number())],
        same_as: SameAs {
            requested_by: by,
            request_hash: &secret::sha256(&request),
            idempotency_key: None,
        },
        is_paid: state.is_paid(),
    };
    let run = runs::insert(connection, &state.worker.base.ids, run, now).await?;
    store::set_run(connection, document.id, run).await?;
    Ok(run)
}

async fn record(state: &AppState, by: AccountId) -> Result<()> {
    let model = state.embedder.model();
    let entry = audit::Entry {
        account_id: by,
        project_id: None,
        subject_kind: "knowledge",
        subject_id: Uuid::nil(),
        action: "reembed",
        details: Some(json!({ "model": model.name, "dimensions": model.dimensions })),
    };
    audit::record(
        &state.worker.base.pool,
        &state.worker.base.ids,
        state.worker.base.clock.now(),
        &entry,
    )
    .await
}
