//! Hybrid search.

use std::collections::HashMap;

use futures::try_join;
use serde::Serialize;
use shared::Language;
use shared::id::{ChunkId, DocumentId};
use shared::knowledge::Scope;
use shared::knowledge::complexity::Complexity;
use shared::knowledge::embedding::Background;
use shared::knowledge::fusion::{Fused, FusionWeights, fuse, take_turns};
use shared::knowledge::lucene::{self, QueryTerms};

use super::read::{Places, Stored};
use super::rerank::Reranker;
use super::retriever::Candidate;
use super::write::uuid;
use super::{GraphFailure, Knowledge};

/// How many each retriever hands to the fusion, if nothing else is said.
const DEPTH: u32 = 100;

/// How many passages a question gets: the client's own default. By complexity is no better at an equal
/// mean, as the evaluation has it.
const PASSAGES: u32 = 5;

/// How many passages are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passages {
    Exactly(u32),
    /// From 3 to 8, as the question is simple or not.
    ByComplexity,
}

impl Passages {
    fn number(self, question: &str) -> u32 {
        match self {
            Self::Exactly(number) => number,
            Self::ByComplexity => Complexity::of(question).passages(),
        }
    }
}

impl Default for Passages {
    fn default() -> Self {
        Self::Exactly(PASSAGES)
    }
}

/// A question to the knowledge of some scopes.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    pub scopes: &'a [Scope],
    pub question: &'a str,
    /// The question's vector by the graph's model; empty when there is none, which leaves the words.
    pub embedding: &'a [f32],
    pub passages: Passages,
    /// What the retrievers are worth; `None` for what the evaluation supports for the model.
    pub weights: Option<FusionWeights>,
    /// How many chunks before and after each hit are read with it.
    pub neighbours: u32,
    /// How many each retriever hands to the fusion.
    pub depth: u32,
    pub reranker: Option<&'a Reranker>,
}

impl<'a> Search<'a> {
    /// A question with every default.
    pub fn new(scopes: &'a [Scope], question: &'a str, embedding: &'a [f32]) -> Self {
        Self {
            scopes,
            question,
            embedding,
            passages: Passages::default(),
            weights: None,
            neighbours: 0,
            depth: DEPTH,
            reranker: None,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    pub hits: Vec<Hit>,
    pub wanted: u32,
    pub language: Option<Language>,
    pub weights: FusionWeights,
    pub reranking: Reranking,
}

impl Found {
    /// `hybrid`, or `keyword` where vectors took no part: the question had none, or the graph's are of
    /// another model.
    pub fn search_type(&self) -> &'static str {
        if self.weights.vector > 0.0 { "hybrid" } else { "keyword" }
    }
}

/// Whether the order is the fusion's or a reranker's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reranking {
    Off,
    Done,
    /// The reranker failed or was late: the order is the fusion's.
    FellBack(String),
}

/// A passage that was found. Every score says by its name what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    pub chunk_id: ChunkId,
    pub document_id: DocumentId,
    pub document_title: String,
    pub scope: Option<Scope>,
    pub index: u32,
    pub text: String,
    pub headings: Vec<String>,
    pub page_from: Option<u32>,
    pub page_to: Option<u32>,
    pub before: Vec<Neighbour>,
    pub after: Vec<Neighbour>,
    /// How much of the question it answers to, 0–1, by the same rule for every hit of every search: the
    /// share of the question's words that it has, and how near the vectors are (with a model, above what
    /// unrelated texts of these scopes are), weighed by what each says with this model. The order is not by it.
    pub relevance_score: f64,
    pub ranks: Ranks,
}

/// A chunk that stands near a hit in its document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Neighbour {
    pub chunk_id: ChunkId,
    pub text: String,
}

/// Where the retrievers had a hit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranks {
    /// Its rank by words, from 1.
    pub keyword: Option<u32>,
    /// Its rank by vectors, from 1, after feedback.
    pub vector: Option<u32>,
    /// The sum of `weight / (60 + rank)`.
    pub fused_score: f64,
    /// The reranker's own score, on its own scale.
    pub rerank_score: Option<f64>,
}

/// A candidate on its way to a hit.
#[derive(Clone)]
struct Ranked {
    fused: Fused<String>,
    document: String,
    rerank_score: Option<f64>,
}

impl Knowledge {
    /// The passages of these scopes that answer best. Where the graph's vectors are of another model than
    /// the question's, words alone decide until the documents are embedded again.
    ///
    /// # Errors
    /// [`GraphFailure::is_outage`] when Neo4j is away; [`GraphFailure::WrongLength`] for a vector of another length.
    pub async fn search(&self, search: Search<'_>) -> Result<Found, GraphFailure> {
        match self.once(search).await {
            Err(failure @ GraphFailure::OtherModel { .. }) => {
                tracing::error!(%failure, "searched by words alone");
                self.once(Search { embedding: &[], ..search }).await
            }
            found => found,
        }
    }

    async fn once(&self, search: Search<'_>) -> Result<Found, GraphFailure> {
        let wanted = search.passages.number(search.question);
        let terms = lucene::terms(search.question, self.stemming);
        let held_against = async {
            match search.embedding.is_empty() || self.model.is_offline() {
                true => Ok(Background::default()),
                false => self.background(search.scopes).await,
            }
        };
        let ((ranked, weights), background) = try_join!(self.ranked(search, &terms), held_against)?;
        let (ranked, reranking) = self.reranked(search, ranked).await?;
        let best: Vec<Ranked> = ranked.into_iter().take(wanted as usize).collect();
        let ids: Vec<String> = best.iter().map(|one| one.fused.key.clone()).collect();
        let stored = self.chunks(&ids, search.scopes, search.embedding).await?;
        let places = self.neighbours(&stored, search.scopes, search.neighbours).await?;
        let ranks: HashMap<&str, &Ranked> =
            best.iter().map(|one| (one.fused.key.as_str(), one)).collect();
        let hits = stored.iter().filter_map(|chunk| {
            let ranks = ranks.get(chunk.id.as_str())?;
            let relevance = self.relevance(chunk, &terms, &background);
            Some(hit(chunk, ranks, relevance, &places, search.neighbours))
        });
        let hits = hits.collect::<Result<_, _>>()?;
        Ok(Found { hits, wanted, language: terms.language, weights, reranking })
    }

    /// The ids of the best chunks in the fusion's order, as deep as both retrievers go, without reading what
    /// they say: for the evaluation.
    pub async fn retrieve_each(&self, search: Search<'_>) -> Result<Retrieved, GraphFailure> {
        let terms = lucene::terms(search.question, self.stemming);
        let (keyword, nearest) = self.both(search, &terms, FusionWeights::vector(0.5)).await?;
        let vector = self.after_feedback(search, &keyword, nearest.clone()).await?;
        let pairs = |found: Vec<Candidate>| {
            let pair = |one: Candidate| Ok((uuid(&one.id)?.into(), uuid(&one.document)?.into()));
            found.into_iter().map(pair).collect::<Result<Vec<_>, GraphFailure>>()
        };
        Ok(Retrieved { keyword: pairs(keyword)?, nearest: pairs(nearest)?, vector: pairs(vector)? })
    }

    async fn both(
        &self,
        search: Search<'_>,
        terms: &QueryTerms,
        weights: FusionWeights,
    ) -> Result<(Vec<Candidate>, Vec<Candidate>), GraphFailure> {
        let vector =
            (weights.vector > 0.0 && !search.scopes.is_empty()).then_some(search.embedding);
        let by_words = async {
            if weights.keyword <= 0.0 {
                return Ok(Vec::new());
            }
            self.by_words(terms, search.scopes, search.depth).await
        };
        let by_vector = async {
            let Some(vector) = vector.filter(|vector| !vector.is_empty()) else {
                return Ok(Vec::new());
            };
            self.by_vector(vector, search.scopes, search.depth).await
        };
        try_join!(by_words, by_vector)
    }

    async fn ranked(
        &self,
        search: Search<'_>,
        terms: &QueryTerms,
    ) -> Result<(Vec<Ranked>, FusionWeights), GraphFailure> {
        let weights = self.weights(search)?;
        let (keyword, nearest) = self.both(search, terms, weights).await?;
        let vector = self.after_feedback(search, &keyword, nearest).await?;
        let documents: HashMap<String, String> = keyword
            .iter()
            .chain(&vector)
            .map(|one| (one.id.clone(), one.document.clone()))
            .collect();
        let ids = |found: &[Candidate]| -> Vec<String> {
            found.iter().map(|one| one.id.clone()).collect()
        };
        let fused = fuse(&ids(&keyword), &ids(&vector), weights);
        let ranked = fused.into_iter().map(|fused| {
            // What is fused was found by one of them.
            let document = documents[&fused.key].clone();
            Ranked { fused, document, rerank_score: None }
        });
        Ok((take_turns(ranked.collect(), |one| one.document.clone()), weights))
    }

    fn weights(&self, search: Search<'_>) -> Result<FusionWeights, GraphFailure> {
        let (wanted, found) = (self.model.dimensions, search.embedding.len());
        if found == 0 {
            return Ok(FusionWeights::vector(0.0));
        }
        if found != usize::from(wanted) {
            return Err(GraphFailure::WrongLength { wanted, found });
        }
        Ok(search.weights.unwrap_or_else(|| self.model.weights()))
    }

    /// How much of the question a passage answers to. A model's cosine counts by how far it lies above those of
    /// unrelated texts; where these are too few to know, the words count alone.
    fn relevance(&self, chunk: &Stored, terms: &QueryTerms, background: &Background) -> f64 {
        let covered = lucene::coverage(terms, &in_context(chunk), chunk.language, self.stemming);
        // Neo4j moves a cosine to 0–1
        let cosine = chunk.nearness.map(|nearness| 2.0 * nearness - 1.0);
        let near = match self.model.is_offline() {
            true => cosine.map(|cosine| cosine.clamp(0.0, 1.0)),
            false => cosine.and_then(|cosine| background.nearness(cosine)),
        };
        let Some(near) = near else { return covered };
        let weights = self.model.relevance();
        let whole = weights.keyword + weights.vector;
        ((weights.keyword * covered + weights.vector * near) / whole).clamp(0.0, 1.0)
    }

    /// The order of the reranker for the best candidates, when there is one and it answers in time.
    async fn reranked(
        &self,
        search: Search<'_>,
        mut ranked: Vec<Ranked>,
    ) -> Result<(Vec<Ranked>, Reranking), GraphFailure> {
        let Some(reranker) = search.reranker.filter(|_| !ranked.is_empty()) else {
            return Ok((ranked, Reranking::Off));
        };
        let rest = ranked.split_off(reranker.candidates().min(ranked.len()));
        let ids: Vec<String> = ranked.iter().map(|one| one.fused.key.clone()).collect();
        let stored = self.chunks(&ids, search.scopes, &[]).await?;
        let texts: Vec<String> = stored.iter().map(in_context).collect();
        let scores = match reranker.rank(search.question, &texts).await {
            Ok(scores) => scores,
            Err(failure) => {
                tracing::warn!(%failure, "the reranker failed: the order is the fusion's");
                ranked.extend(rest);
                return Ok((ranked, Reranking::FellBack(failure.to_string())));
            }
        };
        let mut scored: HashMap<&str, f64> = HashMap::new();
        for (place, score) in scores {
            scored.insert(stored[place].id.as_str(), score);
        }
        for one in &mut ranked {
            one.rerank_score = scored.get(one.fused.key.as_str()).copied();
        }
        // what the reranker left out keeps the fusion's order, behind the others
        let score = |one: &Ranked| one.rerank_score.unwrap_or(f64::NEG_INFINITY);
        ranked.sort_by(|a, b| score(b).total_cmp(&score(a)));
        ranked.extend(rest);
        Ok((take_turns(ranked, |one| one.document.clone()), Reranking::Done))
    }
}

/// What each retriever found, chunk and document, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retrieved {
    pub keyword: Vec<(ChunkId, DocumentId)>,
    pub nearest: Vec<(ChunkId, DocumentId)>,
    /// By vectors after feedback from the words: what is fused.
    pub vector: Vec<(ChunkId, DocumentId)>,
}

fn in_context(chunk: &Stored) -> String {
    chunk.headings.iter().map(|heading| format!("{heading}\n")).collect::<String>() + &chunk.text
}

fn hit(
    chunk: &Stored,
    ranked: &Ranked,
    relevance: f64,
    places: &Places,
    reach: u32,
) -> Result<Hit, GraphFailure> {
    let at = |index: u32| places.get(&(chunk.document.clone(), index)).cloned();
    let first = chunk.index.saturating_sub(reach);
    Ok(Hit {
        chunk_id: uuid(&chunk.id)?.into(),
        document_id: uuid(&chunk.document)?.into(),
        document_title: chunk.title.clone(),
        scope: Scope::parse(&chunk.scope),
        index: chunk.index,
        text: chunk.text.clone(),
        headings: chunk.headings.clone(),
        page_from: chunk.page_from,
        page_to: chunk.page_to,
        before: (first..chunk.index).filter_map(at).collect(),
        after: (chunk.index + 1..=chunk.index + reach).filter_map(at).collect(),
        relevance_score: relevance,
        ranks: Ranks {
            keyword: ranked.fused.keyword_rank,
            vector: ranked.fused.vector_rank,
            fused_score: ranked.fused.score,
            rerank_score: ranked.rerank_score,
        },
    })
}
