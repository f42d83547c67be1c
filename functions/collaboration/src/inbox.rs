//! What concerns somebody: mentions of them, replies in threads that they write in, tasks given to them.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Paged, Problem, Query};
use platform::limit::Poll;
use platform::{Caller, Error, Result, Within};
use serde::{Deserialize, Serialize};
use shared::Checks;
use shared::id::{CommentId, NotificationId, ProjectId, TaskId};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::cursor::Cursor;
use crate::person::Person;
use crate::store;
use crate::subject::Subject;

// Entries a page, when nothing is said and at most: chosen by hand.
const LIMIT: i64 = 30;
const MOST: i64 = 100;

shared::words! {
    /// Why somebody is told.
    pub(crate) enum NotificationKind {
        /// A comment mentions them.
        Mention = "mention",
        /// Somebody has written in a thread that they have written in.
        Reply = "reply",
        /// A task was given to them.
        Assigned = "assigned",
    }
}

/// A line of an inbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct InboxEntry {
    pub(crate) id: NotificationId,
    pub(crate) kind: NotificationKind,
    pub(crate) project: InboxProject,
    /// None of a task that is about no subject.
    pub(crate) subject: Option<Subject>,
    /// Who has written it, or has given the task.
    pub(crate) actor: Person,
    pub(crate) comment: Option<InboxComment>,
    pub(crate) task: Option<InboxTask>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) read_at: Option<DateTime<Utc>>,
}

/// Where it happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct InboxProject {
    pub(crate) id: ProjectId,
    pub(crate) name: String,
}

/// A comment by its beginning.
#[derive(Serialize, ToSchema)]
pub(crate) struct InboxComment {
    pub(crate) id: CommentId,
    pub(crate) thread_id: CommentId,
    /// At most 140 characters.
    pub(crate) excerpt: String,
}

/// A task by its title.
#[derive(Serialize, ToSchema)]
pub(crate) struct InboxTask {
    pub(crate) id: TaskId,
    pub(crate) title: String,
}

/// Which part of an inbox.
#[derive(Deserialize, IntoParams)]
pub(crate) struct InboxQuery {
    /// Only what has not been read; default false.
    unread: Option<bool>,
    /// `X-Next-Cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; default 30.
    limit: Option<i64>,
}

/// What has been read: one entry, or one with everything older.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MarkRead {
    up_to: Option<NotificationId>,
    one: Option<NotificationId>,
}

/// How much waits to be read.
#[derive(Serialize, ToSchema)]
pub(crate) struct Unread {
    unread: i64,
}

/// The caller's inbox, the newest first, from every project that they are in.
#[utoipa::path(get, path = "/api/v1/collaboration/inbox", operation_id = "list_inbox",
    tag = "collaboration", params(InboxQuery), security(("bearer" = [])),
    responses((status = 200, body = Vec<InboxEntry>), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Query(asked): Query<InboxQuery>,
) -> Result<Paged<InboxEntry>> {
    let mut checks = Checks::default();
    checks.range("limit", asked.limit, 1..=MOST);
    checks.done()?;
    let cursor = Cursor::read(asked.cursor.as_deref())?;
    let (is_unread, limit) = (asked.unread.unwrap_or(false), asked.limit.unwrap_or(LIMIT));
    let pool = &state.base.pool;
    let entries = store::entries(pool, &caller, is_unread, cursor, limit).await?;
    let total = store::count_entries(pool, &caller, is_unread).await?;
    Ok(Paged::of(entries, total, limit, |entry| Cursor::text(entry.created_at, entry.id)))
}

/// How many entries of the caller's inbox have not been read.
#[utoipa::path(get, path = "/api/v1/collaboration/inbox/unread", operation_id = "count_unread",
    tag = "collaboration", security(("bearer" = [])),
    responses((status = 200, body = Unread), (status = 429, body = Problem)))]
pub(crate) async fn unread(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
) -> Result<Json<Unread>> {
    Ok(Json(Unread { unread: store::count_unread(&state.base.pool, &caller).await? }))
}

/// Marks what the caller has read.
#[utoipa::path(post, path = "/api/v1/collaboration/inbox/read", operation_id = "mark_read",
    tag = "collaboration", request_body = MarkRead, security(("bearer" = [])),
    responses((status = 200, body = Unread), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn read(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Json(request): Json<MarkRead>,
) -> Result<Json<Unread>> {
    let (pool, now) = (&state.base.pool, state.base.clock.now());
    match (request.up_to, request.one) {
        (Some(id), None) => store::read_up_to(pool, &caller, id, now).await?,
        (None, Some(id)) => store::read_one(pool, &caller, id, now).await?,
        _ => return Err(Error::invalid("up_to", "must be there, or `one`, and not both")),
    }
    Ok(Json(Unread { unread: store::count_unread(pool, &caller).await? }))
}
