#![doc = include_str!("../README.md")]

mod answer;
mod chunk;
mod deletion;
mod list;
mod query;
mod search;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::extract::FromRef;
use platform::model::{Config, Embedder, Model};
use platform::queue::Publisher;
use platform::runs::{Announcer, Engine};
use platform::{Base, Env, Service};
use records::knowledge::{self, Knowledge, Reranker};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Far above the limit that the reranker keeps itself.
const RERANKING: Duration = Duration::from_secs(10);

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub base: Base,
    /// Starts what takes a document away.
    pub engine: Engine,
    /// Writes answers.
    pub model: Model,
    /// The index in the graph; none where there is no Neo4j.
    pub knowledge: Option<Knowledge>,
    pub embedder: Embedder,
    /// Looks at what was found again, where one is configured.
    pub reranker: Option<Reranker>,
}

impl AppState {
    /// From the environment, with the base, the engine and the model that this process has. Without one it
    /// only notes what else is wrong with the variables.
    pub fn from_env(
        env: &Env,
        base: Option<Base>,
        engine: Option<Engine>,
        model: Option<Model>,
    ) -> Option<Self> {
        let connected = knowledge::connect(env, base.as_ref());
        let reranker = Reranker::from_env(env, &platform::http_client(RERANKING));
        let (embedder, knowledge) = connected?;
        Some(Self { base: base?, engine: engine?, model: model?, knowledge, embedder, reranker })
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let (publisher, config) = (Publisher::from_env(env), Config::from_env(env));
    let base = Base::from_env(env);
    let on = base.as_ref();
    let model = on.zip(config).and_then(|(base, config)| Model::from_base(env, base, config));
    let engine = on
        .zip(publisher)
        .map(|(base, publisher)| Engine::new(base, publisher, Announcer::new(base.cache.clone())));
    let state = AppState::from_env(env, base, engine, model)?;
    let mut probes = state.base.probes();
    probes.extend(knowledge::probes(state.knowledge.as_ref()));
    Some(Service { probes, ..routes(state) })
}

/// The public routes.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(deletion::remove))
        .routes(routes!(chunk::chunks))
        .routes(routes!(query::query))
        .routes(routes!(answer::answer))
        .with_state(state);
    Service { api, ..Service::default() }
}
