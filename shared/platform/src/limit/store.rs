//! Counting in Redis, for all instances.

use std::sync::Arc;

use redis::Script;

use super::class::Rate;
use super::standing::Standing;
use crate::cache::Cache;

#[derive(Clone)]
pub(super) struct Store {
    cache: Cache,
    script: Arc<Script>,
}

impl Store {
    pub(super) fn new(cache: &Cache) -> Self {
        let script = Arc::new(Script::new(include_str!("window.lua")));
        Self { cache: cache.clone(), script }
    }

    /// Counts a request unless the limit is reached. `None` while Redis is away.
    pub(super) async fn take(&self, key: &str, rate: Rate, now: i64) -> Option<Standing> {
        let mut redis = self.cache.connection();
        let mut call = self.script.key(key);
        call.arg(now).arg(rate.window_ms()).arg(rate.limit);
        let counted = call.invoke_async::<(bool, u32, i64)>(&mut redis);
        let (is_within, count, reset) = self.cache.ask(counted).await?;
        Some(Standing::new(rate, is_within, count, reset))
    }
}
