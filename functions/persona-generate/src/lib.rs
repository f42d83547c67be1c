#![doc = include_str!("../README.md")]

mod fidelity;
mod generate;
mod ground;
mod population;
mod start;
mod store;
#[cfg(test)]
mod tests;
mod worker;
mod write;

use ::store::knowledge::{self, Knowledge};
use axum::routing::post;
use platform::cache::Cache;
use platform::model::Embedder;
use platform::{Env, Service, Workers, Workshop};
use shared::run::RunKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers and the worker work with.
#[derive(Clone)]
pub struct State {
    /// What every worker has.
    pub shop: Workshop,
    /// What people are grounded in; none where there is no Neo4j.
    pub knowledge: Option<Knowledge>,
    /// Makes vectors of what is asked.
    pub embedder: Embedder,
}

impl State {
    /// From the environment, with the workshop that this process has. Without one it only notes what
    /// else is wrong with the variables.
    pub fn from_env(env: &Env, shop: Option<Workshop>, cache: Option<&Cache>) -> Option<Self> {
        let connected = knowledge::connect(env, shop.as_ref(), cache);
        let (shop, (embedder, knowledge)) = shop.zip(connected)?;
        Some(Self { shop, knowledge, embedder })
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
    let cache = Cache::connect(env);
    let state = State::from_env(env, Workshop::from_env(env), cache.as_ref())?;
    let mut probes = state.probes();
    probes.extend(knowledge::probes(state.knowledge.as_ref()));
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
    let worker = post(worker::requested).with_state(state);
    let push = Workers::default().on(RunKind::PersonaGenerate.as_str(), worker);
    Service { api, push, ..Service::default() }
}
