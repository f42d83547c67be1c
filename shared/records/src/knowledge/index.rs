//! Which model the vectors of the graph are made by.

use neo4rs::query;
use serde::Deserialize;
use shared::knowledge::EmbeddingModel;

use platform::graph::{self, GraphPool};
use platform::http::Probe;
use platform::model::{Embedder, EmbeddingConfig};
use platform::{Base, Env};

use super::schema::{self, CHUNK_EMBEDDING, Dimensions};
use super::{GraphFailure, Knowledge};

#[derive(Deserialize)]
struct ModelRow {
    model: String,
    dimensions: u16,
}

impl From<ModelRow> for EmbeddingModel {
    fn from(row: ModelRow) -> Self {
        Self { name: row.model, dimensions: row.dimensions }
    }
}

/// The embedder, and the knowledge graph where there is a Neo4j. Without a base it only notes what is wrong with the
/// variables.
pub fn connect(env: &Env, base: Option<&Base>) -> Option<(Embedder, Option<Knowledge>)> {
    let (embedding, graph) = (EmbeddingConfig::from_env(env), GraphPool::from_env(env));
    let embedder = Embedder::from_base(env, base?, embedding?)?;
    let knowledge = graph.map(|pool| Knowledge::new(pool, embedder.model().clone()));
    Some((embedder, knowledge))
}

/// Says whether Neo4j answers, and whether its vectors are of the configured model.
pub fn probes(graph: Option<&Knowledge>) -> [Probe; 2] {
    [graph::probe(graph.map(|knowledge| &knowledge.pool)), probe(graph)]
}

/// Degraded where there is no graph.
fn probe(graph: Option<&Knowledge>) -> Probe {
    let graph = graph.cloned();
    Probe::optional("knowledge", move || {
        let graph = graph.clone();
        async move {
            let Some(graph) = graph else { return false };
            graph
                .noted_model()
                .await
                .is_ok_and(|noted| noted.is_none_or(|noted| noted == graph.model))
        }
    })
}

impl Knowledge {
    /// Makes what the schema lacks and waits for it: what `neo4j-init` does, without its patience and
    /// its checks. For tests and tools.
    pub async fn create_schema(&self, dimensions: Dimensions) -> Result<(), GraphFailure> {
        for statement in schema::statements(dimensions) {
            match self.run(query(&statement)).await {
                // another start may come between looking and making
                Err(GraphFailure::Refused(error)) if schema::is_there(&error) => {}
                done => done?,
            }
        }
        self.run(query("call db.awaitIndexes(300)")).await
    }

    /// Notes the configured model for a graph that has no vectors yet, and holds it against the noted
    /// one for a graph that has. Called at start.
    ///
    /// # Errors
    /// [`GraphFailure::OtherModel`], or when Neo4j fails.
    pub async fn check_model(&self) -> Result<(), GraphFailure> {
        let note = query(
            "merge (i:EmbeddingIndex {name: $name})
             on create set i.model = $model, i.dimensions = $dimensions
             return i.model as model, i.dimensions as dimensions",
        );
        let note = note
            .param("name", CHUNK_EMBEDDING)
            .param("model", self.model.name.as_str())
            .param("dimensions", i64::from(self.model.dimensions));
        let rows: Vec<ModelRow> = self.rows(note).await?;
        rows.into_iter().next().map_or(Ok(()), |row| self.held_against(row.into()))
    }

    /// The model that is noted; none in a graph that never had vectors. Notes nothing.
    pub async fn noted_model(&self) -> Result<Option<EmbeddingModel>, GraphFailure> {
        let noted = query(
            "match (i:EmbeddingIndex {name: $name})
             return i.model as model, i.dimensions as dimensions",
        );
        let rows: Vec<ModelRow> = self.rows(noted.param("name", CHUNK_EMBEDDING)).await?;
        Ok(rows.into_iter().next().map(EmbeddingModel::from))
    }

    /// # Errors
    /// [`GraphFailure::OtherModel`] where it is not the configured one.
    pub(super) fn held_against(&self, found: EmbeddingModel) -> Result<(), GraphFailure> {
        if found == self.model {
            return Ok(());
        }
        Err(GraphFailure::OtherModel { wanted: self.model.clone(), found })
    }

    /// Makes the graph ready for the configured model: every chunk loses its vector, and the vector index
    /// is made anew. Searches go on by words alone until the documents are embedded again. The graph is
    /// not of that model before [`Knowledge::note_model`], so that whoever is stopped comes again.
    ///
    /// # Errors
    /// [`GraphFailure::NoIndex`], before anything is forgotten; when Neo4j fails.
    pub async fn forget_vectors(&self) -> Result<(), GraphFailure> {
        let length = self.model.dimensions;
        let dimensions = Dimensions::new(length).ok_or(GraphFailure::NoIndex(length))?;
        self.run(query(&format!("drop index {CHUNK_EMBEDDING} if exists"))).await?;
        let forget = "match (c:Chunk) where c.embedding is not null with c limit 5000
             remove c.embedding return count(c) as count";
        while self.count(query(forget)).await? > 0 {}
        self.create_schema(dimensions).await
    }

    /// Notes the configured model in the place of another.
    pub async fn note_model(&self) -> Result<(), GraphFailure> {
        let note = "merge (i:EmbeddingIndex {name: $name})
             set i.model = $model, i.dimensions = $dimensions";
        let note = query(note)
            .param("name", CHUNK_EMBEDDING)
            .param("model", self.model.name.as_str())
            .param("dimensions", i64::from(self.model.dimensions));
        self.run(note).await
    }

    pub(super) async fn count(&self, query: neo4rs::Query) -> Result<u64, GraphFailure> {
        #[derive(Deserialize)]
        struct Count {
            count: u64,
        }
        let rows: Vec<Count> = self.rows(query).await?;
        Ok(rows.first().map_or(0, |row| row.count))
    }
}
