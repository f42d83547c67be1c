#![doc = include_str!("../README.md")]

mod answer;
mod chunk;
mod deletion;
mod list;
mod query;
mod search;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::extract::FromRef;
use platform::model::Embedder;
use platform::{Env, Service, WorkerState};
use records::knowledge::{self, Knowledge, Reranker};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Far above the limit that the reranker keeps itself.
const RERANKING: Duration = Duration::from_secs(10);

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub worker: WorkerState,
    /// The index in the graph; none where there is no Neo4j.
    pub knowledge: Option<Knowledge>,
    pub embedder: Embedder,
    /// Looks at what was found again, where one is configured.
    pub reranker: Option<Reranker>,
}

impl AppState {
    /// From the environment, with the worker state that this process has. Without one it only notes what
    /// else is wrong with the variables.
    pub fn from_env(env: &Env, worker: Option<WorkerState>) -> Option<Self> {
        let base = worker.as_ref().map(|worker| &worker.base);
        let connected = knowledge::connect(env, base);
        let reranker = Reranker::from_env(env, &platform::http_client(RERANKING));
        let (worker, (embedder, knowledge)) = worker.zip(connected)?;
        Some(Self { worker, knowledge, embedder, reranker })
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env, WorkerState::from_env(env))?;
    let mut probes = state.worker.base.probes();
    probes.extend(knowledge::probes(state.knowledge.as_ref()));
    Some(Service { probes, ..routes(state) })
}

/// The public routes.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(deletion::remove))
        .routes(routes!(chunk::chunks))
        .routes(routes!(query::query))
        .routes(routes!(answer::answer))
        .with_state(state);
    Service { api, ..Service::default() }
}
