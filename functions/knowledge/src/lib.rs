#![doc = include_str!("../README.md")]

mod answer;
mod list;
mod query;
mod removal;
mod search;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ::store::knowledge::{self, Knowledge, Reranker};
use platform::cache::Cache;
use platform::model::Embedder;
use platform::{Env, Service, Workshop};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Far above the limit that the reranker keeps itself.
const RERANKING: Duration = Duration::from_secs(10);

/// What the handlers work with.
#[derive(Clone)]
pub struct State {
    /// What every function has that starts runs and asks a model.
    pub shop: Workshop,
    /// The index in the graph; none where there is no Neo4j.
    pub knowledge: Option<Knowledge>,
    /// Makes vectors of questions.
    pub embedder: Embedder,
    /// Looks at what was found again, where one is configured.
    pub reranker: Option<Reranker>,
}

impl State {
    /// From the environment, with the workshop that this process has. Without one it only notes what
    /// else is wrong with the variables.
    pub fn from_env(env: &Env, shop: Option<Workshop>, cache: Option<&Cache>) -> Option<Self> {
        let connected = knowledge::connect(env, shop.as_ref(), cache);
        let reranker = Reranker::from_env(env, &platform::http_client(RERANKING));
        let (shop, (embedder, knowledge)) = shop.zip(connected)?;
        Some(Self { shop, knowledge, embedder, reranker })
    }
}

platform::has_shop!(State);

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let cache = Cache::connect(env);
    let state = State::from_env(env, Workshop::from_env(env), cache.as_ref())?;
    let mut probes = state.shop.probes();
    probes.extend(knowledge::probes(state.knowledge.as_ref()));
    Some(Service { probes, ..routes(state) })
}

/// The public routes.
pub fn routes(state: State) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(removal::remove))
        .routes(routes!(query::query))
        .routes(routes!(answer::answer))
        .with_state(state);
    Service { api, ..Service::default() }
}
