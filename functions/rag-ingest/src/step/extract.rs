//! The file into blocks, which are kept beside it.

use bytes::Bytes;
use platform::Result;
use platform::runs::ShardContext;

use super::Done;
use crate::AppState;
use crate::extract::Turn;
use crate::intake::{blocks_key, file_key};
use crate::store::{Document, DocumentPatch};

pub(crate) async fn extract(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
) -> Result<Done> {
    // Before the file is asked for: who waits holds nothing.
    let _turn = match context.stop.run_until_cancelled(state.extractor.turn()).await {
        Some(Turn::Granted(turn)) => turn,
        Some(Turn::TooLate) => return Ok(Done::Unfinished),
        None => return Ok(Done::Stopped),
    };
    let Some(file) = state.storage.get(&file_key(document.upload_id)).await? else {
        // Deleted, or replaced by another version, meanwhile.
        return Ok(Done::Stopped);
    };
    let extracted = match state.extractor.extract(document.file_type, file.stream).await? {
        Ok(extracted) => extracted,
        Err(refusal) => return Ok(Done::refused("unreadable", refusal.to_string())),
    };
    let blocks = serde_json::to_vec(&extracted.blocks).map_err(anyhow::Error::from)?;
    let key = blocks_key(document.upload_id);
    state.storage.put(&key, "application/json", Bytes::from(blocks)).await?;
    Ok(Done::Step(DocumentPatch {
        pages: extracted.pages,
        note: extracted.note,
        ..DocumentPatch::default()
    }))
}
