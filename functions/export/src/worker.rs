//! Writing a file: it is whole when the last byte is kept, and there is none before.
//!
//! Each attempt writes into a folder of its own, and the row says which one is whole. So an attempt that was stopped,
//! has failed or has lost its lease removes what it wrote, and never what another has written.

use axum::extract::State;
use futures::StreamExt;
use platform::error::Chain;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ItemFailure, Progress, ShardContext};
use platform::storage::Put;
use platform::{Error, Result};
use shared::FieldError;
use shared::run::RunRequested;
use uuid::Uuid;

use crate::AppState;
use crate::file::file;
use crate::form::Format;
use crate::persona::internal;
use crate::store::{self, ExportRow};

/// The longest file: 100,000 people take 400 MB.
const LONGEST_BYTES: u64 = 4 << 30;
/// The only item of an export.
const FILE: u32 = 0;

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Worker(state), &message).await
}

/// Writes files.
#[derive(Clone)]
struct Worker(AppState);

/// What became of an attempt.
enum Written {
    /// The row says that its file is whole.
    Whole,
    /// Nobody wants it any more, or another worker has the lease.
    Stopped,
    /// Its form has no place for it, and so it ends, with a reason.
    Refused(String),
}

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.0.worker.engine
    }

    /// A second time writes the file again, beside the first: nobody fetches one that is not said to be whole.
    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let Some(row) = store::of(&self.0.worker.base.pool, &context.lease).await? else {
            return Ok(Outcome::Rejected("there is no such export".to_owned()));
        };
        if row.finished_at.is_some() || context.stop.is_cancelled() {
            return Ok(Outcome::Done);
        }
        if context.lease.is_exhausted {
            context.give_up([FILE].into_iter()).await?;
            return Ok(Outcome::Done);
        }
        let attempt: Uuid = self.0.worker.base.ids.next();
        let written = self.write(context, &row, attempt).await;
        if !matches!(written, Ok(Written::Whole)) {
            self.remove(&row, attempt).await;
        }
        if let Written::Refused(reason) = written? {
            let code = "too_large";
            context.fail(vec![ItemFailure { item: FILE, code, reason }]).await?;
        }
        Ok(Outcome::Done)
    }
}

impl Worker {
    async fn write(
        &self,
        context: &ShardContext,
        row: &ExportRow,
        attempt: Uuid,
    ) -> Result<Written> {
        let (pool, storage) = (&self.0.worker.base.pool, &self.0.storage);
        let made = tokio::select! {
            made = file(pool, context.lease.in_project()?, row) => made,
            () = context.stop.cancelled() => return Ok(Written::Stopped),
        };
        let (bytes, disclosure) = match made {
            Err(Error::Domain(shared::Error::Invalid(why))) => {
                return Ok(Written::Refused(rules(&why)));
            }
            made => made?,
        };
        let stop = context.stop.clone();
        let bytes = bytes.take_until(async move { stop.cancelled().await });
        let kind = row.format.content_type();
        let put = storage.put_stream(&row.key(Some(attempt)), kind, LONGEST_BYTES, bytes).await?;
        if put == Put::TooLarge {
            return Ok(Written::Refused(format!("the file has more than {LONGEST_BYTES} bytes")));
        }
        if context.stop.is_cancelled() {
            return Ok(Written::Stopped);
        }
        let about = serde_json::to_vec_pretty(&disclosure).map_err(internal)?;
        let kind = Format::Json.content_type();
        storage.put(&row.disclosure_key(Some(attempt)), kind, about.into()).await?;
        let mut transaction = pool.begin().await?;
        store::finish(&mut transaction, &context.lease, attempt, context.now()).await?;
        // Not `context.commit`, which keeps what a cancelled run has written: nobody wants this file.
        match runs::progress(&mut transaction, &context.lease, 1, 0, context.now()).await? {
            Progress::Kept => transaction.commit().await?,
            Progress::Cancelled | Progress::Lost => return Ok(Written::Stopped),
        }
        Ok(Written::Whole)
    }

    /// Takes away what an attempt has written. What cannot be removed now goes with the export.
    async fn remove(&self, row: &ExportRow, attempt: Uuid) {
        let removed = self.0.storage.delete_prefix(&row.folder(Some(attempt))).await;
        if let Err(error) = removed {
            tracing::warn!(export.id = %row.id, error = %Chain(&error), "an attempt stays until its export goes");
        }
    }
}

fn rules(why: &[FieldError]) -> String {
    why.iter().map(|error| error.rule.as_str()).collect::<Vec<_>>().join("; ")
}
