//! The cost ledger and the two purses that pay for calls, in PostgreSQL: the project's budget, and the
//! allowance of whoever asked.
//!
//! The worst case of a call is reserved in both before it is made and settled after, each in one
//! statement of its own: nothing is held over the call, and any number of instances together never spend
//! more than a project's cap or an account's allowance. One row is one HTTP call, so a retry reserves
//! again. What was sent and never settled is spent at its worst case when its time is over.

use std::time::Duration;

use chrono::{DateTime, Utc};
use shared::account::Plan;
use shared::id::{AccountId, ModelCallId, ProjectId, RunId};
use sqlx::PgPool;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use super::allowance::{Allowances, month};
use super::reservation::State;
use super::{Estimate, Failure, Usage};
use crate::{Clock, Ids};

/// The purses that pay for models, and the record of every call.
#[derive(Debug, Clone)]
pub struct Budget {
    pool: PgPool,
    clock: Clock,
    ids: Ids,
    allowances: Allowances,
    /// Settlements of calls whose callers are gone.
    late: TaskTracker,
}

/// Where a project's budget stands, in micro-USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Balance {
    /// The most that may be spent; `None` is no limit.
    pub cap_micros: Option<i64>,
    pub spent_micros: i64,
    /// Held for calls under way.
    pub reserved_micros: i64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct LedgerEntry<'a> {
    /// Pays beside the project. Without one, the account that asked for the run last pays.
    pub(super) payer: Option<AccountId>,
    pub(super) project: Option<ProjectId>,
    pub(super) run: Option<RunId>,
    pub(super) item: Option<i32>,
    pub(super) task: &'a str,
    pub(super) prompt_version: &'a str,
    pub(super) provider: &'a str,
    pub(super) model: &'a str,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Settlement {
    pub(super) usage: Usage,
    /// `None` when the price is unknown.
    pub(super) cost_micros: Option<i64>,
    pub(super) latency: Duration,
    pub(super) outcome: &'static str,
}

impl Budget {
    /// The purses in this database, with these allowances.
    pub fn new(pool: PgPool, clock: Clock, ids: Ids, allowances: Allowances) -> Self {
        Self { pool, clock, ids, allowances, late: TaskTracker::new() }
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

    /// Holds the worst case of a call, in micro-USD, for `life`, in both purses or in none. `None` is an
    /// unknown price, which only purses without a limit accept.
    pub(super) async fn reserve(
        &self,
        entry: &LedgerEntry<'_>,
        worst_micros: Option<i64>,
        life: Duration,
    ) -> Result<ModelCallId, Failure> {
        let id: ModelCallId = self.ids.next();
        let now = self.clock.now();
        let word = self.try_reserve(id, entry, worst_micros, (now, life)).await?;
        if word != "absent" {
            return verdict(id, &word);
        }
        self.open_purses(entry, now).await?;
        let word = self.try_reserve(id, entry, worst_micros, (now, life)).await?;
        verdict(id, &word)
    }

    async fn try_reserve(
        &self,
        id: ModelCallId,
        entry: &LedgerEntry<'_>,
        worst_micros: Option<i64>,
        (now, life): (DateTime<Utc>, Duration),
    ) -> Result<String, sqlx::Error> {
        let most = |plan| self.allowances.of(plan);
        sqlx::query_scalar(include_str!("budget/reserve.sql"))
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
            .bind(entry.payer)
            .bind(month(now))
            .bind(most(Plan::Free))
            .bind(most(Plan::Pro))
            .bind(most(Plan::Enterprise))
            .bind(self.allowances.of_all_free())
            .fetch_one(&self.pool)
            .await
    }

    async fn open_purses(
        &self,
        entry: &LedgerEntry<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(include_str!("budget/open_purses.sql"))
            .bind(entry.payer)
            .bind(entry.run)
            .bind(entry.project)
            .bind(month(now))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes that a call goes out. False when it has expired: its purses have been told that it never will.
    pub(super) async fn mark_sent(&self, id: ModelCallId) -> Result<bool, sqlx::Error> {
        let marked = sqlx::query(include_str!("budget/mark_sent.sql"))
            .bind(id)
            .bind(self.clock.now())
            .execute(&self.pool)
            .await?;
        Ok(marked.rows_affected() == 1)
    }

    /// Writes down what a call really took, once: also when its reservation has expired meanwhile.
    pub(super) async fn close(
        &self,
        id: ModelCallId,
        state: State,
        end: &Settlement,
    ) -> Result<(), sqlx::Error> {
        let state = match state {
            State::Settled => "settled",
            State::Released => "released",
        };
        sqlx::query(include_str!("budget/close.sql"))
            .bind(id)
            .bind(state)
            .bind(count(end.usage.input_tokens))
            .bind(count(end.usage.output_tokens))
            .bind(end.cost_micros)
            .bind(millis(end.latency))
            .bind(end.outcome)
            .bind(self.clock.now())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The same for a caller that is gone. Where nothing can be written any more (the process stops, the
    /// database is away) the sweep does it.
    pub(super) fn close_later(&self, id: ModelCallId, state: State, end: Settlement) {
        let Ok(runtime) = Handle::try_current() else { return };
        let budget = self.clone();
        let closing = async move {
            if let Err(error) = budget.close(id, state, &end).await {
                tracing::warn!(%error, "a call is not settled: its reservation runs out");
            }
        };
        self.late.spawn_on(closing, &runtime);
    }

    #[cfg(test)]
    pub(super) async fn all_settled(&self) {
        self.late.close();
        self.late.wait().await;
        self.late.reopen();
    }

    /// Records a simulated call, with the tokens that it would likely be: it costs nothing, and no purse is
    /// asked.
    pub(super) async fn record_simulated(
        &self,
        entry: &LedgerEntry<'_>,
        likely: Usage,
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
            .bind(count(likely.input_tokens))
            .bind(count(likely.output_tokens))
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

/// What the statement that reserves has to say.
fn verdict(id: ModelCallId, word: &str) -> Result<ModelCallId, Failure> {
    match word {
        "granted" => Ok(id),
        "over_budget" => Err(Failure::OverBudget),
        "over_allowance" => Err(Failure::OverAllowance),
        "over_free_ceiling" => Err(Failure::OverFreeCeiling),
        "price_unknown" => Err(Failure::PriceUnknown),
        "unverified" => Err(Failure::Unverified),
        "nobody" => Err(Failure::NobodyPays),
        word => Err(sqlx::Error::Decode(format!("`{word}` is no verdict").into()).into()),
    }
}

/// Ends calls whose time is over and that nobody settled (their process died): up to 1,000 at a time, and
/// answers how many. What was sent is spent at its worst case, outcome `lost`, because the provider may
/// have billed it; what was not is given back, outcome `expired`. Safe to run at once on several
/// instances; a settlement that comes later still corrects what is booked.
pub async fn release_expired(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let ended: i64 = sqlx::query_scalar(include_str!("budget/release_expired.sql"))
        .bind(now)
        .fetch_one(pool)
        .await?;
    Ok(ended.unsigned_abs())
}

fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

fn millis(latency: Duration) -> i32 {
    i32::try_from(latency.as_millis()).unwrap_or(i32::MAX)
}
