//! Working on a shard: each person is written, checked and stored once, whoever does it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Of;
use futures::StreamExt;
use platform::model::Failure;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Claim, LEASE, Lease, Progress};
use platform::{Error, Result};
use shared::persona::Card;
use shared::run::RunRequested;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::State;
use crate::brief::RunInput;
use crate::store;
use crate::write::{Call, Written, write};

/// People of one shard under the pen at the same time; the model's own limit is per process.
const AT_ONCE: usize = 16;
/// People stored by one transaction, when several are ready at the same moment.
const STORED_TOGETHER: usize = 25;

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    Of(state): Of<State>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    step(&state, &message).await
}

async fn step(state: &State, message: &RunRequested) -> Result<Outcome> {
    let run = message.run_id;
    let now = state.clock.now();
    let outcome = match runs::claim(&state.pool, &state.ids, run, message.shard, now).await? {
        Claim::Busy => return Ok(Outcome::Duplicate),
        Claim::Done => Outcome::Duplicate,
        Claim::Granted(lease) => work(state, &lease).await?,
    };
    // The last shard ends the run; so does a duplicate, when its first worker died just before.
    crate::fidelity::conclude(state, run).await?;
    Ok(outcome)
}

async fn work(state: &State, lease: &Lease) -> Result<Outcome> {
    let Ok((input, cards)) = parse(lease) else {
        runs::close(&state.pool, lease).await?;
        return Ok(Outcome::Rejected("the shard's input cannot be read".to_owned()));
    };
    let settled = store::settled(&state.pool, lease.run_id, &input, &cards).await?;
    let left: Vec<Card> = cards.into_iter().filter(|card| !settled.contains(&card.index)).collect();
    let stop = CancellationToken::new();
    let _renewal =
        AbortOnDropHandle::new(tokio::spawn(renew(state.clone(), lease.clone(), stop.clone())));
    if lease.is_exhausted {
        give_up(state, lease, &input, &left).await?;
    } else {
        write_all(state, lease, &input, left, &stop).await?;
    }
    runs::close(&state.pool, lease).await?;
    Ok(Outcome::Done)
}

fn parse(lease: &Lease) -> serde_json::Result<(RunInput, Vec<Card>)> {
    let input = serde_json::from_value(lease.run_input.clone())?;
    Ok((input, serde_json::from_value(lease.input.clone())?))
}

/// Keeps the lease while the model thinks, and stops the work when it is lost or nobody wants it.
async fn renew(state: State, lease: Lease, stop: CancellationToken) {
    let third = LEASE.to_std().unwrap_or(Duration::from_secs(60)) / 3;
    loop {
        tokio::time::sleep(third).await;
        match runs::extend(&state.pool, &lease, state.clock.now()).await {
            Ok(Progress::Kept) => {}
            Ok(Progress::Cancelled | Progress::Lost) => return stop.cancel(),
            Err(error) => tracing::warn!(%error, "lease not renewed"),
        }
    }
}

async fn write_all(
    state: &State,
    lease: &Lease,
    input: &RunInput,
    cards: Vec<Card>,
    stop: &CancellationToken,
) -> Result<()> {
    let input = Arc::new(input.clone());
    // Tasks of their own: a writer that holds a connection goes on while this one waits for one.
    let people = futures::stream::iter(cards)
        .map(|card| {
            let call = Call::of(lease, &input, stop);
            AbortOnDropHandle::new(tokio::spawn(write(state.model.clone(), call, card)))
        })
        .buffer_unordered(AT_ONCE)
        .ready_chunks(STORED_TOGETHER);
    let mut people = std::pin::pin!(people);
    while let Some(written) = people.next().await {
        let written: Result<Vec<Written>, _> = written.into_iter().collect();
        let written = written.map_err(|error| Error::Internal(error.into()))?;
        match keep(state, lease, &input, written).await? {
            Progress::Kept => state.announcer.announce(lease.run_id).await,
            Progress::Cancelled | Progress::Lost => {
                stop.cancel();
                break;
            }
        }
    }
    Ok(())
}

/// Stores what is ready in one transaction that also counts it; nothing of it stays when the lease
/// was lost meanwhile.
async fn keep(
    state: &State,
    lease: &Lease,
    input: &RunInput,
    written: Vec<Written>,
) -> Result<Progress> {
    let now = state.clock.now();
    let mut people = Vec::new();
    let mut failures = Vec::new();
    for written in written {
        match written.result {
            Ok(text) => people.push((written.card, text)),
            Err(Failure::Cancelled) => {}
            Err(Failure::Ledger(error)) => return Err(Error::Database(error)),
            Err(failure) => failures.push((written.card.index, failure)),
        }
    }
    let mut transaction = state.pool.begin().await?;
    let done =
        store::insert_personas(&mut transaction, &state.ids, lease, input, people, now).await?;
    let mut failed = 0;
    for (item, failure) in failures {
        let (code, reason) = (failure.code(), reason(&failure));
        let fresh =
            runs::fail_item(&mut transaction, lease.run_id, item, code, &reason, now).await?;
        failed += u32::from(fresh);
    }
    let progress = runs::progress(&mut transaction, lease, done, failed, now).await?;
    if progress != Progress::Lost {
        transaction.commit().await?;
    }
    Ok(progress)
}

/// What a researcher reads: the failure, and the first rule that the text broke.
fn reason(failure: &Failure) -> String {
    match failure.reasons().first() {
        Some(rule) => format!("{failure}: {rule}"),
        None => failure.to_string(),
    }
}

/// A shard that was claimed too often without progress: its people fail, and the run goes on.
async fn give_up(state: &State, lease: &Lease, input: &RunInput, cards: &[Card]) -> Result<()> {
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    let mut failed = 0;
    for card in cards {
        let reason = "the worker stopped again and again before this person was written";
        let item = card.index;
        let fresh =
            runs::fail_item(&mut transaction, lease.run_id, item, "abandoned", reason, now).await?;
        failed += u32::from(fresh);
    }
    tracing::error!(run.id = %lease.run_id, lease.shard, population.id = %input.population_id,
        failed, "shard given up");
    if runs::progress(&mut transaction, lease, 0, failed, now).await? != Progress::Lost {
        transaction.commit().await?;
    }
    Ok(())
}

/// The indexes that are stored or have failed.
pub(crate) type Settled = HashSet<u32>;
