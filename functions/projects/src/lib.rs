#![doc = include_str!("../README.md")]

mod budget;
mod member;
mod project;
mod store;
#[cfg(test)]
mod tests;

use axum::extract::FromRef;
use platform::cache::Cache;
use platform::{Authenticator, Base, Clock, Env, Ids, Limiter, Service};
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use budget::FirstCap;

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
    /// What a new project may spend.
    pub first_cap: FirstCap,
}

impl State {
    /// What every function has, with the cap of new projects from the environment.
    pub fn new(env: &Env, base: Base) -> Self {
        let Base { pool, clock, ids, authenticator, limiter } = base;
        Self { pool, clock, ids, authenticator, limiter, first_cap: FirstCap::from_env(env) }
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let first_cap = FirstCap::from_env(env);
    let base = Base::from_env(env, Cache::connect(env).as_ref())?;
    let probes = base.probes();
    let state = State { first_cap, ..State::new(env, base) };
    Some(Service { api: router(state), probes, ..Service::default() })
}

/// The public routes.
pub fn router(state: State) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(project::create, project::list))
        .routes(routes!(project::get, project::update, project::delete))
        .routes(routes!(member::list, member::invite))
        .routes(routes!(member::set_role, member::remove))
        .routes(routes!(budget::show, budget::set))
        .routes(routes!(budget::usage))
        .with_state(state)
}
