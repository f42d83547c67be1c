//! Telling every process that something has happened. A hint: whoever hears it reads the rows, and reads them now and
//! then without one, so that a lost hint costs time only.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use redis::AsyncCommands;
use tokio::sync::{OnceCell, broadcast};

use crate::cache::Cache;

// Whoever falls further behind reads the rows.
const KEPT: usize = 4096;
const RECONNECT: Duration = Duration::from_secs(1);

/// What is said in one word or two.
pub trait Hint: Copy + Send + 'static {
    const CHANNEL: &'static str;

    fn text(self) -> String;

    fn parse(text: &str) -> Option<Self>;
}

/// Hints of one kind through Redis, and within this process without it. Clones are one.
#[derive(Clone)]
pub struct Hints<H> {
    cache: Option<Cache>,
    told: broadcast::Sender<H>,
    listening: Arc<OnceCell<()>>,
}

impl<H: Hint> Hints<H> {
    /// Through this Redis, or within this process only.
    pub fn new(cache: Option<Cache>) -> Self {
        Self { cache, told: broadcast::Sender::new(KEPT), listening: Arc::default() }
    }

    /// Tells this process and all others.
    pub async fn tell(&self, hint: H) {
        // Nobody may listen in this process.
        let _ = self.told.send(hint);
        let Some(cache) = &self.cache else { return };
        let mut redis = cache.connection();
        let published = redis.publish::<_, _, ()>(H::CHANNEL, hint.text());
        if cache.ask(published).await.is_none() {
            tracing::debug!(
                channel = H::CHANNEL,
                "no other process was told: they look by themselves"
            );
        }
    }

    /// Hints from now on. Listen before reading the rows, or a change falls between.
    pub async fn listen(&self) -> broadcast::Receiver<H> {
        let receiver = self.told.subscribe();
        if let Some(cache) = self.cache.clone() {
            let told = self.told.clone();
            let start = || async move {
                tokio::spawn(relay(cache, told));
            };
            self.listening.get_or_init(start).await;
        }
        receiver
    }
}

/// One subscription a process, however many listen.
async fn relay<H: Hint>(cache: Cache, told: broadcast::Sender<H>) {
    loop {
        if let Err(error) = relay_once(&cache, &told).await {
            tracing::debug!(%error, channel = H::CHANNEL, "hints interrupted");
        }
        tokio::time::sleep(RECONNECT).await;
    }
}

async fn relay_once<H: Hint>(cache: &Cache, told: &broadcast::Sender<H>) -> redis::RedisResult<()> {
    let mut subscription = cache.client().get_async_pubsub().await?;
    subscription.subscribe(H::CHANNEL).await?;
    let mut messages = subscription.on_message();
    while let Some(message) = messages.next().await {
        let text: String = message.get_payload()?;
        if let Some(hint) = H::parse(&text) {
            let _ = told.send(hint);
        }
    }
    Ok(())
}
