//! How often somebody may ask: per user and class of route, the same for all instances.
//!
//! A limit is a number of requests in a sliding window. A handler shows its class in its signature
//! (`_: Within<Change>`), signing in asks by e-mail address and client address. The state is in
//! Redis, one small key per class and person, changed by one script. Every answer to a limited
//! request says where its caller stands (`RateLimit-Limit`, `RateLimit-Remaining` and
//! `RateLimit-Reset` of draft-ietf-httpapi-ratelimit-headers-03), and a refusal is 429 with
//! `Retry-After`.

mod address;
mod alone;
mod class;
mod sign_in;
mod standing;
mod store;
mod streams;
#[cfg(test)]
mod tests;
mod window;

use std::fmt::Display;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;

use crate::cache::Cache;
use crate::http::Probe;
use crate::{Authenticator, Caller, Clock, Env, Error, Result, cache};

pub use address::{ClientAddress, Proxies};
pub use class::{Change, Class, Generate, Heavy, Poll, Rate, Upload, WithoutRedis};
pub use sign_in::Attempt;
pub(crate) use standing::announced;
pub use streams::{Full, MOST_IN_PROCESS, MOST_STREAMS, Place};

use alone::Alone;
use class::Rule;
use standing::Standing;
use store::Store;
use streams::Streams;

/// Counts requests and refuses those beyond a limit. Clones share their counts.
#[derive(Clone)]
pub struct Limiter {
    cache: Option<Cache>,
    store: Option<Store>,
    alone: Arc<Alone>,
    streams: Streams,
    clock: Clock,
    prefix: Arc<str>,
    factor: u32,
}

/// Proof that the caller is within a class's limit; as an extractor it counts this request.
#[derive(Debug)]
pub struct Within<C>(PhantomData<C>);

impl Limiter {
    /// Counts in this Redis, together with every instance that uses it. Without one, or while it is
    /// away, each class follows its own policy.
    ///
    /// Time comes from `clock` and not from Redis, so that one clock rules a request and a test can
    /// move it. Instances whose clocks differ by less than a sixtieth of a window agree.
    pub fn new(cache: Option<&Cache>, clock: Clock) -> Self {
        Self {
            cache: cache.cloned(),
            store: cache.map(Store::new),
            alone: Arc::default(),
            streams: Streams::default(),
            clock,
            prefix: "sight:limit:".into(),
            factor: 1,
        }
    }

    /// As [`Limiter::new`]; `LIMIT_FACTOR` multiplies every limit (default 1), for load tests and
    /// for a machine of one's own.
    pub fn from_env(env: &Env, cache: Option<&Cache>, clock: Clock) -> Self {
        let factor = env.or("LIMIT_FACTOR", 1_u32);
        if factor == 0 {
            env.problem("LIMIT_FACTOR must be at least 1".to_owned());
        }
        Self::new(cache, clock).times(factor)
    }

    /// Every limit this many times as wide.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        Self { factor: factor.max(1), ..self }
    }

    /// With keys of its own: a test does not see another's requests.
    #[must_use]
    pub fn under(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// The Redis that it counts in, for what else a function keeps there.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Asks Redis for an answer.
    pub fn probe(&self) -> Probe {
        cache::probe(self.cache.as_ref())
    }

    /// Counts one request of this person's.
    ///
    /// # Errors
    /// 429 when the class's limit is reached. A refused request does not count.
    pub async fn pass<C: Class>(&self, caller: &Caller) -> Result<Within<C>> {
        let rule = Rule::of::<C>(caller.plan);
        self.take(&rule, caller.account_id.0).await?;
        Ok(Within(PhantomData))
    }

    async fn take(&self, rule: &Rule, who: impl Display) -> Result<()> {
        let Some(standing) = self.count(rule, who).await else { return Ok(()) };
        standing.note();
        standing.verdict()
    }

    /// Counts a request unless its limit is reached. None where nobody counts.
    async fn count(&self, rule: &Rule, who: impl Display) -> Option<Standing> {
        let (key, rate, now) = self.place(rule, who);
        let counted = match &self.store {
            Some(store) => store.take(&key, rate, now).await,
            None => None,
        };
        match (counted, rule.without_redis) {
            (Some(standing), _) => Some(standing),
            (None, WithoutRedis::Pass) => None,
            (None, WithoutRedis::CountAlone) => Some(self.alone.take(&key, rate, now)),
        }
    }

    /// Takes back the last request that was counted.
    async fn give_back(&self, rule: &Rule, who: impl Display) {
        let (key, rate, now) = self.place(rule, who);
        let given = match &self.store {
            Some(store) => store.give_back(&key, rate, now).await,
            None => None,
        };
        if given.is_none() {
            self.alone.give_back(&key, rate, now);
        }
    }

    fn place(&self, rule: &Rule, who: impl Display) -> (String, Rate, i64) {
        let key = format!("{}{}:{who}", self.prefix, rule.bucket);
        (key, rule.rate.times(self.factor), self.clock.now().timestamp_millis())
    }
}

impl<S, C> FromRequestParts<S> for Within<C>
where
    S: Send + Sync,
    C: Class,
    Authenticator: FromRef<S>,
    Limiter: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        Limiter::from_ref(state).pass(&caller).await
    }
}
