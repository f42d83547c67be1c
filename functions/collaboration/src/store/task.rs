//! Rows of tasks.

use chrono::{DateTime, NaiveDate, Utc};
use platform::runs::IdempotencyKey;
use platform::{Access, Editor, Level, Result, Viewer, audit, secret};
use records::subject::{Held, Of, Subject as _};
use serde_json::json;
use shared::id::{AccountId, ProjectId, TaskId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::change::{Done, NewEvent, Told, Transaction, append, begin, record};
use super::comment::check_subject;
use super::notification::{About, Notified, no_member, notify};
use crate::AppState;
use crate::cursor::Cursor;
use crate::event::EventKind;
use crate::inbox::NotificationKind;
use crate::person::Person;
use crate::subject::{Subject, SubjectKind};
use crate::task::{TaskState, TaskView, UpdateTask, Wanted};

/// A task of a project, or about a subject of it that is not deleted.
pub(crate) enum Task {}

/// The route's task, and what its caller may do with it.
pub(crate) type OfTask<L> = Of<Task, L>;

impl records::subject::Subject for Task {
    type Id = TaskId;
    const PARAMETER: &'static str = "task_id";
    const NAME: &'static str = "Task";
    const KIND: &'static str = "task";

    async fn held(pool: &PgPool, id: Uuid, account: Uuid) -> sqlx::Result<Option<Held>> {
        sqlx::query_as!(
            Held,
            r#"
            select t.project_id, t.created_by, r.role as "role!: _"
            from tasks t
            join project_roles r on r.project_id = t.project_id
            left join subjects s on s.kind = t.subject_kind and s.id = t.subject_id
            where t.id = $1
                and r.account_id = $2
                and (t.subject_id is null or s.id is not null)
            "#,
            id,
            account,
        )
        .fetch_optional(pool)
        .await
    }
}

/// Which tasks of a project.
#[derive(Clone, Copy)]
pub(crate) struct TaskFilter {
    pub(crate) is_nobodys: bool,
    pub(crate) assignee: Option<AccountId>,
    pub(crate) state: Option<TaskState>,
    pub(crate) due_before: Option<NaiveDate>,
    pub(crate) subject: Option<Subject>,
}

/// A task with the names that are shown with it.
pub(super) struct TaskRow {
    pub(super) id: TaskId,
    pub(super) project_id: ProjectId,
    pub(super) subject_kind: Option<SubjectKind>,
    pub(super) subject_id: Option<Uuid>,
    pub(super) title: String,
    pub(super) text: Option<String>,
    pub(super) assignee_id: Option<AccountId>,
    pub(super) assignee_name: Option<String>,
    pub(super) due_on: Option<NaiveDate>,
    pub(super) state: TaskState,
    pub(super) created_by: AccountId,
    pub(super) maker_name: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) done_at: Option<DateTime<Utc>>,
    pub(super) done_by: Option<AccountId>,
    pub(super) doer_name: Option<String>,
}

/// Tasks that are about nothing, or about what is not deleted.
macro_rules! tasks {
    ($condition:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::store::task::TaskRow,
            r#"
            select
                t.id, t.project_id, t.subject_kind as "subject_kind: _", t.subject_id, t.title, t.text,
                t.assignee_id as "assignee_id: _", a.full_name as "assignee_name?", t.due_on,
                t.state as "state: _", t.created_by, m.full_name as maker_name, t.created_at,
                t.updated_at, t.done_at, t.done_by as "done_by: _", d.full_name as "doer_name?"
            from tasks t
            join accounts m on m.id = t.created_by
            left join subjects s on s.kind = t.subject_kind and s.id = t.subject_id
            left join accounts a on a.id = t.assignee_id
            left join accounts d on d.id = t.done_by
            where (t.subject_id is null or s.id is not null)
            "#
                + $condition,
            $($argument),*
        )
    };
}
pub(super) use tasks as task_rows;

impl From<TaskRow> for TaskView {
    fn from(row: TaskRow) -> Self {
        Self {
            id: row.id,
            project_id: row.project_id,
            title: row.title,
            text: row.text,
            subject: Subject::of(row.subject_kind, row.subject_id),
            assignee: Person::of(row.assignee_id, row.assignee_name),
            due_on: row.due_on,
            state: row.state,
            created_by: Person { id: row.created_by, name: row.maker_name },
            created_at: row.created_at,
            updated_at: row.updated_at,
            done_at: row.done_at,
            done_by: Person::of(row.done_by, row.doer_name),
        }
    }
}

impl From<&TaskView> for Wanted {
    fn from(view: &TaskView) -> Self {
        Self {
            title: view.title.clone(),
            text: view.text.clone(),
            assignee: view.assignee.as_ref().map(|person| person.id),
            due_on: view.due_on,
            state: view.state,
            subject: view.subject,
        }
    }
}

/// A page of tasks, the newest first.
pub(crate) async fn tasks(
    pool: &PgPool,
    access: Access<Viewer>,
    filter: TaskFilter,
    cursor: Option<Cursor>,
    limit: i64,
) -> Result<Vec<TaskView>> {
    let (at, id) = Cursor::halves(cursor);
    let rows = tasks!(
        r#"
            and t.project_id = $1
            and ($2::uuid is null or t.assignee_id = $2)
            and (not $3 or t.assignee_id is null)
            and ($4::text is null or t.state = $4)
            and ($5::date is null or t.due_on < $5)
            and ($6::text is null or (t.subject_kind = $6 and t.subject_id = $7))
            and ($8::timestamptz is null or (t.created_at, t.id) < ($8, $9::uuid))
        order by t.created_at desc, t.id desc
        limit $10
        "#,
        access.project_id().0,
        filter.assignee.map(|account| account.0),
        filter.is_nobodys,
        filter.state.map(TaskState::as_str),
        filter.due_before,
        filter.subject.map(|subject| subject.kind.as_str()),
        filter.subject.map(|subject| subject.id),
        at,
        id,
        limit,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(TaskView::from).collect())
}

pub(crate) async fn count_tasks(
    pool: &PgPool,
    access: Access<Viewer>,
    filter: TaskFilter,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from tasks t
        left join subjects s on s.kind = t.subject_kind and s.id = t.subject_id
        where (t.subject_id is null or s.id is not null)
            and t.project_id = $1
            and ($2::uuid is null or t.assignee_id = $2)
            and (not $3 or t.assignee_id is null)
            and ($4::text is null or t.state = $4)
            and ($5::date is null or t.due_on < $5)
            and ($6::text is null or (t.subject_kind = $6 and t.subject_id = $7))
        "#,
        access.project_id().0,
        filter.assignee.map(|account| account.0),
        filter.is_nobodys,
        filter.state.map(TaskState::as_str),
        filter.due_before,
        filter.subject.map(|subject| subject.kind.as_str()),
        filter.subject.map(|subject| subject.id),
    );
    Ok(count.fetch_one(pool).await?)
}

pub(crate) async fn task(pool: &PgPool, of: &OfTask<Viewer>) -> Result<TaskView> {
    let row = tasks!("and t.id = $1 and t.project_id = $2", of.id.0, of.access.project_id().0);
    let row = row.fetch_optional(pool).await?;
    Ok(row.ok_or(shared::Error::NotFound("Task"))?.into())
}

async fn view<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    id: TaskId,
) -> Result<TaskView> {
    let row = tasks!("and t.id = $1 and t.project_id = $2", id.0, access.project_id().0);
    let row = row.fetch_optional(connection).await?;
    Ok(row.ok_or(shared::Error::NotFound("Task"))?.into())
}

/// Stores a task, or finds the one of the same key.
pub(crate) async fn insert_task(
    state: &AppState,
    access: Access<Editor>,
    wanted: &Wanted,
    key: &IdempotencyKey,
) -> Result<Done<TaskView>> {
    let hash = secret::sha256_of(&(access.account_id(), wanted))?;
    let mut transaction = begin(state, access).await?;
    if let Some(known) = named(&mut transaction, access, key, &hash).await? {
        return Ok(Done::nothing(view(&mut transaction, access, known).await?));
    }
    check(&mut transaction, access, wanted).await?;
    let id: TaskId = state.base.ids.next();
    let [persona, group, survey] = Subject::columns(wanted.subject);
    let stored = sqlx::query!(
        r#"
        insert into tasks
            (id, project_id, persona_id, focus_group_id, survey_id, title, text, assignee_id, due_on,
             created_by, created_at, updated_at, request_key, request_hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13)
        on conflict (project_id, request_key) where request_key is not null do nothing
        "#,
        id.0,
        access.project_id().0,
        persona,
        group,
        survey,
        wanted.title,
        wanted.text,
        wanted.assignee.map(|account| account.0),
        wanted.due_on,
        access.account_id().0,
        state.base.clock.now(),
        key.as_deref(),
        key.as_deref().map(|_| hash.as_slice()),
    );
    if stored.execute(&mut *transaction).await?.rows_affected() == 0 {
        // Another request with this key was faster, and is through by now.
        let known = named(&mut transaction, access, key, &hash).await?;
        let known = known.ok_or(shared::Error::NotFound("Task"))?;
        return Ok(Done::nothing(view(&mut transaction, access, known).await?));
    }
    let notified = assigned(&mut transaction, state, access, id, wanted.assignee).await?;
    let task = view(&mut transaction, access, id).await?;
    finish(transaction, state, access, task, EventKind::TaskCreated, notified).await
}

/// Which task of the project a key names, if any.
async fn named(
    connection: &mut PgConnection,
    access: Access<Editor>,
    key: &IdempotencyKey,
    hash: &[u8],
) -> Result<Option<TaskId>> {
    let Some(key) = key.as_deref() else { return Ok(None) };
    let named = sqlx::query!(
        r#"
        select id, request_hash = $3 as "is_same!"
        from tasks
        where project_id = $1 and request_key = $2
        "#,
        access.project_id().0,
        key,
        hash,
    );
    match named.fetch_optional(connection).await? {
        Some(named) if !named.is_same => Err(IdempotencyKey::is_taken()),
        named => Ok(named.map(|named| named.id.into())),
    }
}

/// That its person and its subject are of the project.
async fn check<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    wanted: &Wanted,
) -> Result<()> {
    let assignee = wanted.assignee.as_slice();
    if no_member(connection, access, assignee).await?.is_some() {
        let rule = "must be a member of the project";
        return Err(shared::Error::invalid("assignee", rule).into());
    }
    match wanted.subject {
        Some(subject) => check_subject(connection, access, subject).await,
        None => Ok(()),
    }
}

/// Tells whoever is to do it from now on, and takes it from the inbox of whoever was.
async fn assigned<L: Level>(
    connection: &mut PgConnection,
    state: &AppState,
    access: Access<L>,
    task: TaskId,
    assignee: Option<AccountId>,
) -> Result<Notified> {
    let former = sqlx::query!("delete from notifications where task_id = $1", task.0);
    former.execute(&mut *connection).await?;
    let people: Vec<_> = assignee.map(|id| (id, NotificationKind::Assigned)).into_iter().collect();
    notify(connection, state, access, About::Task(task), &people).await
}

/// Changes a task by what a request says, as it stands by then.
pub(crate) async fn update_task(
    state: &AppState,
    of: &OfTask<Editor>,
    change: &UpdateTask,
) -> Result<Done<TaskView>> {
    let access = of.access;
    let mut transaction = begin(state, access).await?;
    lock(&mut transaction, of).await?;
    let before = view(&mut transaction, access, of.id).await?;
    let known = Wanted::from(&before);
    let wanted = known.clone().changed_by(change)?;
    if wanted == known {
        return Ok(Done::nothing(before));
    }
    let is_reassigned = wanted.assignee != known.assignee;
    // Who has just left is nobody that it can be left to, and nobody that it has to be taken from.
    let changed = Wanted {
        assignee: wanted.assignee.filter(|_| is_reassigned),
        subject: wanted.subject.filter(|_| wanted.subject != known.subject),
        ..wanted.clone()
    };
    check(&mut transaction, access, &changed).await?;
    store_task(&mut transaction, state, of, &wanted).await?;
    let notified = match is_reassigned {
        true => assigned(&mut transaction, state, access, of.id, wanted.assignee).await?,
        false => Notified::default(),
    };
    let task = view(&mut transaction, access, of.id).await?;
    finish(transaction, state, access, task, EventKind::TaskChanged, notified).await
}

async fn lock(connection: &mut PgConnection, of: &OfTask<Editor>) -> Result<()> {
    let held = sqlx::query_scalar!(
        "select id from tasks where id = $1 and project_id = $2 for update",
        of.id.0,
        of.access.project_id().0,
    );
    held.fetch_optional(connection).await?.ok_or(shared::Error::NotFound("Task"))?;
    Ok(())
}

async fn store_task(
    connection: &mut PgConnection,
    state: &AppState,
    of: &OfTask<Editor>,
    wanted: &Wanted,
) -> Result<()> {
    let [persona, group, survey] = Subject::columns(wanted.subject);
    let now = state.base.clock.now();
    sqlx::query!(
        r#"
        update tasks
        set persona_id = $3,
            focus_group_id = $4,
            survey_id = $5,
            title = $6,
            text = $7,
            assignee_id = $8,
            due_on = $9,
            state = $10,
            updated_at = $11,
            done_at = case when $10 = 'done' then coalesce(done_at, $11) end,
            done_by = case when $10 = 'done' then coalesce(done_by, $12) end
        where id = $1 and project_id = $2
        "#,
        of.id.0,
        of.access.project_id().0,
        persona,
        group,
        survey,
        wanted.title,
        wanted.text,
        wanted.assignee.map(|account| account.0),
        wanted.due_on,
        wanted.state.as_str(),
        now,
        of.access.account_id().0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn delete_task(state: &AppState, of: &OfTask<Editor>) -> Result<Done<TaskView>> {
    let access = of.access;
    let mut transaction = begin(state, access).await?;
    lock(&mut transaction, of).await?;
    let task = view(&mut transaction, access, of.id).await?;
    let removed = sqlx::query!("delete from tasks where id = $1", of.id.0);
    removed.execute(&mut *transaction).await?;
    finish(transaction, state, access, task, EventKind::TaskDeleted, Notified::default()).await
}

/// Writes the line and the event, and ends the transaction.
async fn finish(
    mut transaction: Transaction,
    state: &AppState,
    access: Access<Editor>,
    task: TaskView,
    kind: EventKind,
    notified: Notified,
) -> Result<Done<TaskView>> {
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: Task::KIND,
        subject_id: task.id.0,
        action: "task",
        details: Some(json!({ "what": kind })),
    };
    record(&mut transaction, state, &entry).await?;
    let event = NewEvent {
        kind,
        subject: task.subject,
        thread: None,
        comment: None,
        task: Some(task.id),
        notified: &notified.people,
    };
    let offset = append(&mut transaction, state, access, &event).await?;
    transaction.commit().await?;
    let told = Told { project: access.project_id(), offset, emails: notified.emails };
    Ok(Done { view: task, told: Some(told) })
}
