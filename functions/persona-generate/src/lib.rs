#![doc = include_str!("../README.md")]

mod brief;
mod fidelity;
mod generate;
mod population;
mod start;
mod store;
#[cfg(test)]
mod tests;
mod worker;
mod write;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::post;
use platform::cache::{self, Cache};
use platform::http::Probes;
use platform::model::Model;
use platform::queue::{Publisher, Verifier};
use platform::runs::Announcer;
use platform::{Authenticator, Clock, Env, Ids, Limiter, Service, model, postgres};
use shared::run::RunKind;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with.
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
    /// Calls the workers.
    pub publisher: Publisher,
    /// Checks who calls the workers.
    pub verifier: Verifier,
    /// Tells watchers.
    pub announcer: Announcer,
    /// Writes.
    pub model: Model,
    /// Counts requests.
    pub limiter: Limiter,
}

impl State {
    /// From the environment, with the queue that this process has.
    pub fn from_env(
        env: &Env,
        publisher: Option<Publisher>,
        verifier: Option<Verifier>,
        cache: Option<Cache>,
    ) -> Option<Self> {
        let pool = postgres::connect(env);
        let clock = Clock::system();
        let model = model::Config::from_env(env);
        let limiter = Limiter::from_env(env, cache.as_ref(), clock.clone());
        let (pool, model) = (pool?, model?);
        let ids = Ids::system();
        Some(Self {
            authenticator: Authenticator::from_env(env, pool.clone(), clock.clone())?,
            model: Model::connect(model, &pool, cache.as_ref(), &clock, &ids)
                .map_err(|error| env.problem(format!("MODEL_PROVIDER cannot be used: {error:#}")))
                .ok()?,
            publisher: publisher?,
            verifier: verifier?,
            announcer: Announcer::new(cache),
            limiter,
            pool,
            clock,
            ids,
        })
    }
}

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let cache = Cache::connect(env);
    let publisher = Publisher::from_env(env);
    let verifier = Verifier::from_env(env, Clock::system());
    let state = State::from_env(env, publisher, verifier, cache.clone())?;
    let probes = Probes::new([postgres::probe(&state.pool), cache::probe(cache.as_ref())]);
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: State) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(generate::personas))
        .routes(routes!(generate::populations, population::list))
        .routes(routes!(population::get))
        .routes(routes!(fidelity::of_population))
        .routes(routes!(fidelity::of_project))
        .with_state(state.clone());
    let topic = format!("/internal/events/{}", RunKind::PersonaGenerate.as_str());
    let push = Router::new().route(&topic, post(worker::requested)).with_state(state);
    Service { api, push, ..Service::default() }
}
