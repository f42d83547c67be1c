#![doc = include_str!("../README.md")]

mod budget;
mod invitation;
mod library;
mod member;
mod project;
mod store;
#[cfg(test)]
mod tests;

use axum::extract::FromRef;
use platform::cache::Cache;
use platform::http::Probes;
use platform::queue::Publisher;
use platform::{Authenticator, Base, Clock, Env, Ids, Limiter, Service, postgres};
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
    /// Calls the worker that writes e-mails.
    pub publisher: Publisher,
    /// What a new project may spend.
    pub first_cap: FirstCap,
}

impl State {
    /// With the queue that this process has, and the cap of new projects from the environment.
    pub fn new(env: &Env, base: Base, publisher: Publisher) -> Self {
        let Base { pool, clock, ids, authenticator, limiter } = base;
        let first_cap = FirstCap::from_env(env);
        Self { pool, clock, ids, authenticator, limiter, publisher, first_cap }
    }

    fn from_env(env: &Env) -> Option<Self> {
        let first_cap = FirstCap::from_env(env);
        let base = Base::from_env(env, Cache::connect(env).as_ref());
        let (base, publisher) = base.zip(Publisher::from_env(env))?;
        Some(Self { first_cap, ..Self::new(env, base, publisher) })
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
        .routes(routes!(project::create, project::list))
        .routes(routes!(project::get, project::update, project::delete))
        .routes(routes!(member::list, invitation::invite))
        .routes(routes!(member::set_role, member::remove))
        .routes(routes!(invitation::list))
        .routes(routes!(invitation::withdraw))
        .routes(routes!(invitation::mine))
        .routes(routes!(invitation::accept_token))
        .routes(routes!(invitation::accept))
        .routes(routes!(invitation::decline))
        .routes(routes!(library::list))
        .routes(routes!(library::lend, library::take_back))
        .routes(routes!(library::end))
        .routes(routes!(budget::show, budget::set))
        .routes(routes!(budget::usage))
        .with_state(state)
}
