//! Facts out of chunks, several at a time, each answer stored; then all of them into the graph.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::StreamExt;
use platform::Result;
use platform::model::{Failure, Request};
use platform::runs::{self, Progress, ShardContext};
use shared::Seed;
use shared::id::RunId;
use shared::knowledge::fact::{self, Findings};
use shared::prompt;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::tally::Tally;
use super::{Done, failed, graph, hold, node};
use crate::AppState;
use crate::store::{self, ChunkRow, Document, DocumentPatch};

/// Chunks that are asked about at the same time; the model's own limit is per process.
const AT_ONCE: usize = 8;
/// A few facts with their words.
const MAX_OUTPUT_TOKENS: u32 = 1_500;

pub(crate) async fn find(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
) -> Result<Done> {
    let count = store::count(&state.worker.base.pool, document.id).await?;
    if count > state.most_fact_chunks {
        let most = state.most_fact_chunks;
        let note = format!(
            "Facts were not looked for: the document has {count} chunks, and the limit is {most}."
        );
        return Ok(Done::Step(DocumentPatch {
            facts: Some(0),
            facts_note: Some(note),
            ..DocumentPatch::default()
        }));
    }
    match ask_all(state, context, document).await? {
        Asked::Through => write(state, document, None).await,
        Asked::Stopped => Ok(Done::Stopped),
        Asked::Until(failure) => match context.put_off(failure.puts_off()) {
            Some(later) => Ok(Done::Later(later)),
            None => write(state, document, Some(failure)).await,
        },
    }
}

/// How far the chunks were asked about.
enum Asked {
    /// Every one has an answer, or none that could be used.
    Through,
    /// Up to this failure, which is not about a chunk: the others would fail likewise.
    Until(Failure),
    /// Nobody wants the answers any more.
    Stopped,
}

async fn ask_all(state: &AppState, context: &ShardContext, document: &Document) -> Result<Asked> {
    let mut left = store::chunks_to_ask(&state.worker.base.pool, document.id).await?;
    // What was put off begins with one call, to find out whether the others have a chance.
    if context.lease.was_put_off && left.len() > 1 {
        let others = left.split_off(1);
        match ask_these(state, context, document, left).await? {
            Asked::Through => left = others,
            ended => return Ok(ended),
        }
    }
    ask_these(state, context, document, left).await
}

async fn ask_these(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
    left: Vec<ChunkRow>,
) -> Result<Asked> {
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    // Tasks of their own: one that holds a connection goes on while this one waits for one.
    let asked =
        futures::stream::iter(left.into_iter().take_while(|_| !over.load(Ordering::Relaxed)))
            .map(|chunk| {
                let (run, stop) = (context.lease.run_id, context.stop.clone());
                let asking = ask(state.clone(), run, stop, document.clone(), chunk);
                AbortOnDropHandle::new(tokio::spawn(asking))
            })
            .buffer_unordered(AT_ONCE);
    let mut asked = std::pin::pin!(asked);
    let mut until = None;
    while let Some(asked) = asked.next().await {
        let (chunk, answer) = asked.map_err(anyhow::Error::from)?;
        let answer = match answer {
            Ok(findings) => Ok(findings),
            Err(Failure::Cancelled) => return Ok(Asked::Stopped),
            Err(Failure::Ledger(error)) => return Err(error.into()),
            // One chunk without facts is no reason to give up the others.
            Err(
                failure @ (Failure::Unusable { .. } | Failure::Refused { .. } | Failure::TooLong),
            ) => Err(in_words(&failure)),
            // Nobody else is asked; what was asked is paid for and kept.
            Err(failure) => {
                is_over.store(true, Ordering::Relaxed);
                until.get_or_insert(failure);
                continue;
            }
        };
        if !keep(state, context, document, &chunk, answer).await? {
            return Ok(Asked::Stopped);
        }
    }
    Ok(until.map_or(Asked::Through, Asked::Until))
}

async fn ask(
    state: AppState,
    run: RunId,
    stop: CancellationToken,
    document: Document,
    chunk: ChunkRow,
) -> (ChunkRow, Result<Findings, Failure>) {
    let text = chunk.in_context();
    let language = document.language.unwrap_or_default();
    let prompt = prompt::facts(&text, language);
    let offline = || fact::offline(&chunk.text);
    let request = Request {
        task: "document_facts",
        prompt_version: prompt.version,
        project: document.project_id,
        run: Some(run),
        item: Some(chunk.position),
        system: &prompt.system,
        user: &prompt.user,
        max_output_tokens: MAX_OUTPUT_TOKENS,
        temperature: 0.0,
        seed: Seed(1).child("facts", chunk.position.cast_unsigned().into()),
        cancel: stop,
        offline: &offline,
    };
    let answer = state.worker.model.ask(&request, &|_, _| Vec::new()).await;
    let findings = answer.map(|answer| fact::checked(answer.value, &text));
    (chunk, findings)
}

/// The failure, and the first rule that the answer broke.
fn in_words(failure: &Failure) -> String {
    match failure.reasons().first() {
        Some(rule) => format!("{failure} ({rule})"),
        None => failure.to_string(),
    }
}

/// Keeps what was found in a chunk, or why nothing was. What the database cannot hold is not found.
async fn keep(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
    chunk: &ChunkRow,
    answer: Result<Findings, String>,
) -> Result<bool> {
    match store_answer(state, context, document, chunk, answer).await {
        Err(error) if error.is_of_its_data() => {
            let why = "what was found has something in it that cannot be stored".to_owned();
            store_answer(state, context, document, chunk, Err(why)).await
        }
        done => done,
    }
}

async fn store_answer(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
    chunk: &ChunkRow,
    answer: Result<Findings, String>,
) -> Result<bool> {
    let mut transaction = state.worker.base.pool.begin().await?;
    let progress = hold(&mut transaction, context, document).await?;
    if progress == Progress::Lost {
        return Ok(false);
    }
    match answer {
        Ok(findings) => {
            let json = serde_json::to_value(&findings).map_err(anyhow::Error::from)?;
            store::save_facts(&mut transaction, chunk.id, &json).await?;
        }
        Err(why) => {
            let why = why.replace('\0', "\u{fffd}");
            store::note_no_facts(&mut transaction, chunk.id, &why).await?;
        }
    }
    runs::got_on(&mut transaction, &context.lease).await?;
    transaction.commit().await?;
    Ok(progress == Progress::Kept)
}

async fn write(state: &AppState, document: &Document, until: Option<Failure>) -> Result<Done> {
    let graph = match graph(state) {
        Ok(graph) => graph,
        Err(refused) => return Ok(refused),
    };
    let tally = Tally::of(store::answers(&state.worker.base.pool, document.id).await?)?;
    if let Err(failure) = graph.write_facts(&node(document), &tally.supported).await {
        return failed(failure);
    }
    let told = DocumentPatch {
        facts: Some(tally.facts),
        dropped: Some(tally.dropped),
        facts_note: tally.note(until.as_ref()),
        ..DocumentPatch::default()
    };
    let code = match until {
        Some(failure) => failure.code(),
        None if tally.is_nothing_usable() => "no_facts",
        None => return Ok(Done::Step(told)),
    };
    let reason = told.facts_note.clone().unwrap_or_else(|| "no facts were found".to_owned());
    Ok(Done::Partly { told: Box::new(told), code, reason })
}
