//! A question to the graph: facts by fixed queries, passages by search, and an answer out of numbered
//! sources whose citations are checked.

use axum::extract::State;
use axum::response::IntoResponse;
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::model::{Failure, Request, Terms};
use platform::{Caller, Result, Within};
use records::documents::Use;
use records::knowledge::{Fact, Hit, Passages};
use serde::{Deserialize, Serialize};
use shared::id::{ChunkId, DocumentId, ProjectId};
use shared::knowledge::answer::{self as rule, Draft};
use shared::text::detect;
use shared::{Checks, Seed, prompt};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::AppState;
use crate::list::reader;
use crate::query::record;
use crate::search::{NoSearch, Question, graph, search};
use crate::store;

/// The longest question, in characters.
const LONGEST: usize = 1_000;
/// Facts that are looked at, found themselves or one relation away.
const MOST_FACTS: u32 = 12;
/// Six sentences.
const MAX_OUTPUT_TOKENS: u32 = 1_000;
/// What is asked of the graph, in the field that once held a query: a fixed one, never a model's.
const TEMPLATE: &str = "facts_near(words, scopes, hops <= 1)";

/// A question.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AskGraph {
    /// In Polish or English.
    question: String,
    /// Only what this project has. Without it everything that the caller reads.
    project_id: Option<ProjectId>,
}

/// An answer, or that the documents do not say.
#[derive(Serialize, ToSchema)]
pub(crate) struct GraphAnswer {
    /// With the numbers of its sources in square brackets.
    answer: String,
    /// Facts near the question.
    #[schema(value_type = Vec<Object>)]
    graph_context: Vec<Fact>,
    /// The texts of passages near it.
    vector_context: Vec<String>,
    /// The name of the fixed query: no query is ever written by a model.
    cypher_query: &'static str,
    /// False when the documents do not say.
    answered: bool,
    /// What the numbers in the answer stand for.
    sources: Vec<Source>,
    /// Sentences of the model's that were left out: without a source that exists, or with a number that
    /// is not in it.
    dropped_sentences: u32,
    /// The model that answered.
    answered_by: String,
    /// True for answers of the offline writer.
    is_simulated: bool,
}

/// A numbered source.
#[derive(Serialize, ToSchema)]
pub(crate) struct Source {
    number: u32,
    document_title: String,
    document_id: DocumentId,
    chunk_id: ChunkId,
    page: Option<u32>,
    text: String,
}

/// Answers a question from the documents that the caller reads.
#[utoipa::path(post, path = "/api/v1/rag/query/graph", tag = "knowledge", request_body = AskGraph,
    security(("bearer" = [])),
    responses((status = 200, body = GraphAnswer), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn answer(
    State(state): State<AppState>,
    _: Within<Heavy>,
    caller: Caller,
    Json(asked): Json<AskGraph>,
) -> Result<Json<GraphAnswer>, axum::response::Response> {
    let answered = Box::pin(answered(&state, &caller, asked));
    answered.await.map(Json).map_err(IntoResponse::into_response)
}

async fn answered(
    state: &AppState,
    caller: &Caller,
    asked: AskGraph,
) -> Result<GraphAnswer, NoSearch> {
    let terms = Terms::of_request(caller.account_id);
    let mut checks = Checks::default();
    checks.length("question", Some(&asked.question), 1..=LONGEST);
    checks.done().map_err(platform::Error::from)?;
    let reader = reader(state, caller, asked.project_id, Use::Answer).await?;
    let text = asked.question.trim();
    let question = Question {
        text,
        project: asked.project_id,
        terms,
        passages: Passages::default(),
        neighbours: 0,
    };
    let hits = Box::pin(search(state, &reader, &question)).await?.hits;
    let mut facts = graph(state)?.facts_near(reader.scopes(), text, MOST_FACTS).await?;
    let chunks = facts.iter().filter_map(|fact| fact.chunk_id.parse().ok()).map(ChunkId);
    let chunks: Vec<ChunkId> = chunks.collect();
    let living = store::living(&state.base.pool, &reader, &chunks).await?;
    facts.retain(|fact| fact.chunk_id.parse().is_ok_and(|id| living.contains(&ChunkId(id))));
    record(state, caller, asked.project_id, hits.len() + facts.len()).await?;
    let sources = sources(&hits, &facts);
    let texts: Vec<String> = sources.iter().map(in_words).collect();
    let language = detect(text).unwrap_or_default();
    let mut answer = GraphAnswer {
        answer: rule::silence(language).to_owned(),
        vector_context: hits.into_iter().map(|hit| hit.text).collect(),
        graph_context: facts,
        cypher_query: TEMPLATE,
        answered: false,
        sources: Vec::new(),
        dropped_sentences: 0,
        answered_by: state.model.name().to_owned(),
        is_simulated: state.model.is_simulated(),
    };
    if texts.is_empty() {
        return Ok(answer);
    }
    let draft = Box::pin(draft(state, (terms, asked.project_id), text, &texts)).await?;
    let checked = rule::checked(&draft, &texts);
    answer.dropped_sentences = checked.dropped;
    if !checked.text.is_empty() {
        answer.answer = checked.text;
        answer.answered = true;
        answer.sources =
            sources.into_iter().filter(|one| checked.cited.contains(&one.number)).collect();
    }
    Ok(answer)
}

async fn draft(
    state: &AppState,
    (terms, project): (Terms, Option<ProjectId>),
    question: &str,
    texts: &[String],
) -> Result<Draft, NoSearch> {
    let language = detect(question).unwrap_or_default();
    let prompt = prompt::answer(question, texts, language);
    let offline = || rule::offline(question, texts);
    let request = Request {
        task: "graph_answer",
        prompt_version: prompt.version,
        project,
        run: None,
        item: None,
        system: &prompt.system,
        user: &prompt.user,
        max_output_tokens: MAX_OUTPUT_TOKENS,
        temperature: 0.0,
        seed: Seed(1),
        cancel: CancellationToken::new(),
        offline: &offline,
    };
    let model = state.model.under(terms);
    match model.ask(&request, &|_: &Draft, _| Vec::new()).await {
        Ok(answer) => Ok(answer.value),
        Err(Failure::Ledger(error)) => Err(platform::Error::from(error).into()),
        Err(failure) if failure.is_retryable() => Err(NoSearch::Speechless(failure)),
        Err(failure) => {
            let why = shared::Error::Conflict(format!("No answer: {}", failure.explained()));
            Err(platform::Error::from(why).into())
        }
    }
}

/// Passages first, then facts that no passage shows.
fn sources(hits: &[Hit], facts: &[Fact]) -> Vec<Source> {
    let passages = hits.iter().map(|hit| Source {
        number: 0,
        document_title: hit.document_title.clone(),
        document_id: hit.document_id,
        chunk_id: hit.chunk_id,
        page: hit.page_from,
        text: hit.text.clone(),
    });
    let is_shown = |fact: &&Fact| hits.iter().any(|hit| hit.chunk_id.to_string() == fact.chunk_id);
    let facts = facts.iter().filter(|fact| !is_shown(fact)).filter_map(|fact| {
        Some(Source {
            number: 0,
            document_title: fact.document_title.clone(),
            document_id: DocumentId(fact.document_id.parse().ok()?),
            chunk_id: ChunkId(fact.chunk_id.parse().ok()?),
            page: None,
            text: statement(fact),
        })
    });
    let mut sources: Vec<Source> = passages.chain(facts).collect();
    for (number, source) in (1..).zip(&mut sources) {
        source.number = number;
    }
    sources
}

fn statement(fact: &Fact) -> String {
    let more = [&fact.value, &fact.period].into_iter().flatten();
    let more: Vec<&str> = more.map(String::as_str).collect();
    if more.is_empty() {
        fact.summary.clone()
    } else {
        format!("{} ({})", fact.summary, more.join(", "))
    }
}

fn in_words(source: &Source) -> String {
    format!("{}\n{}", source.document_title, source.text)
}
