//! The chunks into the graph. After the new ones are there, the old ones go.

use platform::Result;
use platform::runs::ShardContext;
use records::knowledge::{Embedded, Knowledge};
use shared::knowledge::Chunk;

use super::{Done, failed, graph, is_ours, node};
use crate::AppState;
use crate::store::{self, ChunkRow, Document, DocumentPatch};

/// Chunks that are in memory at once, with their vectors: a megabyte or two.
const BATCH: i64 = 200;

pub(crate) async fn write(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
) -> Result<Done> {
    let graph = match graph(state) {
        Ok(graph) => graph,
        Err(refused) => return Ok(refused),
    };
    if let Err(failure) = graph.check_model().await {
        return failed(failure);
    }
    if !is_ours(state, context, document).await? {
        return Ok(Done::Stopped);
    }
    let node = node(document);
    if let Err(failure) = graph.put_document(&node).await {
        return failed(failure);
    }
    let hashes = match write_chunks(state, context, document, graph).await? {
        Ok(hashes) => hashes,
        Err(done) => return Ok(done),
    };
    let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
    if let Err(failure) = graph.forget_relations(&node, &hashes).await {
        return failed(failure);
    }
    match graph.keep_only(&node, &hashes).await {
        Ok(_) => Ok(Done::Step(DocumentPatch::default())),
        Err(failure) => failed(failure),
    }
}

/// Writes all chunks, batch by batch, and returns their hashes, or why it could not.
async fn write_chunks(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
    graph: &Knowledge,
) -> Result<Result<Vec<String>, Done>> {
    let (node, mut from, mut hashes) = (node(document), 0, Vec::new());
    loop {
        // Before each batch: what is written into the graph cannot be rolled back.
        if !is_ours(state, context, document).await? {
            return Ok(Err(Done::Stopped));
        }
        let rows = store::chunks(&state.worker.base.pool, document.id, from, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(Ok(hashes)) };
        from = last.position + 1;
        let chunks: Vec<Chunk> = rows.iter().map(chunk).collect();
        let embedded = chunks.iter().zip(&rows);
        let embedded: Vec<Embedded<'_>> = embedded
            .map(|(chunk, row)| Embedded { chunk, embedding: row.embedding.as_deref() })
            .collect();
        if let Err(failure) = graph.write_chunks(&node, &embedded).await {
            return failed(failure).map(Err);
        }
        hashes.extend(rows.into_iter().map(|row| row.hash));
    }
}

fn chunk(row: &ChunkRow) -> Chunk {
    let number = |number: i32| number.cast_unsigned();
    Chunk {
        index: number(row.position),
        text: row.text.clone(),
        headings: row.headings.clone(),
        page_from: row.page_from.map(number),
        page_to: row.page_to.map(number),
        tokens: number(row.tokens),
        hash: row.hash.clone(),
    }
}
