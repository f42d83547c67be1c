//! `/health` says that the process lives; `/startup` says what it reaches.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use futures::future::{BoxFuture, join_all};
use serde_json::{Map, Value, json};

use super::Json;

/// Below what Cloud Run waits for `/startup` (`infra/modules/cloud-run-service`): an optional dependency that does
/// not answer must not keep a function from starting.
const PROBE_LIMIT: Duration = Duration::from_millis(1_500);

/// Asks one dependency whether it answers.
#[derive(Clone)]
pub struct Probe {
    name: &'static str,
    is_required: bool,
    ask: Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>,
}

impl Probe {
    /// Without this dependency the function cannot work: `/startup` answers 503.
    pub fn required<F>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = bool> + Send + 'static,
    {
        Self { name, is_required: true, ask: Arc::new(move || Box::pin(ask())) }
    }

    /// Without this dependency the function is slower or knows less: reported as degraded.
    pub fn optional<F>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = bool> + Send + 'static,
    {
        Self { is_required: false, ..Self::required(name, ask) }
    }

    pub(crate) async fn state(&self) -> &'static str {
        match tokio::time::timeout(PROBE_LIMIT, (self.ask)()).await {
            Ok(true) => "connected",
            _ if self.is_required => "unavailable",
            _ => "degraded",
        }
    }
}

/// The dependencies of one function; a name that two functions share is asked once.
#[derive(Clone, Default)]
pub struct Probes(Vec<Probe>);

impl Probes {
    /// These dependencies.
    pub fn new(probes: impl IntoIterator<Item = Probe>) -> Self {
        let mut all = Self::default();
        all.extend(probes);
        all
    }

    /// Adds those of another function.
    pub fn extend(&mut self, probes: impl IntoIterator<Item = Probe>) {
        for probe in probes {
            if !self.0.iter().any(|known| known.name == probe.name) {
                self.0.push(probe);
            }
        }
    }

    pub(crate) fn router(self, environment: &str) -> Router {
        let environment = environment.to_owned();
        let health = move || {
            let body =
                json!({ "status": "healthy", "environment": environment, "rag_services": {} });
            async move { Json(body) }
        };
        let startup = move || {
            let probes = self.clone();
            async move { probes.report().await }
        };
        Router::new().route("/health", get(health)).route("/startup", get(startup))
    }

    async fn report(&self) -> (StatusCode, Json<Value>) {
        let states = join_all(self.0.iter().map(Probe::state)).await;
        let ready = !states.contains(&"unavailable");
        let mut checks = Map::from_iter([("api".to_owned(), json!("ready"))]);
        checks.extend(
            self.0.iter().zip(states).map(|(probe, state)| (probe.name.to_owned(), json!(state))),
        );
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let word = if ready { "ready" } else { "not_ready" };
        (status, Json(json!({ "status": word, "checks": checks })))
    }
}

impl IntoIterator for Probes {
    type Item = Probe;
    type IntoIter = std::vec::IntoIter<Probe>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
