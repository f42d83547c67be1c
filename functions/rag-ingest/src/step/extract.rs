//! The file into blocks, which are kept beside it.

use bytes::Bytes;
use platform::Result;

use super::Done;
use crate::State;
use crate::intake::{blocks_key, file_key};
use crate::store::{Document, Told};

pub(crate) async fn extract(state: &State, document: &Document) -> Result<Done> {
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
    Ok(Done::Step(Told { pages: extracted.pages, ..Told::default() }))
}
