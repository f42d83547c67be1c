#![doc = include_str!("../README.md")]

mod details;
mod list;
mod persona;
mod reasoning;
mod removal;
mod store;
mod summary;
#[cfg(test)]
mod tests;

use axum::extract::FromRef;
use platform::cache::Cache;
use platform::http::Probes;
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
    /// Counts requests.
    pub limiter: Limiter,
}

impl State {
    /// From the environment.
    pub fn from_env(env: &Env) -> Option<Self> {
        let pool = postgres::connect(env);
        let clock = Clock::system();
        let cache = Cache::connect(env);
        let limiter = Limiter::from_env(env, cache.as_ref(), clock.clone());
        let pool = pool?;
        let authenticator = Authenticator::from_env(env, pool.clone(), clock.clone())?;
        Some(Self { pool, clock, ids: Ids::system(), authenticator, limiter })
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let state = State::from_env(env)?;
    let probes = Probes::new([postgres::probe(&state.pool), state.limiter.probe()]);
    Some(Service { api: router(state), probes, ..Service::default() })
}

/// The public routes.
pub fn router(state: State) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(summary::summary))
        .routes(routes!(persona::get, removal::delete))
        .routes(routes!(details::details))
        .routes(routes!(reasoning::reasoning))
        .routes(routes!(removal::undo))
        .with_state(state)
}
