//! A file on its way in: kept while it arrives, counted, hashed and looked at.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, stream};
use platform::Result;
use platform::storage::Put;
use records::documents::upload_folder;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::AppState;
use crate::extract::{FileType, SNIFFED};

/// The client's limit.
pub(crate) const MOST_BYTES: u64 = 50 * 1024 * 1024;
/// What a name may have, in characters.
const LONGEST_NAME: usize = 255;

/// A file that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) upload_id: Uuid,
    pub(crate) file_type: FileType,
    pub(crate) size_bytes: u64,
    pub(crate) content_hash: [u8; 32],
}

pub(crate) fn file_key(upload: Uuid) -> String {
    upload_folder(upload) + "file"
}

pub(crate) fn blocks_key(upload: Uuid) -> String {
    upload_folder(upload) + "blocks"
}

/// Keeps a file of this name while it arrives.
///
/// # Errors
/// 400 for what we do not read, 413 for more than 50 MB; nothing is kept then.
pub(crate) async fn keep<S>(state: &AppState, name: &str, file: S) -> Result<Arrived>
where
    S: Stream<Item = Result<Bytes>> + Send + Unpin + 'static,
{
    let (start, rest) = beginning(file).await?;
    if start.is_empty() {
        return Err(shared::Error::Refused("The file is empty".to_owned()).into());
    }
    let file_type = FileType::of(name, &start).ok_or_else(|| {
        let kinds = "PDF, DOCX, PPTX, XLSX, Markdown, HTML, plain text or CSV";
        shared::Error::Refused(format!("The file must be {kinds}, and be what its name says"))
    })?;
    let digest: Arc<Mutex<Sha256>> = Arc::default();
    let hashing = Arc::clone(&digest);
    let whole = stream::iter([Ok(start)]).chain(rest).inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            hashing.lock().unwrap_or_else(PoisonError::into_inner).update(chunk);
        }
    });
    let upload_id: Uuid = state.worker.base.ids.next();
    let key = file_key(upload_id);
    let media_type = file_type.media_type();
    let put = state.storage.put_stream(&key, media_type, MOST_BYTES, whole).await?;
    let Put::Stored { size_bytes } = put else {
        return Err(shared::Error::TooLarge("The file is larger than 50 MB").into());
    };
    let content_hash =
        digest.lock().unwrap_or_else(PoisonError::into_inner).clone().finalize().into();
    Ok(Arrived { upload_id, file_type, size_bytes, content_hash })
}

/// Enough of a file to tell what it is, and the rest.
async fn beginning<S>(mut file: S) -> Result<(Bytes, S)>
where
    S: Stream<Item = Result<Bytes>> + Send + Unpin,
{
    let mut start = BytesMut::new();
    while start.len() < SNIFFED {
        let Some(chunk) = file.next().await else { break };
        start.extend_from_slice(&chunk?);
    }
    Ok((start.freeze(), file))
}

/// A file's own name: without folders and what no name needs.
///
/// # Errors
/// 400 when nothing is left, or too much.
pub(crate) fn cleaned_name(name: &str) -> Result<String> {
    let refused = |why: &str| platform::Error::from(shared::Error::Refused(why.to_owned()));
    if name.contains('\0') {
        return Err(refused("The file name has a character that no name may have"));
    }
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let own: String = shared::text::composed(own).chars().filter(|c| !c.is_control()).collect();
    let own = own.trim().trim_start_matches('.').trim();
    if own.is_empty() {
        return Err(refused("The file has no name"));
    }
    if own.chars().count() > LONGEST_NAME {
        return Err(refused("The file name is longer than 255 characters"));
    }
    Ok(own.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cleaned_or_refused() {
        for (name, clean) in [
            ("raport.pdf", Some("raport.pdf")),
            ("../../etc/raport.pdf", Some("raport.pdf")),
            ("C:\\tajne\\żółty raport.docx", Some("żółty raport.docx")),
            (" .\u{7}a.md ", Some("a.md")),
            ("a\0.pdf", None),
            ("", None),
            ("/", None),
            (&format!("{}.pdf", "a".repeat(252)), None),
        ] {
            assert_eq!(cleaned_name(name).ok().as_deref(), clean, "{name:?}");
        }
    }
}
