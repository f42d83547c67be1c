//! What the graph has: unique ids, a vector index, full text, and the scope of every search. Made by
//! `neo4j-init`, and by tests.

use std::fmt;
use std::str::FromStr;

/// The most that a vector index of Neo4j 5 takes:
/// <https://neo4j.com/docs/cypher-manual/5/indexes/semantic-indexes/vector-indexes/>.
const MOST: u16 = 4096;

/// The length of an embedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimensions(u16);

/// A length that no index takes.
#[derive(Debug, thiserror::Error)]
#[error("expected a whole number from 1 to {MOST}")]
pub struct WrongDimensions;

impl Dimensions {
    /// One that an index takes.
    pub fn new(number: u16) -> Option<Self> {
        (1..=MOST).contains(&number).then_some(Self(number))
    }

    /// As a number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Default for Dimensions {
    /// What the project's embedding models are asked for.
    fn default() -> Self {
        Self(768)
    }
}

impl FromStr for Dimensions {
    type Err = WrongDimensions;

    fn from_str(text: &str) -> Result<Self, WrongDimensions> {
        match text.parse() {
            Ok(number) => Self::new(number).ok_or(WrongDimensions),
            Err(_) => Err(WrongDimensions),
        }
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An index, one that a constraint stands on included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub name: &'static str,
    pub label: &'static str,
    pub properties: &'static [&'static str],
    pub kind: IndexKind,
}

/// What an index is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexKind {
    Unique,
    Range,
    /// Finding by words, which are stems already: Neo4j has no Polish analyzer.
    FullText,
    Vector,
}

/// The full-text index of chunks.
pub const CHUNK_WORDS: &str = "chunk_words";
/// The full-text index of facts.
pub const FACT_WORDS: &str = "fact_words";
/// The vector index of chunks.
pub const CHUNK_EMBEDDING: &str = "chunk_embedding";

/// Everything that the graph has. A chunk is what its document and the hash of its text say, so the
/// same document read twice makes nothing twice. The scope is a term of the full-text indexes, so that
/// a search by words never visits another scope.
pub const INDEXES: [Index; 15] = [
    Index { name: "document_id", label: "Document", properties: &["id"], kind: IndexKind::Unique },
    Index { name: "chunk_id", label: "Chunk", properties: &["id"], kind: IndexKind::Unique },
    Index { name: "fact_id", label: "Fact", properties: &["id"], kind: IndexKind::Unique },
    Index {
        name: "embedding_index",
        label: "EmbeddingIndex",
        properties: &["name"],
        kind: IndexKind::Unique,
    },
    Index {
        name: "chunk_hash",
        label: "Chunk",
        properties: &["document_id", "hash"],
        kind: IndexKind::Unique,
    },
    // what a focus group speaks of: scoped to the group, which belongs to one project
    unique_in_group("group_concept_name", "GroupConcept", &["focus_group_id", "name"]),
    unique_in_group("group_emotion_name", "GroupEmotion", &["focus_group_id", "name"]),
    unique_in_group("group_persona_id", "GroupPersona", &["focus_group_id", "id"]),
    range("document_scope", "Document", &["scope"]),
    range("chunk_scope", "Chunk", &["scope"]),
    range("chunk_place", "Chunk", &["document_id", "index"]),
    range("fact_scope", "Fact", &["scope"]),
    full_text(CHUNK_WORDS, "Chunk"),
    full_text(FACT_WORDS, "Fact"),
    Index {
        name: CHUNK_EMBEDDING,
        label: "Chunk",
        properties: &["embedding"],
        kind: IndexKind::Vector,
    },
];

const fn unique_in_group(
    name: &'static str,
    label: &'static str,
    properties: &'static [&'static str],
) -> Index {
    Index { name, label, properties, kind: IndexKind::Unique }
}

const fn range(
    name: &'static str,
    label: &'static str,
    properties: &'static [&'static str],
) -> Index {
    Index { name, label, properties, kind: IndexKind::Range }
}

const fn full_text(name: &'static str, label: &'static str) -> Index {
    Index { name, label, properties: &["stems", "scope"], kind: IndexKind::FullText }
}

/// The Cypher that makes what is missing, one statement for each constraint and index.
pub fn statements(dimensions: Dimensions) -> Vec<String> {
    INDEXES.iter().map(|index| index.statement(dimensions)).collect()
}

/// Whether Neo4j says that what was to be made is there: `if not exists` looks first and makes then,
/// and another start may come between.
pub fn is_there(error: &neo4rs::Error) -> bool {
    let neo4rs::Error::Neo4j(error) = error else { return false };
    let code = error.code();
    code.starts_with("Neo.ClientError.Schema.") && code.ends_with("AlreadyExists")
}

impl Index {
    fn statement(&self, dimensions: Dimensions) -> String {
        let Self { name, label, .. } = self;
        let each: Vec<String> = self.properties.iter().map(|name| format!("n.{name}")).collect();
        let each = each.join(", ");
        match self.kind {
            IndexKind::Unique => format!(
                "create constraint {name} if not exists for (n:{label}) require ({each}) is unique"
            ),
            IndexKind::Range => {
                format!("create range index {name} if not exists for (n:{label}) on ({each})")
            }
            IndexKind::FullText => format!(
                "create fulltext index {name} if not exists for (n:{label}) on each [{each}] \
                 options {{indexConfig: {{`fulltext.analyzer`: 'whitespace'}}}}"
            ),
            IndexKind::Vector => format!(
                "create vector index {name} if not exists for (n:{label}) on ({each}) \
                 options {{indexConfig: {{`vector.dimensions`: {dimensions}, \
                 `vector.similarity_function`: 'cosine', \
                 `vector.quantization.enabled`: false}}}}"
            ),
        }
    }
}

impl IndexKind {
    /// Neo4j's word for the index itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unique | Self::Range => "RANGE",
            Self::FullText => "FULLTEXT",
            Self::Vector => "VECTOR",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_are_what_an_index_takes() {
        let cases = [("1", true), ("768", true), ("4096", true), ("0", false), ("4097", false)];

        for (text, fits) in cases {
            assert_eq!(text.parse::<Dimensions>().is_ok(), fits, "{text}");
        }
        assert!("many".parse::<Dimensions>().is_err());
    }

    #[test]
    fn every_statement_may_be_repeated() {
        for statement in statements(Dimensions::default()) {
            assert!(statement.contains(" if not exists for "), "{statement}");
        }
    }
}
