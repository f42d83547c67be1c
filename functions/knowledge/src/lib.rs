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

use axum::extract::FromRef;
use platform::cache::Cache;
use platform::graph::{self, GraphPool};
use platform::knowledge::{self, Knowledge, Reranker};
use platform::model::{Embedder, EmbeddingConfig};
use platform::{Authenticator, Env, Limiter, Service, Workshop};
use sqlx::PgPool;
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
        let (embedding, graph) = (EmbeddingConfig::from_env(env), GraphPool::from_env(env));
        let reranker = Reranker::from_env(env, &platform::http_client(RERANKING));
        let shop = shop?;
        let embedder = Embedder::from_shop(env, &shop, embedding?, cache)?;
        let knowledge = graph.map(|pool| Knowledge::new(pool, embedder.model().clone()));
        Some(Self { shop, knowledge, embedder, reranker })
    }
}

impl FromRef<State> for PgPool {
    fn from_ref(state: &State) -> Self {
        state.shop.pool.clone()
    }
}

impl FromRef<State> for Authenticator {
    fn from_ref(state: &State) -> Self {
        state.shop.authenticator.clone()
    }
}

impl FromRef<State> for Limiter {
    fn from_ref(state: &State) -> Self {
        state.shop.limiter.clone()
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let cache = Cache::connect(env);
    let state = State::from_env(env, Workshop::from_env(env), cache.as_ref())?;
    let mut probes = state.shop.probes();
    let graph = GraphPool::from_env(env);
    let knowledge = knowledge::probe(state.knowledge.as_ref());
    probes.extend([graph::probe(graph.as_ref()), knowledge]);
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
