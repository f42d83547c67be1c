//! The tasks, and doing several whatever becomes of each.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use platform::error::Chain;
use platform::{Clock, Result};
use shared::run::{KPI_STALE, RunKind, ScheduledCall};

use crate::purge::purge;
use crate::{
    State, call_for_mentions, forget_addresses, forget_leavers, release_budgets,
    remove_email_tokens, remove_events, remove_former_allowances, remove_invitations,
    remove_notifications, remove_old_lines, remove_sessions, remove_share_links, republish_runs,
};

/// One thing to keep in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Task {
    /// Publish runs again whose message was lost or whose worker died, and call for e-mails of mentions that
    /// were forgotten
    Republish,
    /// Give back what calls to models reserved and never settled
    Budgets,
    /// Have the metrics computed again whose sources have changed, and the needs drafted again of those who have said
    /// something since
    Kpis,
    /// Remove sign-ins and links to shared pages that ended or expired 30 days ago, proofs by mail and
    /// invitations that are too old, events of a week ago and what was in inboxes for 90 days
    Sessions,
    /// Remove personas, surveys and projects that were deleted 90 days ago, and what is left of
    /// documents and focus groups that were deleted and of uploads that were broken off, and exports
    /// that are over
    Purge,
    /// Forget addresses after 90 days or when their person leaves, and audit lines after two years
    Audit,
}

/// How one task ended.
#[derive(Debug)]
pub struct Done {
    pub task: Task,
    /// How many rows it changed or removed; for `republish`, how many runs and e-mails it called for.
    pub outcome: Result<u64>,
}

/// How each task ended.
#[derive(Debug)]
pub struct Report {
    /// In the order in which they ran.
    pub done: Vec<Done>,
}

/// Does every task once, each whatever became of the others. Safe at once on several instances.
pub async fn tick(state: &State, clock: &Clock) -> Report {
    run(state, clock, &Task::ALL).await
}

/// Does these tasks, and logs each that changed something or failed.
pub(crate) async fn run(state: &State, clock: &Clock, tasks: &[Task]) -> Report {
    let mut done = Vec::with_capacity(tasks.len());
    for &task in tasks {
        let outcome = task.run(state, clock.now()).await;
        match &outcome {
            Ok(0) => tracing::debug!(task = task.name(), "nothing to do"),
            Ok(count) => tracing::info!(task = task.name(), count, "done"),
            Err(error) => {
                tracing::error!(task = task.name(), error = %Chain(error), "maintenance failed");
            }
        }
        done.push(Done { task, outcome });
    }
    Report { done }
}

impl Task {
    /// Every task; what people wait for comes first.
    pub const ALL: [Self; 6] =
        [Self::Republish, Self::Budgets, Self::Kpis, Self::Sessions, Self::Purge, Self::Audit];

    /// Its word on the command line and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Republish => "republish",
            Self::Budgets => "budgets",
            Self::Kpis => "kpis",
            Self::Sessions => "sessions",
            Self::Purge => "purge",
            Self::Audit => "audit",
        }
    }

    async fn run(self, state: &State, now: DateTime<Utc>) -> Result<u64> {
        let pool = &state.pool;
        match self {
            Self::Republish => {
                let (runs, mentions) = (
                    republish_runs(pool, &state.publisher, now).await,
                    call_for_mentions(pool, &state.publisher, now).await,
                );
                if let Ok(published @ 1..) = &runs {
                    // an alert counts these lines (`infra/monitoring.tf`)
                    tracing::info!(task = self.name(), published, "runs are published again");
                }
                Ok(runs? + mentions?)
            }
            Self::Budgets => release_budgets(pool, now).await,
            Self::Kpis => {
                let call = ScheduledCall { schema: 1 };
                state.publisher.publish(KPI_STALE, &call).await?;
                state.publisher.publish(RunKind::PersonaInsights.as_str(), &call).await.map(|()| 0)
            }
            Self::Sessions => Ok(remove_sessions(pool, now).await?
                + remove_email_tokens(pool, now).await?
                + remove_invitations(pool, now).await?
                + remove_share_links(pool, now).await?
                + remove_former_allowances(pool, now).await?
                + remove_events(pool, now).await?
                + remove_notifications(pool, now).await?),
            Self::Purge => purge(state, now).await,
            Self::Audit => Ok(forget_addresses(pool, now).await?
                + forget_leavers(pool).await?
                + remove_old_lines(pool, now).await?),
        }
    }
}

impl Report {
    /// The words of the tasks that failed.
    pub fn failed(&self) -> Vec<&'static str> {
        let failed = self.done.iter().filter(|done| done.outcome.is_err());
        failed.map(|done| done.task.name()).collect()
    }
}
