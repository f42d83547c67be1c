//! A folder on one machine. A file appears in one step, when all of it is there.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Context;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::key::{Key, Prefix};
use super::{Blob, Folders, Incoming};
use crate::{Error, secret};

/// Where files grow until they are whole. No key begins with a dot.
const GROWING: &str = ".growing";
const CHUNK_BYTES: usize = 1 << 16;

#[derive(Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) async fn put(&self, key: &Key, stream: Incoming) -> anyhow::Result<()> {
        let growing = self.root.join(GROWING);
        fs::create_dir_all(&growing).await.context("cannot make the folder of files")?;
        let part = PartialFile(growing.join(secret::random_token()));
        write(&part.0, stream).await?;
        move_into_place(&part.0, &self.path(key)).await.context("cannot keep a file")
    }

    pub(super) async fn get(&self, key: &Key) -> anyhow::Result<Option<Blob>> {
        let Some(file) = found(File::open(self.path(key)).await)? else { return Ok(None) };
        let about = file.metadata().await?;
        if about.is_dir() {
            return Ok(None);
        }
        Ok(Some(Blob { size_bytes: Some(about.len()), stream: chunks(file).boxed() }))
    }

    pub(super) async fn exists(&self, key: &Key) -> anyhow::Result<bool> {
        let about = found(fs::metadata(self.path(key)).await)?;
        Ok(about.is_some_and(|about| about.is_file()))
    }

    pub(super) async fn delete(&self, key: &Key) -> anyhow::Result<bool> {
        if !self.exists(key).await? {
            return Ok(false);
        }
        Ok(found(fs::remove_file(self.path(key)).await)?.is_some())
    }

    pub(super) async fn folders(&self, prefix: &Prefix) -> anyhow::Result<Folders> {
        let mut folders = Folders::default();
        let Some(mut entries) = found(fs::read_dir(self.root.join(prefix.as_str())).await)? else {
            return Ok(folders);
        };
        while let Some(entry) = entries.next_entry().await? {
            if entry.file_type().await?.is_dir() {
                folders.names.extend(entry.file_name().into_string());
            }
        }
        Ok(folders)
    }

    pub(super) async fn delete_prefix(&self, prefix: &Prefix) -> anyhow::Result<()> {
        found(fs::remove_dir_all(self.root.join(prefix.as_str())).await)?;
        Ok(())
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.root.join(key.as_str())
    }
}

/// A file that grows. Dropped before it is in its place, as when a client leaves, it is removed.
struct PartialFile(PathBuf);

impl Drop for PartialFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn write(part: &Path, mut stream: Incoming) -> anyhow::Result<()> {
    let mut file = File::create_new(part).await.context("cannot make a file")?;
    while let Some(chunk) = stream.try_next().await? {
        file.write_all(&chunk).await.context("cannot write a file")?;
    }
    file.sync_all().await.context("cannot write a file")?;
    Ok(())
}

/// Once more when somebody removes the empty folder between its making and the move.
async fn move_into_place(part: &Path, path: &Path) -> io::Result<()> {
    let folder = path.parent().expect("a key lies below the root");
    fs::create_dir_all(folder).await?;
    match fs::rename(part, path).await {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(folder).await?;
            fs::rename(part, path).await
        }
        moved => moved,
    }
}

/// A name below a file that is no folder is as absent as any other.
fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn chunks(file: File) -> impl futures::Stream<Item = Result<Bytes, Error>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let read = (&mut file).take(CHUNK_BYTES as u64).read_to_end(&mut chunk).await;
        read.map_err(|error| Error::Storage(error.into()))?;
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    })
}
