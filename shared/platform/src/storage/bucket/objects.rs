//! Bytes of files, up and down, by Google's client: it checks their CRC32C, goes on where a connection
//! broke off, and sends what is long in parts.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use google_cloud_auth::credentials::anonymous;
use google_cloud_gax::retry_policy::RetryPolicyExt;
use google_cloud_storage::client::Storage;
use google_cloud_storage::retry_policy::RetryableErrors;
use google_cloud_storage::streaming_source::{SizeHint, StreamingSource};
use reqwest::StatusCode;
use tokio::sync::OnceCell;

use crate::Error;
use crate::storage::key::Key;
use crate::storage::{Blob, BrokenOff, Incoming};

/// A whole transfer; a document of 50 MB over a slow line takes minutes.
const LIMIT: Duration = Duration::from_secs(300);

/// How often the client begins a request in all. Who waits for a file is told by then.
const ATTEMPTS: u32 = 4;

/// What may be longer than this is sent in parts of this size, and no more of it is in memory. A
/// multiple of 256 KiB, as Cloud Storage wants its parts.
const PART_BYTES: usize = 8 << 20;

/// A bucket's objects. The client is made when it is first needed, because that takes a runtime.
pub(super) struct Objects {
    client: OnceCell<Storage>,
    endpoint: String,
    bucket: String,
    is_signed_in: bool,
}

impl Objects {
    /// Of the bucket of this name. An emulator asks nobody to sign in.
    pub(super) fn new(endpoint: &str, bucket: &str, is_signed_in: bool) -> Self {
        let (endpoint, bucket) = (endpoint.to_owned(), format!("projects/_/buckets/{bucket}"));
        Self { client: OnceCell::new(), endpoint, bucket, is_signed_in }
    }

    /// Cloud Storage makes the object when its last byte has come, and not when it breaks off. Putting
    /// the same bytes twice is as good as once, so the client may try again.
    pub(super) async fn put(
        &self,
        key: &Key,
        content_type: &str,
        limit_bytes: u64,
        stream: Incoming,
    ) -> anyhow::Result<()> {
        let source = UploadStream { stream: Mutex::new(stream), limit_bytes };
        let writing = self.client().await?.write_object(&self.bucket, key.as_str(), source);
        let writing = writing.set_content_type(content_type).with_idempotency(true).send_buffered();
        // the client's own state: 32 kB, which every caller's would have in it
        let writing = Box::pin(writing);
        tokio::time::timeout(LIMIT, writing).await.context("it took too long")??;
        Ok(())
    }

    /// None where there is no object of that name.
    pub(super) async fn get(&self, key: &Key) -> anyhow::Result<Option<Blob>> {
        let reading = self.client().await?.read_object(&self.bucket, key.as_str());
        let reading = Box::pin(reading.send());
        let object = match tokio::time::timeout(LIMIT, reading).await.context("it took too long")? {
            Err(error) if error.http_status_code() == Some(StatusCode::NOT_FOUND.as_u16()) => {
                return Ok(None);
            }
            answer => answer?,
        };
        let size_bytes = u64::try_from(object.object().size).ok();
        let stream = stream::unfold(object, |mut object| async move {
            let chunk = object.next().await?;
            Some((chunk, object))
        });
        let stream = stream.map_err(|error| Error::Storage(error.into()));
        Ok(Some(Blob { size_bytes, stream: stream.boxed() }))
    }

    async fn client(&self) -> anyhow::Result<&Storage> {
        let build = async || {
            let builder = Storage::builder()
                .with_endpoint(&self.endpoint)
                .with_retry_policy(RetryableErrors.with_attempt_limit(ATTEMPTS))
                .with_resumable_upload_threshold(PART_BYTES)
                .with_resumable_upload_buffer_size(PART_BYTES);
            let builder = match self.is_signed_in {
                true => builder,
                false => builder.with_credentials(anonymous::Builder::new().build()),
            };
            builder.build().await
        };
        Ok(self.client.get_or_try_init(build).await?)
    }
}

/// What comes in, as the client wants it: shared between threads, and told how long it may become.
struct UploadStream {
    stream: Mutex<Incoming>,
    limit_bytes: u64,
}

impl StreamingSource for UploadStream {
    type Error = BrokenOff;

    async fn next(&mut self) -> Option<Result<Bytes, BrokenOff>> {
        self.stream.get_mut().unwrap_or_else(PoisonError::into_inner).next().await
    }

    async fn size_hint(&self) -> Result<SizeHint, BrokenOff> {
        let mut hint = SizeHint::new();
        hint.set_upper(self.limit_bytes);
        Ok(hint)
    }
}
