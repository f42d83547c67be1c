//! Working on a shard: each respondent is asked and stored once, whoever does it.

use std::sync::Arc;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::Result;
use platform::model::Failure;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ItemFailure, ItemProcessor, Lease, ShardContext};
use records::need::mark_due;
use records::survey::results;
use shared::id::RunId;
use shared::run::RunRequested;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::AppState;
use crate::input::{Invited, RunInput, Shard};
use crate::interview::{Interview, Interviewer};
use crate::store;

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Worker(state), &message).await
}

/// Asks respondents.
#[derive(Clone)]
struct Worker(AppState);

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.0.worker.engine
    }

    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let lease = &context.lease;
        let Ok((input, shard)) = parse(lease) else {
            return Ok(Outcome::Rejected("the shard's input cannot be read".to_owned()));
        };
        let invited = self.invited(context, shard).await?;
        let settled =
            store::settled(&self.0.worker.base.pool, lease.run_id, input.survey_id, &invited)
                .await?;
        let left = invited.into_iter().filter(|person| !settled.contains(&person.item));
        let left = self.living(context, left.collect()).await?;
        let scales =
            self.0.rater.scales(&self.0.worker.base.pool, &input, lease, &context.stop).await?;
        let scales = match scales {
            Ok(scales) => scales,
            Err(Failure::Cancelled) => return Ok(Outcome::Done),
            Err(failure) => {
                if let Some(later) = context.put_off(failure.puts_off()) {
                    return Ok(later);
                }
                let failed = left.iter().map(|person| failure.of_item(person.item));
                context.fail(failed.collect()).await?;
                return Ok(Outcome::Done);
            }
        };
        let interviewer = Interviewer {
            model: self.0.worker.model.clone(),
            rater: self.0.rater.clone(),
            scales: Arc::new(scales),
            input: Arc::new(input),
            lease: Arc::new(lease.clone()),
        };
        context.each(&interviewer, left).await
    }

    async fn finish(&self, run: RunId) -> Result<()> {
        self.prepare(run).await;
        mark_due(&self.0.worker.base.pool, run, self.engine().clock.now()).await?;
        self.engine().finish(run).await
    }
}

impl Worker {
    /// Makes the figures of the run. If that fails, the first request for them makes them.
    async fn prepare(&self, run: RunId) {
        if let Err(error) = results::prepare(&self.0.worker.base.pool, run).await {
            let error = platform::error::Chain(&error).to_string();
            tracing::warn!(error, run.id = %run, "figures not made: the first request for them makes them");
        }
    }

    /// Those who are not purged. The others have failed.
    async fn living(
        &self,
        context: &ShardContext,
        mut people: Vec<Invited>,
    ) -> Result<Vec<Invited>> {
        let there = store::there(&self.0.worker.base.pool, &people).await?;
        let gone = people.extract_if(.., |person| !there.contains(&person.persona_id));
        context.fail(gone.map(|person| removed(person.item)).collect()).await?;
        Ok(people)
    }

    /// The people of a shard. Personas that were not generated count as failed.
    async fn invited(&self, context: &ShardContext, shard: Shard) -> Result<Vec<Invited>> {
        let pending = match shard {
            Shard::Existing(people) => return Ok(people),
            Shard::Pending(pending) => pending,
        };
        let people =
            store::arrived(&self.0.worker.base.pool, context.lease.project()?, &pending).await?;
        // Whoever has answered has come, also when they were deleted since.
        let mut arrived =
            store::answered(&self.0.worker.base.pool, context.lease.run_id, &pending).await?;
        arrived.extend(people.iter().map(|person| person.item));
        let items = pending.item..pending.item + pending.people;
        let missing = items.filter(|item| !arrived.contains(item)).map(not_generated);
        context.fail(missing.collect()).await?;
        Ok(people)
    }
}

fn removed(item: u32) -> ItemFailure {
    let reason = "this person was removed for good".to_owned();
    ItemFailure { item, code: "removed", reason }
}

fn not_generated(item: u32) -> ItemFailure {
    let reason = "this person could not be generated".to_owned();
    ItemFailure { item, code: "not_generated", reason }
}

fn parse(lease: &Lease) -> serde_json::Result<(RunInput, Shard)> {
    let input = serde_json::from_value(lease.run_input.clone())?;
    Ok((input, serde_json::from_value(lease.input.clone())?))
}

impl ItemProcessor for Interviewer {
    type Item = Invited;
    type Made = Interview;
    type Error = Failure;

    fn number(person: &Invited) -> u32 {
        person.item
    }

    async fn make(self, person: Invited, stop: CancellationToken) -> Result<Interview, Failure> {
        self.ask(person, stop).await
    }

    fn at_once(&self) -> Option<usize> {
        self.model.at_once()
    }

    async fn store(
        &self,
        connection: &mut PgConnection,
        interviews: Vec<Interview>,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        store::insert(connection, &self.lease, interviews, now).await
    }
}
