//! What is there against what is wanted: `if not exists` is silent about another shape.

use anyhow::{Context, ensure};
use neo4rs::{Graph, query};
use records::knowledge::schema::{Dimensions, INDEXES, Index, IndexKind};
use serde::Deserialize;

/// An index as Neo4j describes it.
#[derive(Debug, Deserialize)]
struct Found {
    name: String,
    kind: String,
    labels: Vec<String>,
    properties: Vec<String>,
    is_unique: bool,
    dimensions: Option<i64>,
    similarity: Option<String>,
    analyzer: Option<String>,
}

/// An index is missing or has another shape than the one wanted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name} should be {wanted}, but is {found}: drop it, start again, and fill it anew")]
pub struct Mismatch {
    pub name: &'static str,
    /// Its shape as wanted.
    pub wanted: String,
    /// Its shape as it is.
    pub found: String,
}

/// Holds every index of ours against what is wanted.
///
/// # Errors
/// [`Mismatch`] for the first that differs, or Neo4j's failure.
pub async fn verify(graph: &Graph, dimensions: Dimensions) -> anyhow::Result<()> {
    let found = list(graph).await.context("cannot list the indexes")?;
    for index in &INDEXES {
        let wanted = shape(index, dimensions);
        let found = found.iter().find(|found| found.name == index.name);
        let found = found.map_or_else(|| "missing".to_owned(), Found::shape);
        ensure!(wanted == found, Mismatch { name: index.name, wanted, found });
    }
    Ok(())
}

async fn list(graph: &Graph) -> anyhow::Result<Vec<Found>> {
    let mut rows = graph
        .execute(query(
            "show indexes yield name, type, labelsOrTypes, properties, owningConstraint, options
             where type <> 'LOOKUP'
             return name, type as kind, labelsOrTypes as labels, properties,
                 owningConstraint is not null as is_unique,
                 options.indexConfig.`vector.dimensions` as dimensions,
                 options.indexConfig.`vector.similarity_function` as similarity,
                 options.indexConfig.`fulltext.analyzer` as analyzer",
        ))
        .await?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().await? {
        found.push(row.to()?);
    }
    Ok(found)
}

fn shape(index: &Index, dimensions: Dimensions) -> String {
    let properties = index.properties.join(", ");
    let kind = index.kind.name();
    let more = match index.kind {
        IndexKind::Unique => " unique".to_owned(),
        IndexKind::Range => String::new(),
        IndexKind::FullText => " by whitespace".to_owned(),
        IndexKind::Vector => format!(" of {dimensions} dimensions by cosine"),
    };
    format!("{kind} on {}({properties}){more}", index.label)
}

impl Found {
    fn shape(&self) -> String {
        let (labels, properties) = (self.labels.join("|"), self.properties.join(", "));
        let unique = if self.is_unique { " unique" } else { "" };
        let analyzer = self.analyzer.as_ref().map(|name| format!(" by {name}"));
        let vector = self.dimensions.map(|dimensions| {
            let similarity = self.similarity.as_deref().unwrap_or_default().to_lowercase();
            format!(" of {dimensions} dimensions by {similarity}")
        });
        let more = analyzer.or(vector).unwrap_or_default();
        format!("{} on {labels}({properties}){unique}{more}", self.kind)
    }
}
