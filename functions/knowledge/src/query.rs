//! Searching documents.

use axum::extract::State;
use axum::response::IntoResponse;
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::model::Terms;
use platform::{Caller, Result, Within, audit};
use records::documents::Use;
use records::knowledge::{Hit, Neighbour, Passages, Ranks};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::id::{ChunkId, DocumentId, ProjectId};
use shared::{Checks, Language};
use utoipa::ToSchema;

use crate::AppState;
use crate::list::reader;
use crate::search::{NoSearch, Question, search};

/// The longest question, in characters.
const LONGEST: usize = 2_000;
/// Between passages of the context, as the present system has it.
const SEPARATOR: &str = "\n\n---\n\n";

/// A question.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AskDocuments {
    /// In Polish or English.
    query: String,
    /// 1 to 20 passages. Without it as many as the evaluation supports.
    top_k: Option<u32>,
    /// Only what this project has. Without it everything that the caller reads.
    project_id: Option<ProjectId>,
    /// 0 to 3 chunks before and after each hit, to read it in its place. Default 0.
    neighbours: Option<u32>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Passed {
    query: String,
    /// The passages, one after another.
    context: String,
    citations: Vec<Citation>,
    num_results: usize,
    /// The language that the question was taken for.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// `hybrid`, or `keyword` while no vector of the question could be had.
    search_type: &'static str,
    /// `off`, `done`, or why the reranker's order was not used.
    #[schema(value_type = Object)]
    reranking: serde_json::Value,
}

/// A passage.
#[derive(Serialize, ToSchema)]
pub(crate) struct Citation {
    document_title: String,
    chunk_text: String,
    /// How much of the question it answers to, 0 to 1, by the same rule everywhere.
    relevance_score: f64,
    chunk_id: ChunkId,
    document_id: DocumentId,
    /// The page that it begins on.
    page: Option<u32>,
    /// The headings above it.
    headings: Vec<String>,
    /// The chunks before it, when neighbours were wanted.
    before: Vec<String>,
    /// The chunks behind it.
    after: Vec<String>,
    /// Its ranks by words and by meaning, and the scores of fusion and reranker on their own scales.
    #[schema(value_type = Object)]
    ranks: Ranks,
}

impl From<Hit> for Citation {
    fn from(hit: Hit) -> Self {
        Self {
            document_title: hit.document_title,
            chunk_text: hit.text,
            relevance_score: hit.relevance_score,
            chunk_id: hit.chunk_id,
            document_id: hit.document_id,
            page: hit.page_from,
            headings: hit.headings,
            before: texts(hit.before),
            after: texts(hit.after),
            ranks: hit.ranks,
        }
    }
}

fn texts(neighbours: Vec<Neighbour>) -> Vec<String> {
    neighbours.into_iter().map(|near| near.text).collect()
}

/// Searches by words and by meaning, within what the caller reads.
#[utoipa::path(post, path = "/api/v1/rag/query", tag = "knowledge", request_body = AskDocuments,
    security(("bearer" = [])),
    responses((status = 200, body = Passed), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn query(
    State(state): State<AppState>,
    _: Within<Heavy>,
    caller: Caller,
    Json(asked): Json<AskDocuments>,
) -> Result<Json<Passed>, axum::response::Response> {
    Box::pin(pass(&state, &caller, asked)).await.map(Json).map_err(IntoResponse::into_response)
}

async fn pass(state: &AppState, caller: &Caller, asked: AskDocuments) -> Result<Passed, NoSearch> {
    let mut checks = Checks::default();
    checks.length("query", Some(&asked.query), 1..=LONGEST);
    checks.range("top_k", asked.top_k, 1..=20);
    checks.range("neighbours", asked.neighbours, 0..=3);
    checks.done().map_err(platform::Error::from)?;
    let reader = reader(state, caller, asked.project_id, Use::Search).await?;
    let question = Question {
        text: asked.query.trim(),
        project: asked.project_id,
        terms: Terms::of_request(caller.account_id),
        passages: asked.top_k.map_or_else(Passages::default, Passages::Exactly),
        neighbours: asked.neighbours.unwrap_or(0),
    };
    let found = Box::pin(search(state, &reader, &question)).await?;
    record(state, caller, asked.project_id, found.hits.len()).await?;
    let texts: Vec<&str> = found.hits.iter().map(|hit| hit.text.as_str()).collect();
    Ok(Passed {
        context: texts.join(SEPARATOR),
        num_results: found.hits.len(),
        language: found.language,
        search_type: found.search_type(),
        reranking: serde_json::to_value(&found.reranking).unwrap_or_default(),
        citations: found.hits.into_iter().map(Citation::from).collect(),
        query: asked.query,
    })
}

/// A question is on record before its answer: who, where, and how much was found. Never its words.
pub(crate) async fn record(
    state: &AppState,
    caller: &Caller,
    project: Option<ProjectId>,
    results: usize,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: caller.account_id,
        project_id: project,
        subject_kind: "knowledge",
        subject_id: project.map_or(caller.account_id.0, |id| id.0),
        action: "query",
        details: Some(json!({ "results": results })),
    };
    let base = &state.base;
    audit::record_view(&base.side, &base.ids, base.clock.now(), &entry).await
}
