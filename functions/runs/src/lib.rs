#![doc = include_str!("../README.md")]

mod events;
mod reading;
mod run;
#[cfg(test)]
mod tests;

use axum::extract::FromRef;
use platform::cache::Cache;
use platform::queue::Publisher;
use platform::runs::Announcer;
use platform::{Authenticator, Base, Clock, Env, Ids, Limiter, Service};
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use reading::Readings;

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct State {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Checks tokens.
    pub authenticator: Authenticator,
    /// Hints that a run has changed.
    pub announcer: Announcer,
    /// Counts requests.
    pub limiter: Limiter,
    /// What is read of the runs that are watched.
    pub readings: Readings,
    /// Calls the workers of what is tried again.
    pub publisher: Publisher,
}

impl State {
    /// With hints from this announcer, and this queue to call workers.
    pub fn new(base: Base, announcer: Announcer, publisher: Publisher) -> Self {
        let Base { pool, clock, ids, authenticator, limiter } = base;
        let readings = Readings::default();
        Self { pool, clock, ids, authenticator, announcer, limiter, readings, publisher }
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let cache = Cache::connect(env);
    let publisher = Publisher::from_env(env);
    let base = Base::from_env(env, cache.as_ref())?;
    let probes = base.probes();
    let state = State::new(base, Announcer::new(cache), publisher?);
    Some(Service { probes, ..routes(state) })
}

/// The public routes: those that answer, and the one that streams.
pub fn routes(state: State) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(run::get))
        .routes(routes!(run::cancel))
        .routes(routes!(run::retry))
        .with_state(state.clone());
    let stream = OpenApiRouter::new().routes(routes!(events::watch)).with_state(state);
    Service { api, stream, ..Service::default() }
}
