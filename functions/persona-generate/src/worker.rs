//! Working on a shard: each person is written, checked and stored once, whoever does it.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State as Of;
use chrono::{DateTime, Utc};
use platform::Result;
use platform::model::Failure;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Lease, Maker, Shift};
use shared::id::RunId;
use shared::persona::Card;
use shared::run::RunRequested;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::State;
use crate::brief::RunInput;
use crate::store;
use crate::write::{Text, write};

/// The indexes that are stored or have failed.
pub(crate) type Settled = HashSet<u32>;

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    Of(state): Of<State>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::step(&Worker(state), &message).await
}

/// Has people written up.
#[derive(Clone)]
struct Worker(State);

impl runs::Worker for Worker {
    fn shop(&self) -> &State {
        &self.0
    }

    async fn work(&self, shift: &Shift) -> Result<Outcome> {
        let lease = &shift.lease;
        let Ok((input, cards)) = parse(lease) else {
            return Ok(Outcome::Rejected("the shard's input cannot be read".to_owned()));
        };
        let settled = store::settled(&self.0.pool, lease.run_id, &input, &cards).await?;
        let left = cards.into_iter().filter(|card| !settled.contains(&card.index)).collect();
        let (state, input, lease) = (self.0.clone(), Arc::new(input), Arc::new(lease.clone()));
        shift.each(&Writing { state, input, lease }, left).await?;
        Ok(Outcome::Done)
    }

    async fn conclude(&self, run: RunId) -> Result<()> {
        crate::fidelity::conclude(&self.0, run).await
    }
}

fn parse(lease: &Lease) -> serde_json::Result<(RunInput, Vec<Card>)> {
    let input = serde_json::from_value(lease.run_input.clone())?;
    Ok((input, serde_json::from_value(lease.input.clone())?))
}

/// The people of one shard being written.
#[derive(Clone)]
struct Writing {
    state: State,
    input: Arc<RunInput>,
    lease: Arc<Lease>,
}

impl Maker for Writing {
    type Item = Card;
    type Made = (Card, Text);

    fn number(card: &Card) -> u32 {
        card.index
    }

    async fn make(self, card: Card, stop: CancellationToken) -> Result<(Card, Text), Failure> {
        let text = write(&self.state.model, &self.lease, &self.input, &card, stop).await?;
        Ok((card, text))
    }

    async fn store(
        &self,
        connection: &mut PgConnection,
        people: Vec<(Card, Text)>,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        let (ids, lease) = (&self.state.ids, &*self.lease);
        store::insert_personas(connection, ids, lease, &self.input, people, now).await
    }
}
