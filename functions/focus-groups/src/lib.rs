#![doc = include_str!("../README.md")]

mod answers;
mod graph;
mod group;
mod realism;
mod store;
mod summarize;
mod summary;
#[cfg(test)]
mod tests;
mod transcript;

use axum::extract::FromRef;
use axum::routing::post;
use platform::graph::GraphPool;
use platform::{Env, Service, WorkerState, Workers};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub worker: WorkerState,
    /// The graph of concepts; without it its routes answer 503.
    pub graph: Option<GraphPool>,
}

impl AppState {
    /// From the environment, with the worker state that this process has. Without one it only notes what else is
    /// wrong with the variables.
    pub fn from_env(env: &Env, worker: Option<WorkerState>) -> Option<Self> {
        let graph = GraphPool::from_env(env);
        Some(Self { worker: worker?, graph })
    }
}

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env, WorkerState::from_env(env))?;
    let mut probes = state.worker.base.probes();
    probes.extend([platform::graph::probe(state.graph.as_ref())]);
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(group::create, group::list))
        .routes(routes!(group::get, group::replace, group::delete))
        .routes(routes!(transcript::responses))
        .routes(routes!(transcript::transcript))
        .routes(routes!(realism::panel))
        .routes(routes!(summary::make, summary::latest))
        .routes(routes!(graph::show::build))
        .routes(routes!(graph::show::whole))
        .routes(routes!(graph::show::influential))
        .routes(routes!(graph::show::concepts))
        .routes(routes!(graph::show::controversial))
        .routes(routes!(graph::show::correlations))
        .routes(routes!(graph::show::emotions))
        .routes(routes!(graph::show::ask))
        .routes(routes!(graph::show::analytics))
        .with_state(state.clone());
    let worker = post(summarize::requested).with_state(state);
    let push = Workers::default().on(RunKind::FocusGroupSummary.as_str(), worker);
    Service { api, push, ..Service::default() }
}
