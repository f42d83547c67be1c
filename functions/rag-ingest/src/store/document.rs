//! The rows of documents.

use chrono::{DateTime, Utc};
use platform::Result;
use records::documents::DocumentView;
use shared::Language;
use shared::id::{AccountId, DocumentId, ProjectId, RunId};
use shared::knowledge::Scope;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::extract::FileType;
use crate::intake::Arrived;
use crate::register::Wanted;
use crate::step::Step;

/// A document as the worker needs it.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) id: DocumentId,
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) scope: Scope,
    pub(crate) title: String,
    pub(crate) file_type: FileType,
    pub(crate) language: Option<shared::Language>,
    pub(crate) upload_id: Uuid,
    pub(crate) version: i32,
    pub(crate) step: Step,
    pub(crate) is_deleted: bool,
}

/// A document of a scope that is the same as what has arrived.
pub(crate) struct Same {
    pub(crate) id: DocumentId,
    /// The same content; else the same name.
    pub(crate) is_content: bool,
    pub(crate) status: String,
    pub(crate) upload_id: Uuid,
}

fn columns(scope: Scope) -> (&'static str, Option<Uuid>) {
    match scope {
        Scope::Project(id) => ("project", Some(id.0)),
        Scope::Account(_) => ("account", None),
        Scope::Shared => ("shared", None),
    }
}

/// Lets one upload at a time into a scope, so that of two with the same file the second finds the first.
pub(crate) async fn lock_scope(connection: &mut PgConnection, scope: Scope) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", scope.key())
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// The document with this content, or else with this title and file name.
pub(crate) async fn find_same(
    connection: &mut PgConnection,
    wanted: &Wanted<'_>,
    arrived: &Arrived,
) -> Result<Option<Same>> {
    let row = sqlx::query_as!(
        Same,
        r#"
        select
            d.id as "id: _",
            d.content_hash = $2 as "is_content!",
            -- work that was stopped may be asked for again
            case when r.status in ('failed', 'cancelled') and d.status = 'processing'
                then 'failed' else d.status end as "status!",
            d.upload_id
        from documents d
        left join runs r on r.id = d.run_id
        where d.scope_key = $1
            and d.deleted_at is null
            and (d.content_hash = $2 or (d.title = $3 and d.filename = $4))
        order by d.content_hash = $2 desc
        limit 1
        "#,
        wanted.scope.key(),
        arrived.content_hash.as_slice(),
        wanted.title,
        wanted.filename,
    );
    Ok(row.fetch_optional(connection).await?)
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    id: DocumentId,
    wanted: &Wanted<'_>,
    arrived: &Arrived,
    now: DateTime<Utc>,
) -> Result<()> {
    let (scope, project) = columns(wanted.scope);
    sqlx::query!(
        r#"
        insert into documents
            (id, scope, project_id, owner_id, scope_key, title, filename, file_type, country,
             size_bytes, content_hash, upload_id, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
        "#,
        id.0,
        scope,
        project,
        owner(wanted).0,
        wanted.scope.key(),
        wanted.title,
        wanted.filename,
        arrived.file_type.as_str(),
        wanted.country,
        arrived.size_bytes.cast_signed(),
        arrived.content_hash.as_slice(),
        arrived.upload_id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A library's document belongs to whose library it is.
fn owner(wanted: &Wanted<'_>) -> AccountId {
    match wanted.scope {
        Scope::Account(id) => id,
        Scope::Project(_) | Scope::Shared => wanted.by,
    }
}

/// Another file for the same document: its next version, or the same content once more after it failed.
pub(crate) async fn renew(
    connection: &mut PgConnection,
    id: DocumentId,
    arrived: &Arrived,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        update documents
        set file_type = $2,
            size_bytes = $3,
            content_hash = $4,
            upload_id = $5,
            version = version + 1,
            status = 'processing',
            step = 'uploaded',
            error_message = null,
            updated_at = $6
        where id = $1
        "#,
        id.0,
        arrived.file_type.as_str(),
        arrived.size_bytes.cast_signed(),
        arrived.content_hash.as_slice(),
        arrived.upload_id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn set_run(
    connection: &mut PgConnection,
    id: DocumentId,
    run: RunId,
) -> Result<()> {
    sqlx::query!("update documents set run_id = $2 where id = $1", id.0, run.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// A document that its uploader has just changed.
pub(crate) async fn view(connection: &mut PgConnection, id: DocumentId) -> Result<DocumentView> {
    let row = sqlx::query_as!(
        DocumentView,
        r#"
        select
            id, title, filename, filename as "file_path!", file_type, country, num_chunks, status,
            error_message, created_at, deleted_at is null as "is_active!", scope,
            project_id as "project_id: _", num_pages, language, num_facts, dropped_facts, facts_note,
            note, version, run_id as "run_id: _", updated_at, owner_id
        from documents
        where id = $1
        "#,
        id.0,
    );
    Ok(row.fetch_optional(connection).await?.ok_or(shared::Error::NotFound("Document"))?)
}

/// The document of a run, deleted or not.
pub(crate) async fn find(pool: &PgPool, id: Uuid) -> Result<Option<Document>> {
    let row = sqlx::query!(
        r#"
        select
            id, project_id, scope_key, title, file_type as "file_type: FileType",
            language as "language: Language", upload_id, version, step as "step: Step",
            deleted_at is not null as "is_deleted!"
        from documents
        where id = $1
        "#,
        id,
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let unknown = || anyhow::anyhow!("document {id} has an unknown scope");
    Ok(Some(Document {
        id: row.id.into(),
        project_id: row.project_id.map(ProjectId),
        scope: Scope::parse(&row.scope_key).ok_or_else(unknown)?,
        title: row.title,
        file_type: row.file_type,
        language: row.language,
        upload_id: row.upload_id,
        version: row.version,
        step: row.step,
        is_deleted: row.is_deleted,
    }))
}

/// Holds a document in this version until the transaction ends. False when it was deleted or changed.
pub(crate) async fn hold(connection: &mut PgConnection, document: &Document) -> Result<bool> {
    let held = sqlx::query_scalar!(
        r#"
        select 1 as "one!"
        from documents
        where id = $1 and version = $2 and deleted_at is null
        for no key update
        "#,
        document.id.0,
        document.version,
    );
    Ok(held.fetch_optional(connection).await?.is_some())
}

/// True while a worker is at another run of this document.
pub(crate) async fn is_busy(
    pool: &PgPool,
    document: Uuid,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let is_busy = sqlx::query_scalar!(
        r#"
        select exists (
            select 1
            from runs r
            join run_shards s on s.run_id = r.id
            where r.subject_id = $1
                and r.id <> $2
                and s.state = 'running'
                and s.lease_until > $3
        ) as "is_busy!"
        "#,
        document,
        run.0,
        now,
    );
    Ok(is_busy.fetch_one(pool).await?)
}

/// What is told of a document when a step is done.
#[derive(Debug, Default)]
pub(crate) struct DocumentPatch {
    pub(crate) pages: Option<u32>,
    pub(crate) language: Option<shared::Language>,
    pub(crate) chunks: Option<u32>,
    pub(crate) facts: Option<u32>,
    pub(crate) dropped: Option<u32>,
    pub(crate) facts_note: Option<String>,
    /// What of the file could not be read.
    pub(crate) note: Option<String>,
}

/// Notes that a step of this version is done. False when the document was deleted or changed meanwhile.
pub(crate) async fn advance(
    connection: &mut PgConnection,
    document: &Document,
    step: Step,
    told: DocumentPatch,
    now: DateTime<Utc>,
) -> Result<bool> {
    let is_ready = matches!(step, Step::Written | Step::Done);
    let result = sqlx::query!(
        r#"
        update documents
        set step = $3,
            status = case when $4 then 'ready' else status end,
            num_pages = coalesce($5, num_pages),
            language = coalesce($6, language),
            num_chunks = coalesce($7, num_chunks),
            num_facts = coalesce($8, num_facts),
            dropped_facts = coalesce($9, dropped_facts),
            facts_note = case when $3 = 'done' then $10 else facts_note end,
            note = case when $3 = 'extracted' then $12 else note end,
            updated_at = $11
        where id = $1 and version = $2 and deleted_at is null
        "#,
        document.id.0,
        document.version,
        step.as_str(),
        is_ready,
        told.pages.map(u32::cast_signed),
        told.language.map(Language::as_str),
        told.chunks.map(u32::cast_signed),
        told.facts.map(u32::cast_signed),
        told.dropped.map(u32::cast_signed),
        told.facts_note,
        now,
        told.note,
    )
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Notes why a version could not be taken in.
pub(crate) async fn fail(
    connection: &mut PgConnection,
    document: &Document,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        update documents
        set status = 'failed', error_message = $3, updated_at = $4
        where id = $1 and version = $2 and deleted_at is null
        "#,
        document.id.0,
        document.version,
        reason,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A document whose chunks have vectors.
pub(crate) struct Embedded {
    pub(crate) id: DocumentId,
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) upload_id: Uuid,
}

/// Documents that have chunks, by their ids: the next so many after one. Of those whose vectors are all of
/// this model, or that somebody is at work on, only where everything is wanted.
pub(crate) async fn with_vectors(
    connection: &mut PgConnection,
    after: DocumentId,
    (model, is_everything): (&str, bool),
    most: i64,
) -> Result<Vec<Embedded>> {
    let rows = sqlx::query_as!(
        Embedded,
        r#"
        select d.id as "id: _", d.project_id as "project_id: _", d.upload_id
        from documents d
        where d.id > $1
            and d.deleted_at is null
            and d.step not in ('uploaded', 'extracted')
            and ($3 or (
                exists (
                    select from chunks c
                    where c.document_id = d.id and c.embedded_by is distinct from $2
                )
                and not exists (
                    select from runs r where r.id = d.run_id and r.status in ('queued', 'running')
                )
            ))
        order by d.id
        limit $4
        for no key update of d
        "#,
        after.0,
        model,
        is_everything,
        most,
    );
    Ok(rows.fetch_all(connection).await?)
}

/// Sends a document back to a step, as another version: whoever is still at it notices. What can be found
/// of it stays found.
pub(crate) async fn back_to(
    connection: &mut PgConnection,
    id: DocumentId,
    step: Step,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        update documents
        set step = $2,
            version = version + 1,
            status = case when status = 'failed' then 'processing' else status end,
            error_message = null,
            updated_at = $3
        where id = $1
        "#,
        id.0,
        step.as_str(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Has the missing facts of a document looked for again. Nobody is at work on it, and everything else of it
/// is done: it stays the version that it is.
pub(crate) async fn look_again(
    connection: &mut PgConnection,
    id: DocumentId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update documents set step = 'written', updated_at = $2 where id = $1",
        id.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
