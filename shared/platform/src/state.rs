//! What functions of one kind have in common: those that answer, and those that also work.

use axum::extract::FromRef;
use sqlx::PgPool;

use crate::cache::{self, Cache};
use crate::http::Probes;
use crate::model::Model;
use crate::postgres::SidePool;
use crate::queue::{Publisher, Verifier};
use crate::rights::Rights;
use crate::runs::{Announcer, Engine};
use crate::{Authenticator, Clock, Env, Ids, Limiter, model, postgres};

/// What the handlers of every function work with. A function that needs no more has this as its
/// state; every other gives it to the extractors with `FromRef`.
#[derive(Clone)]
pub struct Base {
    pub pool: PgPool,
    /// A few connections for single statements.
    pub side: SidePool,
    /// Redis, where there is one; what is in it may be lost.
    pub cache: Option<Cache>,
    pub clock: Clock,
    pub ids: Ids,
    pub authenticator: Authenticator,
    pub limiter: Limiter,
    /// Tells whose rights have changed, and hears of it.
    pub rights: Rights,
}

impl Base {
    /// From the environment.
    pub fn from_env(env: &Env) -> Option<Self> {
        let cache = Cache::connect(env);
        let pool = postgres::connect(env);
        let clock = Clock::system();
        let limiter = Limiter::from_env(env, cache.as_ref(), clock.clone());
        let pool = pool?;
        let side = SidePool::beside(&pool);
        let authenticator = Authenticator::from_env(env, side.clone(), clock.clone())?;
        let rights = Rights::new(cache.clone());
        Some(Self { pool, side, cache, clock, ids: Ids::system(), authenticator, limiter, rights })
    }

    /// PostgreSQL, which every function needs, and Redis, which makes it faster.
    pub fn probes(&self) -> Probes {
        Probes::new([postgres::probe(&self.pool), cache::probe(self.cache.as_ref())])
    }
}

/// What a function works with that starts runs and works on them: [`Base`] and what work needs. `M` is the model that
/// it asks, `()` where it asks none.
#[derive(Clone)]
pub struct WorkerState<M = Model> {
    pub base: Base,
    pub engine: Engine,
    pub verifier: Verifier,
    pub model: M,
}

impl WorkerState {
    /// From the environment, called by Google's Pub/Sub.
    pub fn from_env(env: &Env) -> Option<Self> {
        let worker = WorkerState::asking_nobody(env);
        let model = model::Config::from_env(env);
        worker?.asking(env, model?)
    }

    /// From its parts, with the queue that this process has.
    pub fn new(
        env: &Env,
        base: Base,
        queue: (Publisher, Verifier),
        model: model::Config,
    ) -> Option<Self> {
        WorkerState::on(base, queue).asking(env, model)
    }

    /// The same for a function that asks no model.
    pub fn without_model(self) -> WorkerState<()> {
        let Self { base, engine, verifier, .. } = self;
        WorkerState { base, engine, verifier, model: () }
    }
}

impl WorkerState<()> {
    /// From the environment, called by Google's Pub/Sub, for a function that asks no model.
    pub fn asking_nobody(env: &Env) -> Option<Self> {
        let publisher = Publisher::from_env(env);
        let verifier = Verifier::from_env(env, Clock::system());
        let base = Base::from_env(env);
        Some(Self::on(base?, (publisher?, verifier?)))
    }

    fn on(base: Base, (publisher, verifier): (Publisher, Verifier)) -> Self {
        let announcer = Announcer::new(base.cache.clone());
        let engine = Engine::new(&base, publisher, announcer);
        Self { base, engine, verifier, model: () }
    }

    fn asking(self, env: &Env, model: model::Config) -> Option<WorkerState> {
        let Self { base, engine, verifier, .. } = self;
        let model = Model::from_base(env, &base, model)?;
        Some(WorkerState { base, engine, verifier, model })
    }
}

impl<M> WorkerState<M> {
    /// With hints from this announcer: without Redis they stay in it.
    #[must_use]
    pub fn announcing(mut self, announcer: &Announcer) -> Self {
        self.engine.announcer = announcer.clone();
        self
    }
}

/// What a state that has a model is to what asks none.
impl<S> FromRef<S> for WorkerState<()>
where
    WorkerState: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        WorkerState::<Model>::from_ref(state).without_model()
    }
}

/// What extractors ask every state for; a state that has a [`WorkerState`] has it by that.
impl<S> FromRef<S> for Base
where
    WorkerState<()>: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        WorkerState::<()>::from_ref(state).base
    }
}

impl<S> FromRef<S> for Verifier
where
    WorkerState<()>: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        WorkerState::<()>::from_ref(state).verifier
    }
}
