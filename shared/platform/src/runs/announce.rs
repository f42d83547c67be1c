//! Telling watchers on every instance that a run has changed. A hint: they read the row.

use shared::id::RunId;

use crate::hint::{Hint, Hints};

/// Announces changes through Redis, and within this process without it. Watchers poll as well, so a
/// lost hint costs a second or two.
pub type Announcer = Hints<RunId>;

impl Hint for RunId {
    const CHANNEL: &'static str = "runs";

    fn text(self) -> String {
        self.to_string()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;
    use crate::cache::Cache;
    use crate::{Env, Ids};

    #[tokio::test(start_paused = true)]
    async fn while_redis_is_silent_announcing_waits_once_and_not_after_each_stored_batch() {
        // It takes connections and never says a word.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", silent.local_addr().unwrap());
        let announcer = Announcer::new(Cache::connect(&Env::from([("REDIS_URL", &url)])));
        let (run, started) = (Ids::system().next(), Instant::now());

        for _ in 0..20 {
            announcer.tell(run).await;
        }

        let waited = started.elapsed();
        assert!(waited < Duration::from_secs(3), "{waited:?} for twenty batches");
    }
}
