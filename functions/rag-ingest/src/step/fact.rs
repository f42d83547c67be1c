//! Facts out of pieces, several at a time, each answer stored; then all of them into the graph.

use futures::StreamExt;
use platform::Result;
use platform::knowledge::Supported;
use platform::model::{Failure, Request};
use platform::runs::{self, Progress, Shift};
use shared::Seed;
use shared::id::RunId;
use shared::knowledge::fact::{self, Findings};
use shared::prompt;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::{Done, failed, graph};
use crate::State;
use crate::store::{self, Document, Piece, Told};

/// Pieces that are asked about at the same time; the model's own limit is per process.
const AT_ONCE: usize = 8;
/// A few facts with their words.
const MAX_OUTPUT_TOKENS: u32 = 1_500;

pub(crate) async fn find(state: &State, shift: &Shift, document: &Document) -> Result<Done> {
    let count = store::count(&state.shop.pool, document.id).await?;
    if count > state.most_fact_chunks {
        let most = state.most_fact_chunks;
        let note = format!(
            "Facts were not looked for: the document has {count} pieces, and the limit is {most}."
        );
        return Ok(Done::Step(Told { facts: Some(0), facts_note: Some(note), ..Told::default() }));
    }
    let left = store::chunks_to_ask(&state.shop.pool, document.id).await?;
    // Tasks of their own: one that holds a connection goes on while this one waits for one.
    let asked = futures::stream::iter(left)
        .map(|piece| {
            let (run, stop) = (shift.lease.run_id, shift.stop.clone());
            let asking = ask(state.clone(), run, stop, document.clone(), piece);
            AbortOnDropHandle::new(tokio::spawn(asking))
        })
        .buffer_unordered(AT_ONCE);
    let mut asked = std::pin::pin!(asked);
    while let Some(asked) = asked.next().await {
        let (piece, answer) = asked.map_err(anyhow::Error::from)?;
        let findings = match answer {
            Ok(findings) => findings,
            Err(Failure::Cancelled) => return Ok(Done::Stopped),
            Err(Failure::Ledger(error)) => return Err(error.into()),
            // One piece without facts is no reason to give up the others.
            Err(Failure::Unusable { .. } | Failure::Refused { .. } | Failure::TooLong) => {
                Findings::default()
            }
            Err(failure) => return Ok(Done::refused(failure.code(), words(&failure))),
        };
        if !keep(state, shift, &piece, findings).await? {
            return Ok(Done::Stopped);
        }
    }
    write(state, document).await
}

async fn ask(
    state: State,
    run: RunId,
    stop: CancellationToken,
    document: Document,
    piece: Piece,
) -> (Piece, Result<Findings, Failure>) {
    let text = piece.in_context();
    let language = document.language.unwrap_or_default();
    let prompt = prompt::facts(&text, language);
    let offline = || fact::offline(&piece.text);
    let request = Request {
        task: "document_facts",
        prompt_version: prompt.version,
        project: document.project_id,
        run: Some(run),
        item: Some(piece.position),
        system: &prompt.system,
        user: &prompt.user,
        max_output_tokens: MAX_OUTPUT_TOKENS,
        temperature: 0.0,
        seed: Seed(1).child("facts", piece.position.cast_unsigned().into()),
        cancel: stop,
        offline: &offline,
    };
    let answer = state.shop.model.text(&request, &|_| Vec::new()).await;
    let findings = answer.map(|answer| fact::checked(answer.value, &text));
    (piece, findings)
}

async fn keep(state: &State, shift: &Shift, piece: &Piece, findings: Findings) -> Result<bool> {
    let json = serde_json::to_value(&findings).map_err(anyhow::Error::from)?;
    let mut transaction = state.shop.pool.begin().await?;
    store::save_facts(&mut transaction, piece.id, &json).await?;
    let progress = runs::progress(&mut transaction, &shift.lease, 0, 0, shift.now()).await?;
    if progress == Progress::Lost {
        return Ok(false);
    }
    transaction.commit().await?;
    Ok(progress == Progress::Kept)
}

async fn write(state: &State, document: &Document) -> Result<Done> {
    let graph = match graph(state) {
        Ok(graph) => graph,
        Err(refused) => return Ok(refused),
    };
    let pieces = store::pieces(&state.shop.pool, document.id, 0, i64::MAX).await?;
    let (mut facts, mut dropped) = (0_usize, 0_u32);
    let mut supported = Vec::new();
    for piece in &pieces {
        let stored = piece.facts.clone().unwrap_or_default();
        let findings: Findings = serde_json::from_value(stored).unwrap_or_default();
        facts += findings.nodes.len();
        dropped += findings.dropped;
        if !findings.nodes.is_empty() {
            supported.push(Supported { chunk: piece.id, findings });
        }
    }
    let language = document.language.unwrap_or_default();
    if let Err(failure) = graph.write_facts(document.id, document.scope, language, &supported).await
    {
        return failed(failure);
    }
    let facts = u32::try_from(facts).unwrap_or(u32::MAX);
    Ok(Done::Step(Told { facts: Some(facts), dropped: Some(dropped), ..Told::default() }))
}

fn words(failure: &Failure) -> String {
    format!("Facts could not be looked for: {failure}.")
}
