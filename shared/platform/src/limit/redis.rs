//! Counting in Redis, for all instances.

use std::sync::Arc;

use redis::Script;

use super::class::Rate;
use super::quota::Quota;
use crate::cache::Cache;

#[derive(Clone)]
pub(super) struct Counter {
    cache: Cache,
    script: Arc<Script>,
    giving_back: Arc<Script>,
}

impl Counter {
    pub(super) fn new(cache: &Cache) -> Self {
        let script = Arc::new(Script::new(include_str!("window.lua")));
        let giving_back = Arc::new(Script::new(include_str!("give_back.lua")));
        Self { cache: cache.clone(), script, giving_back }
    }

    /// Counts a request unless the limit is reached. `None` while Redis is away.
    pub(super) async fn take(&self, key: &str, rate: Rate, now: i64) -> Option<Quota> {
        let mut redis = self.cache.connection();
        let mut call = self.script.key(key);
        call.arg(now).arg(rate.window_ms()).arg(rate.limit);
        let counted = call.invoke_async::<(bool, u32, i64)>(&mut redis);
        let (is_within, count, reset) = self.cache.ask(counted).await?;
        Some(Quota::new(rate, is_within, count, reset))
    }

    /// Takes back the last request that was counted. `None` while Redis is away.
    pub(super) async fn give_back(&self, key: &str, rate: Rate, now: i64) -> Option<()> {
        let mut redis = self.cache.connection();
        let mut call = self.giving_back.key(key);
        call.arg(now).arg(rate.window_ms());
        let given = call.invoke_async::<i64>(&mut redis);
        self.cache.ask(given).await.map(drop)
    }
}
