//! What every change has in common: it begins with the right, and ends with its line of the audit log and its event.

use platform::{Access, Level, Result, audit, mail};
use shared::id::{AccountId, CommentId, ProjectId, TaskId};
use shared::role::Role;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::AppState;
use crate::event::EventKind;
use crate::hint::Hint;
use crate::subject::Subject;

/// A transaction of this function.
pub(super) type Transaction = sqlx::Transaction<'static, sqlx::Postgres>;

/// What came of a change: what is shown of it, and who has to hear of it after its transaction.
pub(crate) struct Done<T> {
    pub(super) view: T,
    /// None where nothing has changed.
    pub(super) told: Option<Told>,
}

/// The last event of a change, and its e-mails.
pub(super) struct Told {
    pub(super) project: ProjectId,
    pub(super) offset: i64,
    /// The requests of e-mails.
    pub(super) emails: Vec<Uuid>,
}

impl<T> Done<T> {
    /// Nothing has changed.
    pub(super) fn nothing(view: T) -> Self {
        Self { view, told: None }
    }

    /// Tells the sockets and calls the worker that writes e-mails. What does not get through is not lost: sockets
    /// look by themselves, and `maintenance` calls the worker again.
    pub(crate) async fn spread(self, state: &AppState) -> T {
        if let Some(told) = self.told {
            state.hub.tell(Hint::Event(told.project, told.offset)).await;
            let emails = told.emails.iter().map(|id| mail::request(&state.publisher, *id));
            for result in futures::future::join_all(emails).await {
                if let Err(error) = result {
                    tracing::warn!(%error, "the e-mail of a mention is called for later");
                }
            }
        }
        self.view
    }
}

/// Begins a change of a project by somebody who may make it now. Holds the project, so that no membership ends
/// meanwhile.
pub(super) async fn begin<L: Level>(state: &AppState, access: Access<L>) -> Result<Transaction> {
    let mut transaction = state.base.pool.begin().await?;
    let project = access.project_id().0;
    let held = sqlx::query_scalar!(
        "select id from projects where id = $1 and deleted_at is null for share",
        project,
    );
    held.fetch_optional(&mut *transaction).await?.ok_or(shared::Error::NotFound("Project"))?;
    // A statement of its own, to see what others have done while this one waited.
    let role = sqlx::query_scalar!(
        r#"
        select role as "role!: Role"
        from project_roles
        where project_id = $1 and account_id = $2
        "#,
        project,
        access.account_id().0,
    );
    let role = role.fetch_optional(&mut *transaction).await?;
    let role = role.ok_or(shared::Error::NotFound("Project"))?;
    if role < L::ROLE {
        return Err(shared::Error::Forbidden(L::ROLE.needed()).into());
    }
    Ok(transaction)
}

pub(super) struct NewEvent<'a> {
    pub(super) kind: EventKind,
    pub(super) subject: Option<Subject>,
    pub(super) thread: Option<CommentId>,
    pub(super) comment: Option<CommentId>,
    pub(super) task: Option<TaskId>,
    /// Whose inbox has something new.
    pub(super) notified: &'a [AccountId],
}

/// Appends an event. From here to its end the transaction holds the project's row of offsets, so this comes last.
pub(super) async fn append<L: Level>(
    connection: &mut PgConnection,
    state: &AppState,
    access: Access<L>,
    event: &NewEvent<'_>,
) -> Result<i64> {
    let notified: Vec<Uuid> = event.notified.iter().map(|account| account.0).collect();
    let offset = sqlx::query_scalar!(
        r#"
        with stream as (
            insert into collaboration_streams as s (project_id, epoch, last_offset)
            values ($1, $1, 1)
            on conflict (project_id) do update set last_offset = s.last_offset + 1
            returning last_offset
        )
        insert into collaboration_events
            (project_id, event_offset, at, kind, actor_id, subject_kind, subject_id, thread_id,
             comment_id, task_id, notified)
        select $1, last_offset, $2, $3, $4, $5, $6, $7, $8, $9, $10
        from stream
        returning event_offset
        "#,
        access.project_id().0,
        state.base.clock.now(),
        event.kind.as_str(),
        access.account_id().0,
        event.subject.map(|subject| subject.kind.as_str()),
        event.subject.map(|subject| subject.id),
        event.thread.map(|id| id.0),
        event.comment.map(|id| id.0),
        event.task.map(|id| id.0),
        &notified,
    );
    Ok(offset.fetch_one(connection).await?)
}

/// Writes the line of a change.
pub(super) async fn record(
    connection: &mut PgConnection,
    state: &AppState,
    entry: &audit::Entry,
) -> Result<()> {
    audit::record(connection, &state.base.ids, state.base.clock.now(), entry).await
}
