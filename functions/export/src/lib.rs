#![doc = include_str!("../README.md")]

mod disclosure;
mod fetch;
mod form;
mod people;
mod persona;
mod project;
mod store;
mod survey;
mod talk;
#[cfg(test)]
mod tests;
mod worker;

use axum::routing::post;
use platform::storage::Storage;
use platform::{Env, Service, Workers, Workshop};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with.
#[derive(Clone)]
pub struct State {
    /// What every worker has.
    pub shop: Workshop,
    /// Keeps the files.
    pub storage: Storage,
}

impl State {
    /// From the environment, with the workshop that this process has. Without one it only notes what else is
    /// wrong with the variables.
    pub fn from_env(env: &Env, shop: Option<Workshop>) -> Option<Self> {
        let storage = Storage::from_env(env);
        Some(Self { shop: shop?, storage: storage? })
    }
}

impl std::ops::Deref for State {
    type Target = Workshop;

    fn deref(&self) -> &Workshop {
        &self.shop
    }
}

platform::has_shop!(State);

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let state = State::from_env(env, Workshop::from_env(env))?;
    let probes = state.probes();
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: State) -> Service {
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
