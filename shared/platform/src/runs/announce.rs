//! Telling watchers on every instance that a run has changed. A hint: they read the row.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use redis::AsyncCommands;
use shared::id::RunId;
use tokio::sync::{OnceCell, broadcast};

use crate::cache::Cache;

const CHANNEL: &str = "runs";
// Whoever falls further behind reads the rows: a hint that is lost costs time only.
const HINTS_KEPT: usize = 1024;
const RECONNECT: Duration = Duration::from_secs(1);

/// Announces changes through Redis, and within this process without it. Watchers poll as well, so a
/// lost hint costs a second or two.
#[derive(Clone)]
pub struct Announcer {
    cache: Option<Cache>,
    hints: broadcast::Sender<RunId>,
    listening: Arc<OnceCell<()>>,
}

impl Announcer {
    /// Through this Redis, or within this process only.
    pub fn new(cache: Option<Cache>) -> Self {
        Self { cache, hints: broadcast::Sender::new(HINTS_KEPT), listening: Arc::default() }
    }

    /// Says that a run has changed.
    pub async fn announce(&self, run: RunId) {
        // Nobody may be watching in this process.
        let _ = self.hints.send(run);
        let Some(cache) = &self.cache else { return };
        let mut redis = cache.connection();
        let published = redis.publish::<_, _, ()>(CHANNEL, run.to_string());
        if cache.ask(published).await.is_none() {
            tracing::debug!("run not announced: its watchers poll");
        }
    }

    /// Hints from now on. Subscribe before reading the row, or a change falls between.
    pub async fn watch(&self) -> broadcast::Receiver<RunId> {
        let receiver = self.hints.subscribe();
        if let Some(cache) = self.cache.clone() {
            let hints = self.hints.clone();
            self.listening
                .get_or_init(|| async move {
                    tokio::spawn(listen(cache, hints));
                })
                .await;
        }
        receiver
    }
}

/// One subscription a process, however many watch.
async fn listen(cache: Cache, hints: broadcast::Sender<RunId>) {
    loop {
        if let Err(error) = listen_once(&cache, &hints).await {
            tracing::debug!(%error, "run announcements interrupted");
        }
        tokio::time::sleep(RECONNECT).await;
    }
}

async fn listen_once(cache: &Cache, hints: &broadcast::Sender<RunId>) -> redis::RedisResult<()> {
    let mut subscription = cache.client().get_async_pubsub().await?;
    subscription.subscribe(CHANNEL).await?;
    let mut messages = subscription.on_message();
    while let Some(message) = messages.next().await {
        let text: String = message.get_payload()?;
        if let Ok(id) = text.parse::<uuid::Uuid>() {
            let _ = hints.send(RunId(id));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;
    use crate::{Env, Ids};

    #[tokio::test(start_paused = true)]
    async fn while_redis_is_silent_announcing_waits_once_and_not_after_each_stored_batch() {
        // It takes connections and never says a word.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", silent.local_addr().unwrap());
        let announcer = Announcer::new(Cache::connect(&Env::from([("REDIS_URL", &url)])));
        let (run, started) = (Ids::system().next(), Instant::now());

        for _ in 0..20 {
            announcer.announce(run).await;
        }

        let waited = started.elapsed();
        assert!(waited < Duration::from_secs(3), "{waited:?} for twenty batches");
    }
}
