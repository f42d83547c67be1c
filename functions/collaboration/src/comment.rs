//! What somebody says about a subject: written, answered, changed, taken back.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::postgres::again;
use platform::runs::IdempotencyKey;
use platform::{Access, Editor, Result, Within};
use serde::{Deserialize, Serialize};
use shared::id::{AccountId, CommentId, ProjectId};
use shared::text::composed;
use shared::{Checks, FieldError};
use utoipa::ToSchema;

use crate::AppState;
use crate::person::Person;
use crate::store::{self, MayDelete, OfComment};
use crate::subject::Subject;

/// Characters of a comment: a page and a half.
const TEXT: std::ops::RangeInclusive<usize> = 1..=4_000;
/// People whom one comment may mention: each gets an e-mail.
const MOST_MENTIONS: usize = 20;

/// A comment as members of its project see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Comment)]
pub(crate) struct CommentView {
    pub(crate) id: CommentId,
    pub(crate) project_id: ProjectId,
    pub(crate) subject: Subject,
    /// The first comment of its thread: its own id there.
    pub(crate) thread_id: CommentId,
    /// Null of a deleted one that has replies.
    pub(crate) text: Option<String>,
    pub(crate) author: Person,
    pub(crate) mentions: Vec<Person>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) edited_at: Option<DateTime<Utc>>,
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    /// Of the whole thread, at its first comment.
    pub(crate) resolved_at: Option<DateTime<Utc>>,
    pub(crate) resolved_by: Option<Person>,
}

/// The first comment of a new thread.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateComment {
    subject: Subject,
    /// 1 to 4,000 characters.
    text: String,
    /// At most 20 members of the project.
    #[serde(default)]
    mentions: Vec<AccountId>,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateReply {
    /// 1 to 4,000 characters.
    text: String,
    /// At most 20 members of the project.
    #[serde(default)]
    mentions: Vec<AccountId>,
}

/// What changes; what is absent or null stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateComment {
    text: Option<String>,
    mentions: Option<Vec<AccountId>>,
}

/// A text and whom it mentions, checked: trimmed, composed, nobody twice.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CommentText {
    pub(crate) text: String,
    pub(crate) mentions: Vec<AccountId>,
}

/// Where a comment is to stand.
#[derive(Clone, Copy, Serialize)]
pub(crate) enum Place {
    /// At the head of a new thread.
    Subject(Subject),
    /// At the end of this thread.
    Thread(CommentId),
}

impl CommentText {
    fn parse(text: &str, mentions: Vec<AccountId>) -> Result<Self> {
        let text = parse_text(text)?;
        Ok(Self { text, mentions: parse_mentions(mentions)? })
    }
}

fn parse_text(text: &str) -> Result<String> {
    let text = composed(text);
    let mut checks = Checks::default();
    checks.length("text", Some(&text), TEXT);
    checks.done()?;
    Ok(text.trim().to_owned())
}

fn parse_mentions(mut mentions: Vec<AccountId>) -> Result<Vec<AccountId>> {
    let mut known = std::collections::HashSet::new();
    mentions.retain(|account| known.insert(*account));
    if mentions.len() > MOST_MENTIONS {
        let rule = format!("must have at most {MOST_MENTIONS} people");
        return Err(shared::Error::Invalid(vec![FieldError::new("mentions", rule)]).into());
    }
    Ok(mentions)
}

/// Begins a thread about a subject. Who is mentioned is told in their inbox and by one e-mail.
#[utoipa::path(post, path = "/api/v1/collaboration/projects/{project_id}/comments",
    operation_id = "create_comment", tag = "collaboration",
    params(("project_id" = ProjectId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = CreateComment, security(("bearer" = [])),
    responses((status = 201, body = CommentView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    key: IdempotencyKey,
    Json(request): Json<CreateComment>,
) -> Result<(StatusCode, Json<CommentView>)> {
    let said = CommentText::parse(&request.text, request.mentions)?;
    say(&state, access, Place::Subject(request.subject), &said, &key).await
}

/// Answers in a thread, whichever of its comments is named. A resolved thread stays resolved. A thread takes 100
/// replies.
#[utoipa::path(post, path = "/api/v1/collaboration/comments/{comment_id}/replies",
    operation_id = "create_reply", tag = "collaboration",
    params(("comment_id" = CommentId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = CreateReply, security(("bearer" = [])),
    responses((status = 201, body = CommentView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn reply(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfComment<Editor>,
    key: IdempotencyKey,
    Json(request): Json<CreateReply>,
) -> Result<(StatusCode, Json<CommentView>)> {
    let said = CommentText::parse(&request.text, request.mentions)?;
    say(&state, of.access, Place::Thread(of.id), &said, &key).await
}

async fn say(
    state: &AppState,
    access: Access<Editor>,
    place: Place,
    said: &CommentText,
    key: &IdempotencyKey,
) -> Result<(StatusCode, Json<CommentView>)> {
    let done = again(|| store::insert_comment(state, access, place, said, key)).await?;
    Ok((StatusCode::CREATED, Json(done.spread(state).await)))
}

/// Changes the caller's own comment. Who is mentioned for the first time is told.
#[utoipa::path(patch, path = "/api/v1/collaboration/comments/{comment_id}",
    operation_id = "update_comment", tag = "collaboration",
    params(("comment_id" = CommentId, Path)), request_body = UpdateComment,
    security(("bearer" = [])),
    responses((status = 200, body = CommentView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn update(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfComment<Editor>,
    Json(request): Json<UpdateComment>,
) -> Result<Json<CommentView>> {
    if of.created_by != of.access.account_id() {
        return Err(shared::Error::Forbidden("Only its author changes a comment").into());
    }
    let text = request.text.as_deref().map(parse_text).transpose()?;
    let mentions = request.mentions.map(parse_mentions).transpose()?;
    let done = again(|| store::update_comment(&state, &of, text.as_deref(), mentions.as_deref()));
    Ok(Json(done.await?.spread(&state).await))
}

/// Deletes the caller's own comment, or anybody's as an admin. Its text is gone; a first comment that has replies
/// stays as an empty place.
#[utoipa::path(delete, path = "/api/v1/collaboration/comments/{comment_id}",
    operation_id = "delete_comment", tag = "collaboration",
    params(("comment_id" = CommentId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfComment<Editor>,
) -> Result<StatusCode> {
    of.may_be_deleted()?;
    let done = again(|| store::delete_comment(&state, &of)).await?;
    done.spread(&state).await;
    Ok(StatusCode::NO_CONTENT)
}
