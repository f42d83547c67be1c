//! What documents say to a segment of the population: asked once for each segment of a run, within a
//! budget of tokens, and cited by the chunk.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use futures::FutureExt;
use futures::future::try_join_all;
use platform::model::{Embedding, Passage, Purpose};
use platform::runs::Lease;
use platform::{Error, Result};
use records::documents::{self, Reader, Use};
use records::knowledge::{Fact, Found, GraphFailure, Knowledge, Passages, Search};
use records::population::{MOST_PASSAGE_TOKENS, RunInput};
use serde::Serialize;
use serde_json::{Value, json};
use shared::id::{ChunkId, DocumentId, RunId};
use shared::knowledge::chunk;
use shared::persona::{Brief, Card, Segment};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::AppState;
use crate::store::{self, NewGrounding};

// Chosen by hand; `prompt::persona` takes five passages.
/// Passages that are looked at; those that fit into the budget are cited.
const PASSAGES: u32 = 8;
/// The most passages of one prompt.
const MOST_CITED: usize = 5;
/// Below this a passage has hardly a word of the project in it.
const LEAST_RELEVANCE: f64 = 0.05;
/// Facts that are shown beside the citations.
const MOST_FACTS: u32 = 8;

/// One search for a segment at a time in a process: all shards of a run begin at once, and without this
/// each of them would search for every segment. More locks than segments, so that few share one.
static SEARCHING: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];

/// What a segment's people are written from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grounding {
    /// Texts of the cited chunks.
    pub(crate) passages: Vec<String>,
}

/// The groundings of a shard's people, by segment.
pub(crate) type Groundings = HashMap<&'static str, Arc<Grounding>>;

/// What the segments of these people are written from. Nothing where nobody wants it, where there are no
/// documents, or where the knowledge base is away, which the run and each of its people then say.
pub(crate) async fn of_people(
    state: &AppState,
    lease: &Lease,
    input: &RunInput,
    cards: &[Card],
) -> Result<Groundings> {
    if !input.use_rag {
        return Ok(Groundings::new());
    }
    let segments: HashMap<&'static str, Segment> =
        cards.iter().map(Segment::of).map(|segment| (segment.id(), segment)).collect();
    let reader = &reader(state, lease).await?;
    let each = segments.into_values().map(|segment| async move {
        let grounding = of_segment(state, lease, input, (reader, segment)).boxed().await?;
        Ok::<_, Error>((segment.id(), Arc::new(grounding)))
    });
    Ok(try_join_all(each).await?.into_iter().collect())
}

/// What was stored for a segment and is still there and lent, or else what is found now. Of two processes
/// that ask at once one stores, and both go on with that.
async fn of_segment(
    state: &AppState,
    lease: &Lease,
    input: &RunInput,
    (reader, segment): (&Reader, Segment),
) -> Result<Grounding> {
    let (run, id) = (lease.run_id, segment.id());
    let _searching = searching(run, id).lock().await;
    if let Some(passages) = store::grounding(&state.worker.base.pool, run, id).await? {
        return Ok(Grounding { passages });
    }
    let query = query(&input.brief, segment, input);
    // Boxed as a trait object, so that the driver's depth does not add to the worker's.
    let found = look(state, lease, input, (reader, &query)).boxed().await;
    let mut new = NewGrounding { run, segment: id, project: lease.project()?, query, ..found? };
    new.tokens = new.cited.iter().map(|cited| chunk::tokens(&cited.text)).sum();
    store::insert_grounding(&state.worker.base.pool, &new, state.worker.base.clock.now()).await?;
    let passages = store::grounding(&state.worker.base.pool, run, id).await?;
    Ok(Grounding { passages: passages.unwrap_or_default() })
}

fn searching(run: RunId, segment: &str) -> &'static Mutex<()> {
    let mut hasher = DefaultHasher::new();
    (run, segment).hash(&mut hasher);
    &SEARCHING[hasher.finish() as usize % SEARCHING.len()]
}

/// What is asked for a segment: what the project is about, and who these people are.
fn query(brief: &Brief, segment: Segment, input: &RunInput) -> String {
    let about = [&brief.topic, &brief.product, &brief.audience, &brief.objectives];
    let about = about.into_iter().flatten().map(|text| text.chars().take(300).collect::<String>());
    let segment = segment.description(input.language).to_owned();
    about.chain([segment]).collect::<Vec<_>>().join(" ")
}

/// The right to read what the project has, once those who lend of it are told who asks: also where all of it
/// was found before, for somebody else.
async fn reader(state: &AppState, lease: &Lease) -> Result<Reader> {
    let documents = documents::of_project(&state.worker.base.pool, lease.in_project()?).await?;
    let (side, now) = (&state.worker.base.side, state.worker.base.clock.now());
    let (by, what) = (lease.asked_by, Use::Personas(lease.run_id));
    documents.read(side, &state.worker.base.ids, now, by, what).await
}

/// Searches what the project has. An outage is an answer: nothing, and why.
async fn look(
    state: &AppState,
    lease: &Lease,
    input: &RunInput,
    (reader, query): (&Reader, &str),
) -> Result<NewGrounding> {
    let Some(graph) = &state.knowledge else { return Ok(NewGrounding::unavailable(NO_GRAPH)) };
    let vector = vector(state, lease, input, query).await;
    let search = Search {
        passages: Passages::Exactly(PASSAGES),
        ..Search::new(reader.scopes(), query, &vector)
    };
    match find(graph, search).await {
        Ok((found, facts)) => {
            let is_living =
                store::living(&state.worker.base.pool, lease.in_project()?, &found).await?;
            Ok(NewGrounding {
                search_type: found.search_type(),
                cited: cited(found, &is_living),
                insights: facts
                    .iter()
                    .filter(|fact| {
                        fact.chunk_id.parse().is_ok_and(|id| is_living.contains(&ChunkId(id)))
                    })
                    .map(insight)
                    .collect(),
                ..NewGrounding::default()
            })
        }
        Err(failure) => {
            tracing::warn!(%failure, run.id = %lease.run_id, "people are written without documents");
            Ok(NewGrounding::unavailable(if failure.is_outage() { AWAY } else { BROKEN }))
        }
    }
}

const NO_GRAPH: &str = "there is no knowledge base (Neo4j) in this installation";
const AWAY: &str = "the knowledge base (Neo4j) did not answer";
const BROKEN: &str = "the knowledge base (Neo4j) refused the search";

async fn find(graph: &Knowledge, search: Search<'_>) -> Result<(Found, Vec<Fact>), GraphFailure> {
    let found = graph.search(search).await?;
    let chunks: Vec<ChunkId> = found.hits.iter().take(MOST_CITED).map(|hit| hit.chunk_id).collect();
    let facts = graph.facts_of(search.scopes, &chunks, MOST_FACTS).await?;
    Ok((found, facts))
}

/// A chunk that is cited.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Cited {
    pub(crate) chunk_id: ChunkId,
    pub(crate) document_id: DocumentId,
    pub(crate) document_title: String,
    pub(crate) page: Option<u32>,
    pub(crate) headings: Vec<String>,
    pub(crate) text: String,
    pub(crate) relevance: f64,
}

/// The best chunks that fit into the budget together.
fn cited(found: Found, living: &store::Living) -> Vec<Cited> {
    let mut left = MOST_PASSAGE_TOKENS;
    let mut cited = Vec::new();
    for hit in found.hits {
        let tokens = chunk::tokens(&hit.text);
        let is_wanted = hit.relevance_score >= LEAST_RELEVANCE && living.contains(&hit.chunk_id);
        if !is_wanted || tokens > left || cited.len() == MOST_CITED {
            continue;
        }
        left -= tokens;
        cited.push(Cited {
            chunk_id: hit.chunk_id,
            document_id: hit.document_id,
            document_title: hit.document_title,
            page: hit.page_from,
            headings: hit.headings,
            text: hit.text,
            relevance: hit.relevance_score,
        });
    }
    cited
}

/// A fact in the client's shape.
fn insight(fact: &Fact) -> Value {
    json!({
        "type": fact.kind,
        "summary": fact.summary,
        "magnitude": fact.value,
        "confidence": fact.confidence,
        "time_period": fact.period,
        "source": fact.document_title,
        "chunk_id": fact.chunk_id,
        "document_id": fact.document_id,
    })
}

/// The query's vector, or none when its provider fails: words alone find much.
async fn vector(state: &AppState, lease: &Lease, input: &RunInput, query: &str) -> Vec<f32> {
    let call = Embedding {
        passages: &[Passage { text: query, language: input.language }],
        purpose: Purpose::Question,
        project: lease.project_id,
        run: Some(lease.run_id),
        cancel: CancellationToken::new(),
    };
    match state.embedder.embed(&call).await {
        Ok(vectors) => vectors.into_iter().next().unwrap_or_default(),
        Err(error) => {
            tracing::warn!(%error, "no vector for a segment: words alone are searched");
            Vec::new()
        }
    }
}
