//! The cost ledger and the projects' budgets, in PostgreSQL.
//!
//! The worst case of a call is reserved before it is made and settled after, each in one statement
//! of its own: nothing is held over the call, and any number of instances together never spend more
//! than a project's cap. One row is one HTTP call, so a retry reserves again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use shared::id::{ModelCallId, ProjectId, RunId};
use sqlx::PgPool;

use super::{Estimate, Failure, Usage};
use crate::{Clock, Ids};

/// Projects' budgets for models, and the record of every call.
#[derive(Debug, Clone)]
pub struct Budget {
    pool: PgPool,
    clock: Clock,
    ids: Ids,
}

/// Where a project's budget stands, in micro-USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Balance {
    /// The most that may be spent; `None` is no limit.
    pub cap_micros: Option<i64>,
    /// Settled.
    pub spent_micros: i64,
    /// Held for calls under way.
    pub reserved_micros: i64,
}

/// What the ledger says about a call before it is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) project: Option<ProjectId>,
    pub(super) run: Option<RunId>,
    pub(super) item: Option<i32>,
    pub(super) task: &'a str,
    pub(super) prompt_version: &'a str,
    pub(super) provider: &'a str,
    pub(super) model: &'a str,
}

/// What the ledger says about a call after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settlement<'a> {
    pub(super) usage: Usage,
    /// `None` when the price is unknown.
    pub(super) cost_micros: Option<i64>,
    pub(super) latency: Duration,
    pub(super) outcome: &'a str,
}

impl Budget {
    /// The budgets in this database.
    pub fn new(pool: PgPool, clock: Clock, ids: Ids) -> Self {
        Self { pool, clock, ids }
    }

    /// Sets the most that a project may spend, in micro-USD; `None` is no limit. What is already
    /// spent or reserved stays, even above the new cap.
    ///
    /// # Errors
    /// PostgreSQL's, and its foreign key's when the project does not exist.
    pub async fn set_cap(&self, project: ProjectId, cap: Option<i64>) -> Result<(), sqlx::Error> {
        sqlx::query(include_str!("budget/set_cap.sql"))
            .bind(project)
            .bind(cap)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Where a project's budget stands; `None` when it has neither a cap nor calls.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn balance(&self, project: ProjectId) -> Result<Option<Balance>, sqlx::Error> {
        sqlx::query_as(
            "select cap_micros, spent_micros, reserved_micros
             from project_budgets
             where project_id = $1",
        )
        .bind(project)
        .fetch_optional(&self.pool)
        .await
    }

    /// Holds the worst case of a call, in micro-USD, for `life`. `None` is an unknown price, which
    /// only a project without a cap accepts.
    pub(super) async fn reserve(
        &self,
        entry: &Entry<'_>,
        worst_micros: Option<i64>,
        life: Duration,
    ) -> Result<ModelCallId, Failure> {
        let id: ModelCallId = self.ids.next();
        let now = self.clock.now();
        let reserved = sqlx::query(include_str!("budget/reserve.sql"))
            .bind(id)
            .bind(entry.project)
            .bind(entry.run)
            .bind(entry.item)
            .bind(entry.task)
            .bind(entry.prompt_version)
            .bind(entry.provider)
            .bind(entry.model)
            .bind(worst_micros)
            .bind(now)
            .bind(now + life)
            .execute(&self.pool)
            .await?;
        match (reserved.rows_affected(), worst_micros) {
            (1, _) => Ok(id),
            (_, Some(_)) => Err(Failure::OverBudget),
            (_, None) => Err(Failure::PriceUnknown),
        }
    }

    /// Writes down what a call really took, also when its reservation has expired meanwhile.
    pub(super) async fn settle(
        &self,
        id: ModelCallId,
        settlement: &Settlement<'_>,
    ) -> Result<(), sqlx::Error> {
        self.close(id, "settled", settlement).await
    }

    /// Gives a reservation back: the call cost nothing.
    pub(super) async fn release(
        &self,
        id: ModelCallId,
        latency: Duration,
        outcome: &str,
    ) -> Result<(), sqlx::Error> {
        let usage = Usage::default();
        let nothing = Settlement { usage, cost_micros: Some(0), latency, outcome };
        self.close(id, "released", &nothing).await
    }

    async fn close(
        &self,
        id: ModelCallId,
        state: &str,
        settlement: &Settlement<'_>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(include_str!("budget/close.sql"))
            .bind(id)
            .bind(state)
            .bind(count(settlement.usage.input_tokens))
            .bind(count(settlement.usage.output_tokens))
            .bind(settlement.cost_micros)
            .bind(millis(settlement.latency))
            .bind(settlement.outcome)
            .bind(self.clock.now())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Records a simulated call: it costs nothing, and no budget is asked.
    pub(super) async fn record_simulated(
        &self,
        entry: &Entry<'_>,
        latency: Duration,
        outcome: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(include_str!("budget/record_simulated.sql"))
            .bind(self.ids.next::<ModelCallId>())
            .bind(entry.project)
            .bind(entry.run)
            .bind(entry.item)
            .bind(entry.task)
            .bind(entry.prompt_version)
            .bind(entry.provider)
            .bind(entry.model)
            .bind(millis(latency))
            .bind(outcome)
            .bind(self.clock.now())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The range for `count` answers as the ledger's last 500 calls of this task and model have it:
    /// low is the 10th percentile, high is the 90th times the calls made per usable answer. `None`
    /// before 20 usable answers.
    pub(super) async fn experience(
        &self,
        task: &str,
        model: &str,
        count: u32,
    ) -> Result<Option<Estimate>, sqlx::Error> {
        let row: Option<(f64, f64)> = sqlx::query_as(include_str!("budget/experience.sql"))
            .bind(task)
            .bind(model)
            .fetch_optional(&self.pool)
            .await?;
        let total = |micros: f64| (micros * f64::from(count)).ceil() as i64;
        Ok(row.map(|(low, high)| Estimate { low_micros: total(low), high_micros: total(high) }))
    }
}

/// Gives back what calls held that never came to an end (their process died): up to 1,000 at a
/// time, and answers how many. The ledger keeps them as `released`, outcome `expired`. Safe to run
/// at once on several instances.
///
/// # Errors
/// PostgreSQL's.
pub async fn release_expired(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let released: i64 = sqlx::query_scalar(include_str!("budget/release_expired.sql"))
        .bind(now)
        .fetch_one(pool)
        .await?;
    Ok(released.unsigned_abs())
}

fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

fn millis(latency: Duration) -> i32 {
    i32::try_from(latency.as_millis()).unwrap_or(i32::MAX)
}
