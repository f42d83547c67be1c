//! What can go wrong with knowledge.

use shared::knowledge::EmbeddingModel;

/// Why knowledge could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum GraphFailure {
    /// The document was deleted, or has another version, meanwhile: nothing is written for it.
    #[error("the document is gone")]
    Gone,
    #[error("the knowledge graph does not answer")]
    Silent,
    #[error("the knowledge graph is not reachable")]
    Away(#[source] neo4rs::Error),
    #[error("the knowledge graph refused a query")]
    Refused(#[source] neo4rs::Error),
    /// The vectors in the graph were made by another model.
    #[error(
        "the graph's vectors are {} of {} dimensions, and {} of {} is configured: configure the \
         former, or embed the documents again",
        found.name, found.dimensions, wanted.name, wanted.dimensions
    )]
    OtherModel { wanted: EmbeddingModel, found: EmbeddingModel },
    /// A vector has another length than its model says.
    #[error("a vector has {found} dimensions and not {wanted}")]
    WrongLength { wanted: u16, found: usize },
    #[error("no vector index takes {0} dimensions: configure a model of 1 to 4096")]
    NoIndex(u16),
    /// What the graph holds is none of ours: somebody else wrote to it.
    #[error("the knowledge graph holds `{0}` as an id")]
    NoId(String),
}

impl GraphFailure {
    /// Whether the graph is away, so that everything but knowledge can go on without it: 503.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Silent | Self::Away(_))
    }
}

impl From<neo4rs::Error> for GraphFailure {
    fn from(error: neo4rs::Error) -> Self {
        match error {
            neo4rs::Error::Neo4j(_) | neo4rs::Error::DeserializationError(_) => {
                Self::Refused(error)
            }
            error => Self::Away(error),
        }
    }
}

impl From<GraphFailure> for platform::Error {
    fn from(failure: GraphFailure) -> Self {
        match failure {
            GraphFailure::Gone => shared::Error::NotFound("Document").into(),
            GraphFailure::Away(error) => Self::Graph(error),
            GraphFailure::Silent => neo4rs::Error::ConnectionTimedOut.into(),
            other => Self::Internal(other.into()),
        }
    }
}
