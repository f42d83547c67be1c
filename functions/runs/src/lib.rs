#![doc = include_str!("../README.md")]

mod events;
mod run;
#[cfg(test)]
mod tests;

use axum::extract::FromRef;
use platform::cache::{self, Cache};
use platform::http::Probes;
use platform::runs::Announcer;
use platform::{Authenticator, Clock, Env, Ids, Limiter, Service, postgres};
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

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
}

impl State {
    /// From the environment, with hints from this announcer and limits counted in this cache.
    pub fn from_env(env: &Env, announcer: Announcer, cache: Option<&Cache>) -> Option<Self> {
        let pool = postgres::connect(env);
        let clock = Clock::system();
        let limiter = Limiter::from_env(env, cache, clock.clone());
        let pool = pool?;
        let authenticator = Authenticator::from_env(env, pool.clone(), clock.clone())?;
        Some(Self { pool, clock, ids: Ids::system(), authenticator, announcer, limiter })
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let cache = Cache::connect(env);
    let state = State::from_env(env, Announcer::new(cache.clone()), cache.as_ref())?;
    let probes = Probes::new([postgres::probe(&state.pool), cache::probe(cache.as_ref())]);
    Some(Service { probes, ..routes(state) })
}

/// The public routes: those that answer, and the one that streams.
pub fn routes(state: State) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(run::get))
        .routes(routes!(run::cancel))
        .with_state(state.clone());
    let stream = OpenApiRouter::new().routes(routes!(events::watch)).with_state(state);
    Service { api, stream, ..Service::default() }
}
