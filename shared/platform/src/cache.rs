//! Redis: speed, never truth. Losing it costs time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::RedisResult;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tokio::time::{Instant, timeout};

use crate::Env;
use crate::http::Probe;

/// Redis answers within a millisecond or two; this long is as good as down.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long Redis is left alone after it failed, so that requests do not queue behind an outage.
const HOLIDAY: Duration = Duration::from_secs(5);

/// How often an outage is told.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// A connection to Redis that heals itself, or none where `REDIS_URL` is not set.
#[derive(Clone)]
pub struct Cache {
    client: redis::Client,
    connection: ConnectionManager,
    patience: Duration,
    outage: Arc<Mutex<Outage>>,
}

#[derive(Default)]
struct Outage {
    failed_at: Option<Instant>,
    told_at: Option<Instant>,
}

impl Cache {
    /// Connects on first use. `None` without `REDIS_URL`.
    pub fn connect(env: &Env) -> Option<Self> {
        Self::connect_within(env, PATIENCE)
    }

    /// The same for tests, which wait longer: a machine that is busy with other tests is no outage.
    pub fn connect_patiently(env: &Env) -> Option<Self> {
        Self::connect_within(env, 10 * PATIENCE)
    }

    fn connect_within(env: &Env, patience: Duration) -> Option<Self> {
        crate::tls::prepare();
        let client: redis::Client = match redis::Client::open(env.raw("REDIS_URL")?) {
            Ok(client) => client,
            Err(error) => {
                env.problem(format!("REDIS_URL is malformed: {error}"));
                return None;
            }
        };
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .expect("a valid config");
        Some(Self { client, connection, patience, outage: Arc::default() })
    }

    /// The shared connection: many requests at once, none of them blocking.
    pub fn connection(&self) -> ConnectionManager {
        self.connection.clone()
    }

    /// The client, for connections of one's own (subscriptions).
    pub fn client(&self) -> &redis::Client {
        &self.client
    }

    /// What Redis answers to a call on [`Cache::connection`], or `None` while it is away. After a
    /// failure it is left alone for some seconds, and the call is not made.
    pub async fn ask<T>(&self, call: impl Future<Output = RedisResult<T>>) -> Option<T> {
        if self.is_on_holiday() {
            return None;
        }
        match timeout(self.patience, call).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(error)) => self.leave_alone(&error.to_string()),
            Err(_) => self.leave_alone("it is silent"),
        }
    }

    fn is_on_holiday(&self) -> bool {
        let outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
        outage.failed_at.is_some_and(|moment| moment.elapsed() < HOLIDAY)
    }

    fn leave_alone<T>(&self, why: &str) -> Option<T> {
        let mut outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
        outage.failed_at = Some(Instant::now());
        if outage.told_at.is_none_or(|moment| moment.elapsed() >= TELL_EVERY) {
            outage.told_at = Some(Instant::now());
            tracing::warn!(why, "redis does not answer: limits follow their policy, caches miss");
        }
        None
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
