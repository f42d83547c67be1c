//! Working on a shard: each person is written, checked and stored once, whoever does it.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::Result;
use platform::model::Failure;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ItemProcessor, Lease, ShardContext};
use records::population::RunInput;
use shared::id::RunId;
use shared::persona::{Card, Segment};
use shared::run::RunRequested;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::AppState;
use crate::ground::{self, Groundings};
use crate::needs;
use crate::store;
use crate::write::{Text, write};

/// The indexes that are stored or have failed.
pub(crate) type Settled = HashSet<u32>;

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Worker(state), &message).await
}

/// Has people written up.
#[derive(Clone)]
struct Worker(AppState);

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.0.worker.engine
    }

    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let lease = &context.lease;
        let Ok((input, cards)) = parse(lease) else {
            return Ok(Outcome::Rejected("the shard's input cannot be read".to_owned()));
        };
        let settled =
            store::settled(&self.0.worker.base.pool, lease.run_id, &input, &cards).await?;
        let left: Vec<Card> =
            cards.into_iter().filter(|card| !settled.contains(&card.index)).collect();
        let groundings = ground::of_people(&self.0, lease, &input, &left).await?;
        let needy = needs::affordable(&left);
        let (state, input, lease) = (self.0.clone(), Arc::new(input), Arc::new(lease.clone()));
        let drafting = (context.lease.shard == 0).then(|| (state.clone(), Arc::clone(&input)));
        let writing = Writing { state, input, lease, groundings: Arc::new(groundings) };
        let outcome = context.each(&writing, left).await?;
        if let (Outcome::Done, Some((state, input))) = (&outcome, drafting) {
            needs::draft(&state, context, &input, &needy).await?;
        }
        Ok(outcome)
    }

    async fn finish(&self, run: RunId) -> Result<()> {
        crate::fidelity::finish(&self.0, run).await
    }
}

fn parse(lease: &Lease) -> serde_json::Result<(RunInput, Vec<Card>)> {
    let input = serde_json::from_value(lease.run_input.clone())?;
    Ok((input, serde_json::from_value(lease.input.clone())?))
}

/// The people of one shard being written.
#[derive(Clone)]
struct Writing {
    state: AppState,
    input: Arc<RunInput>,
    lease: Arc<Lease>,
    groundings: Arc<Groundings>,
}

impl ItemProcessor for Writing {
    type Item = Card;
    type Made = (Card, Text);
    type Error = Failure;

    fn number(card: &Card) -> u32 {
        card.index
    }

    async fn make(self, card: Card, stop: CancellationToken) -> Result<(Card, Text), Failure> {
        let grounding = self.groundings.get(Segment::of(&card).id());
        let passages = grounding.map_or(&[][..], |grounding| &grounding.passages);
        let (model, lease) = (&self.state.worker.model, &*self.lease);
        let text = write(model, lease, &self.input, &card, passages, stop).await?;
        Ok((card, text))
    }

    fn at_once(&self) -> Option<usize> {
        self.state.worker.model.at_once()
    }

    async fn store(
        &self,
        connection: &mut PgConnection,
        people: Vec<(Card, Text)>,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        let (ids, lease) = (&self.state.worker.base.ids, &*self.lease);
        store::insert_personas(connection, ids, lease, &self.input, people, now).await
    }
}
