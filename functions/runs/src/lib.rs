#![doc = include_str!("../README.md")]

mod events;
mod list;
mod run;
#[cfg(test)]
mod tests;
mod watch;

use axum::extract::FromRef;
use platform::queue::Publisher;
use platform::runs::{Announcer, Engine};
use platform::{Base, Env, Service};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use watch::Readings;

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub base: Base,
    /// Hints that a run has changed, and calls the workers of what is tried again.
    pub engine: Engine,
    /// What is read of the runs that are watched.
    pub readings: Readings,
}

impl AppState {
    /// With hints from this announcer, and this queue to call workers.
    pub fn new(base: Base, announcer: Announcer, publisher: Publisher) -> Self {
        let engine = Engine::new(&base, publisher, announcer);
        Self { base, engine, readings: Readings::default() }
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let publisher = Publisher::from_env(env);
    let base = Base::from_env(env)?;
    let (probes, announcer) = (base.probes(), Announcer::new(base.cache.clone()));
    let state = AppState::new(base, announcer, publisher?);
    Some(Service { probes, ..routes(state) })
}

/// The public routes: those that answer, and the one that streams.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(run::get))
        .routes(routes!(run::cancel))
        .routes(routes!(run::retry))
        .with_state(state.clone());
    let stream = OpenApiRouter::new().routes(routes!(events::watch)).with_state(state);
    Service { api, stream, ..Service::default() }
}
