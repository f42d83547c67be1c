//! Drafting needs anew by itself, where people have said something in a talk or a survey since.
//!
//! The end of a talk or a survey notes its segments (`records::need::mark_due`). The clock comes every minute and starts
//! one run a project: what ends within the rest is read together, and what is said while a run is at work waits for the
//! next one. Whoever had the people asked pays, from the project's budget and their own allowance, as for any run of
//! theirs; nothing is asked for in the name of somebody who may not ask any more.

use chrono::Duration;
use platform::error::Chain;
use platform::queue::Outcome;
use platform::runs::{self, NewRun, SameAs};
use platform::{Result, secret};
use serde_json::json;
use shared::id::RunId;
use shared::run::RunKind;

use crate::AppState;
use crate::refresh::{items, shards};
use crate::store::{self, Due};

/// How long what was said first waits for more: talks of one afternoon end within minutes of each other.
const REST: Duration = Duration::minutes(5);

/// A call of the clock: starts a run for each project with segments that are due.
pub(crate) async fn start_due(state: &AppState) -> Result<Outcome> {
    for due in store::due_projects(&state.base.pool, REST, state.base.clock.now()).await? {
        // Each on its own: one that fails is tried again at the next call and keeps nobody else from it.
        match start(state, &due).await {
            Ok(Some(run)) => runs::dispatch(&state.engine, run).await,
            Ok(None) => {}
            Err(error) => {
                tracing::error!(project.id = %due.project_id(), error = %Chain(&error), "needs not refreshed");
            }
        }
    }
    Ok(Outcome::Done)
}

/// Stores the run; none where nobody may pay for it, or where somebody else was first.
async fn start(state: &AppState, due: &Due) -> Result<Option<RunId>> {
    let (is_paid, now) = (state.model.is_paid(), state.base.clock.now());
    let mut transaction = state.base.pool.begin().await?;
    if !store::lock_idle(&mut transaction, due).await? {
        return Ok(None);
    }
    let segments = store::take_due(&mut transaction, due).await?;
    let run = if segments.is_empty() || !store::may_pay(&mut transaction, due, is_paid).await? {
        tracing::info!(project.id = %due.project_id(), segments = segments.len(), "nobody pays for needs");
        None
    } else {
        let items = items(segments);
        let run = NewRun {
            kind: RunKind::PersonaInsights,
            project_id: Some(due.project_id()),
            subject_id: due.project_id().0,
            input: json!({}),
            shards: shards(&items)?,
            same_as: SameAs {
                requested_by: due.asked_by(),
                request_hash: &secret::sha256(b"needs, by the clock"),
                idempotency_key: None,
            },
            is_paid,
        };
        Some(runs::insert(&mut transaction, &state.base.ids, run, now).await?)
    };
    transaction.commit().await?;
    Ok(run)
}
