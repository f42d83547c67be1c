//! Working on a document: taking it in step by step, or taking it away.

use anyhow::anyhow;
use axum::extract::State;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ShardContext};
use platform::{Error, Result};
use records::documents;
use serde::Deserialize;
use shared::id::DocumentId;
use shared::run::RunRequested;
use uuid::Uuid;

use crate::AppState;
use crate::{step, store};

/// What a run is told when it starts.
#[derive(Deserialize)]
#[serde(tag = "task", rename_all = "lowercase")]
enum Task {
    Ingest { upload_id: Uuid },
    Remove,
}

/// A message of Pub/Sub: a hint that a document waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Worker(state), &message).await
}

#[derive(Clone)]
struct Worker(AppState);

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.0.worker.engine
    }

    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let Ok(task) = serde_json::from_value(context.lease.run_input.clone()) else {
            return Ok(Outcome::Rejected("the run's input cannot be read".to_owned()));
        };
        let (state, lease) = (&self.0, &context.lease);
        let (id, now) = (lease.subject_id, context.now());
        if store::is_busy(&state.worker.base.pool, id, lease.run_id, now).await? {
            // One worker at a document: the message comes again when the other has noticed.
            return Err(Error::Queue(anyhow!("another worker is processing document {id}")));
        }
        let document = store::find(&state.worker.base.pool, id).await?;
        match (task, document) {
            (_, None) => step::remove(state, DocumentId(id)).await.map(|()| Outcome::Done),
            (Task::Remove, Some(document)) => {
                step::remove(state, document.id).await?;
                count(state, context).await
            }
            (Task::Ingest { .. }, Some(document)) if document.is_deleted => {
                step::remove(state, document.id).await.map(|()| Outcome::Done)
            }
            // Another version has come, with a run of its own.
            (Task::Ingest { upload_id }, Some(document)) if upload_id != document.upload_id => {
                documents::forget_upload(&state.storage, upload_id).await?;
                Ok(Outcome::Duplicate)
            }
            (Task::Ingest { .. }, Some(document)) => step::go_on(state, context, document).await,
        }
    }
}

/// The one item of a removal.
async fn count(state: &AppState, context: &ShardContext) -> Result<Outcome> {
    context.commit(state.worker.base.pool.begin().await?, 1, 0).await?;
    Ok(Outcome::Done)
}
