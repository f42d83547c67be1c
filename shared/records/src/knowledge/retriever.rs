//! The two retrievers of a search: words, and nearness of vectors. Both see only the scopes of the question.

use neo4rs::query;
use serde::Deserialize;
use shared::knowledge::bm25::Frequencies;
use shared::knowledge::lucene::{self, Clause, QueryTerms};
use shared::knowledge::{EmbeddingModel, Scope};

use super::frequencies::Worded;
use super::schema::{CHUNK_EMBEDDING, CHUNK_WORDS};
use super::{GraphFailure, Knowledge, keys};

/// Up to how many chunks of all scopes together are compared one by one. The vector index can filter
/// only what it has found, so a small scope beside large ones would find nothing there. Comparing costs
/// about 70 µs a chunk in Neo4j 5.26, so this many take about as long as a question may.
pub const SMALL: u32 = 1_000;
/// How many more than needed are fetched from the index at first, and how many times more then.
// both chosen by hand: most questions are answered by the first look
const OVER_FETCH: u32 = 2;
const MORE: u32 = 4;
/// Past this many the scope is compared one by one, whatever its size.
const MOST_FETCHED: u32 = 8_192;

/// How many that have most of what is rare in the scopes are ordered again, three times what a search looks at.
pub(super) const RESCORED: u32 = 300;

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) document: String,
    /// By which the retriever ordered it: BM25, or cosine moved to 0–1.
    pub(super) score: f64,
}

#[derive(Deserialize)]
pub(super) struct WithStems {
    id: String,
    document: String,
    stems: String,
}

#[derive(Deserialize)]
struct Size {
    scope: String,
    count: u32,
    /// The model that the graph's vectors are noted to be of.
    model: Option<String>,
    dimensions: Option<u16>,
}

impl Knowledge {
    /// The best `depth` by words: those with most of what is rare in these scopes, ordered again by how often the
    /// words are there. The index's own order goes by everybody's documents.
    pub(super) async fn by_words(
        &self,
        terms: &QueryTerms,
        scopes: &[Scope],
        depth: u32,
    ) -> Result<Vec<Candidate>, GraphFailure> {
        let clauses = lucene::clauses(terms);
        if clauses.is_empty() || scopes.is_empty() {
            return Ok(Vec::new());
        }
        let frequencies = self.frequencies(Worded::Chunks, &clauses, scopes).await?;
        let lucene = lucene::queries_by_rarity(terms, scopes, &frequencies);
        let search = query(CANDIDATES)
            .param("index", CHUNK_WORDS)
            .param("lucene", lucene)
            .param("scopes", keys(scopes))
            .param("depth", i64::from(depth.max(RESCORED)));
        let candidates: Vec<WithStems> = self.rows(search).await?;
        let mut found = scored(candidates, &clauses, &frequencies);
        found.truncate(depth as usize);
        Ok(found)
    }

    /// The nearest `depth`: small scopes exactly, large ones by the index, both on one scale.
    pub(super) async fn by_vector(
        &self,
        vector: &[f32],
        scopes: &[Scope],
        depth: u32,
    ) -> Result<Vec<Candidate>, GraphFailure> {
        let (small, large) = self.by_size(scopes).await?;
        let (mut found, indexed) = futures::try_join!(
            self.exactly(vector, &small, depth),
            self.by_index(vector, &large, depth)
        )?;
        found.extend(indexed);
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        found.truncate(depth as usize);
        Ok(found)
    }

    /// The smallest scopes that have up to [`SMALL`] chunks together, and the others.
    ///
    /// # Errors
    /// [`GraphFailure::OtherModel`] where their vectors are of another model than the question's.
    async fn by_size(&self, scopes: &[Scope]) -> Result<(Vec<String>, Vec<String>), GraphFailure> {
        let sizes = query(SIZES)
            .param("index", CHUNK_EMBEDDING)
            .param("scopes", keys(scopes))
            .param("limit", i64::from(SMALL) + 1);
        let sizes: Vec<Size> = self.rows(sizes).await?;
        if let Some((name, dimensions)) =
            sizes.first().and_then(|size| size.model.clone().zip(size.dimensions))
        {
            self.held_against(EmbeddingModel { name, dimensions })?;
        }
        Ok(small_and_large(sizes.into_iter().map(|size| (size.scope, size.count))))
    }

    async fn exactly(
        &self,
        vector: &[f32],
        scopes: &[String],
        depth: u32,
    ) -> Result<Vec<Candidate>, GraphFailure> {
        if scopes.is_empty() {
            return Ok(Vec::new());
        }
        let search = query(EXACT)
            .param("scopes", scopes)
            .param("vector", vector)
            .param("depth", i64::from(depth));
        self.rows(search).await
    }

    /// Fetches more and more until `depth` are of these scopes, and compares one by one when the index
    /// gives too few of them.
    async fn by_index(
        &self,
        vector: &[f32],
        scopes: &[String],
        depth: u32,
    ) -> Result<Vec<Candidate>, GraphFailure> {
        if scopes.is_empty() {
            return Ok(Vec::new());
        }
        let mut fetch = depth.saturating_mul(OVER_FETCH);
        while fetch <= MOST_FETCHED {
            let search = query(INDEXED)
                .param("index", CHUNK_EMBEDDING)
                .param("vector", vector)
                .param("scopes", scopes)
                .param("fetch", i64::from(fetch))
                .param("depth", i64::from(depth));
            let found: Vec<Candidate> = self.rows(search).await?;
            if found.len() >= depth as usize {
                return Ok(found);
            }
            fetch = fetch.saturating_mul(MORE);
        }
        self.exactly(vector, scopes, depth).await
    }
}

/// The best first, by how often the words are in the scopes that were counted.
pub(super) fn scored(
    candidates: Vec<WithStems>,
    clauses: &[Clause],
    frequencies: &Frequencies,
) -> Vec<Candidate> {
    let scored = candidates.into_iter().map(|one| {
        let score = frequencies.score(clauses, &one.stems);
        (one.stems, Candidate { score, id: one.id, document: one.document })
    });
    let mut scored: Vec<(String, Candidate)> = scored.collect();
    // equal scores by what is said: ids differ each time that a document is uploaded
    scored.sort_by(|(a_stems, a), (b_stems, b)| {
        let by_score = b.score.total_cmp(&a.score);
        by_score.then_with(|| a_stems.cmp(b_stems)).then_with(|| a.id.cmp(&b.id))
    });
    scored.into_iter().map(|(_, one)| one).collect()
}

/// From scopes in the order of their sizes: those that have up to [`SMALL`] chunks together, and the rest.
/// Empty ones are neither.
fn small_and_large(sizes: impl Iterator<Item = (String, u32)>) -> (Vec<String>, Vec<String>) {
    let (mut small, mut large, mut room) = (Vec::new(), Vec::new(), SMALL);
    for (scope, count) in sizes.filter(|(_, count)| *count > 0) {
        if count <= room {
            room -= count;
            small.push(scope);
        } else {
            large.push(scope);
        }
    }
    (small, large)
}

/// By words, with the words. The scope is a clause of the query already; the filter behind it is a second
/// lock on the same door.
const CANDIDATES: &str = "unwind $lucene as lucene
     call db.index.fulltext.queryNodes($index, lucene, {limit: $depth})
     yield node, score
     where node.scope in $scopes
     with node, score order by score desc limit $depth
     return node.id as id, node.document_id as document, node.stems as stems";

/// The raw search by words, which the bench compares with. The scope is a clause of the query already; the filter behind it is a second lock on the
/// same door.
pub const WORDS: &str = "unwind $lucene as lucene
     call db.index.fulltext.queryNodes($index, lucene, {limit: $depth})
     yield node, score
     where node.scope in $scopes
     return node.id as id, node.document_id as document, score
     order by score desc, id
     limit $depth";

/// By the vector index.
pub const INDEXED: &str = "call db.index.vector.queryNodes($index, $fetch, $vector)
     yield node, score
     where node.scope in $scopes
     return node.id as id, node.document_id as document, score
     limit $depth";

const SIZES: &str = "optional match (i:EmbeddingIndex {name: $index})
     with i.model as model, i.dimensions as dimensions
     unwind $scopes as scope
     call (scope) {
         match (c:Chunk {scope: scope}) with c limit $limit return count(c) as count
     }
     return scope, count, model, dimensions
     order by count";

const EXACT: &str = "match (c:Chunk)
     where c.scope in $scopes and c.embedding is not null
     with c, vector.similarity.cosine(c.embedding, $vector) as score
     order by score desc
     limit $depth
     return c.id as id, c.document_id as document, score";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_small_as_long_as_all_of_them_together_are() {
        let sizes = [("none", 0), ("a", 10), ("b", 400), ("c", 590), ("d", 591), ("e", SMALL + 1)];

        let (small, large) =
            small_and_large(sizes.into_iter().map(|(name, count)| (name.to_owned(), count)));

        assert_eq!(small, ["a", "b", "c"]);
        assert_eq!(large, ["d", "e"]);
    }
}
