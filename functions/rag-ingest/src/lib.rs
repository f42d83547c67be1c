#![doc = include_str!("../README.md")]

mod bucket;
pub mod extract;
mod intake;
mod reembed;
mod register;
mod step;
mod store;
#[cfg(test)]
mod tests;
mod upload;
mod worker;

use axum::extract::DefaultBodyLimit;
use axum::extract::FromRef;
use axum::routing::post;
use platform::model::Embedder;
use platform::storage::Storage;
use platform::{Env, Service, WorkerState, Workers};
use records::knowledge::{self, Knowledge};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Extractor;

/// What the handlers and the worker work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub worker: WorkerState,
    pub storage: Storage,
    /// The index in the graph; none where there is no Neo4j.
    pub knowledge: Option<Knowledge>,
    pub embedder: Embedder,
    pub extractor: Extractor,
    /// Facts are not looked for in documents of more chunks than this.
    pub most_fact_chunks: u32,
}

/// Chunks whose facts are looked for: about 60 pages, some 200 calls of a model.
pub const MOST_FACT_CHUNKS: u32 = 200;

impl AppState {
    /// From the environment, with the worker state that this process has. Without one it only notes what
    /// else is wrong with the variables.
    pub fn from_env(env: &Env, worker: Option<WorkerState>) -> Option<Self> {
        let base = worker.as_ref().map(|worker| &worker.base);
        let connected = knowledge::connect(env, base);
        let storage = Storage::from_env(env);
        let most_fact_chunks = env.or("FACTS_MOST_CHUNKS", MOST_FACT_CHUNKS);
        let at_once = env.or("EXTRACTORS_AT_ONCE", 1);
        let extractor = Extractor::of_this_program()
            .map(|extractor| extractor.at_once(at_once))
            .map_err(|error| env.problem(format!("the extractor cannot be started: {error:#}")))
            .ok();
        let (worker, (embedder, knowledge)) = worker.zip(connected)?;
        let (storage, extractor) = (storage?, extractor?);
        Some(Self { worker, storage, knowledge, embedder, extractor, most_fact_chunks })
    }

    /// Whether a document costs money: its facts, or its vectors.
    fn is_paid(&self) -> bool {
        self.worker.model.is_paid() || self.embedder.is_paid()
    }
}

/// A whole form: the largest file, and room for what else stands in it.
const MOST_OF_A_FORM: usize = intake::MOST_BYTES as usize + 64 * 1024;

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env, WorkerState::from_env(env))?;
    let mut probes = state.worker.base.probes();
    probes.extend(knowledge::probes(state.knowledge.as_ref()));
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the workers'. An upload takes as long as its line is slow, and another model as
/// the index is large, so they stand with what has no time limit; sizes are counted while they come, the file's
/// and the whole form's.
pub fn routes(state: AppState) -> Service {
    let stream = OpenApiRouter::new()
        .routes(routes!(upload::upload))
        .routes(routes!(reembed::reembed))
        .layer(DefaultBodyLimit::max(MOST_OF_A_FORM))
        .with_state(state.clone());
    let push = Workers::default()
        .on(RunKind::RagIngest.as_str(), post(worker::requested).with_state(state.clone()))
        .on("rag-bucket", post(bucket::uploaded).with_state(state));
    Service { stream, push, ..Service::default() }
}
