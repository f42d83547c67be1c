#![doc = include_str!("../README.md")]

mod estimate;
mod input;
mod interview;
mod rating;
mod sampling;
mod start;
mod store;
#[cfg(test)]
mod tests;
mod worker;

use axum::extract::FromRef;
use axum::routing::post;
use platform::model::{Embedder, EmbeddingConfig};
use platform::{Env, Service, WorkerState, Workers};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use crate::rating::Rater;

/// What the handlers and the worker work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub worker: WorkerState,
    pub rater: Rater,
}

impl AppState {
    /// From the environment, with the worker state that this process has. Without one it only notes what
    /// else is wrong with the variables.
    pub fn from_env(env: &Env, worker: Option<WorkerState>) -> Option<Self> {
        let embedding = EmbeddingConfig::from_env(env);
        let worker = worker?;
        let embedder = Embedder::from_base(env, &worker.base, embedding?)?;
        Some(Self { worker, rater: Rater::new(embedder) })
    }
}

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env, WorkerState::from_env(env))?;
    let probes = state.worker.base.probes();
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(start::run))
        .routes(routes!(estimate::estimate))
        .with_state(state.clone());
    let worker = post(worker::requested).with_state(state);
    let push = Workers::default().on(RunKind::SurveyRun.as_str(), worker);
    Service { api, push, ..Service::default() }
}
