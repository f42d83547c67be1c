//! A question to the graph, within what the caller reads.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use platform::http::Problem;
use platform::model::{self, Embedding, Passage, Purpose, Terms};
use platform::{Error, Result};
use records::documents::Reader;
use records::knowledge::{Found, GraphFailure, Knowledge, Passages, Search};
use shared::Language;
use shared::id::{ChunkId, ProjectId};
use shared::text::detect;
use tokio_util::sync::CancellationToken;

use crate::{AppState, store};

/// How long a question waits for its vector: words alone find much, and the answer needs time as well.
const VECTOR_LIMIT: Duration = Duration::from_secs(8);

/// Why a search was not made.
pub(crate) enum NoSearch {
    /// The graph does not answer.
    Away,
    /// The language model gave no answer now, and may later.
    Speechless(model::Failure),
    /// Anything else of ours or the caller's.
    Failed(Error),
}

impl From<Error> for NoSearch {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<GraphFailure> for NoSearch {
    fn from(failure: GraphFailure) -> Self {
        if failure.is_outage() { Self::Away } else { Self::Failed(failure.into()) }
    }
}

impl IntoResponse for NoSearch {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(error) => error.into_response(),
            Self::Speechless(failure) => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                failure.code(),
                format!("No answer: {failure}. Try it again in a while."),
            )
            .into_response(),
            Self::Away => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "knowledge_unavailable",
                "The knowledge base (Neo4j) does not answer. Everything else works; try the search \
                 again in a while.",
            )
            .into_response(),
        }
    }
}

pub(crate) struct Question<'a> {
    pub(crate) text: &'a str,
    pub(crate) project: Option<ProjectId>,
    /// Who pays beside the project, and until when.
    pub(crate) terms: Terms,
    pub(crate) passages: Passages,
    /// How many chunks before and after each hit are read with it.
    pub(crate) neighbours: u32,
}

pub(crate) fn graph(state: &AppState) -> Result<&Knowledge, NoSearch> {
    state.knowledge.as_ref().ok_or(NoSearch::Away)
}

/// Searches by words and by meaning. What was edited or deleted since the graph was
/// written is left out.
pub(crate) async fn search(
    state: &AppState,
    reader: &Reader,
    question: &Question<'_>,
) -> Result<Found, NoSearch> {
    let graph = graph(state)?;
    let vector = vector(state, question).await;
    let search = Search {
        passages: question.passages,
        neighbours: question.neighbours,
        reranker: state.reranker.as_ref(),
        ..Search::new(reader.scopes(), question.text, &vector)
    };
    let mut found = graph.search(search).await?;
    let mut chunks: Vec<ChunkId> = Vec::new();
    for hit in &found.hits {
        chunks.push(hit.chunk_id);
        chunks.extend(hit.before.iter().chain(&hit.after).map(|near| near.chunk_id));
    }
    let living = store::living(&state.base.pool, reader, &chunks).await?;
    found.hits.retain(|hit| living.contains(&hit.chunk_id));
    for hit in &mut found.hits {
        hit.before.retain(|near| living.contains(&near.chunk_id));
        hit.after.retain(|near| living.contains(&near.chunk_id));
    }
    Ok(found)
}

/// The question's vector, or none when its provider fails: words alone find much.
async fn vector(state: &AppState, question: &Question<'_>) -> Vec<f32> {
    let language = detect(question.text).unwrap_or(Language::Polish);
    let call = Embedding {
        passages: &[Passage { text: question.text, language }],
        purpose: Purpose::Question,
        project: question.project,
        run: None,
        cancel: CancellationToken::new(),
    };
    let embedder = state.embedder.under(question.terms.at_most(VECTOR_LIMIT));
    match embedder.embed(&call).await {
        Ok(vectors) => vectors.into_iter().next().unwrap_or_default(),
        Err(error) => {
            tracing::warn!(%error, "no vector for a question: words alone are searched");
            Vec::new()
        }
    }
}
