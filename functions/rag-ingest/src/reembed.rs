//! Another model for the vectors of all documents: the index is made anew, and every document gets a run
//! that embeds and writes its pieces again. Until then it is found by words.

use axum::extract::State as Of;
use axum::http::StatusCode;
use platform::documents;
use platform::http::{Json, Problem};
use platform::knowledge::{Failure, Knowledge};
use platform::limit::Change;
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::{Caller, Error, Result, Within, audit, secret};
use serde::Serialize;
use serde_json::json;
use shared::id::{AccountId, RunId};
use shared::run::RunKind;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::State;
use crate::step::{STEPS, Step};
use crate::store;

/// What was started.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reembedding {
    /// The model that vectors are made by from now on.
    model: String,
    /// The length of its vectors.
    dimensions: u16,
    /// How many documents are embedded again; 0 when the index is of this model already.
    documents: usize,
}

/// Turns the knowledge base over to the model that is configured, when it has another.
#[utoipa::path(post, path = "/api/v1/admin/knowledge/embeddings", tag = "knowledge",
    security(("bearer" = [])),
    responses((status = 202, body = Reembedding), (status = 403, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn reembed(
    Of(state): Of<State>,
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
        Ok(()) => Vec::new(),
        Err(Failure::OtherModel { .. }) => turn_over(&state, graph, caller.account_id).await?,
        Err(failure) => return Err(failure.into()),
    };
    for run in &started {
        runs::call(&state.shop, *run).await;
    }
    let model = state.embedder.model();
    let (name, dimensions) = (model.name.clone(), model.dimensions);
    let answer = Reembedding { model: name, dimensions, documents: started.len() };
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

/// Takes the vectors away, starts the runs, and only then notes the new model: whoever is stopped before
/// that comes again and does all of it once more.
async fn turn_over(state: &State, graph: &Knowledge, by: AccountId) -> Result<Vec<RunId>> {
    graph.forget_vectors().await?;
    let started = start_all(state, by).await?;
    graph.note_model().await?;
    Ok(started)
}

/// A run for every document that has pieces, from the step before their vectors.
pub(crate) async fn start_all(state: &State, by: AccountId) -> Result<Vec<RunId>> {
    let mut transaction = state.shop.pool.begin().await?;
    let mut started = Vec::new();
    for document in store::with_vectors(&mut transaction).await? {
        started.push(start(&mut transaction, state, &document, by).await?);
    }
    transaction.commit().await?;
    Ok(started)
}

async fn start(
    connection: &mut PgConnection,
    state: &State,
    document: &store::Embedded,
    by: AccountId,
) -> Result<RunId> {
    let now = state.shop.clock.now();
    documents::stop_work(connection, document.id, now).await?;
    store::back_to(connection, document.id, Step::Chunked, now).await?;
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
        asks: Some(&state.shop.model),
    };
    let run = runs::insert(connection, &state.shop.ids, run, now).await?;
    store::set_run(connection, document.id, run).await?;
    Ok(run)
}

async fn record(state: &State, by: AccountId) -> Result<()> {
    let model = state.embedder.model();
    let entry = audit::Entry {
        account_id: by,
        project_id: None,
        subject_kind: "knowledge",
        subject_id: Uuid::nil(),
        action: "reembed",
        details: Some(json!({ "model": model.name, "dimensions": model.dimensions })),
    };
    audit::record(&state.shop.pool, &state.shop.ids, state.shop.clock.now(), &entry).await
}
