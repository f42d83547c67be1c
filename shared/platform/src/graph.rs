//! Neo4j: knowledge. Connects when first asked.

use std::sync::Arc;
use std::time::Duration;

use neo4rs::{ConfigBuilder, Graph, query};
use tokio::sync::OnceCell;

use crate::Env;
use crate::http::Probe;

/// How long the driver waits for each part of an answer. Whoever asks has a limit of their own, which ends sooner; the
/// driver's default of 30 s is less than what tests on a busy machine grant.
const LONGEST_SILENCE: Duration = Duration::from_secs(600);

/// A pool of Bolt connections that is opened on first use.
#[derive(Clone)]
pub struct GraphPool {
    uri: String,
    user: String,
    password: String,
    graph: Arc<OnceCell<Graph>>,
}

impl GraphPool {
    /// `NEO4J_URI`, `NEO4J_USER`, `NEO4J_PASSWORD`. `None` without a URI.
    pub fn from_env(env: &Env) -> Option<Self> {
        crate::tls::prepare();
        Some(Self {
            uri: env.raw("NEO4J_URI")?.to_owned(),
            user: env.or("NEO4J_USER", "neo4j".to_owned()),
            password: env.or("NEO4J_PASSWORD", String::new()),
            graph: Arc::default(),
        })
    }

    /// The open pool.
    pub async fn get(&self) -> Result<&Graph, neo4rs::Error> {
        self.graph
            .get_or_try_init(|| async {
                let config = ConfigBuilder::default()
                    .uri(self.uri.as_str())
                    .user(self.user.as_str())
                    .password(self.password.as_str())
                    .connection_timeout(LONGEST_SILENCE)
                    .build()?;
                let graph = Graph::connect(config)?;
                graph.run(query("return 1")).await?;
                Ok(graph)
            })
            .await
    }
}

/// Tells of a connection that failed, whatever becomes of the request: a person may be served without the graph,
/// and nobody would know. An alert counts these lines by their field `dependency` (`infra/monitoring.tf`).
pub(crate) fn tell(error: &neo4rs::Error) {
    if is_of_the_connection(error) {
        tracing::warn!(dependency = "neo4j", %error, "connection failed");
    }
}

fn is_of_the_connection(error: &neo4rs::Error) -> bool {
    use neo4rs::Error as E;
    matches!(
        error,
        E::AuthenticationError(_)
            | E::ConnectionError
            | E::ConnectionTimedOut
            | E::IncompleteBoltExchange
            | E::IOError { .. }
            | E::RoutingTableError(_)
            | E::RoutingTableRefreshFailed(_)
            | E::ServerUnavailableError(_)
    )
}

/// Asks Neo4j for an answer.
pub fn probe(pool: Option<&GraphPool>) -> Probe {
    let pool = pool.cloned();
    Probe::optional("neo4j", move || {
        let pool = pool.clone();
        async move {
            let Some(pool) = pool else { return false };
            let Ok(graph) = pool.get().await else { return false };
            graph.run(query("return 1")).await.is_ok()
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use testkit::Log;

    use crate::telemetry::tests::kept;

    #[tokio::test]
    async fn a_connection_that_fails_is_told_with_the_field_that_the_alert_counts() {
        let log = Log::default();
        let _guard = kept(&log, None);
        let env = Env::from([("NEO4J_URI", "bolt://127.0.0.1:1")]);
        let pool = GraphPool::from_env(&env).unwrap();

        let failed: crate::Result<()> = async { Ok(pool.get().await.map(|_| ())?) }.await;

        assert!(failed.is_err());
        let lines = log.lines();
        let told: Vec<&Value> = lines.iter().filter(|line| line["dependency"] == "neo4j").collect();
        assert_eq!(told.len(), 1, "{lines:?}");
        assert_eq!(told[0]["severity"], "WARNING");
    }

    #[test]
    fn a_query_that_is_wrong_is_no_failure_of_the_connection() {
        assert!(!is_of_the_connection(&neo4rs::Error::ConversionError));
        assert!(is_of_the_connection(&neo4rs::Error::ConnectionError));
    }
}
