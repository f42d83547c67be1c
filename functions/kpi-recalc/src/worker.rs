//! Working on a shard: the segments of one population, from one reading of the project.

use axum::extract::State;
use platform::Result;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ShardContext};
use shared::id::PopulationId;
use shared::run::RunRequested;

use crate::recalculate::recalculate_all;
use crate::{AppState, store};

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Worker(state), &message).await
}

/// Computes metrics.
#[derive(Clone)]
struct Worker(AppState);

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// All of a shard or nothing: a second time finds what the first has stored, and only counts it.
    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let lease = &context.lease;
        let Ok(population) = serde_json::from_value::<PopulationId>(lease.input.clone()) else {
            return Ok(Outcome::Rejected("the shard's input cannot be read".to_owned()));
        };
        if context.stop.is_cancelled() {
            return Ok(Outcome::Done);
        }
        if lease.is_exhausted {
            return Ok(Outcome::Rejected("claimed again and again without an end".to_owned()));
        }
        let project = lease.in_project()?;
        let places = store::places(&self.0.base.pool, project, population).await?;
        recalculate_all(&self.0, project, &places).await?;
        let done = u32::try_from(places.len()).unwrap_or(u32::MAX);
        context.commit(self.0.base.pool.begin().await?, done, 0).await?;
        Ok(Outcome::Done)
    }
}
