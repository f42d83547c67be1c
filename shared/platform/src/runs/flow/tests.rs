//! Against the rate of a provider, on a clock that stands still until everybody waits.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{sleep, sleep_until};

use super::*;
use crate::model::Failure;
use crate::model::pace::{Pace, ProviderRate};
use crate::runs::EndsItem;

const CALL: Duration = Duration::from_millis(1);
/// As a worker's delivery.
const DELIVERY: Duration = Duration::from_secs(400);

/// What is asked of a provider with this rate, of which it may be away until some moment.
#[derive(Clone)]
struct Provider {
    pace: Arc<Pace>,
    back_at: Instant,
}

impl Provider {
    fn of(requests: u32) -> Self {
        let rate = ProviderRate { requests: Some(requests), tokens: None };
        let pace = Arc::new(Pace::new(rate, None, String::new()));
        Self { pace, back_at: Instant::now() }
    }

    fn away_for(self, time: Duration) -> Self {
        Self { back_at: Instant::now() + time, ..self }
    }

    async fn ask(self, item: u32) -> Ready<u32> {
        match self.pace.take(0).await {
            Ok(wait) => sleep(wait).await,
            Err(wait) => {
                let failure = Failure::Unavailable { status: None, retry_after: Some(wait) };
                return (item, Err(failure.ends_item(item)));
            }
        }
        sleep(CALL).await;
        let is_there = Instant::now() >= self.back_at;
        (item, is_there.then_some(item).ok_or_else(|| Failure::TimedOut.ends_item(item)))
    }
}

/// Keeps as a closure says.
struct Keeper<F>(F);

impl<F: FnMut(Vec<Ready<u32>>) -> Stored + Send> Keep<u32> for Keeper<F> {
    async fn keep(&mut self, ready: Vec<Ready<u32>>) -> Result<Stored> {
        Ok(self.0(ready))
    }
}

/// Stores nothing, and finds who met what may pass.
fn refused(ready: &[Ready<u32>]) -> Stored {
    let failure = ready.iter().find_map(|(_, one)| one.as_ref().err());
    Stored { put_off: failure.and_then(puts_off), ..Stored::default() }
}

fn puts_off(error: &ItemError) -> Option<PutOff> {
    match error {
        ItemError::Passing(why, _) => Some(*why),
        _ => None,
    }
}

/// Works on a shard, as often as it is put off, until nothing is left of it. Returns who was made in
/// order, and how often it was put off.
async fn finish(provider: &Provider, rate: Option<usize>, items: u32) -> (Vec<u32>, usize) {
    let mut left: VecDeque<u32> = (0..items).collect();
    let made = Mutex::new(Vec::new());
    let mut put_offs = 0;
    while !left.is_empty() {
        let ends = Instant::now() + DELIVERY;
        let flow = Flow::new(rate, put_offs > 0, ends, CancellationToken::new());
        let make = |item| provider.clone().ask(item);
        let mut keeper = Keeper(|ready: Vec<Ready<u32>>| {
            let mut stored = Stored::default();
            for (_, result) in ready {
                match result {
                    Ok(item) => {
                        made.lock().unwrap().push(item);
                        stored.done += 1;
                    }
                    Err(error) => stored.put_off = puts_off(&error),
                }
            }
            stored
        });
        let end = flow.run(left.iter().copied().collect(), make, &mut keeper).await.unwrap();
        left.retain(|item| !made.lock().unwrap().contains(item));
        if let End::PutOff(put_off) = end {
            put_offs += 1;
            sleep_until(Instant::now() + put_off.retry_after.unwrap_or(Duration::from_secs(15)))
                .await;
        }
    }
    (made.into_inner().unwrap(), put_offs)
}

fn everybody(mut made: Vec<u32>) -> Vec<u32> {
    made.sort_unstable();
    made
}

#[tokio::test(start_paused = true)]
async fn a_shard_follows_a_slow_rate_and_nobody_of_it_is_refused() {
    for people in [25, 1_000] {
        let provider = Provider::of(10);
        let began = Instant::now();

        let (made, put_offs) = finish(&provider, Some(3), people).await;

        assert_eq!((everybody(made), put_offs), ((0..people).collect(), 0));
        let ideal = Duration::from_secs(6 * u64::from(people));
        assert!(began.elapsed() <= ideal, "{:?} for {people}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn forty_shards_that_share_a_slow_rate_are_put_off_and_end_with_everybody() {
    let provider = Provider::of(10);
    let began = Instant::now();

    let shards = (0..40).map(|_| finish(&provider, None, 25));
    let shards = futures::future::join_all(shards).await;

    assert!(shards.iter().any(|(_, put_offs)| *put_offs > 0), "they compete");
    for (made, _) in shards {
        assert_eq!(everybody(made), (0..25).collect::<Vec<u32>>());
    }
    let ideal = Duration::from_secs(6 * 1_000);
    assert!(began.elapsed() < ideal + Duration::from_secs(300), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_half_a_minute_costs_nobody() {
    let provider = Provider::of(600).away_for(Duration::from_secs(30));

    let (made, put_offs) = finish(&provider, None, 25).await;

    assert_eq!(everybody(made), (0..25).collect::<Vec<u32>>());
    assert!(put_offs > 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_begun_is_kept_when_another_is_refused() {
    let flow = Flow::new(None, false, Instant::now() + DELIVERY, CancellationToken::new());
    let make = |item: u32| async move {
        if item == 0 {
            return (item, Err(Failure::TimedOut.ends_item(item)));
        }
        sleep(Duration::from_secs(1)).await;
        (item, Ok(item))
    };
    let made = Mutex::new(Vec::new());
    let mut keeper = Keeper(|ready: Vec<Ready<u32>>| {
        made.lock().unwrap().extend(ready.iter().filter_map(|(_, one)| one.as_ref().ok()));
        refused(&ready)
    });

    let end = flow.run((0..25).collect(), make, &mut keeper).await.unwrap();

    assert_eq!(end, End::PutOff(PutOff { retry_after: None, is_outage: true }));
    assert_eq!(everybody(made.into_inner().unwrap()), (1..16).collect::<Vec<u32>>());
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_was_put_off_begins_with_one() {
    let flow = Flow::new(None, true, Instant::now() + DELIVERY, CancellationToken::new());
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let make = move |item: u32| {
        *count.lock().unwrap() += 1;
        async move { (item, Err::<u32, _>(Failure::TimedOut.ends_item(item))) }
    };
    let mut keeper = Keeper(|ready: Vec<Ready<u32>>| refused(&ready));

    flow.run((0..25).collect(), make, &mut keeper).await.unwrap();

    assert_eq!(*asked.lock().unwrap(), 1);
}
