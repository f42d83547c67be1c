//! What functions of one kind have in common: those that answer, and those that also work.

use axum::extract::FromRef;
use sqlx::PgPool;

use crate::cache::Cache;
use crate::http::Probes;
use crate::model::Model;
use crate::queue::{Publisher, Verifier};
use crate::runs::Announcer;
use crate::{Authenticator, Clock, Env, Ids, Limiter, model, postgres};

/// What the handlers of every function work with. A function that needs no more has this as its
/// state.
#[derive(Clone, FromRef)]
pub struct Base {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Checks tokens.
    pub authenticator: Authenticator,
    /// Counts requests.
    pub limiter: Limiter,
}

impl Base {
    /// From the environment, with limits counted in this cache.
    pub fn from_env(env: &Env, cache: Option<&Cache>) -> Option<Self> {
        let pool = postgres::connect(env);
        let clock = Clock::system();
        let limiter = Limiter::from_env(env, cache, clock.clone());
        let pool = pool?;
        let authenticator = Authenticator::from_env(env, &pool, clock.clone())?;
        Some(Self { pool, clock, ids: Ids::system(), authenticator, limiter })
    }

    /// What a workshop has of it.
    pub fn of(shop: &Workshop) -> Self {
        let Workshop { pool, clock, ids, authenticator, limiter, .. } = shop.clone();
        Self { pool, clock, ids, authenticator, limiter }
    }

    /// PostgreSQL, which every function needs, and Redis, which makes it faster.
    pub fn probes(&self) -> Probes {
        Probes::new([postgres::probe(&self.pool), self.limiter.probe()])
    }
}

/// What a function works with that starts runs, works on them and asks a model.
#[derive(Clone, FromRef)]
pub struct Workshop {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Checks tokens.
    pub authenticator: Authenticator,
    /// Counts requests.
    pub limiter: Limiter,
    /// Calls the workers.
    pub publisher: Publisher,
    /// Checks who calls the workers.
    pub verifier: Verifier,
    /// Tells watchers.
    pub announcer: Announcer,
    /// Writes.
    pub model: Model,
}

impl Workshop {
    /// From the environment, called by Google's Pub/Sub.
    pub fn from_env(env: &Env) -> Option<Self> {
        let cache = Cache::connect(env);
        let publisher = Publisher::from_env(env);
        let verifier = Verifier::from_env(env, Clock::system());
        let base = Base::from_env(env, cache.as_ref());
        let model = model::Config::from_env(env);
        Self::new(env, base?, cache.as_ref(), (publisher?, verifier?), model?)
    }

    /// From its parts, with the queue that this process has.
    pub fn new(
        env: &Env,
        base: Base,
        cache: Option<&Cache>,
        (publisher, verifier): (Publisher, Verifier),
        model: model::Config,
    ) -> Option<Self> {
        let Base { pool, clock, ids, authenticator, limiter } = base;
        let model = Model::connect(model, &pool, cache, &clock, &ids)
            .map_err(|error| env.problem(format!("MODEL_PROVIDER cannot be used: {error:#}")))
            .ok()?;
        let announcer = Announcer::new(cache.cloned());
        Some(Self {
            pool,
            clock,
            ids,
            authenticator,
            limiter,
            publisher,
            verifier,
            announcer,
            model,
        })
    }

    /// As [`Base::probes`].
    pub fn probes(&self) -> Probes {
        Probes::new([postgres::probe(&self.pool), self.limiter.probe()])
    }
}

/// Gives a state with a `shop` what extractors look for in it: the database, who checks tokens, who counts
/// requests, and who checks the callers of workers.
#[macro_export]
macro_rules! has_shop {
    ($state:ty) => {
        $crate::has_shop!($state:
            pool as ::sqlx::PgPool,
            authenticator as $crate::Authenticator,
            limiter as $crate::Limiter,
            verifier as $crate::queue::Verifier
        );
    };
    ($state:ty: $($name:ident as $part:ty),*) => {$(
        impl ::axum::extract::FromRef<$state> for $part {
            fn from_ref(state: &$state) -> Self {
                state.shop.$name.clone()
            }
        }
    )*};
}
