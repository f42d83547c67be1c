//! The pieces into the graph. After the new ones are there, the old ones go.

use platform::Result;
use platform::knowledge::{self, Embedded};
use platform::runs::{Progress, Shift, extend};
use shared::knowledge::Chunk;

use super::{Done, failed, graph};
use crate::State;
use crate::store::{self, Document, Piece, Told};

/// Pieces that are in memory at once, with their vectors: a megabyte or two.
const BATCH: i64 = 200;

pub(crate) async fn write(state: &State, shift: &Shift, document: &Document) -> Result<Done> {
    let graph = match graph(state) {
        Ok(graph) => graph,
        Err(refused) => return Ok(refused),
    };
    let node = knowledge::Document {
        id: document.id,
        scope: document.scope,
        title: document.title.clone(),
        language: document.language.unwrap_or_default(),
    };
    if let Err(failure) = graph.check_model().await {
        return failed(failure);
    }
    if let Err(failure) = graph.put_document(&node).await {
        return failed(failure);
    }
    let (mut from, mut hashes) = (0, Vec::new());
    loop {
        let pieces = store::pieces(&state.shop.pool, document.id, from, BATCH).await?;
        let Some(last) = pieces.last() else { break };
        from = last.position + 1;
        let chunks: Vec<Chunk> = pieces.iter().map(chunk).collect();
        let embedded = chunks.iter().zip(&pieces);
        let embedded: Vec<Embedded<'_>> = embedded
            .map(|(chunk, piece)| Embedded { chunk, embedding: piece.embedding.as_deref() })
            .collect();
        if let Err(failure) = graph.write_chunks(&node, &embedded).await {
            return failed(failure);
        }
        hashes.extend(pieces.into_iter().map(|piece| piece.hash));
        if extend(&state.shop.pool, &shift.lease, shift.now()).await? != Progress::Kept {
            return Ok(Done::Stopped);
        }
    }
    let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
    if let Err(failure) = graph.forget_relations(document.id, &hashes).await {
        return failed(failure);
    }
    if let Err(failure) = graph.keep_only(document.id, &hashes).await {
        return failed(failure);
    }
    Ok(Done::Step(Told::default()))
}

fn chunk(piece: &Piece) -> Chunk {
    let number = |number: i32| number.cast_unsigned();
    Chunk {
        index: number(piece.position),
        text: piece.text.clone(),
        headings: piece.headings.clone(),
        page_from: piece.page_from.map(number),
        page_to: piece.page_to.map(number),
        tokens: number(piece.tokens),
        hash: piece.hash.clone(),
    }
}
