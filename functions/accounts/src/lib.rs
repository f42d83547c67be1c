#![doc = include_str!("../README.md")]

mod bootstrap;
mod password;
mod sign_in;
mod store;
#[cfg(test)]
mod tests;

use axum::extract::FromRef;
use platform::cache::Cache;
use platform::http::Probes;
use platform::limit::Proxies;
use platform::{Authenticator, Base, Clock, Env, Ids, Limiter, Service, postgres};
use secrecy::SecretString;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use password::Passwords;

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct State {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Signs and checks tokens.
    pub authenticator: Authenticator,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Makes the first system admin, once. Without it nobody can.
    pub bootstrap_secret: Option<SecretString>,
    /// Counts requests.
    pub limiter: Limiter,
    /// Whose word about the client's address counts.
    pub proxies: Proxies,
}

impl State {
    /// From the environment.
    pub fn from_env(env: &Env) -> Option<Self> {
        let base = Base::from_env(env, Cache::connect(env).as_ref());
        let bootstrap_secret = env.optional::<String>("BOOTSTRAP_SECRET").map(SecretString::from);
        let proxies = Proxies::from_env(env);
        let Base { pool, clock, ids, authenticator, limiter } = base?;
        let passwords = Passwords::new();
        Some(Self {
            pool,
            clock,
            ids,
            authenticator,
            passwords,
            bootstrap_secret,
            limiter,
            proxies,
        })
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
        .routes(routes!(sign_in::register))
        .routes(routes!(sign_in::login))
        .routes(routes!(sign_in::refresh))
        .routes(routes!(sign_in::logout))
        .routes(routes!(sign_in::me))
        .routes(routes!(bootstrap::claim))
        .with_state(state)
}
