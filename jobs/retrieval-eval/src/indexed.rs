//! A collection in the graph, in a scope of its own.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use platform::Ids;
use platform::model::{Embedder, Embedding, Passage, Purpose};
use records::knowledge::{Document, Embedded, Found, Knowledge, Passages, Reranker, Search};
use shared::Language;
use shared::id::{ChunkId, DocumentId, ProjectId};
use shared::knowledge::chunk::{fixed, semantic};
use shared::knowledge::fusion::{FusionWeights, fuse};
use shared::knowledge::{Block, Chunk, ChunkSizes, Scope};
use shared::text::detect;
use tokio_util::sync::CancellationToken;

use crate::collection::{Collection, Question, Text};

/// How many chunks go to Neo4j at once.
const AT_ONCE: usize = 300;
/// How many questions are asked at once, when nobody looks at the time.
const SIDE_BY_SIDE: usize = 4;
/// How deep each retriever goes: several chunks of a text count once, and recall looks at a hundred texts.
const DEPTH: u32 = 200;

/// How texts are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunker {
    /// At the author's pauses.
    Semantic(ChunkSizes),
    /// Windows of so many letters.
    Fixed {
        /// How long.
        size: usize,
        /// How many of them are in the window before.
        overlap: usize,
    },
}

impl Chunker {
    /// The chunks of a text; its title is a heading.
    pub fn cut(self, text: &Text) -> Vec<Chunk> {
        let title = (!text.title.trim().is_empty()).then(|| Block::heading(1, text.title.as_str()));
        let paragraphs = text.text.split("\n\n").filter(|part| !part.trim().is_empty());
        let blocks: Vec<Block> =
            title.into_iter().chain(paragraphs.map(Block::paragraph)).collect();
        match self {
            Self::Semantic(sizes) => semantic(&blocks, sizes),
            Self::Fixed { size, overlap } => fixed(&blocks, size, overlap),
        }
    }
}

/// A collection in the graph.
pub(crate) struct Indexed<'a> {
    knowledge: &'a Knowledge,
    embedder: &'a Embedder,
    pub(crate) scope: Scope,
    /// Which text of the collection a document is.
    names: HashMap<DocumentId, String>,
    pub(crate) chunks: usize,
}

impl<'a> Indexed<'a> {
    pub(crate) async fn write(
        knowledge: &'a Knowledge,
        embedder: &'a Embedder,
        collection: &Collection,
        chunker: Chunker,
    ) -> anyhow::Result<Self> {
        let ids = Ids::system();
        let scope = Scope::Project(ids.next::<ProjectId>());
        let mut indexed = Self { knowledge, embedder, scope, names: HashMap::new(), chunks: 0 };
        let mut batch = Vec::new();
        let mut size = 0;
        for text in &collection.texts {
            let chunks = chunker.cut(text);
            let document = indexed.document(ids.next(), text);
            size += chunks.len();
            batch.push((document, chunks));
            if size >= AT_ONCE {
                indexed.put(&std::mem::take(&mut batch)).await?;
                size = 0;
            }
        }
        indexed.put(&batch).await?;
        Ok(indexed)
    }

    fn document(&mut self, id: DocumentId, text: &Text) -> Document {
        self.names.insert(id, text.id.clone());
        let language = detect(&format!("{} {}", text.title, text.text)).unwrap_or_default();
        Document { id, scope: self.scope, title: text.title.clone(), language, version: 1 }
    }

    async fn put(&mut self, batch: &[(Document, Vec<Chunk>)]) -> anyhow::Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let texts: Vec<(String, Language)> = batch
            .iter()
            .flat_map(|(document, chunks)| {
                chunks.iter().map(|chunk| (chunk.in_context(), document.language))
            })
            .collect();
        let vectors = vectors(self.embedder, &texts, Purpose::Document).await?;
        let mut vectors = vectors.iter();
        let rows: Vec<(Document, Vec<Embedded>)> = batch
            .iter()
            .map(|(document, chunks)| {
                let embedded = chunks
                    .iter()
                    .zip(vectors.by_ref())
                    .map(|(chunk, vector)| Embedded { chunk, embedding: Some(vector) })
                    .collect();
                (document.clone(), embedded)
            })
            .collect();
        self.chunks += rows.iter().map(|(_, chunks)| chunks.len()).sum::<usize>();
        Ok(self.knowledge.write_new(&rows).await?)
    }

    /// Takes it away again.
    pub(crate) async fn remove(self) -> anyhow::Result<()> {
        Ok(self.knowledge.delete_scope(self.scope).await?)
    }

    pub(crate) async fn vector(&self, question: &Question) -> anyhow::Result<Vec<f32>> {
        let language = detect(&question.text).unwrap_or_default();
        let text = [(question.text.clone(), language)];
        let mut vectors = vectors(self.embedder, &text, Purpose::Question).await?;
        vectors.pop().context("a question has a vector")
    }

    /// Which text of the collection a document is.
    pub(crate) fn name(&self, document: DocumentId) -> &str {
        self.names.get(&document).map_or("", String::as_str)
    }

    /// What a search finds, the whole way.
    pub(crate) async fn found(
        &self,
        question: &Question,
        reranker: Option<&Reranker>,
        passages: Passages,
    ) -> anyhow::Result<Found> {
        let vector = self.vector(question).await?;
        let scopes = [self.scope];
        let search = Search { reranker, passages, ..Search::new(&scopes, &question.text, &vector) };
        Ok(self.knowledge.search(search).await?)
    }

    /// The texts that were found, each at the place of its best chunk.
    pub(crate) fn texts(&self, found: &Found) -> Vec<String> {
        let mut seen = HashSet::new();
        let texts = found.hits.iter().map(|hit| self.name(hit.document_id));
        texts.filter(|text| seen.insert(*text)).map(str::to_owned).collect()
    }

    /// What both retrievers find for each question, in the questions' order.
    pub(crate) async fn ask(&self, questions: &[&Question]) -> anyhow::Result<Vec<Asked>> {
        let asked = questions.iter().map(|question| async {
            let vector = self.vector(question).await?;
            let scopes = [self.scope];
            let search = Search { depth: DEPTH, ..Search::new(&scopes, &question.text, &vector) };
            let found = self.knowledge.retrieve_each(search).await?;
            let mut texts = HashMap::new();
            let mut chunks = |found: Vec<(ChunkId, DocumentId)>| -> Vec<ChunkId> {
                found
                    .into_iter()
                    .map(|(chunk, document)| {
                        texts.insert(chunk, self.name(document).to_owned());
                        chunk
                    })
                    .collect()
            };
            let keyword = chunks(found.keyword);
            let (nearest, vector) = (chunks(found.nearest), chunks(found.vector));
            anyhow::Ok(Asked { keyword, nearest, vector, texts })
        });
        stream::iter(asked).buffered(SIDE_BY_SIDE).try_collect().await
    }
}

/// The vectors of these texts, in their order.
pub(crate) async fn vectors(
    embedder: &Embedder,
    texts: &[(String, Language)],
    purpose: Purpose,
) -> anyhow::Result<Vec<Vec<f32>>> {
    let passages: Vec<Passage<'_>> =
        texts.iter().map(|(text, language)| Passage { text, language: *language }).collect();
    let mut rest = passages.as_slice();
    let mut vectors = Vec::with_capacity(texts.len());
    for count in embedder.batches(texts.iter().map(|(text, _)| text.as_str())) {
        let (passages, after) = rest.split_at(count);
        rest = after;
        let cancel = CancellationToken::new();
        let call = Embedding { passages, purpose, project: None, run: None, cancel };
        let made = embedder.embed(&call).await;
        vectors.extend(made.map_err(|failure| anyhow::anyhow!("{}", failure.explained()))?);
    }
    Ok(vectors)
}

/// What both retrievers found for a question.
pub(crate) struct Asked {
    keyword: Vec<ChunkId>,
    /// By nearness to the question alone.
    nearest: Vec<ChunkId>,
    /// After feedback from the words.
    vector: Vec<ChunkId>,
    texts: HashMap<ChunkId, String>,
}

impl Asked {
    /// The texts by these weights as a search orders them, each at the place of its best chunk. Where words
    /// count for nothing there is no feedback from them.
    pub(crate) fn ranking(&self, weights: FusionWeights) -> Vec<String> {
        let has_feedback = weights.keyword > 0.0;
        self.fused(if has_feedback { &self.vector } else { &self.nearest }, weights)
    }

    pub(crate) fn without_feedback(&self, weights: FusionWeights) -> Vec<String> {
        self.fused(&self.nearest, weights)
    }

    fn fused(&self, vector: &[ChunkId], weights: FusionWeights) -> Vec<String> {
        let fused = fuse(&self.keyword, vector, weights);
        let mut seen = HashSet::new();
        let texts = fused.iter().filter_map(|one| self.texts.get(&one.key));
        texts.filter(|text| seen.insert(*text)).cloned().collect()
    }
}
