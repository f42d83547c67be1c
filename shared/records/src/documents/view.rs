//! A document as the client lists it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::FieldError;
use shared::id::{AccountId, DocumentId, ProjectId, RunId};
use shared::knowledge::Scope;
use sqlx::PgPool;
use utoipa::ToSchema;

use platform::Result;

/// The most documents of one page, which is what a client gets that asks for no number.
pub const MOST: i64 = 1_000;
/// Of a document whose run has ended before anybody worked on it.
const STOPPED: &str = "The work on this document was stopped. Upload it again.";

/// A file that a researcher gave, as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentView {
    pub id: DocumentId,
    /// What it is called.
    pub title: String,
    /// The name of its file, without folders.
    pub filename: String,
    /// The same: where the file lies is nobody's business.
    pub file_path: String,
    /// `pdf`, `docx`, `pptx`, `xlsx`, `md`, `html`, `txt` or `csv`.
    pub file_type: String,
    /// The country that it is about.
    pub country: Option<String>,
    /// How many chunks of it can be found.
    pub num_chunks: i32,
    /// `processing`, `ready` or `failed`.
    pub status: String,
    /// Why it failed, in words for whoever uploaded it.
    pub error_message: Option<String>,
    /// When it was first uploaded.
    pub created_at: DateTime<Utc>,
    /// False when it was deleted.
    pub is_active: bool,
    /// `account` (a person's library), `project` or `shared`.
    pub scope: String,
    /// Its project, for the scope `project`.
    pub project_id: Option<ProjectId>,
    /// Pages, where its format has pages.
    pub num_pages: Option<i32>,
    /// `pl` or `en`, as it was recognised.
    pub language: Option<String>,
    /// Facts in the graph that rest on it.
    pub num_facts: i32,
    /// Facts that were dropped, because the text does not support them.
    pub dropped_facts: i32,
    /// What is missing of its facts, and why: passages that nobody could ask about or whose answer could not be
    /// used, and facts that were dropped. None when all were looked for and kept.
    pub facts_note: Option<String>,
    /// What of its file could not be read, counted: replaced bytes, signs of unknown fonts, text at an angle, hidden
    /// text, parts that are no text. None when everything was read.
    pub note: Option<String>,
    /// Grows with every edit.
    pub version: i32,
    /// The work on it: `/api/v1/runs/{run_id}`.
    pub run_id: Option<RunId>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Whose it is.
    #[serde(skip)]
    pub owner_id: AccountId,
}

/// Somebody who reads documents of these scopes: made by [`super::readable`] and
/// [`super::OfProject::read`] only, so that a query without a check does not compile.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(super) scopes: Vec<Scope>,
}

impl Reader {
    /// What they may look into.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    fn keys(&self) -> Vec<String> {
        self.scopes.iter().map(|scope| scope.key()).collect()
    }
}

/// How many documents of these scopes there are.
pub async fn count(pool: &PgPool, reader: &Reader) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from documents where scope_key = any($1) and deleted_at is null"#,
        &reader.keys(),
    );
    Ok(count.fetch_one(pool).await?)
}

/// Where a page of documents ended. It names a time and an id and no row, so that the next page is the same when the
/// document there is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    at: DateTime<Utc>,
    id: DocumentId,
}

impl Cursor {
    /// Behind this document.
    pub fn behind(document: &DocumentView) -> Self {
        Self { at: document.created_at, id: document.id }
    }

    /// Reads what [`Display`] wrote.
    ///
    /// # Errors
    /// When it is something else.
    ///
    /// [`Display`]: std::fmt::Display
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let read = || {
            let (micros, id) = text.split_once('.')?;
            let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
            Some(Self { at, id: DocumentId(id.parse().ok()?) })
        };
        read().ok_or_else(|| FieldError::new("cursor", "must be the X-Next-Cursor of a page"))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at.timestamp_micros(), self.id)
    }
}

/// A page of the documents of these scopes, newest first.
pub async fn list(
    pool: &PgPool,
    reader: &Reader,
    cursor: Option<Cursor>,
    limit: i64,
) -> Result<Vec<DocumentView>> {
    let rows = sqlx::query_as!(
        DocumentView,
        r#"
        select
            d.id, d.title, d.filename, d.filename as "file_path!", d.file_type, d.country,
            d.num_chunks,
            case when r.id is null then d.status else 'failed' end as "status!",
            case when r.id is null then d.error_message else $3 end as error_message,
            d.created_at, true as "is_active!", d.scope, d.project_id as "project_id: _",
            d.num_pages, d.language, d.num_facts, d.dropped_facts, d.facts_note, d.note,
            d.version, d.run_id as "run_id: _", d.updated_at, d.owner_id
        from documents d
        left join runs r
            on r.id = d.run_id and d.status = 'processing' and r.status in ('failed', 'cancelled')
        where d.scope_key = any($1)
            and d.deleted_at is null
            and ($4::timestamptz is null or (d.created_at, d.id) < ($4, $5::uuid))
        order by d.created_at desc, d.id desc
        limit $2
        "#,
        &reader.keys(),
        limit,
        STOPPED,
        cursor.map(|cursor| cursor.at),
        cursor.map(|cursor| cursor.id.0),
    );
    Ok(rows.fetch_all(pool).await?)
}

/// One document of these scopes.
///
/// # Errors
/// `Document not found`, also for one that the reader may not see.
pub async fn find(pool: &PgPool, reader: &Reader, id: DocumentId) -> Result<DocumentView> {
    let row = sqlx::query_as!(
        DocumentView,
        r#"
        select
            d.id, d.title, d.filename, d.filename as "file_path!", d.file_type, d.country,
            d.num_chunks,
            case when r.id is null then d.status else 'failed' end as "status!",
            case when r.id is null then d.error_message else $3 end as error_message,
            d.created_at, true as "is_active!", d.scope, d.project_id as "project_id: _",
            d.num_pages, d.language, d.num_facts, d.dropped_facts, d.facts_note, d.note,
            d.version, d.run_id as "run_id: _", d.updated_at, d.owner_id
        from documents d
        left join runs r
            on r.id = d.run_id and d.status = 'processing' and r.status in ('failed', 'cancelled')
        where d.scope_key = any($1) and d.id = $2 and d.deleted_at is null
        "#,
        &reader.keys(),
        id.0,
        STOPPED,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Document"))?)
}
