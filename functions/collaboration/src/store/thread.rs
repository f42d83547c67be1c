//! Threads as they are read, and whether they are resolved.

use std::collections::HashMap;

use platform::{Access, Editor, Result, Viewer};
use shared::id::CommentId;
use sqlx::PgPool;
use uuid::Uuid;

use super::change::{Done, begin};
use super::comment::{OfComment, comments, finish, lock_thread, view};
use super::notification::Notified;
use crate::AppState;
use crate::comment::CommentView;
use crate::cursor::Cursor;
use crate::event::EventKind;
use crate::subject::{Subject, SubjectKind};
use crate::thread::{OpenThreads, ThreadView};

/// Replies of each thread that a list has.
const SHOWN_REPLIES: i64 = 20;

/// Which threads of a project.
#[derive(Clone, Copy)]
pub(crate) struct ThreadFilter {
    pub(crate) subject: Option<Subject>,
    pub(crate) is_resolved: Option<bool>,
}

/// A page of threads, the newest first, each with its newest replies.
pub(crate) async fn threads(
    pool: &PgPool,
    access: Access<Viewer>,
    filter: ThreadFilter,
    cursor: Option<Cursor>,
    limit: i64,
) -> Result<Vec<ThreadView>> {
    let (at, id) = Cursor::halves(cursor);
    let firsts = comments!(
        r#"
        where c.project_id = $1
            and c.thread_id = c.id
            and ($2::text is null or (c.subject_kind = $2 and c.subject_id = $3))
            and ($4::boolean is null or (c.resolved_at is not null) = $4)
            and ($5::timestamptz is null or (c.created_at, c.id) < ($5, $6::uuid))
        order by c.created_at desc, c.id desc
        limit $7
        "#,
        access.project_id().0,
        filter.subject.map(|subject| subject.kind.as_str()),
        filter.subject.map(|subject| subject.id),
        filter.is_resolved,
        at,
        id,
        limit,
    );
    let firsts = firsts.fetch_all(pool).await?;
    let ids: Vec<Uuid> = firsts.iter().map(|first| first.id.0).collect();
    let mut replies = replies(pool, access, &ids, SHOWN_REPLIES).await?;
    let counts = count_replies(pool, access, &ids).await?;
    let threads = firsts.into_iter().map(|first| ThreadView {
        replies: replies.remove(&first.id).unwrap_or_default(),
        reply_count: counts.get(&first.id).copied().unwrap_or(0),
        comment: first.into(),
    });
    Ok(threads.collect())
}

/// The newest replies of each thread, the oldest of them first.
async fn replies(
    pool: &PgPool,
    access: Access<Viewer>,
    threads: &[Uuid],
    most: i64,
) -> Result<HashMap<CommentId, Vec<CommentView>>> {
    let rows = comments!(
        r#"
        where c.project_id = $1 and c.id in (
            select n.id
            from unnest($2::uuid[]) as t (id)
            cross join lateral (
                select id
                from comments
                where thread_id = t.id and id <> t.id
                order by created_at desc, id desc
                limit $3
            ) n
        )
        order by c.created_at, c.id
        "#,
        access.project_id().0,
        threads,
        most,
    );
    let mut replies: HashMap<CommentId, Vec<CommentView>> = HashMap::new();
    for row in rows.fetch_all(pool).await? {
        replies.entry(row.thread_id).or_default().push(row.into());
    }
    Ok(replies)
}

async fn count_replies(
    pool: &PgPool,
    access: Access<Viewer>,
    threads: &[Uuid],
) -> Result<HashMap<CommentId, i64>> {
    let counts = sqlx::query!(
        r#"
        select thread_id, count(*) as "count!"
        from comments
        where project_id = $1 and thread_id = any($2) and id <> thread_id
        group by thread_id
        "#,
        access.project_id().0,
        threads,
    );
    let counts = counts.fetch_all(pool).await?;
    Ok(counts.into_iter().map(|row| (row.thread_id.into(), row.count)).collect())
}

pub(crate) async fn count_threads(
    pool: &PgPool,
    access: Access<Viewer>,
    filter: ThreadFilter,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from comments c
        join subjects s on s.kind = c.subject_kind and s.id = c.subject_id
        where c.project_id = $1
            and c.thread_id = c.id
            and ($2::text is null or (c.subject_kind = $2 and c.subject_id = $3))
            and ($4::boolean is null or (c.resolved_at is not null) = $4)
        "#,
        access.project_id().0,
        filter.subject.map(|subject| subject.kind.as_str()),
        filter.subject.map(|subject| subject.id),
        filter.is_resolved,
    );
    Ok(count.fetch_one(pool).await?)
}

pub(crate) async fn thread(pool: &PgPool, of: &OfComment<Viewer>) -> Result<ThreadView> {
    let rows = comments!(
        r#"
        where c.project_id = $1 and c.thread_id = (select thread_id from comments where id = $2)
        order by c.id <> c.thread_id, c.created_at, c.id
        "#,
        of.access.project_id().0,
        of.id.0,
    );
    let rows = rows.fetch_all(pool).await?;
    let reply_count = i64::try_from(rows.len()).unwrap_or(i64::MAX) - 1;
    let mut rows = rows.into_iter().map(CommentView::from);
    let first = rows.next().ok_or(shared::Error::NotFound("Comment"))?;
    Ok(ThreadView { comment: first, replies: rows.collect(), reply_count })
}

/// How many threads of each subject are open.
pub(crate) async fn open_threads(
    pool: &PgPool,
    access: Access<Viewer>,
) -> Result<Vec<OpenThreads>> {
    let rows = sqlx::query!(
        r#"
        select c.subject_kind as "kind: SubjectKind", c.subject_id as id, count(*) as "count!"
        from comments c
        join subjects s on s.kind = c.subject_kind and s.id = c.subject_id
        where c.project_id = $1 and c.thread_id = c.id and c.resolved_at is null
        group by c.subject_kind, c.subject_id
        order by c.subject_kind, c.subject_id
        "#,
        access.project_id().0,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let counts = rows.map(|row| OpenThreads {
        subject: Subject { kind: row.kind, id: row.id },
        open_threads: row.count,
    });
    Ok(counts.collect())
}

/// Resolves a thread, or opens it again. Returns its first comment.
pub(crate) async fn set_resolved(
    state: &AppState,
    of: &OfComment<Editor>,
    is_resolved: bool,
) -> Result<Done<CommentView>> {
    let access = of.access;
    let mut transaction = begin(state, access).await?;
    let thread = lock_thread(&mut transaction, access, of.id).await?;
    let now = state.base.clock.now();
    let changed = sqlx::query!(
        r#"
        update comments
        set resolved_at = case when $3 then $4::timestamptz end,
            resolved_by = case when $3 then $5::uuid end
        where id = $1 and project_id = $2 and (resolved_at is not null) <> $3
        "#,
        thread.0,
        access.project_id().0,
        is_resolved,
        now,
        access.account_id().0,
    );
    let changed = changed.execute(&mut *transaction).await?.rows_affected();
    let first = view(&mut transaction, access, thread).await?;
    if changed == 0 {
        return Ok(Done::nothing(first));
    }
    let kind = EventKind::CommentChanged;
    finish(transaction, state, access, first, kind, Notified::default()).await
}
