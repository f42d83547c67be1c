//! Threads: a first comment and its replies, one level deep.

use axum::extract::State;
use platform::http::{Json, Paged, Problem, Query};
use platform::limit::{Change, Poll};
use platform::postgres::again;
use platform::{Access, Editor, Error, Result, Viewer, Within};
use serde::{Deserialize, Serialize};
use shared::id::{CommentId, ProjectId};
use shared::{Checks, FieldError};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::AppState;
use crate::comment::CommentView;
use crate::cursor::Cursor;
use crate::store::{self, OfComment};
use crate::subject::{Subject, SubjectKind};

// Threads a page, when nothing is said and at most; each brings its replies along.
const LIMIT: i64 = 20;
const MOST: i64 = 50;

shared::words! {
    /// Whether a thread waits for something.
    pub(crate) enum ThreadState {
        /// It does.
        Open = "open",
        /// Somebody said that it does not any more.
        Resolved = "resolved",
    }
}

/// A comment with its replies.
#[derive(Serialize, ToSchema)]
#[schema(as = Thread)]
pub(crate) struct ThreadView {
    /// The first comment.
    pub(crate) comment: CommentView,
    /// The oldest first. A list has the newest 20 of each thread.
    pub(crate) replies: Vec<CommentView>,
    /// How many replies there are in all.
    pub(crate) reply_count: i64,
}

/// How many threads of a subject are open.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenThreads {
    pub(crate) subject: Subject,
    pub(crate) open_threads: i64,
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct ThreadQuery {
    /// With `subject_id`: only those about this subject.
    #[param(inline)]
    subject_kind: Option<SubjectKind>,
    subject_id: Option<Uuid>,
    /// Both without it.
    #[param(inline)]
    state: Option<ThreadState>,
    /// `X-Next-Cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 50; default 20.
    limit: Option<i64>,
}

/// A subject of a query: both halves or neither.
pub(crate) fn asked_subject(
    kind: Option<SubjectKind>,
    id: Option<Uuid>,
) -> Result<Option<Subject>> {
    let missing = match (kind, id) {
        (Some(_), None) => "subject_id",
        (None, Some(_)) => "subject_kind",
        _ => return Ok(Subject::of(kind, id)),
    };
    let errors = vec![FieldError::new(missing, "must come with the other half of a subject")];
    Err(Error::Malformed { location: "query", errors })
}

/// The threads of a project or of one subject, the newest first.
#[utoipa::path(get, path = "/api/v1/collaboration/projects/{project_id}/comments",
    operation_id = "list_threads", tag = "collaboration",
    params(("project_id" = ProjectId, Path), ThreadQuery), security(("bearer" = [])),
    responses((status = 200, body = Vec<ThreadView>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Query(asked): Query<ThreadQuery>,
) -> Result<Paged<ThreadView>> {
    let mut checks = Checks::default();
    checks.range("limit", asked.limit, 1..=MOST);
    checks.done()?;
    let filter = store::ThreadFilter {
        subject: asked_subject(asked.subject_kind, asked.subject_id)?,
        is_resolved: asked.state.map(|state| state == ThreadState::Resolved),
    };
    let cursor = Cursor::read(asked.cursor.as_deref())?;
    let limit = asked.limit.unwrap_or(LIMIT);
    let threads = store::threads(&state.base.pool, access, filter, cursor, limit).await?;
    let total = store::count_threads(&state.base.pool, access, filter).await?;
    let last = |thread: &ThreadView| Cursor::text(thread.comment.created_at, thread.comment.id);
    Ok(Paged::of(threads, total, limit, last))
}

/// The thread that a comment is in, with all its replies.
#[utoipa::path(get, path = "/api/v1/collaboration/comments/{comment_id}",
    operation_id = "get_thread", tag = "collaboration",
    params(("comment_id" = CommentId, Path)), security(("bearer" = [])),
    responses((status = 200, body = ThreadView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    of: OfComment<Viewer>,
) -> Result<Json<ThreadView>> {
    Ok(Json(store::thread(&state.base.pool, &of).await?))
}

/// How many threads are open, by subject; subjects without one are left out.
#[utoipa::path(get, path = "/api/v1/collaboration/projects/{project_id}/comments/counts",
    operation_id = "count_open_threads", tag = "collaboration",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<OpenThreads>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn counts(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Vec<OpenThreads>>> {
    Ok(Json(store::open_threads(&state.base.pool, access).await?))
}

/// Says that a thread waits for nothing any more. Twice is once. The answer is its first comment.
#[utoipa::path(post, path = "/api/v1/collaboration/comments/{comment_id}/resolve",
    operation_id = "resolve_thread", tag = "collaboration",
    params(("comment_id" = CommentId, Path)), security(("bearer" = [])),
    responses((status = 200, body = CommentView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn resolve(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfComment<Editor>,
) -> Result<Json<CommentView>> {
    let done = again(|| store::set_resolved(&state, &of, true)).await?;
    Ok(Json(done.spread(&state).await))
}

/// Says that a thread waits for something after all. Twice is once. The answer is its first comment.
#[utoipa::path(post, path = "/api/v1/collaboration/comments/{comment_id}/reopen",
    operation_id = "reopen_thread", tag = "collaboration",
    params(("comment_id" = CommentId, Path)), security(("bearer" = [])),
    responses((status = 200, body = CommentView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn reopen(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfComment<Editor>,
) -> Result<Json<CommentView>> {
    let done = again(|| store::set_resolved(&state, &of, false)).await?;
    Ok(Json(done.spread(&state).await))
}
