//! How often somebody may ask: per user and class of route, the same for all instances.
//!
//! A limit is a number of requests in a sliding window. A handler shows its class in its signature
//! (`_: Within<Change>`), signing in asks by e-mail address and client address. The state is in
//! Redis, one small key per class and person, changed by one script. Every answer to a limited
//! request says where its caller stands (`RateLimit-Limit`, `RateLimit-Remaining` and
//! `RateLimit-Reset` of draft-ietf-httpapi-ratelimit-headers-03), and a refusal is 429 with
//! `Retry-After`.

mod class;
mod client_address;
mod in_process;
mod quota;
mod redis;
mod sign_in;
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
use crate::{Base, Caller, Clock, Env, Error, Result};

pub use class::{Change, Class, Generate, Heavy, Poll, Preview, Rate, Upload, WithoutRedis};
pub use client_address::{ClientAddress, Proxies};
pub(crate) use quota::announced;
pub use sign_in::SignInAttempt;
pub use streams::{Full, MOST_IN_PROCESS, MOST_SOCKETS, MOST_STREAMS, StreamPlace};

use self::redis::Counter;
use class::Rule;
use in_process::InProcess;
use quota::Quota;
use streams::{SOCKETS, STREAMS, Streams};

/// Counts requests and refuses those beyond a limit. Clones share their counts.
#[derive(Clone)]
pub struct Limiter {
    cache: Option<Cache>,
    redis: Option<Counter>,
    in_process: Arc<InProcess>,
    streams: Streams,
    sockets: Streams,
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
            redis: cache.map(Counter::new),
            in_process: Arc::default(),
            streams: Streams::of(&STREAMS),
            sockets: Streams::of(&SOCKETS),
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
        let Some(quota) = self.count(rule, who).await else { return Ok(()) };
        quota.note();
        quota.verdict()
    }

    /// Counts a request unless its limit is reached. None where nobody counts.
    async fn count(&self, rule: &Rule, who: impl Display) -> Option<Quota> {
        let (key, rate, now) = self.place(rule, who);
        let counted = match &self.redis {
            Some(redis) => redis.take(&key, rate, now).await,
            None => None,
        };
        match (counted, rule.without_redis) {
            (Some(quota), _) => Some(quota),
            (None, WithoutRedis::Pass) => None,
            (None, WithoutRedis::CountAlone) => Some(self.in_process.take(&key, rate, now)),
        }
    }

    async fn give_back(&self, rule: &Rule, who: impl Display) {
        let (key, rate, now) = self.place(rule, who);
        let given = match &self.redis {
            Some(redis) => redis.give_back(&key, rate, now).await,
            None => None,
        };
        if given.is_none() {
            self.in_process.give_back(&key, rate, now);
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
    Base: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        Base::from_ref(state).limiter.pass(&caller).await
    }
}
