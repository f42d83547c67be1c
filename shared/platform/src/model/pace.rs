//! The provider's budget of requests and tokens a minute, shared by all instances through Redis.
//!
//! Both are buckets that fill at their rate (the generic cell rate algorithm, ITU-T I.371): a call
//! takes what it needs at once and waits until what was taken before it is paid off, so calls pass
//! in the order in which they came. Without Redis each process keeps to the same rate on its own,
//! and together they may exceed it; the provider's 429 then sets the pace.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::Script;
use redis::aio::ConnectionManager;
use tokio::time::{Instant, timeout};

/// How far calls may run ahead of the rate: a tenth of a minute, so that no minute sees more than
/// 110 % of it and one call.
const BURST: Duration = Duration::from_secs(6);

/// Calls that would wait longer are refused, and their shard is put off.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How many calls of typical length, 15 s, follow one another in a minute.
const TYPICAL_CALLS_A_MINUTE: u32 = 4;

/// Redis answers within a millisecond or two; longer is as good as down.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long Redis is left alone after it failed.
const HOLIDAY: Duration = Duration::from_secs(5);

/// Requests and tokens a minute; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProviderRate {
    pub(crate) requests: Option<u32>,
    pub(crate) tokens: Option<u32>,
}

pub(crate) struct Pace {
    rate: ProviderRate,
    shared: Option<Shared>,
    alone: Mutex<Buckets>,
    start: Instant,
}

struct Shared {
    redis: ConnectionManager,
    script: Script,
    key: String,
    failed_at: Mutex<Option<Instant>>,
    is_reported: AtomicBool,
}

impl Pace {
    /// Keeps to `rate` together with every process that uses the same Redis and key.
    pub(crate) fn new(rate: ProviderRate, redis: Option<ConnectionManager>, key: String) -> Self {
        let shared = redis.map(|redis| Shared {
            redis,
            script: Script::new(include_str!("pace.lua")),
            key,
            failed_at: Mutex::new(None),
            is_reported: AtomicBool::new(false),
        });
        Self { rate, shared, alone: Mutex::new(Buckets::default()), start: Instant::now() }
    }

    /// How many calls at once keep up with the rate: a typical call takes a quarter of a minute. More
    /// would only wait in line, and refuse each other.
    pub(super) fn at_once(&self) -> Option<usize> {
        self.rate.requests.map(|requests| requests.div_ceil(TYPICAL_CALLS_A_MINUTE) as usize)
    }

    pub(super) fn longest_wait(&self) -> Duration {
        if self.is_unlimited() { Duration::ZERO } else { LONGEST_WAIT }
    }

    fn is_unlimited(&self) -> bool {
        self.rate == (ProviderRate { requests: None, tokens: None })
    }

    /// Takes one request of so many tokens: how long to wait before it is made.
    ///
    /// # Errors
    /// The wait, when it is too long. Nothing is taken then.
    pub(crate) async fn take(&self, tokens: u64) -> Result<Duration, Duration> {
        if self.is_unlimited() {
            return Ok(Duration::ZERO);
        }
        let wait = self.draw(1.0, tokens as f64, LONGEST_WAIT).await;
        if wait > LONGEST_WAIT { Err(wait) } else { Ok(wait) }
    }

    pub(super) async fn give_back(&self, tokens: u64) {
        if self.rate.tokens.is_some() && tokens > 0 {
            self.draw(0.0, -(tokens as f64), Duration::MAX).await;
        }
    }

    async fn draw(&self, requests: f64, tokens: f64, longest: Duration) -> Duration {
        if let Some(shared) = &self.shared
            && let Some(wait) = shared.draw(self.rate, requests, tokens, longest).await
        {
            return wait;
        }
        let now = self.start.elapsed().as_secs_f64();
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        alone.draw(self.rate, now, requests, tokens, longest)
    }
}

impl Shared {
    /// The wait as Redis knows it, `None` when Redis is down.
    async fn draw(
        &self,
        rate: ProviderRate,
        requests: f64,
        tokens: f64,
        longest: Duration,
    ) -> Option<Duration> {
        if self.is_on_holiday() {
            return None;
        }
        let mut redis = self.redis.clone();
        let mut call = self.script.key(&self.key);
        call.arg(BURST.as_micros() as u64).arg(longest.as_micros() as f64);
        call.arg(requests).arg(rate.requests.unwrap_or(0));
        call.arg(tokens).arg(rate.tokens.unwrap_or(0));
        let wait = timeout(PATIENCE, call.invoke_async::<u64>(&mut redis)).await;
        let Ok(Ok(micros)) = wait else {
            self.leave_alone();
            return None;
        };
        self.is_reported.store(false, Ordering::Relaxed);
        Some(Duration::from_micros(micros))
    }

    fn is_on_holiday(&self) -> bool {
        let failed_at = *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        failed_at.is_some_and(|moment| moment.elapsed() < HOLIDAY)
    }

    /// Says once per outage that the rate is no longer shared.
    fn leave_alone(&self) {
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        if !self.is_reported.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "redis does not answer: each process keeps to the model provider's rate alone"
            );
        }
    }
}

/// The moments, in seconds since the start, at which the buckets are paid off. The same arithmetic
/// as the script's.
#[derive(Debug, Default)]
struct Buckets {
    requests: f64,
    tokens: f64,
}

impl Buckets {
    fn draw(
        &mut self,
        rate: ProviderRate,
        now: f64,
        requests: f64,
        tokens: f64,
        longest: Duration,
    ) -> Duration {
        let buckets = [
            (&mut self.requests, requests, rate.requests),
            (&mut self.tokens, tokens, rate.tokens),
        ];
        let limited = buckets.into_iter().filter_map(|(paid, amount, rate)| {
            rate.map(|rate| (paid, amount * 60.0 / f64::from(rate)))
        });
        let limited: Vec<_> = limited.collect();
        let ahead = limited.iter().map(|(paid, _)| **paid - now).fold(0.0, f64::max);
        let wait = Duration::from_secs_f64((ahead - BURST.as_secs_f64()).max(0.0));
        if wait <= longest {
            for (paid, cost) in limited {
                *paid = paid.max(now) + cost;
            }
        }
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(requests: Option<u32>, tokens: Option<u32>) -> Pace {
        Pace::new(ProviderRate { requests, tokens }, None, String::new())
    }

    #[tokio::test(start_paused = true)]
    async fn calls_beyond_the_burst_wait_their_turn() {
        let pace = alone(Some(60), None);

        let mut waits = Vec::new();
        for _ in 0..9 {
            waits.push(pace.take(0).await.unwrap().as_secs());
        }

        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_that_were_not_used_are_given_back() {
        let pace = alone(None, Some(60));

        pace.take(30).await.unwrap();
        let before = pace.take(0).await.unwrap();
        pace.give_back(20).await;
        let after = pace.take(0).await.unwrap();

        assert_eq!((before.as_secs(), after.as_secs()), (24, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_of_over_a_minute_is_refused_and_takes_nothing() {
        let pace = alone(Some(60), Some(60));

        pace.take(70).await.unwrap();
        let refused = pace.take(1).await.unwrap_err();
        tokio::time::advance(Duration::from_secs(64)).await;

        assert_eq!(refused.as_secs(), 64);
        assert_eq!(pace.take(1).await, Ok(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn no_limit_is_no_wait() {
        let pace = alone(None, None);

        assert_eq!(pace.take(u64::MAX).await, Ok(Duration::ZERO));
    }
}
