//! Feedback (Rocchio 1971): what lies near the first that words found is likely to answer too, also where
//! it has other words than the question.

use std::collections::BTreeSet;

use neo4rs::query;
use serde::Deserialize;
use shared::knowledge::embedding::cosine;

use super::retriever::Candidate;
use super::search::Search;
use super::{GraphFailure, Knowledge, keys};

/// How many of each retriever's best are looked at again: reading the vector of one takes Neo4j about 70 µs.
const LOOKED_AT: usize = 15;

/// Without the hint Neo4j may go through the whole scope instead of looking the ids up.
const VECTORS: &str = "unwind $ids as id
     match (c:Chunk {id: id}) using index c:Chunk(id)
     where c.scope in $scopes and c.embedding is not null
     return c.id as id, c.document_id as document, c.embedding as embedding";

#[derive(Deserialize)]
struct VectorRow {
    id: String,
    document: String,
    embedding: Vec<f32>,
}

impl Knowledge {
    /// The ranking by vectors after feedback from the words. First come the best of both retrievers, by nearness to the
    /// question and, as much, to the middle of what words found first. The rest follows as it was. Without feedback
    /// nothing changes.
    pub(super) async fn after_feedback(
        &self,
        search: Search<'_>,
        keyword: &[Candidate],
        vector: Vec<Candidate>,
    ) -> Result<Vec<Candidate>, GraphFailure> {
        let first = &keyword[..keyword.len().min(self.model.feedback())];
        if first.is_empty() || vector.is_empty() {
            return Ok(vector);
        }
        let looked_at = keyword.iter().take(LOOKED_AT).chain(vector.iter().take(LOOKED_AT));
        let looked_at: BTreeSet<String> = looked_at.map(|one| one.id.clone()).collect();
        let vectors = query(VECTORS)
            .param("ids", looked_at.iter().cloned().collect::<Vec<_>>())
            .param("scopes", keys(search.scopes));
        let vectors: Vec<VectorRow> = self.rows(vectors).await?;
        let middle = vectors.iter().filter(|row| first.iter().any(|one| one.id == row.id));
        let asked = between(search.embedding, middle);
        let rest: Vec<Candidate> =
            vector.into_iter().filter(|one| !looked_at.contains(&one.id)).collect();
        let mut found: Vec<Candidate> = vectors.into_iter().map(|row| row.near(&asked)).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        found.extend(rest);
        Ok(found)
    }
}

impl VectorRow {
    fn near(self, asked: &[f32]) -> Candidate {
        let score = cosine(asked, &self.embedding);
        Candidate { id: self.id, document: self.document, score }
    }
}

/// Half-way between a question of length 1 and the middle of what was found.
fn between<'a>(question: &[f32], found: impl Iterator<Item = &'a VectorRow>) -> Vec<f32> {
    let mut middle = vec![0.0; question.len()];
    for row in found {
        middle.iter_mut().zip(&row.embedding).for_each(|(sum, value)| *sum += value);
    }
    let length = middle.iter().map(|value| value * value).sum::<f32>().sqrt();
    let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
    question.iter().zip(&middle).map(|(asked, value)| asked + scale * value).collect()
}
