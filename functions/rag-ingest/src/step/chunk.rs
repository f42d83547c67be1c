//! Blocks into chunks. What has not changed since the last version keeps its row.

use anyhow::Context;
use bytes::Bytes;
use platform::runs::ShardContext;
use platform::{Result, off_thread};
use shared::Language;
use shared::knowledge::{Block, Chunk, ChunkSizes, chunk};
use shared::text::detect;

use super::{Done, Step, advance};
use crate::AppState;
use crate::intake::blocks_key;
use crate::store::{self, Document, DocumentPatch};

/// Characters by which a document's language is told: a few pages.
const TELLING: usize = 20_000;

pub(crate) async fn cut(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
) -> Result<Done> {
    let Some(blocks) = context.stop.run_until_cancelled(blocks(state, document)).await else {
        return Ok(Done::Stopped);
    };
    let Some(blocks) = blocks? else { return Ok(Done::Stopped) };
    let cut = off_thread(move || -> anyhow::Result<(Language, Vec<Chunk>)> {
        let blocks: Vec<Block> = serde_json::from_slice(&blocks).context("blocks are no JSON")?;
        Ok((language(&blocks), chunk::semantic(&blocks, ChunkSizes::default())))
    });
    let (language, chunks) = cut.await??;
    let count = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
    let told =
        DocumentPatch { language: Some(language), chunks: Some(count), ..DocumentPatch::default() };
    let mut transaction = state.worker.base.pool.begin().await?;
    // The note comes first: it holds the document in this version. Whoever has waited too long for the blocks
    // may stand before the chunks of another.
    if !advance(&mut transaction, context, document, Step::Chunked, told).await? {
        return Ok(Done::Stopped);
    }
    store::replace(&mut transaction, document.id, &chunks).await?;
    transaction.commit().await?;
    Ok(Done::Noted { language })
}

/// What was extracted; none where the document was deleted, or replaced by another version, meanwhile.
async fn blocks(state: &AppState, document: &Document) -> Result<Option<Bytes>> {
    match state.storage.get(&blocks_key(document.upload_id)).await? {
        Some(blocks) => blocks.bytes().await.map(Some),
        None => Ok(None),
    }
}

fn language(blocks: &[Block]) -> Language {
    let mut text = String::new();
    for block in blocks {
        text.push_str(&block.text);
        text.push('\n');
        if text.len() > TELLING {
            break;
        }
    }
    detect(&text).unwrap_or_default()
}
