//! Projects whose needs are due, and the start of a run for one of them.

use chrono::{DateTime, Duration, Utc};
use platform::Result;
use shared::id::{AccountId, PopulationId, ProjectId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Projects of one call: the next call goes on.
const AT_ONCE: i64 = 100;

/// A project with segments that are due, and who had their people asked. Only the query below makes one, so that
/// the clock touches no other project.
pub(crate) struct Due {
    project_id: Uuid,
    asked_by: Uuid,
}

impl Due {
    pub(crate) fn project_id(&self) -> ProjectId {
        self.project_id.into()
    }

    /// Who pays.
    pub(crate) fn asked_by(&self) -> AccountId {
        self.asked_by.into()
    }
}

/// One of each project where nobody drafts, whose first has been due for `rest`.
pub(crate) async fn due_projects(
    pool: &PgPool,
    rest: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<Due>> {
    let rows = sqlx::query_as!(
        Due,
        r#"
        select distinct on (d.project_id) d.project_id, d.asked_by
        from needs_due d
        join projects p on p.id = d.project_id
        where p.deleted_at is null
            and d.since <= $1
            and not exists (
                select from runs r
                where r.project_id = d.project_id
                    and r.kind = 'persona-insights'
                    and r.status in ('queued', 'running')
            )
        order by d.project_id, d.since, d.asked_by
        limit $2
        "#,
        now - rest,
        AT_ONCE,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Keeps everybody else from starting work in the project until the transaction ends. False where it is deleted, somebody
/// else starts something just now, or needs are being drafted: then the next call comes back.
pub(crate) async fn lock_idle(connection: &mut PgConnection, due: &Due) -> Result<bool> {
    let locked = sqlx::query!(
        "select id from projects where id = $1 and deleted_at is null for no key update skip locked",
        due.project_id,
    );
    if locked.fetch_optional(&mut *connection).await?.is_none() {
        return Ok(false);
    }
    // A statement of its own: it sees the run of whoever had the lock before.
    let is_idle = sqlx::query_scalar!(
        r#"
        select not exists (
            select from runs
            where project_id = $1 and kind = 'persona-insights' and status in ('queued', 'running')
        ) as "is_idle!"
        "#,
        due.project_id,
    );
    Ok(is_idle.fetch_one(connection).await?)
}

/// Whether they may still have needs drafted there: an editor, with a proved address where it costs money.
pub(crate) async fn may_pay(
    connection: &mut PgConnection,
    due: &Due,
    costs_money: bool,
) -> Result<bool> {
    let may = sqlx::query_scalar!(
        r#"
        select exists (
            select from project_roles r
            join accounts a on a.id = r.account_id
            where r.project_id = $1
                and r.account_id = $2
                and r.role in ('editor', 'admin')
                and (a.is_verified or not $3)
        ) as "may!"
        "#,
        due.project_id,
        due.asked_by,
        costs_money,
    );
    Ok(may.fetch_one(connection).await?)
}

/// Takes everything that is due of what they had asked: it is not due any more.
pub(crate) async fn take_due(
    connection: &mut PgConnection,
    due: &Due,
) -> Result<Vec<(PopulationId, String)>> {
    let rows = sqlx::query!(
        r#"
        delete from needs_due
        where project_id = $1 and asked_by = $2
        returning population_id, segment_id
        "#,
        due.project_id,
        due.asked_by,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let mut segments: Vec<_> =
        rows.map(|row| (PopulationId(row.population_id), row.segment_id)).collect();
    segments.sort_unstable();
    Ok(segments)
}
