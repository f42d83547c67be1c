//! Neo4j: knowledge. Connects when first asked.

use std::sync::Arc;

use neo4rs::{ConfigBuilder, Graph, query};
use tokio::sync::OnceCell;

use crate::Env;
use crate::http::Probe;

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
        Some(Self {
            uri: env.raw("NEO4J_URI")?.to_owned(),
            user: env.or("NEO4J_USER", "neo4j".to_owned()),
            password: env.or("NEO4J_PASSWORD", String::new()),
            graph: Arc::default(),
        })
    }

    /// The open pool.
    ///
    /// # Errors
    /// When Neo4j does not answer.
    pub async fn get(&self) -> Result<&Graph, neo4rs::Error> {
        self.graph
            .get_or_try_init(|| async {
                let config = ConfigBuilder::default()
                    .uri(self.uri.as_str())
                    .user(self.user.as_str())
                    .password(self.password.as_str())
                    .build()?;
                let graph = Graph::connect(config)?;
                graph.run(query("return 1")).await?;
                Ok(graph)
            })
            .await
    }
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
