//! Knowledge in Neo4j: what is written, what is found, and what is taken away again.
//!
//! [`Knowledge`] is the only door. Every method takes the scopes that it may look into, and every query
//! filters by them. Writing is idempotent: a chunk is its document and the hash of its content.

mod background;
mod bulk;
mod fact;
mod failure;
mod feedback;
mod frequencies;
mod index;
mod read;
mod rerank;
pub mod retriever;
pub mod schema;
mod search;
#[cfg(test)]
mod tests;
mod write;

use std::time::Duration;

use neo4rs::{Graph, Query};
use serde::de::DeserializeOwned;
use shared::knowledge::{EmbeddingModel, Scope};
use shared::text::stem::Stemming;
use tokio::time::timeout;

use platform::graph::GraphPool;

use self::background::Backgrounds;
use self::frequencies::Counted;

pub use self::fact::{Fact, Supported};
pub use self::failure::GraphFailure;
pub use self::index::{connect, probes};
pub use self::rerank::{Protocol, RerankFailure, Reranker};
pub use self::search::{Found, Hit, Neighbour, Passages, Ranks, Reranking, Retrieved, Search};
pub use self::write::{Document, Embedded, Written, chunk_id};

/// The longest that one query may take. Neo4j that answers no sooner is as good as away.
const TIME_LIMIT: Duration = Duration::from_secs(10);

fn keys(scopes: &[Scope]) -> Vec<String> {
    scopes.iter().map(|scope| scope.key()).collect()
}

/// The knowledge graph, with the model that its vectors are made by. Clones share their connections.
#[derive(Clone)]
pub struct Knowledge {
    pool: GraphPool,
    model: EmbeddingModel,
    stemming: Stemming,
    counted: Counted,
    backgrounds: Backgrounds,
    limit: Duration,
}

impl Knowledge {
    /// The graph in this pool for vectors of this model.
    pub fn new(pool: GraphPool, model: EmbeddingModel) -> Self {
        let (counted, backgrounds) = (Counted::default(), Backgrounds::default());
        let stemming = Stemming::default();
        Self { pool, model, stemming, counted, backgrounds, limit: TIME_LIMIT }
    }

    /// The graph in this pool for taking things away, which go whatever model their vectors are of.
    pub fn for_removal(pool: GraphPool) -> Self {
        Self::new(pool, EmbeddingModel { name: String::new(), dimensions: 0 })
    }

    /// The same for tests, which wait longer: a machine that is busy with other tests is no outage.
    #[must_use]
    pub fn waiting_patiently(mut self) -> Self {
        self.limit = 30 * TIME_LIMIT;
        self
    }

    /// The same that stems in another way, for the evaluation: what is written and what is asked must
    /// be stemmed alike.
    #[must_use]
    pub fn with_stemming(mut self, stemming: Stemming) -> Self {
        self.stemming = stemming;
        self.counted = Counted::default();
        self
    }

    /// The model that vectors must be made by.
    pub fn model(&self) -> &EmbeddingModel {
        &self.model
    }

    async fn graph(&self) -> Result<&Graph, GraphFailure> {
        match timeout(self.limit, Box::pin(self.pool.get())).await {
            Ok(graph) => graph.map_err(GraphFailure::from),
            Err(_) => Err(GraphFailure::Silent),
        }
    }

    async fn run(&self, query: Query) -> Result<(), GraphFailure> {
        let graph = self.graph().await?;
        match timeout(self.limit, Box::pin(graph.run(query))).await {
            Ok(done) => done.map(drop).map_err(GraphFailure::from),
            Err(_) => Err(GraphFailure::Silent),
        }
    }

    async fn rows<T: DeserializeOwned>(&self, query: Query) -> Result<Vec<T>, GraphFailure> {
        let graph = self.graph().await?;
        let read = async {
            let mut found = graph.execute(query).await?;
            let mut rows = Vec::new();
            while let Some(row) = found.next().await? {
                rows.push(row.to::<T>().map_err(neo4rs::Error::from)?);
            }
            Ok(rows)
        };
        // the driver's futures are large, and searches run several side by side
        match timeout(self.limit, Box::pin(read)).await {
            Ok(rows) => rows,
            Err(_) => Err(GraphFailure::Silent),
        }
    }
}
