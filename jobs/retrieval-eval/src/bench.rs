//! Hybrid search against its two raw queries, over many chunks.

use std::collections::HashSet;
use std::fmt;
use std::time::Instant;

use futures::try_join;
use neo4rs::{Graph, query};
use platform::Ids;
use platform::graph::GraphPool;
use rand::{Rng, RngExt};
use records::knowledge::retriever::{INDEXED, WORDS};
use records::knowledge::schema::{CHUNK_EMBEDDING, CHUNK_WORDS};
use records::knowledge::{Document, Embedded, Knowledge, Search};
use shared::knowledge::chunk::semantic;
use shared::knowledge::{Block, ChunkSizes, OfflineEmbedding, Scope, lucene};
use shared::text::stem::Stemming;
use shared::{Language, Seed};

use crate::bootstrap::{mean, quantile};

/// Chunks of one document of the bench.
const A_DOCUMENT: u32 = 50;
/// Words of a chunk: the target's 256 tokens are about so many.
const WORDS_OF_CHUNK: usize = 120;
/// Words that there are.
const VOCABULARY: u32 = 40_000;
/// Chunks of a project beside a library: their vectors are compared one by one, the library's by the index.
const FEW: u32 = 10;
/// The depth of both retrievers.
const DEPTH: i64 = 100;

/// What the bench measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    chunks: u32,
    /// Over a scope of so many.
    alone: Times,
    /// The same beside a scope of [`FEW`].
    beside: Times,
}

/// In milliseconds: mean, median, 95th percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Times {
    questions: usize,
    raw: [f64; 3],
    hybrid: [f64; 3],
    /// Of how many questions a word had not been asked before: it is counted while they wait.
    with_new_words: usize,
    /// Hybrid search of these, and of the others.
    new_and_known: [[f64; 3]; 2],
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} chunks: {}", self.chunks, self.alone)?;
        write!(f, "the same beside a project of {FEW}: {}", self.beside)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row =
            |[mean, p50, p95]: [f64; 3]| format!("mean {mean:.2}, p50 {p50:.2}, p95 {p95:.2}");
        writeln!(f, "{} questions, milliseconds", self.questions)?;
        writeln!(f, "two raw queries at once  {}", row(self.raw))?;
        writeln!(f, "hybrid search            {}", row(self.hybrid))?;
        let [new, known] = self.new_and_known;
        writeln!(f, "  {} with a new word     {}", self.with_new_words, row(new))?;
        writeln!(
            f,
            "  {} without             {}",
            self.questions - self.with_new_words,
            row(known)
        )?;
        let ratio = self.hybrid[1] / self.raw[1].max(f64::EPSILON);
        write!(f, "hybrid / raw             {ratio:.3} of the medians")
    }
}

/// Fills a large scope and a small one with invented text and asks, the large one and both.
pub(crate) async fn run(
    knowledge: &Knowledge,
    embedding: OfflineEmbedding,
    pool: &GraphPool,
    plan: Plan,
) -> anyhow::Result<Figures> {
    let (large, small) = (plan.scope("scope"), plan.scope("small scope"));
    for (scope, chunks) in [(large, plan.chunks), (small, FEW)] {
        let there = knowledge.size(scope).await?;
        fill(knowledge, embedding, plan, (scope, chunks), there).await?;
    }
    let graph = pool.get().await?;
    let mut asked = HashSet::new();
    let (one, both) = ([large], [large, small]);
    let alone = Box::pin(measure(knowledge, embedding, graph, plan, (&one, &mut asked))).await?;
    let beside = Box::pin(measure(knowledge, embedding, graph, plan, (&both, &mut asked))).await?;
    if !plan.keep {
        for scope in [large, small] {
            knowledge.delete_scope(scope).await?;
        }
    }
    Ok(Figures { chunks: plan.chunks, alone, beside })
}

/// What to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) chunks: u32,
    pub(crate) questions: u32,
    pub(crate) seed: Seed,
    pub(crate) keep: bool,
}

impl Plan {
    /// A project that the seed names, so that a later run finds what an earlier one kept.
    fn scope(self, name: &str) -> Scope {
        let id = uuid_of(self.seed.child(name, 0), self.seed.child(name, 1));
        Scope::Project(id.into())
    }

    /// A text of the invented language: frequencies fall as Zipf's law has them.
    fn text(self, name: &str, index: u64, words: usize) -> String {
        let mut rng = self.seed.child(name, index).rng();
        let words: Vec<String> = (0..words).map(|_| word(&mut rng)).collect();
        words.join(" ")
    }
}

fn uuid_of(high: Seed, low: Seed) -> uuid::Uuid {
    uuid::Uuid::from_u64_pair(high.0, low.0)
}

/// The rank of a word is drawn evenly on a logarithmic scale; the word spells its rank.
fn word(rng: &mut impl Rng) -> String {
    let share: f64 = rng.random();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
    let mut rank = f64::from(VOCABULARY).powf(share) as u32;
    const SYLLABLES: [&str; 12] =
        ["ba", "ko", "mir", "tel", "sun", "dra", "pe", "lon", "vis", "gur", "hap", "ni"];
    let mut word = String::from("x");
    while rank > 0 {
        word.push_str(SYLLABLES[(rank % 12) as usize]);
        rank /= 12;
    }
    word
}

async fn fill(
    knowledge: &Knowledge,
    embedding: OfflineEmbedding,
    plan: Plan,
    (scope, chunks): (Scope, u32),
    there: u64,
) -> anyhow::Result<()> {
    let sizes = ChunkSizes { target: 1, max: 2_000, table_max: 2_000 };
    let ids = Ids::system();
    let first = u32::try_from(there).unwrap_or(u32::MAX);
    for start in (first..chunks).step_by(A_DOCUMENT as usize) {
        let end = chunks.min(start + A_DOCUMENT);
        let blocks: Vec<Block> = (start..end)
            .map(|at| Block::paragraph(plan.text("chunk", u64::from(at), WORDS_OF_CHUNK)))
            .collect();
        let chunks = semantic(&blocks, sizes);
        let vectors: Vec<Vec<f32>> =
            chunks.iter().map(|chunk| embedding.embed(&chunk.text, Language::English)).collect();
        let pairs = chunks.iter().zip(&vectors);
        let embedded =
            pairs.map(|(chunk, vector)| Embedded { chunk, embedding: Some(vector) }).collect();
        let title = format!("Document {start}");
        let document =
            Document { id: ids.next(), scope, title, language: Language::English, version: 1 };
        knowledge.write_new(&[(document, embedded)]).await?;
        if start % 10_000 == 0 {
            tracing::info!(chunks = end, "written");
        }
    }
    Ok(())
}

async fn measure(
    knowledge: &Knowledge,
    embedding: OfflineEmbedding,
    graph: &Graph,
    plan: Plan,
    (scopes, asked): (&[Scope], &mut HashSet<String>),
) -> anyhow::Result<Times> {
    let (mut raw, mut hybrid, mut new, mut known) = (vec![], vec![], vec![], vec![]);
    let warm = plan.questions / 5;
    for at in 0..plan.questions + warm {
        let question = plan.text("question", u64::from(at), 6);
        let vector = embedding.embed_question(&question);
        let terms = lucene::terms(&question, Stemming::default());
        let lucene = lucene::queries(&terms, scopes);
        let stems = lucene::clauses(&terms).into_iter().flat_map(|clause| clause.stems);
        let is_new = stems.filter(|stem| asked.insert(stem.clone())).count() > 0;
        let both = async {
            let begun = Instant::now();
            try_join!(words(graph, &lucene, scopes), nearest(graph, &vector, scopes))?;
            anyhow::Ok(begun.elapsed())
        };
        let both = Box::pin(both);
        let whole = async {
            let begun = Instant::now();
            knowledge.search(Search::new(scopes, &question, &vector)).await?;
            anyhow::Ok(begun.elapsed())
        };
        // turn and turn about, so that neither always finds the other's caches warm
        let (one, other) = if at % 2 == 0 {
            let one = both.await?;
            (one, whole.await?)
        } else {
            let other = whole.await?;
            (both.await?, other)
        };
        if at >= warm {
            raw.push(one.as_secs_f64() * 1000.0);
            hybrid.push(other.as_secs_f64() * 1000.0);
            let list = if is_new { &mut new } else { &mut known };
            list.push(other.as_secs_f64() * 1000.0);
        }
    }
    let three = |times: &[f64]| [mean(times), quantile(times, 0.5), quantile(times, 0.95)];
    Ok(Times {
        questions: raw.len(),
        raw: three(&raw),
        hybrid: three(&hybrid),
        with_new_words: new.len(),
        new_and_known: [three(&new), three(&known)],
    })
}

async fn words(graph: &Graph, lucene: &[String], scopes: &[Scope]) -> anyhow::Result<()> {
    let search = query(WORDS)
        .param("index", CHUNK_WORDS)
        .param("lucene", lucene)
        .param("scopes", keys(scopes))
        .param("depth", DEPTH);
    drain(graph, search).await
}

async fn nearest(graph: &Graph, vector: &[f32], scopes: &[Scope]) -> anyhow::Result<()> {
    let search = query(INDEXED)
        .param("index", CHUNK_EMBEDDING)
        .param("vector", vector)
        .param("scopes", keys(scopes))
        .param("fetch", 2 * DEPTH)
        .param("depth", DEPTH);
    drain(graph, search).await
}

fn keys(scopes: &[Scope]) -> Vec<String> {
    scopes.iter().map(|scope| scope.key()).collect()
}

async fn drain(graph: &Graph, search: neo4rs::Query) -> anyhow::Result<()> {
    let mut rows = graph.execute(search).await?;
    while rows.next().await?.is_some() {}
    Ok(())
}
