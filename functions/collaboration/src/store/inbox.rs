//! Inboxes. The view `inbox_entries` leaves out what its reader may not see any more.

use chrono::{DateTime, Utc};
use platform::{Caller, Result};
use shared::id::NotificationId;
use shared::text::excerpt;
use sqlx::PgPool;

use crate::cursor::Cursor;
use crate::inbox::{InboxComment, InboxEntry, InboxProject, InboxTask, NotificationKind};
use crate::person::Person;
use crate::subject::{Subject, SubjectKind};

/// Characters of a comment that its entry shows.
const EXCERPT: usize = 140;

/// A page of the caller's inbox, the newest first.
pub(crate) async fn entries(
    pool: &PgPool,
    caller: &Caller,
    is_unread: bool,
    cursor: Option<Cursor>,
    limit: i64,
) -> Result<Vec<InboxEntry>> {
    let (at, id) = Cursor::halves(cursor);
    let rows = sqlx::query!(
        r#"
        select
            e.id as "id!", e.kind as "kind!: NotificationKind", e.project_id as "project_id!",
            p.name as project_name, e.subject_kind as "subject_kind: SubjectKind", e.subject_id,
            e.actor_id as "actor_id!", a.full_name as actor_name, e.comment_id,
            c.thread_id as "thread_id?", c.text as "comment_text?", e.task_id,
            t.title as "task_title?", e.created_at as "created_at!", e.read_at
        from inbox_entries e
        join projects p on p.id = e.project_id
        join accounts a on a.id = e.actor_id
        left join comments c on c.id = e.comment_id
        left join tasks t on t.id = e.task_id
        where e.account_id = $1
            and (not $2 or e.read_at is null)
            and ($3::timestamptz is null or (e.created_at, e.id) < ($3, $4::uuid))
        order by e.created_at desc, e.id desc
        limit $5
        "#,
        caller.account_id.0,
        is_unread,
        at,
        id,
        limit,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let entries = rows.map(|row| InboxEntry {
        id: row.id.into(),
        kind: row.kind,
        project: InboxProject { id: row.project_id.into(), name: row.project_name },
        subject: Subject::of(row.subject_kind, row.subject_id),
        actor: Person { id: row.actor_id.into(), name: row.actor_name },
        comment: row.comment_id.zip(row.thread_id).map(|(id, thread)| InboxComment {
            id: id.into(),
            thread_id: thread.into(),
            excerpt: excerpt(row.comment_text.as_deref().unwrap_or_default(), EXCERPT),
        }),
        task: row.task_id.zip(row.task_title).map(|(id, title)| InboxTask { id: id.into(), title }),
        created_at: row.created_at,
        read_at: row.read_at,
    });
    Ok(entries.collect())
}

pub(crate) async fn count_entries(pool: &PgPool, caller: &Caller, is_unread: bool) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from inbox_entries
        where account_id = $1 and (not $2 or read_at is null)
        "#,
        caller.account_id.0,
        is_unread,
    );
    Ok(count.fetch_one(pool).await?)
}

/// How many have not been read.
pub(crate) async fn count_unread(pool: &PgPool, caller: &Caller) -> Result<i64> {
    count_entries(pool, caller, true).await
}

/// Marks an entry and everything older as read.
pub(crate) async fn read_up_to(
    pool: &PgPool,
    caller: &Caller,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<()> {
    let last = sqlx::query!(
        r#"
        select created_at as "created_at!"
        from inbox_entries
        where id = $1 and account_id = $2
        "#,
        id.0,
        caller.account_id.0,
    );
    let last = last.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Inbox entry"))?;
    sqlx::query!(
        r#"
        update notifications
        set read_at = $4
        where account_id = $2 and read_at is null and (created_at, id) <= ($3, $1::uuid)
        "#,
        id.0,
        caller.account_id.0,
        last.created_at,
        now,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Marks one entry as read.
pub(crate) async fn read_one(
    pool: &PgPool,
    caller: &Caller,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<()> {
    let read = sqlx::query!(
        r#"
        update notifications
        set read_at = coalesce(read_at, $3)
        where id = $1 and account_id = $2
        "#,
        id.0,
        caller.account_id.0,
        now,
    );
    match read.execute(pool).await?.rows_affected() {
        0 => Err(shared::Error::NotFound("Inbox entry").into()),
        _ => Ok(()),
    }
}
