//! Telling every instance that something has happened in a project. A hint: they read the rows.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use platform::cache::Cache;
use redis::AsyncCommands;
use shared::id::ProjectId;
use tokio::sync::{OnceCell, broadcast};
use uuid::Uuid;

const CHANNEL: &str = "collaboration";
// Whoever falls further behind reads the rows: a hint that is lost costs time only.
const HINTS_KEPT: usize = 4096;
const RECONNECT: Duration = Duration::from_secs(1);

/// What to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The project has an event of this offset.
    Event(ProjectId, i64),
    /// Somebody came, went or looks at something else.
    Presence(ProjectId),
}

/// Hints through Redis, and within this process without it. Sockets are served from the rows every few seconds as
/// well, so a lost hint costs that time.
#[derive(Clone)]
pub(crate) struct Hints {
    cache: Option<Cache>,
    told: broadcast::Sender<Hint>,
    listening: Arc<OnceCell<()>>,
}

impl Hints {
    pub(crate) fn new(cache: Option<Cache>) -> Self {
        Self { cache, told: broadcast::Sender::new(HINTS_KEPT), listening: Arc::default() }
    }

    /// Tells this process and all others.
    pub(crate) async fn tell(&self, hint: Hint) {
        // Nobody may listen in this process.
        let _ = self.told.send(hint);
        let Some(cache) = &self.cache else { return };
        let mut redis = cache.connection();
        let published = redis.publish::<_, _, ()>(CHANNEL, hint.text());
        if cache.ask(published).await.is_none() {
            tracing::debug!("no instance was told: they look by themselves");
        }
    }

    /// Hints from now on.
    pub(crate) async fn listen(&self) -> broadcast::Receiver<Hint> {
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

impl Hint {
    fn text(self) -> String {
        match self {
            Self::Event(project, offset) => format!("event {project} {offset}"),
            Self::Presence(project) => format!("presence {project}"),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (kind, project) = (words.next()?, words.next()?.parse::<Uuid>().ok()?.into());
        match kind {
            "event" => Some(Self::Event(project, words.next()?.parse().ok()?)),
            "presence" => Some(Self::Presence(project)),
            _ => None,
        }
    }
}

/// One subscription a process, however many sockets it has.
async fn relay(cache: Cache, told: broadcast::Sender<Hint>) {
    loop {
        if let Err(error) = relay_once(&cache, &told).await {
            tracing::debug!(%error, "hints of collaboration interrupted");
        }
        tokio::time::sleep(RECONNECT).await;
    }
}

async fn relay_once(cache: &Cache, told: &broadcast::Sender<Hint>) -> redis::RedisResult<()> {
    let mut subscription = cache.client().get_async_pubsub().await?;
    subscription.subscribe(CHANNEL).await?;
    let mut messages = subscription.on_message();
    while let Some(message) = messages.next().await {
        let text: String = message.get_payload()?;
        if let Some(hint) = Hint::parse(&text) {
            let _ = told.send(hint);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_read_as_it_was_written_and_anothers_is_not() {
        let project = ProjectId(Uuid::from_u128(7));
        for hint in [Hint::Event(project, 42), Hint::Presence(project)] {
            assert_eq!(Hint::parse(&hint.text()), Some(hint));
        }
        for text in ["", "event", "event x 1", "run 00000000-0000-0000-0000-000000000007"] {
            assert_eq!(Hint::parse(text), None, "{text}");
        }
    }
}
