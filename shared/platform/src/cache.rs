//! Redis: speed, never truth. Losing it costs time.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::Env;
use crate::http::Probe;

/// A connection to Redis that heals itself, or none where `REDIS_URL` is not set.
#[derive(Clone)]
pub struct Cache {
    client: redis::Client,
    connection: ConnectionManager,
}

impl Cache {
    /// Connects on first use. `None` without `REDIS_URL`.
    pub fn connect(env: &Env) -> Option<Self> {
        let client: redis::Client = match redis::Client::open(env.raw("REDIS_URL")?) {
            Ok(client) => client,
            Err(error) => {
                env.problem(format!("REDIS_URL is malformed: {error}"));
                return None;
            }
        };
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(Duration::from_secs(1)))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .expect("a valid config");
        Some(Self { client, connection })
    }

    /// The shared connection: many requests at once, none of them blocking.
    pub fn connection(&self) -> ConnectionManager {
        self.connection.clone()
    }

    /// The client, for connections of one's own (subscriptions).
    pub fn client(&self) -> &redis::Client {
        &self.client
    }
}

/// Asks Redis for an answer.
pub fn probe(cache: Option<&Cache>) -> Probe {
    let cache = cache.cloned();
    Probe::optional("redis", move || {
        let cache = cache.clone();
        async move {
            let Some(cache) = cache else { return false };
            redis::cmd("PING").query_async::<String>(&mut cache.connection()).await.is_ok()
        }
    })
}
