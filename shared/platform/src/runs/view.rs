//! How a run stands, for those who watch it; and stopping it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::id::{ProjectId, RunId};
use shared::run::{RunKind, RunStatus};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use uuid::Uuid;

use super::end::conclude;
use crate::Result;

/// A run as its watchers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunView {
    /// The run.
    pub id: RunId,
    /// What kind of work.
    pub kind: RunKind,
    /// In which project; null for the work of one account, which alone sees it.
    pub project_id: Option<ProjectId>,
    /// What it works on: for `persona-generate` the population.
    pub subject_id: Uuid,
    /// How it stands.
    pub status: RunStatus,
    /// The same in the four words that the existing client knows: a `partial` run with results is
    /// `completed`, a cancelled one `failed`.
    pub client_status: &'static str,
    /// How many items were asked for.
    pub total: u32,
    /// How many are there.
    pub done: u32,
    /// How many failed.
    pub failed: u32,
    /// Failed items by reason.
    pub failures: BTreeMap<String, u32>,
    /// Why the whole run failed.
    pub error: Option<String>,
    /// What is to be said of it beside its failures: that people were written without documents.
    pub note: Option<String>,
    /// The run that must have ended before this one begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<RunId>,
    /// Until when it waits for what is away or at its limit, such as the language model: nobody works on
    /// any of it meanwhile. Absent while somebody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_until: Option<DateTime<Utc>>,
    /// How often what failed of it was tried again.
    pub retries: u32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the first worker began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When somebody asked for it to stop.
    pub cancel_requested_at: Option<DateTime<Utc>>,
}

impl RunView {
    /// Grows with every item and every stage: the id of a server-sent event. What is tried again begins
    /// behind the end of what was tried before.
    pub fn revision(&self) -> u64 {
        let before = u64::from(self.retries) * (u64::from(self.total) + 1);
        let items = before + u64::from(self.done) + u64::from(self.failed);
        let stage = match self.status {
            RunStatus::Queued => 0,
            RunStatus::Running => 1,
            _ => 3,
        };
        items * 4 + stage + u64::from(stage == 1 && self.cancel_requested_at.is_some())
    }
}

fn client_status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Queued => "pending",
        RunStatus::Running => "running",
        RunStatus::Succeeded | RunStatus::Partial => "completed",
        RunStatus::Failed | RunStatus::Cancelled => "failed",
    }
}

/// A run as it is read, with the sums of its shards.
pub(super) struct RunRow {
    pub(super) id: RunId,
    pub(super) kind: RunKind,
    pub(super) project_id: Option<ProjectId>,
    pub(super) subject_id: Uuid,
    pub(super) status: RunStatus,
    pub(super) total: i32,
    pub(super) error: Option<String>,
    pub(super) note: Option<String>,
    pub(super) waits_for: Option<RunId>,
    pub(super) retries: i32,
    pub(super) created_at: DateTime<Utc>,
    pub(super) started_at: Option<DateTime<Utc>>,
    pub(super) finished_at: Option<DateTime<Utc>>,
    pub(super) cancel_requested_at: Option<DateTime<Utc>>,
    pub(super) waits_until: Option<DateTime<Utc>>,
    pub(super) done: i64,
    pub(super) failed: i64,
    pub(super) failures: Json<BTreeMap<String, u32>>,
}

/// Asks for the runs that a query of whole rows gives, the newest first. Shards are read once, and of these runs
/// alone.
macro_rules! runs {
    ($source:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::runs::view::RunRow,
            r#"
            select
                r.id, r.kind as "kind: _", r.project_id as "project_id: _", r.subject_id,
                r.status as "status: _", r.total, r.error, r.note, r.waits_for as "waits_for: _",
                r.retries, r.created_at, r.started_at, r.finished_at, r.cancel_requested_at,
                s.waits_until, s.done as "done!", s.failed as "failed!",
                (select coalesce(jsonb_object_agg(reason, n), '{}')
                 from (select reason, count(*) as n from run_failures where run_id = r.id group by reason)
                    as f) as "failures!: _"
            from ("#
                + $source
                + r#") r
            cross join lateral (
                select
                    coalesce(sum(done), 0) as done,
                    coalesce(sum(failed), 0) as failed,
                    case when count(*) filter (where state <> 'done')
                        = count(not_before) filter (where state <> 'done')
                    then min(not_before) filter (where state <> 'done') end as waits_until
                from run_shards
                where run_id = r.id
            ) s
            order by r.created_at desc, r.id desc
            "#,
            $($argument),*
        )
    };
}
pub(super) use runs;

impl From<RunRow> for RunView {
    fn from(row: RunRow) -> Self {
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            id: row.id,
            kind: row.kind,
            project_id: row.project_id,
            subject_id: row.subject_id,
            status: row.status,
            client_status: client_status(row.status),
            total: row.total.cast_unsigned(),
            done: count(row.done),
            failed: count(row.failed),
            failures: row.failures.0,
            error: row.error,
            note: row.note,
            waits_for: row.waits_for,
            waits_until: row.waits_until.filter(|_| !row.status.is_final()),
            retries: row.retries.cast_unsigned(),
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            cancel_requested_at: row.cancel_requested_at,
        }
    }
}

/// The run, or none. Who may see it is the caller's question.
pub async fn view(pool: &PgPool, run: RunId) -> Result<Option<RunView>> {
    let row = runs!("select * from runs where id = $1", run.0);
    Ok(row.fetch_optional(pool).await?.map(RunView::from))
}

/// Asks a run to stop: shards that nobody works on, those that are put off among them, are closed at
/// once, the others stop between two items. False when it had ended before.
pub async fn cancel(connection: &mut PgConnection, run: RunId, now: DateTime<Utc>) -> Result<bool> {
    let asked = sqlx::query!(
        r#"
        update runs
        set cancel_requested_at = coalesce(cancel_requested_at, $2)
        where id = $1 and status in ('queued', 'running')
        "#,
        run.0,
        now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        update run_shards
        set state = 'done', lease_token = null, lease_until = null
        where run_id = $1 and state <> 'done' and (lease_until is null or lease_until <= $2)
        "#,
        run.0,
        now,
    )
    .execute(&mut *connection)
    .await?;
    if !awaits_report(connection, run).await? {
        conclude(connection, run, now).await?;
    }
    Ok(asked.rows_affected() == 1)
}

/// Whether a worker has to report on what was done of a run. The sweep calls one then, even for a run without an
/// open shard.
async fn awaits_report(connection: &mut PgConnection, run: RunId) -> Result<bool> {
    let begun = sqlx::query_scalar!(
        r#"
        select kind as "kind: RunKind"
        from runs r
        where r.id = $1 and exists (select from run_shards s where s.run_id = r.id and s.done > 0)
        "#,
        run.0,
    );
    Ok(begun.fetch_optional(connection).await?.is_some_and(RunKind::has_report))
}

/// Asks every unfinished run of a project to stop, in the transaction that deletes the project, and has
/// locked it by that.
pub async fn cancel_all(
    connection: &mut PgConnection,
    project: ProjectId,
    now: DateTime<Utc>,
) -> Result<()> {
    let unfinished = sqlx::query_scalar!(
        r#"
        select id
        from runs
        where project_id = $1 and status in ('queued', 'running')
        order by id
        "#,
        project.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    for run in unfinished {
        cancel(connection, run.into(), now).await?;
        // nobody reads a report of it any more
        conclude(connection, run.into(), now).await?;
    }
    Ok(())
}
