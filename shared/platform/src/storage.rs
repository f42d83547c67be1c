//! Files: a bucket of Cloud Storage, or a folder on one machine.

mod bucket;
mod folder;
mod key;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};

use crate::google::{self, Token};
use crate::{Env, Error, Result};

use bucket::Bucket;
use folder::Folder;
use key::{Key, Prefix};

/// Keeps files by key. A key is `avatars/x.webp`: words of ASCII letters, digits, `.`, `_` and `-`
/// between slashes. No key may be the beginning of another at a slash, because a folder cannot hold
/// both.
#[derive(Clone)]
pub struct Storage(Backend);

#[derive(Clone)]
enum Backend {
    Folder(Folder),
    Bucket(Arc<Bucket>),
}

/// What became of a file that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Stored { size_bytes: u64 },
    TooLarge,
}

/// Some of the folders below a prefix.
#[derive(Debug, Default)]
pub struct Folders {
    /// Their names, without the prefix and the slash.
    pub names: Vec<String>,
    /// What to ask for the next ones with; none when these are the last.
    pub next: Option<String>,
}

/// A stored file on its way out.
pub struct Blob {
    /// Its bytes in all, where the store says so.
    pub size_bytes: Option<u64>,
    pub stream: BoxStream<'static, Result<Bytes>>,
}

impl Blob {
    /// All of it in memory: for files that are small by rule.
    pub async fn bytes(mut self) -> Result<Bytes> {
        let mut all = Vec::new();
        while let Some(chunk) = self.stream.try_next().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }
}

impl Storage {
    /// `STORAGE_BUCKET` names a bucket of Cloud Storage, `STORAGE_FOLDER` a folder for one machine;
    /// one of them has to be set.
    pub fn from_env(env: &Env) -> Option<Self> {
        let bucket = env.raw("STORAGE_BUCKET").map(str::to_owned);
        let folder = env.raw("STORAGE_FOLDER").map(str::to_owned);
        match (bucket, folder) {
            (Some(bucket), None) => match google::access_token("devstorage.read_write") {
                Ok(token) => Some(Self::bucket(bucket::GOOGLE, &bucket, Some(token))),
                Err(error) => {
                    env.problem(format!("STORAGE_BUCKET cannot be used: {error:#}"));
                    None
                }
            },
            (None, Some(folder)) => Some(Self::folder(folder)),
            _ => {
                env.problem("either STORAGE_BUCKET or STORAGE_FOLDER must be set".to_owned());
                None
            }
        }
    }

    /// Whether a file may have this name: what others put into the inbox has names of their choice.
    pub fn is_key(name: &str) -> bool {
        Key::parse(name).is_ok()
    }

    /// A folder, made on first use.
    pub fn folder(root: impl Into<PathBuf>) -> Self {
        Self(Backend::Folder(Folder::new(root.into())))
    }

    /// A bucket behind this address; an emulator asks for no token.
    pub fn bucket(endpoint: &str, name: &str, token: Option<Token>) -> Self {
        Self(Backend::Bucket(Arc::new(Bucket::new(endpoint, name, token))))
    }

    /// Keeps a file while it arrives, in place of any before it. Whoever reads meanwhile gets the one
    /// before, whole; a file that breaks off, or is longer than `limit_bytes`, leaves nothing.
    pub async fn put_stream<S>(
        &self,
        key: &str,
        content_type: &str,
        limit_bytes: u64,
        stream: S,
    ) -> Result<Put>
    where
        S: Stream<Item = Result<Bytes>> + Send + 'static,
    {
        let key = Key::parse(key)?;
        let (stream, meter) = Meter::over(stream, limit_bytes);
        let done = match &self.0 {
            Backend::Folder(folder) => folder.put(&key, stream).await,
            Backend::Bucket(bucket) => bucket.put(&key, content_type, limit_bytes, stream).await,
        };
        meter.verdict(done)
    }

    /// Keeps a file that is in memory.
    pub async fn put(&self, key: &str, content_type: &str, bytes: Bytes) -> Result<()> {
        let limit = bytes.len() as u64;
        let stream = futures::stream::once(async { Ok(bytes) });
        self.put_stream(key, content_type, limit, stream).await?;
        Ok(())
    }

    /// A file, or none of that name.
    pub async fn get(&self, key: &str) -> Result<Option<Blob>> {
        let key = Key::parse(key)?;
        match &self.0 {
            Backend::Folder(folder) => folder.get(&key).await.map_err(Error::Storage),
            Backend::Bucket(bucket) => bucket.get(&key).await.map_err(Error::Storage),
        }
    }

    /// True when there is a file of that name.
    pub async fn exists(&self, key: &str) -> Result<bool> {
        let key = Key::parse(key)?;
        match &self.0 {
            Backend::Folder(folder) => folder.exists(&key).await.map_err(Error::Storage),
            Backend::Bucket(bucket) => bucket.exists(&key).await.map_err(Error::Storage),
        }
    }

    /// Removes a file. False when there was none.
    pub async fn delete(&self, key: &str) -> Result<bool> {
        let key = Key::parse(key)?;
        match &self.0 {
            Backend::Folder(folder) => folder.delete(&key).await.map_err(Error::Storage),
            Backend::Bucket(bucket) => bucket.delete(&key).await.map_err(Error::Storage),
        }
    }

    /// The folders that lie directly below `prefix`, which ends with a slash: all of those of a folder, of a
    /// bucket as many as it tells at once. `page` is what the call before gave.
    pub async fn folders(&self, prefix: &str, page: Option<&str>) -> Result<Folders> {
        let prefix = Prefix::parse(prefix)?;
        match &self.0 {
            Backend::Folder(folder) => folder.folders(&prefix).await.map_err(Error::Storage),
            Backend::Bucket(bucket) => bucket.folders(&prefix, page).await.map_err(Error::Storage),
        }
    }

    /// Removes every file below `prefix`, which ends with a slash. Broken off, it can be repeated.
    pub async fn delete_prefix(&self, prefix: &str) -> Result<()> {
        let prefix = Prefix::parse(prefix)?;
        match &self.0 {
            Backend::Folder(folder) => folder.delete_prefix(&prefix).await.map_err(Error::Storage),
            Backend::Bucket(bucket) => bucket.delete_prefix(&prefix).await.map_err(Error::Storage),
        }
    }
}

/// A file on its way in: chunks, or the reason why it breaks off.
type Incoming = BoxStream<'static, Result<Bytes, BrokenOff>>;

/// The stream has ended before the file has; [`Meter`] knows why.
#[derive(Debug, thiserror::Error)]
#[error("the file breaks off")]
struct BrokenOff;

/// Counts what passes, and remembers why it was stopped: what goes through an HTTP client comes back
/// as that client's error.
#[derive(Clone, Default)]
struct Meter(Arc<Mutex<Measured>>);

#[derive(Default)]
struct Measured {
    size_bytes: u64,
    is_too_large: bool,
    failure: Option<Error>,
}

impl Meter {
    fn over<S>(stream: S, limit_bytes: u64) -> (Incoming, Self)
    where
        S: Stream<Item = Result<Bytes>> + Send + 'static,
    {
        let meter = Self::default();
        let counting = meter.clone();
        let stream = stream.map(move |chunk| counting.pass(chunk, limit_bytes));
        (stream.boxed(), meter)
    }

    fn pass(&self, chunk: Result<Bytes>, limit_bytes: u64) -> Result<Bytes, BrokenOff> {
        let mut measured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let chunk = chunk.map_err(|failure| {
            measured.failure = Some(failure);
            BrokenOff
        })?;
        measured.size_bytes += chunk.len() as u64;
        measured.is_too_large = measured.size_bytes > limit_bytes;
        if measured.is_too_large { Err(BrokenOff) } else { Ok(chunk) }
    }

    fn verdict(&self, done: anyhow::Result<()>) -> Result<Put> {
        let mut measured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if measured.is_too_large {
            return Ok(Put::TooLarge);
        }
        if let Some(failure) = measured.failure.take() {
            return Err(failure);
        }
        done.map_err(Error::Storage)?;
        Ok(Put::Stored { size_bytes: measured.size_bytes })
    }
}
