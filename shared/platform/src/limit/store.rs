//! Counting in Redis, for all instances.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::Script;
use redis::aio::ConnectionManager;
use tokio::time::{Instant, timeout};

use super::class::Rate;
use super::standing::Standing;
use crate::cache::Cache;

/// Redis answers within a millisecond or two; this long is as good as down.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long Redis is left alone after it failed, so that requests do not queue behind an outage.
const HOLIDAY: Duration = Duration::from_secs(5);

/// How often an outage is told.
const TELL_EVERY: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(super) struct Store {
    redis: ConnectionManager,
    script: Arc<Script>,
    outage: Arc<Mutex<Outage>>,
}

#[derive(Default)]
struct Outage {
    failed_at: Option<Instant>,
    told_at: Option<Instant>,
}

impl Store {
    pub(super) fn new(cache: &Cache) -> Self {
        Self {
            redis: cache.connection(),
            script: Arc::new(Script::new(include_str!("window.lua"))),
            outage: Arc::default(),
        }
    }

    /// Counts a request unless the limit is reached. `None` while Redis is away.
    pub(super) async fn take(&self, key: &str, rate: Rate, now: i64) -> Option<Standing> {
        if self.is_on_holiday() {
            return None;
        }
        let mut redis = self.redis.clone();
        let mut call = self.script.key(key);
        call.arg(now).arg(rate.window_ms()).arg(rate.limit);
        match timeout(PATIENCE, call.invoke_async::<(bool, u32, i64)>(&mut redis)).await {
            Ok(Ok((is_within, count, reset))) => Some(Standing::new(rate, is_within, count, reset)),
            Ok(Err(error)) => self.leave_alone(&error.to_string()),
            Err(_) => self.leave_alone("it is silent"),
        }
    }

    fn is_on_holiday(&self) -> bool {
        let outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
        outage.failed_at.is_some_and(|moment| moment.elapsed() < HOLIDAY)
    }

    fn leave_alone(&self, why: &str) -> Option<Standing> {
        let mut outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
        outage.failed_at = Some(Instant::now());
        if outage.told_at.is_none_or(|moment| moment.elapsed() >= TELL_EVERY) {
            outage.told_at = Some(Instant::now());
            tracing::warn!(why, "redis does not count: limits follow their policy without it");
        }
        None
    }
}
