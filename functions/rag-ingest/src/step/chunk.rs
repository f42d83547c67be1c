//! Blocks into pieces. What has not changed since the last version keeps its row.

use anyhow::Context;
use platform::runs::Shift;
use platform::{Result, off_thread};
use shared::Language;
use shared::knowledge::{Block, Chunk, Limits, chunk};
use shared::text::detect;

use super::Done;
use crate::State;
use crate::intake::blocks_key;
use crate::store::{self, Document, Told};

/// Characters by which a document's language is told: a few pages.
const TELLING: usize = 20_000;

pub(crate) async fn cut(state: &State, _: &Shift, document: &mut Document) -> Result<Done> {
    let Some(blocks) = state.storage.get(&blocks_key(document.upload_id)).await? else {
        return Ok(Done::Stopped);
    };
    let blocks = blocks.bytes().await?;
    let cut = off_thread(move || -> anyhow::Result<(Language, Vec<Chunk>)> {
        let blocks: Vec<Block> = serde_json::from_slice(&blocks).context("blocks are no JSON")?;
        Ok((language(&blocks), chunk::semantic(&blocks, Limits::default())))
    });
    let (language, chunks) = cut.await??;
    let mut transaction = state.shop.pool.begin().await?;
    store::replace(&mut transaction, document.id, &chunks).await?;
    transaction.commit().await?;
    let count = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
    Ok(Done::Step(Told { language: Some(language), chunks: Some(count), ..Told::default() }))
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
