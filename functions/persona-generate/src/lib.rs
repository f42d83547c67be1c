#![doc = include_str!("../README.md")]

mod fidelity;
mod generate;
mod ground;
mod needs;
mod population;
mod preview;
mod start;
mod store;
#[cfg(test)]
mod tests;
mod turns;
mod worker;
mod write;

use axum::extract::FromRef;
use axum::routing::post;
use platform::model::Embedder;
use platform::{Env, Service, WorkerState, Workers};
use records::knowledge::{self, Knowledge};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub worker: WorkerState,
    /// What people are grounded in; none where there is no Neo4j.
    pub knowledge: Option<Knowledge>,
    pub embedder: Embedder,
}

impl AppState {
    /// From the environment, with the worker state that this process has. Without one it only notes what
    /// else is wrong with the variables.
    pub fn from_env(env: &Env, worker: Option<WorkerState>) -> Option<Self> {
        let base = worker.as_ref().map(|worker| &worker.base);
        let connected = knowledge::connect(env, base);
        let (worker, (embedder, knowledge)) = worker.zip(connected)?;
        Some(Self { worker, knowledge, embedder })
    }
}

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env, WorkerState::from_env(env))?;
    let mut probes = state.worker.base.probes();
    probes.extend(knowledge::probes(state.knowledge.as_ref()));
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(generate::personas))
        .routes(routes!(generate::populations, population::list))
        .routes(routes!(population::get))
        .routes(routes!(preview::of_target))
        .routes(routes!(fidelity::of_population))
        .routes(routes!(fidelity::of_project))
        .with_state(state.clone());
    let worker = post(worker::requested).with_state(state);
    let push = Workers::default().on(RunKind::PersonaGenerate.as_str(), worker);
    Service { api, push, ..Service::default() }
}
