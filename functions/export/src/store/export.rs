//! Files that were written.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use platform::access::path_id;
use platform::runs::Lease;
use platform::{Access, Caller, Error, HeldRole, InProject, Level, Result, Viewer};
use shared::id::{AccountId, ExportId, ProjectId, RunId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::AppState;
use crate::form::Format;
use crate::project::{StartExport, Subject};

/// The most files that somebody has at a time, in all their projects: one may be gigabytes, and is kept for a week.
const MOST_KEPT: i64 = 200;

/// A file, written or about to be.
#[derive(Clone)]
pub(crate) struct ExportRow {
    pub(crate) id: Uuid,
    pub(crate) run_id: Option<Uuid>,
    pub(crate) subject: Subject,
    pub(crate) subject_id: Uuid,
    pub(crate) format: Format,
    pub(crate) has_bom: bool,
    pub(crate) is_unmasked: bool,
    pub(crate) requested_by: Uuid,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    /// The attempt that wrote it whole; none of a file from before attempts had folders.
    pub(crate) attempt: Option<Uuid>,
    pub(crate) is_cancelled: bool,
    pub(crate) expires_at: DateTime<Utc>,
}

impl ExportRow {
    /// The folder of one attempt. Nobody else writes or removes anything there.
    pub(crate) fn folder(&self, attempt: Option<Uuid>) -> String {
        match attempt {
            Some(attempt) => format!("exports/{}/{attempt}/", self.id),
            None => format!("exports/{}/", self.id),
        }
    }

    /// The key of what an attempt writes.
    pub(crate) fn key(&self, attempt: Option<Uuid>) -> String {
        format!("{}file.{}", self.folder(attempt), self.format)
    }

    /// The key of the disclosure that lies beside a CSV.
    pub(crate) fn disclosure_key(&self, attempt: Option<Uuid>) -> String {
        format!("{}disclosure.json", self.folder(attempt))
    }

    /// Whether there is a file to fetch.
    pub(crate) fn is_ready(&self, now: DateTime<Utc>) -> bool {
        self.finished_at.is_some() && !self.is_cancelled && self.expires_at > now
    }
}

/// The route's export, and the proof that its caller has at least this role in its project.
pub(crate) struct OfExport<L> {
    pub(crate) row: ExportRow,
    pub(crate) access: Access<L>,
}

impl<L: Level> FromRequestParts<AppState> for OfExport<L> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let id = path_id(parts, state, "export_id").await?;
        let found = sqlx::query!(
            r#"
            select e.project_id, r.role as "role!: HeldRole"
            from exports e
            join project_roles r on r.project_id = e.project_id
            where e.id = $1 and r.account_id = $2
            "#,
            id,
            caller.account_id.0,
        );
        let found = found.fetch_optional(&state.worker.base.pool).await?;
        let found = found.ok_or(shared::Error::NotFound("Export"))?;
        let access = Access::grant(&caller, found.project_id.into(), Some(found.role), "Export")?;
        let row = row(&state.worker.base.pool, id, found.project_id.into()).await?;
        Ok(Self { row: row.ok_or(shared::Error::NotFound("Export"))?, access })
    }
}

/// True when the project has what is to be exported.
pub(crate) async fn begun(
    connection: &mut PgConnection,
    access: Access<Viewer>,
    (subject, id): (Subject, Uuid),
) -> Result<bool> {
    let is_there = sqlx::query_scalar!(
        r#"
        select case $2::text
            when 'project' then $3::uuid = $1::uuid
            when 'survey' then exists (
                select from surveys
                where id = $3 and project_id = $1 and run_id is not null and deleted_at is null
            )
            else exists (
                select from focus_groups where id = $3 and project_id = $1 and run_id is not null
            )
        end as "is_there!"
        "#,
        access.project_id().0,
        subject.as_str(),
        id,
    );
    Ok(is_there.fetch_one(connection).await?)
}

/// That the caller has not as many files as one may.
///
/// # Errors
/// 429 until one of them goes.
pub(crate) async fn check_room(
    connection: &mut PgConnection,
    access: Access<Viewer>,
    now: DateTime<Utc>,
) -> Result<()> {
    let first = sqlx::query_scalar!(
        r#"
        select expires_at
        from exports
        where requested_by = $1 and expires_at > $2
        order by expires_at desc
        offset $3
        limit 1
        "#,
        access.account_id().0,
        now,
        MOST_KEPT - 1,
    );
    let Some(goes_at) = first.fetch_optional(connection).await? else { return Ok(()) };
    let retry_after = (goes_at - now).to_std().unwrap_or_default();
    Err(shared::Error::LimitReached { retry_after }.into())
}

/// Notes what is to be written.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    access: Access<Viewer>,
    (id, run): (ExportId, RunId),
    request: &StartExport,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into exports
            (id, project_id, run_id, subject_kind, subject_id, format, has_bom, is_unmasked,
             requested_by, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        id.0,
        access.project_id().0,
        run.0,
        request.subject.as_str(),
        request.subject_of(access.project_id()),
        request.format.as_str(),
        request.bom,
        request.masking.unmask,
        access.account_id().0,
        now,
        until,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The file of a run, when its request comes again.
pub(crate) async fn of_run(
    connection: &mut PgConnection,
    access: Access<Viewer>,
    run: RunId,
) -> Result<ExportId> {
    let id = sqlx::query_scalar!(
        "select id from exports where project_id = $1 and run_id = $2",
        access.project_id().0,
        run.0,
    );
    Ok(id.fetch_one(connection).await?.into())
}

/// A worker's, for its lease.
pub(crate) async fn of(pool: &PgPool, lease: &Lease) -> Result<Option<ExportRow>> {
    Ok(row(pool, lease.subject_id, lease.project()?).await?)
}

async fn row(
    pool: &PgPool,
    id: Uuid,
    project: ProjectId,
) -> Result<Option<ExportRow>, sqlx::Error> {
    let row = sqlx::query_as!(
        ExportRow,
        r#"
        select
            e.id, e.run_id, e.subject_kind as "subject: _", e.subject_id, e.format as "format: _", e.has_bom,
            e.is_unmasked, e.requested_by, e.created_at, e.finished_at, e.attempt, e.expires_at,
            r.cancel_requested_at is not null as "is_cancelled!"
        from exports e
        left join runs r on r.id = e.run_id
        where e.id = $1 and e.project_id = $2
        "#,
        id,
        project.0,
    );
    row.fetch_optional(pool).await
}

/// The exporter's name; none where they have none any more.
pub(crate) async fn exporter(
    pool: &PgPool,
    _: InProject,
    account: AccountId,
) -> Result<Option<String>> {
    let name = sqlx::query_scalar!("select full_name from accounts where id = $1", account.0);
    Ok(name.fetch_optional(pool).await?.filter(|name| !name.trim().is_empty()))
}

/// Says that the file of this attempt is whole.
pub(crate) async fn finish(
    connection: &mut PgConnection,
    lease: &Lease,
    attempt: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update exports set finished_at = $2, attempt = $3 where id = $1 and finished_at is null",
        lease.subject_id,
        now,
        attempt,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a file is fetched with.
pub(crate) struct Ticket {
    pub(crate) hash: [u8; 32],
    pub(crate) expires_at: DateTime<Utc>,
}

/// Lets a file be fetched with this for a while; tickets that are over go.
pub(crate) async fn ticket(
    connection: &mut PgConnection,
    _: Access<Viewer>,
    (export, ticket): (ExportId, &Ticket),
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "delete from export_tickets where export_id = $1 and expires_at <= $2",
        export.0,
        now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into export_tickets (token_hash, export_id, expires_at) values ($1, $2, $3)",
        ticket.hash.as_slice(),
        export.0,
        ticket.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The whole file that a ticket opens.
pub(crate) async fn ticketed(
    state: &AppState,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<ExportRow> {
    let row = sqlx::query_as!(
        ExportRow,
        r#"
        select
            e.id, e.run_id, e.subject_kind as "subject: _", e.subject_id, e.format as "format: _", e.has_bom,
            e.is_unmasked, e.requested_by, e.created_at, e.finished_at, e.attempt, e.expires_at,
            r.cancel_requested_at is not null as "is_cancelled!"
        from export_tickets t
        join exports e on e.id = t.export_id
        join projects p on p.id = e.project_id
        left join runs r on r.id = e.run_id
        where t.token_hash = $1
            and t.expires_at > $2
            and e.expires_at > $2
            and e.finished_at is not null
            and r.cancel_requested_at is null
            and p.deleted_at is null
        "#,
        hash.as_slice(),
        now,
    );
    Ok(row.fetch_optional(&state.worker.base.pool).await?.ok_or(shared::Error::NotFound("File"))?)
}
