#![doc = include_str!("../README.md")]

mod estimate;
mod speak;
mod start;
mod store;
#[cfg(test)]
mod tests;
mod worker;

use axum::routing::post;
use platform::{Env, Service, Workers};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with.
pub use platform::WorkerState as AppState;

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env)?;
    let probes = state.base.probes();
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(start::run))
        .routes(routes!(estimate::estimate))
        .with_state(state.clone());
    let worker = post(worker::requested).with_state(state);
    let push = Workers::default().on(RunKind::FocusGroupRun.as_str(), worker);
    Service { api, push, ..Service::default() }
}
