//! What is to be done in a project, by whom and until when.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use platform::http::{Json, Paged, Problem, Query};
use platform::limit::{Change, Poll};
use platform::postgres::again;
use platform::runs::IdempotencyKey;
use platform::{Access, Editor, Error, Result, Viewer, Within};
use serde::{Deserialize, Deserializer, Serialize};
use shared::id::{AccountId, ProjectId, TaskId};
use shared::text::composed;
use shared::{Checks, FieldError};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::AppState;
use crate::cursor::Cursor;
use crate::person::Person;
use crate::store::{self, MayDelete, OfTask};
use crate::subject::{Subject, SubjectKind};
use crate::thread::asked_subject;

// Chosen by hand.
const TITLE: std::ops::RangeInclusive<usize> = 1..=200;
const TEXT: std::ops::RangeInclusive<usize> = 0..=4_000;
// Tasks a page, when nothing is said and at most: chosen by hand.
const LIMIT: i64 = 50;
const MOST: i64 = 100;

shared::words! {
    /// How a task stands.
    #[derive(Default)]
    pub(crate) enum TaskState {
        #[default]
        Open = "open",
        Done = "done",
    }
}

/// A task as members of its project see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct TaskView {
    pub(crate) id: TaskId,
    pub(crate) project_id: ProjectId,
    pub(crate) title: String,
    pub(crate) text: Option<String>,
    pub(crate) subject: Option<Subject>,
    /// Null where it is nobody's, as after its person has left.
    pub(crate) assignee: Option<Person>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) state: TaskState,
    pub(crate) created_by: Person,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) done_at: Option<DateTime<Utc>>,
    pub(crate) done_by: Option<Person>,
}

/// A task to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateTask {
    /// 1 to 200 characters.
    title: String,
    /// At most 4,000 characters.
    text: Option<String>,
    /// A member of the project.
    assignee: Option<AccountId>,
    due_on: Option<NaiveDate>,
    subject: Option<Subject>,
}

/// What changes; what is absent stays, and null takes a value away.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateTask {
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    text: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<AccountId>)]
    assignee: Option<Option<AccountId>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    due_on: Option<Option<NaiveDate>>,
    state: Option<TaskState>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Subject>)]
    subject: Option<Option<Subject>>,
}

/// A field that is there, also as null.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// What can be said of a task, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Wanted {
    pub(crate) title: String,
    pub(crate) text: Option<String>,
    pub(crate) assignee: Option<AccountId>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) state: TaskState,
    pub(crate) subject: Option<Subject>,
}

impl CreateTask {
    fn parse(self) -> Result<Wanted> {
        let wanted = Wanted {
            title: composed(&self.title),
            text: self.text.as_deref().map(composed),
            assignee: self.assignee,
            due_on: self.due_on,
            state: TaskState::Open,
            subject: self.subject,
        };
        wanted.check()
    }
}

impl Wanted {
    /// Every broken rule, or the same with its texts trimmed. A text of nothing is none.
    fn check(self) -> Result<Self> {
        let mut checks = Checks::default();
        checks.length("title", Some(&self.title), TITLE);
        checks.length("text", self.text.as_deref(), TEXT);
        // PostgreSQL's dates begin earlier and end later; nobody's task does.
        let year = self.due_on.map(|day| chrono::Datelike::year(&day));
        checks.range("due_on", year, 1900..=9999);
        checks.done()?;
        let text = self.text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(Self { title: self.title.trim().to_owned(), text, ..self })
    }

    /// The same with what a request changes.
    pub(crate) fn changed_by(self, change: &UpdateTask) -> Result<Self> {
        let text = change.text.clone().map(|text| text.as_deref().map(composed));
        let wanted = Self {
            title: change.title.as_deref().map_or(self.title, composed),
            text: text.unwrap_or(self.text),
            assignee: change.assignee.unwrap_or(self.assignee),
            due_on: change.due_on.unwrap_or(self.due_on),
            state: change.state.unwrap_or(self.state),
            subject: change.subject.unwrap_or(self.subject),
        };
        wanted.check()
    }
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct TaskQuery {
    /// The id of a member, or `none` for what is nobody's.
    assignee: Option<String>,
    #[param(inline)]
    state: Option<TaskState>,
    /// Only what is due before this day.
    due_before: Option<NaiveDate>,
    /// With `subject_id`: only those about this subject.
    #[param(inline)]
    subject_kind: Option<SubjectKind>,
    subject_id: Option<Uuid>,
    /// `X-Next-Cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; default 50.
    limit: Option<i64>,
}

impl TaskQuery {
    fn filter(&self) -> Result<store::TaskFilter> {
        let (is_nobodys, assignee) = match self.assignee.as_deref() {
            None => (false, None),
            Some("none") => (true, None),
            Some(id) => (false, Some(parse_id(id)?)),
        };
        let subject = asked_subject(self.subject_kind, self.subject_id)?;
        let (state, due_before) = (self.state, self.due_before);
        Ok(store::TaskFilter { is_nobodys, assignee, state, due_before, subject })
    }
}

fn parse_id(text: &str) -> Result<AccountId> {
    let id = text.parse::<Uuid>().map_err(|_| Error::Malformed {
        location: "query",
        errors: vec![FieldError::new("assignee", "must be a UUID or `none`")],
    });
    Ok(AccountId(id?))
}

/// The tasks of a project, the newest first.
#[utoipa::path(get, path = "/api/v1/collaboration/projects/{project_id}/tasks",
    operation_id = "list_tasks", tag = "collaboration",
    params(("project_id" = ProjectId, Path), TaskQuery), security(("bearer" = [])),
    responses((status = 200, body = Vec<TaskView>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Query(asked): Query<TaskQuery>,
) -> Result<Paged<TaskView>> {
    let mut checks = Checks::default();
    checks.range("limit", asked.limit, 1..=MOST);
    checks.done()?;
    let filter = asked.filter()?;
    let cursor = Cursor::read(asked.cursor.as_deref())?;
    let limit = asked.limit.unwrap_or(LIMIT);
    let tasks = store::tasks(&state.base.pool, access, filter, cursor, limit).await?;
    let total = store::count_tasks(&state.base.pool, access, filter).await?;
    Ok(Paged::of(tasks, total, limit, |task| Cursor::text(task.created_at, task.id)))
}

/// Notes what is to be done. Whoever is to do it finds it in their inbox.
#[utoipa::path(post, path = "/api/v1/collaboration/projects/{project_id}/tasks",
    operation_id = "create_task", tag = "collaboration",
    params(("project_id" = ProjectId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = CreateTask, security(("bearer" = [])),
    responses((status = 201, body = TaskView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    key: IdempotencyKey,
    Json(request): Json<CreateTask>,
) -> Result<(StatusCode, Json<TaskView>)> {
    let wanted = request.parse()?;
    let done = again(|| store::insert_task(&state, access, &wanted, &key)).await?;
    Ok((StatusCode::CREATED, Json(done.spread(&state).await)))
}

/// One task.
#[utoipa::path(get, path = "/api/v1/collaboration/tasks/{task_id}", operation_id = "get_task",
    tag = "collaboration", params(("task_id" = TaskId, Path)), security(("bearer" = [])),
    responses((status = 200, body = TaskView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    of: OfTask<Viewer>,
) -> Result<Json<TaskView>> {
    Ok(Json(store::task(&state.base.pool, &of).await?))
}

/// Changes a task, or how it stands.
#[utoipa::path(patch, path = "/api/v1/collaboration/tasks/{task_id}",
    operation_id = "update_task", tag = "collaboration", params(("task_id" = TaskId, Path)),
    request_body = UpdateTask, security(("bearer" = [])),
    responses((status = 200, body = TaskView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn update(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfTask<Editor>,
    Json(request): Json<UpdateTask>,
) -> Result<Json<TaskView>> {
    let done = again(|| store::update_task(&state, &of, &request)).await?;
    Ok(Json(done.spread(&state).await))
}

/// Removes a task, as whoever made it or as an admin.
#[utoipa::path(delete, path = "/api/v1/collaboration/tasks/{task_id}",
    operation_id = "delete_task", tag = "collaboration", params(("task_id" = TaskId, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfTask<Editor>,
) -> Result<StatusCode> {
    of.may_be_deleted()?;
    let done = again(|| store::delete_task(&state, &of)).await?;
    done.spread(&state).await;
    Ok(StatusCode::NO_CONTENT)
}
