#![doc = include_str!("../README.md")]

mod discussion;
mod fetch;
mod file;
mod form;
mod insight;
mod pdf;
mod persona;
mod project;
mod store;
mod survey;
#[cfg(test)]
mod tests;
mod whole;
mod worker;

use axum::extract::FromRef;
use axum::routing::post;
use platform::storage::Storage;
use platform::{Env, Service, WorkerState, Workers};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// What every worker has; no model is asked.
    pub worker: WorkerState<()>,
    /// Keeps the files.
    pub storage: Storage,
}

impl AppState {
    /// From the environment, with the worker state that this process has. Without one it only notes what else is
    /// wrong with the variables.
    pub fn from_env(env: &Env, worker: Option<WorkerState<()>>) -> Option<Self> {
        let storage = Storage::from_env(env);
        Some(Self { worker: worker?, storage: storage? })
    }
}

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env, WorkerState::asking_nobody(env))?;
    let probes = state.worker.base.probes();
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(persona::export))
        .routes(routes!(project::start))
        .routes(routes!(fetch::get))
        .routes(routes!(fetch::link))
        .routes(routes!(fetch::file))
        .with_state(state.clone());
    let worker = post(worker::requested).with_state(state);
    let push = Workers::default().on(RunKind::Export.as_str(), worker);
    Service { api, push, ..Service::default() }
}
