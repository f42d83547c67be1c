//! Trying again what failed of a run that has ended.

use chrono::{DateTime, Duration, Utc};
use shared::id::{AccountId, ProjectId, RunId};
use shared::run::{RunKind, RunStatus};
use sqlx::PgConnection;
use uuid::Uuid;

use super::start::{DOUBLE_CLICK, check_verified};
use crate::{Error, Result};

/// How often a run is tried again within a day: what has failed so often fails of something else than chance.
const MOST_A_DAY: i64 = 5;

/// Result of a request to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// So many items that failed or were never tried are open again. Call the workers after commit.
    Begun {
        items: u32,
        /// Who had asked for the run until now.
        before: AccountId,
    },
    /// The same request was granted just before.
    Same,
}

struct Ended {
    kind: RunKind,
    status: RunStatus,
    subject_id: Uuid,
    asked_by: Uuid,
    is_paid: bool,
    has_lost_people: bool,
    created_at: DateTime<Utc>,
    retried_at: Option<DateTime<Utc>>,
}

/// Opens every item again that failed, for whatever reason, or was never tried: what is done stays, and
/// is neither made nor paid for again. The run is at work again, and ends again with everything that
/// belongs to its end. Who tries again asks for it from now on: they pay, what is made is theirs, and who
/// lends them something is told of them. In a transaction of its own, which locks the project and then the
/// run.
///
/// # Errors
/// `Run not found`; a conflict for a run that has not ended, or of which nothing can be tried again; 403
/// when its work costs money and their address is not verified; 429 after `MOST_A_DAY` times within a day;
/// when the database fails.
pub async fn retry(
    connection: &mut PgConnection,
    project: Option<ProjectId>,
    run: RunId,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<Retry> {
    lock(connection, project).await?;
    let ended = find(connection, run).await?;
    if ended.retried_at.is_some_and(|at| at > now - DOUBLE_CLICK) {
        return Ok(Retry::Same);
    }
    if let Some(why) = refusal(&ended)? {
        return Err(conflict(why));
    }
    if is_replaced(connection, run, &ended).await? {
        return Err(conflict("A newer run has taken its place"));
    }
    if !is_there(connection, &ended).await? {
        return Err(conflict("What it works on is deleted"));
    }
    if ended.is_paid {
        check_verified(connection, by).await?;
    }
    check_count(connection, run, now).await?;
    let items = reopen(connection, run, by, now).await?;
    Ok(Retry::Begun { items, before: ended.asked_by.into() })
}

fn conflict(why: &str) -> Error {
    shared::Error::Conflict(why.to_owned()).into()
}

/// A start and a deletion come one after the other with it.
async fn lock(connection: &mut PgConnection, project: Option<ProjectId>) -> Result<()> {
    let Some(project) = project else { return Ok(()) };
    let locked = sqlx::query!(
        "select id from projects where id = $1 and deleted_at is null for no key update",
        project.0,
    );
    locked.fetch_optional(connection).await?.ok_or(shared::Error::NotFound("Run"))?;
    Ok(())
}

async fn find(connection: &mut PgConnection, run: RunId) -> Result<Ended> {
    let ended = sqlx::query_as!(
        Ended,
        r#"
        select kind as "kind: _", status as "status: _", subject_id, coalesce(asked_by, requested_by) as "asked_by!", is_paid,
            has_lost_people, created_at, retried_at
        from runs
        where id = $1
        for no key update
        "#,
        run.0,
    );
    Ok(ended.fetch_optional(connection).await?.ok_or(shared::Error::NotFound("Run"))?)
}

/// Why a run cannot be tried again, from what it is and how it ended.
fn refusal(run: &Ended) -> Result<Option<&'static str>> {
    if run.has_lost_people {
        return Ok(Some("Somebody whom the run was told of is removed: start another one"));
    }
    Ok(match (run.status, run.kind) {
        (RunStatus::Queued | RunStatus::Running, _) => Some("The run is still at work"),
        (RunStatus::Succeeded, _) => Some("Nothing of the run has failed"),
        (RunStatus::Cancelled, _) => Some("The run was cancelled: start another one"),
        (RunStatus::Partial | RunStatus::Failed, kind) => kind.instead_of_retry(run.status),
    })
}

async fn is_replaced(connection: &mut PgConnection, run: RunId, ended: &Ended) -> Result<bool> {
    if ended.kind.adds_to_its_subject() {
        return Ok(false);
    }
    let is_replaced = sqlx::query_scalar!(
        r#"
        select exists (
            select from runs
            where subject_id = $1 and kind = $2 and id <> $3 and created_at >= $4
        ) as "is_replaced!"
        "#,
        ended.subject_id,
        ended.kind.as_str(),
        run.0,
        ended.created_at,
    );
    Ok(is_replaced.fetch_one(connection).await?)
}

/// Whether what it works on is still there. Its project is: that was locked.
async fn is_there(connection: &mut PgConnection, ended: &Ended) -> Result<bool> {
    let subject = ended.subject_id;
    let is_there = match ended.kind {
        RunKind::Export => sqlx::query_scalar!(
            r#"select exists (select from exports where id = $1) as "is_there!""#,
            subject,
        )
        .fetch_one(connection),
        RunKind::FocusGroupRun | RunKind::FocusGroupSummary => sqlx::query_scalar!(
            r#"select exists (select from focus_groups where id = $1) as "is_there!""#,
            subject,
        )
        .fetch_one(connection),
        RunKind::PersonaGenerate => sqlx::query_scalar!(
            r#"select exists (select from populations where id = $1) as "is_there!""#,
            subject,
        )
        .fetch_one(connection),
        RunKind::SurveyRun => sqlx::query_scalar!(
            r#"
            select exists (select from surveys where id = $1 and deleted_at is null) as "is_there!"
            "#,
            subject,
        )
        .fetch_one(connection),
        // They work on what belongs to the project; documents are refused before.
        RunKind::KpiRecalc | RunKind::PersonaInsights | RunKind::RagIngest => return Ok(true),
    };
    Ok(is_there.await?)
}

/// Counts on the record, which has a line for each time.
async fn check_count(connection: &mut PgConnection, run: RunId, now: DateTime<Utc>) -> Result<()> {
    let day = Duration::days(1);
    let at = sqlx::query_scalar!(
        r#"
        select at
        from audit_log
        where subject_id = $1 and subject_kind = 'run' and action = 'retry' and at > $2
        order by at desc
        offset $3
        limit 1
        "#,
        run.0,
        now - day,
        MOST_A_DAY - 1,
    );
    let Some(at) = at.fetch_optional(connection).await? else { return Ok(()) };
    let retry_after = (at + day - now).to_std().unwrap_or(std::time::Duration::ZERO);
    Err(shared::Error::LimitReached { retry_after }.into())
}

async fn reopen(
    connection: &mut PgConnection,
    run: RunId,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<u32> {
    sqlx::query!(
        r#"
        update runs
        set status = 'running',
            finished_at = null,
            error = null,
            concluding_until = null,
            published_at = null,
            retries = retries + 1,
            retried_at = $2,
            asked_by = $3
        where id = $1
        "#,
        run.0,
        now,
        by.0,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("delete from run_failures where run_id = $1", run.0)
        .execute(&mut *connection)
        .await?;
    let opened = sqlx::query_scalar!(
        r#"
        update run_shards
        set state = 'queued',
            failed = 0,
            attempts = 0,
            lease_token = null,
            lease_until = null,
            not_before = null,
            put_offs = 0,
            put_off_since = null
        where run_id = $1 and done < size
        returning size - done as "items!"
        "#,
        run.0,
    );
    let opened: i32 = opened.fetch_all(connection).await?.into_iter().sum();
    Ok(opened.cast_unsigned())
}
