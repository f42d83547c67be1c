//! Working on a shard: the segments of one population, from one reading of the project.

use axum::extract::State as Of;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Progress, Shift};
use platform::{Result, Workshop};
use shared::id::PopulationId;
use shared::run::RunRequested;

use crate::recalculate::recalculate_all;
use crate::{State, store};

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    Of(state): Of<State>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::step(&Worker(state), &message).await
}

/// Computes metrics.
#[derive(Clone)]
struct Worker(State);

impl runs::Worker for Worker {
    fn shop(&self) -> &Workshop {
        &self.0
    }

    /// All of a shard or nothing: a second time finds what the first has stored, and only counts it.
    async fn work(&self, shift: &Shift) -> Result<Outcome> {
        let lease = &shift.lease;
        let Ok(population) = serde_json::from_value::<PopulationId>(lease.input.clone()) else {
            return Ok(Outcome::Rejected("the shard's input cannot be read".to_owned()));
        };
        if shift.stop.is_cancelled() {
            return Ok(Outcome::Done);
        }
        let project = lease.in_project()?;
        let places = store::places(&self.0.pool, project, population).await?;
        recalculate_all(&self.0, project, &places).await?;
        let mut transaction = self.0.pool.begin().await?;
        let done = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let kept = runs::progress(&mut transaction, lease, done, 0, shift.now()).await?;
        if kept != Progress::Lost {
            transaction.commit().await?;
        }
        Ok(Outcome::Done)
    }
}
