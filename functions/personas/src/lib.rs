#![doc = include_str!("../README.md")]

mod compare;
mod deletion;
mod details;
mod due;
mod edit;
mod grounding;
mod import;
mod journey;
mod likeness;
mod link;
mod list;
mod messaging;
mod needs;
mod page;
mod persona;
mod reasoning;
mod refresh;
mod status;
mod store;
mod subject;
mod summary;
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
        .routes(routes!(list::list))
        .routes(routes!(summary::summary))
        .routes(routes!(persona::get, edit::edit, deletion::delete))
        .routes(routes!(details::details))
        .routes(routes!(reasoning::reasoning))
        .routes(routes!(deletion::undo))
        .routes(routes!(status::change))
        .routes(routes!(compare::compare))
        .routes(routes!(journey::get, journey::write))
        .routes(routes!(messaging::write))
        .routes(routes!(needs::get, refresh::of_persona))
        .routes(routes!(refresh::of_project))
        .routes(routes!(link::create, link::list))
        .routes(routes!(link::revoke))
        .routes(routes!(link::show))
        .routes(routes!(import::import))
        .with_state(state.clone());
    let worker = post(worker::requested).with_state(state);
    let push = Workers::default().on(RunKind::PersonaInsights.as_str(), worker);
    Service { api, push, ..Service::default() }
}
