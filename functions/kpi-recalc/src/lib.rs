#![doc = include_str!("../README.md")]

mod evidence;
mod inputs;
mod inputs_csv;
mod lock;
mod metrics;
mod recalculate;
mod run;
mod store;
#[cfg(test)]
mod tests;
mod worker;

use axum::routing::post;
use platform::{Env, Service, Workers};
use shared::run::{KPI_STALE, RunKind};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with; no model is asked.
pub type AppState = platform::WorkerState<()>;

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::asking_nobody(env)?;
    let probes = state.base.probes();
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(inputs::get, inputs::put))
        .routes(routes!(inputs::template))
        .routes(routes!(metrics::get))
        .routes(routes!(metrics::history))
        .routes(routes!(metrics::recalculate))
        .routes(routes!(run::start))
        .with_state(state.clone());
    let push = Workers::default()
        .on(RunKind::KpiRecalc.as_str(), post(worker::requested).with_state(state.clone()))
        .on(KPI_STALE, post(run::stale).with_state(state));
    Service { api, push, ..Service::default() }
}
