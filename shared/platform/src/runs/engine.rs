//! What the engine of runs works with.

use sqlx::PgPool;

use super::Announcer;
use crate::queue::Publisher;
use crate::state::Base;
use crate::{Clock, Ids};

/// What runs are started and worked on with, whatever their work is.
#[derive(Clone)]
pub struct Engine {
    pub pool: PgPool,
    pub clock: Clock,
    pub ids: Ids,
    pub publisher: Publisher,
    pub announcer: Announcer,
}

impl Engine {
    /// Over the same database and clock as a function's other work.
    pub fn new(base: &Base, publisher: Publisher, announcer: Announcer) -> Self {
        let (pool, clock, ids) = (base.pool.clone(), base.clock.clone(), base.ids.clone());
        Self { pool, clock, ids, publisher, announcer }
    }
}
