#![doc = include_str!("../README.md")]

mod estimate;
mod input;
mod interview;
mod invite;
mod rating;
mod start;
mod store;
#[cfg(test)]
mod tests;
mod worker;

use axum::extract::FromRef;
use axum::routing::post;
use platform::cache::Cache;
use platform::model::{Embedder, EmbeddingConfig};
use platform::queue::Verifier;
use platform::{Authenticator, Env, Limiter, Service, Workers, Workshop};
use shared::run::RunKind;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use crate::rating::Rater;

/// What the handlers and the worker work with.
#[derive(Clone)]
pub struct State {
    /// What every worker has.
    pub shop: Workshop,
    /// Rates reactions in words.
    pub rater: Rater,
}

impl State {
    /// From the environment, with the workshop that this process has. Without one it only notes what
    /// else is wrong with the variables.
    pub fn from_env(env: &Env, shop: Option<Workshop>, cache: Option<&Cache>) -> Option<Self> {
        let embedding = EmbeddingConfig::from_env(env);
        let shop = shop?;
        let embedder = Embedder::from_shop(env, &shop, embedding?, cache)?;
        Some(Self { shop, rater: Rater::new(embedder) })
    }
}

impl std::ops::Deref for State {
    type Target = Workshop;

    fn deref(&self) -> &Workshop {
        &self.shop
    }
}

impl FromRef<State> for PgPool {
    fn from_ref(state: &State) -> Self {
        state.pool.clone()
    }
}

impl FromRef<State> for Authenticator {
    fn from_ref(state: &State) -> Self {
        state.authenticator.clone()
    }
}

impl FromRef<State> for Limiter {
    fn from_ref(state: &State) -> Self {
        state.limiter.clone()
    }
}

impl FromRef<State> for Verifier {
    fn from_ref(state: &State) -> Self {
        state.verifier.clone()
    }
}

/// The function, ready to run: the API where `SERVE` is `api`, the worker where it is `push`.
pub fn service(env: &Env) -> Option<Service> {
    let cache = Cache::connect(env);
    let state = State::from_env(env, Workshop::from_env(env), cache.as_ref())?;
    let probes = state.probes();
    Some(Service { probes, ..routes(state) })
}

/// The public routes and the worker's.
pub fn routes(state: State) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(start::run))
        .routes(routes!(estimate::estimate))
        .with_state(state.clone());
    let worker = post(worker::requested).with_state(state);
    let push = Workers::default().on(RunKind::SurveyRun.as_str(), worker);
    Service { api, push, ..Service::default() }
}
