//! The two arms of a search: words, and nearness of vectors. Both see only the scopes of the question.

use neo4rs::query;
use serde::Deserialize;
use shared::knowledge::Scope;

use super::schema::{CHUNK_EMBEDDING, CHUNK_WORDS};
use super::{Failure, Knowledge};

/// Up to how many chunks of one scope are compared one by one. The vector index can filter only what
/// it has found, so a small scope beside large ones would find nothing there. Comparing costs about
/// 70 µs a chunk in Neo4j 5.26, so this many take about as long as a question may.
pub const SMALL: u32 = 1_000;
/// How many more than needed are fetched from the index at first, and how many times more then.
const OVER_FETCH: u32 = 2;
const MORE: u32 = 4;
/// Past this many the scope is compared one by one, whatever its size.
const MOST_FETCHED: u32 = 8_192;

/// What an arm found.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Candidate {
    /// The chunk.
    pub(super) id: String,
    /// Its document.
    pub(super) document: String,
    /// By which the arm ordered it: BM25, or cosine moved to 0–1.
    pub(super) score: f64,
}

#[derive(Deserialize)]
struct Size {
    scope: String,
    count: u32,
}

fn keys(scopes: &[Scope]) -> Vec<String> {
    scopes.iter().map(|scope| scope.key()).collect()
}

impl Knowledge {
    /// The best `depth` by words.
    pub(super) async fn by_words(
        &self,
        lucene: &str,
        scopes: &[Scope],
        depth: u32,
    ) -> Result<Vec<Candidate>, Failure> {
        let search = query(WORDS)
            .param("index", CHUNK_WORDS)
            .param("lucene", lucene)
            .param("scopes", keys(scopes))
            .param("depth", i64::from(depth));
        self.rows(search).await
    }

    /// The nearest `depth`: small scopes exactly, large ones by the index, both on one scale.
    pub(super) async fn by_vector(
        &self,
        vector: &[f32],
        scopes: &[Scope],
        depth: u32,
    ) -> Result<Vec<Candidate>, Failure> {
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

    /// The scopes with up to [`SMALL`] chunks, and the others.
    async fn by_size(&self, scopes: &[Scope]) -> Result<(Vec<String>, Vec<String>), Failure> {
        let sizes = query(SIZES).param("scopes", keys(scopes)).param("limit", i64::from(SMALL) + 1);
        let sizes: Vec<Size> = self.rows(sizes).await?;
        let (small, large): (Vec<_>, Vec<_>) =
            sizes.into_iter().partition(|size| size.count <= SMALL);
        let names = |sizes: Vec<Size>| sizes.into_iter().map(|size| size.scope).collect();
        let small = small.into_iter().filter(|size| size.count > 0).collect();
        Ok((names(small), names(large)))
    }

    async fn exactly(
        &self,
        vector: &[f32],
        scopes: &[String],
        depth: u32,
    ) -> Result<Vec<Candidate>, Failure> {
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
    ) -> Result<Vec<Candidate>, Failure> {
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

/// By words. The scope is a clause of the query already; the filter behind it is a second lock on the
/// same door.
pub const WORDS: &str = "call db.index.fulltext.queryNodes($index, $lucene, {limit: $depth})
     yield node, score
     where node.scope in $scopes
     return node.id as id, node.document_id as document, score";

/// By the vector index.
pub const INDEXED: &str = "call db.index.vector.queryNodes($index, $fetch, $vector)
     yield node, score
     where node.scope in $scopes
     return node.id as id, node.document_id as document, score
     limit $depth";

const SIZES: &str = "unwind $scopes as scope
     call (scope) {
         match (c:Chunk {scope: scope}) with c limit $limit return count(c) as count
     }
     return scope, count";

const EXACT: &str = "match (c:Chunk)
     where c.scope in $scopes and c.embedding is not null
     with c, vector.similarity.cosine(c.embedding, $vector) as score
     order by score desc
     limit $depth
     return c.id as id, c.document_id as document, score";
