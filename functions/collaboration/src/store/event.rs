//! Events as they are read: by one who comes back, and for all rooms of a process at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use platform::{Access, Level, Result};
use shared::id::{AccountId, CommentId, ProjectId, SessionId, TaskId};
use sqlx::PgPool;
use uuid::Uuid;

use super::comment::comments;
use super::task::task_rows;
use crate::comment::CommentView;
use crate::event::{EventKind, EventView};
use crate::subject::{Subject, SubjectKind};
use crate::task::TaskView;

/// Events of one project that are read at once.
const MOST: i64 = 200;

/// A project whose events somebody may see: only a proof of access makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watched(ProjectId);

impl Watched {
    pub(crate) fn by<L: Level>(access: Access<L>) -> Self {
        Self(access.project_id())
    }

    pub(crate) fn id(self) -> ProjectId {
        self.0
    }
}

/// An event, and whose inbox has something new by it.
pub(crate) struct ToldEvent {
    pub(crate) view: EventView,
    pub(crate) notified: Vec<AccountId>,
}

/// What somebody hears who knows something already, or nothing.
pub(crate) enum CatchUp {
    /// What they know is no beginning of what is stored.
    Reset { epoch: Uuid, offset: i64 },
    /// What has happened since, up to this offset.
    On { epoch: Uuid, offset: i64, has_more: bool, events: Vec<ToldEvent> },
}

/// How far the events of a project are known.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) watched: Watched,
    pub(crate) epoch: Uuid,
    pub(crate) offset: i64,
}

/// What is new in a project.
pub(crate) struct News {
    pub(crate) watched: Watched,
    pub(crate) read: CatchUp,
}

struct EventRow {
    project_id: Uuid,
    event_offset: i64,
    at: DateTime<Utc>,
    kind: EventKind,
    actor_id: AccountId,
    subject_kind: Option<SubjectKind>,
    subject_id: Option<Uuid>,
    thread_id: Option<CommentId>,
    comment_id: Option<CommentId>,
    task_id: Option<TaskId>,
    notified: Vec<Uuid>,
}

/// What has happened since; without anything known, where the events stand.
pub(crate) async fn catch_up(
    pool: &PgPool,
    watched: Watched,
    since: Option<(Uuid, i64)>,
) -> Result<CatchUp> {
    let (epoch, head) = heads(pool, &[watched]).await?.remove(&watched.0).unwrap_or_default();
    // Before its first event a project has the epoch that it begins with.
    let epoch = if head == 0 { watched.0.0 } else { epoch };
    let Some((known, since)) = since else {
        return Ok(CatchUp::On { epoch, offset: head, has_more: false, events: Vec::new() });
    };
    if known != epoch || since > head {
        return Ok(CatchUp::Reset { epoch, offset: head });
    }
    if since == head {
        return Ok(CatchUp::On { epoch, offset: head, has_more: false, events: Vec::new() });
    }
    let from = Known { watched, epoch, offset: since };
    let events = events(pool, &[from]).await?.remove(&watched.0).unwrap_or_default();
    Ok(joined(from, head, events))
}

/// What is new in any of these projects.
pub(crate) async fn news(pool: &PgPool, known: &[Known]) -> Result<Vec<News>> {
    let watched: Vec<Watched> = known.iter().map(|known| known.watched).collect();
    let heads = heads(pool, &watched).await?;
    let mut behind = Vec::new();
    let mut news = Vec::new();
    for known in known {
        let Some(&(epoch, head)) = heads.get(&known.watched.0) else { continue };
        if epoch != known.epoch || head < known.offset {
            let read = CatchUp::Reset { epoch, offset: head };
            news.push(News { watched: known.watched, read });
        } else if head > known.offset {
            behind.push((*known, head));
        }
    }
    if behind.is_empty() {
        return Ok(news);
    }
    let from: Vec<Known> = behind.iter().map(|(known, _)| *known).collect();
    let mut events = events(pool, &from).await?;
    for (known, head) in behind {
        let events = events.remove(&known.watched.0).unwrap_or_default();
        news.push(News { watched: known.watched, read: joined(known, head, events) });
    }
    Ok(news)
}

/// The epoch and the last offset of each project that has events.
async fn heads(pool: &PgPool, watched: &[Watched]) -> Result<HashMap<ProjectId, (Uuid, i64)>> {
    let ids: Vec<Uuid> = watched.iter().map(|watched| watched.0.0).collect();
    let rows = sqlx::query!(
        r#"
        select project_id, epoch, last_offset
        from collaboration_streams
        where project_id = any($1)
        "#,
        &ids,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| (row.project_id.into(), (row.epoch, row.last_offset))).collect())
}

/// Events that go on from what is known, or a reset where the next one has been removed.
fn joined(known: Known, head: i64, events: Vec<ToldEvent>) -> CatchUp {
    match events.first() {
        Some(first) if first.view.offset == known.offset + 1 => {}
        _ => return CatchUp::Reset { epoch: known.epoch, offset: head },
    }
    let offset = events.last().map_or(known.offset, |last| last.view.offset);
    CatchUp::On { epoch: known.epoch, offset, has_more: offset < head, events }
}

/// The events after what is known, each with its thing as it stands.
async fn events(pool: &PgPool, known: &[Known]) -> Result<HashMap<ProjectId, Vec<ToldEvent>>> {
    let projects: Vec<Uuid> = known.iter().map(|known| known.watched.0.0).collect();
    let offsets: Vec<i64> = known.iter().map(|known| known.offset).collect();
    let rows = sqlx::query_as!(
        EventRow,
        r#"
        select
            e.project_id, e.event_offset, e.at, e.kind as "kind: _", e.actor_id,
            e.subject_kind as "subject_kind: _", e.subject_id, e.thread_id as "thread_id: _",
            e.comment_id as "comment_id: _", e.task_id as "task_id: _", e.notified
        from unnest($1::uuid[], $2::bigint[]) as k (project_id, known)
        cross join lateral (
            select *
            from collaboration_events
            where project_id = k.project_id and event_offset > k.known
            order by event_offset
            limit $3
        ) e
        order by e.project_id, e.event_offset
        "#,
        &projects,
        &offsets,
        MOST,
    );
    let rows = rows.fetch_all(pool).await?;
    let comments = comments_of(pool, &projects, &rows).await?;
    let tasks = tasks_of(pool, &projects, &rows).await?;
    let mut events: HashMap<ProjectId, Vec<ToldEvent>> = HashMap::new();
    for row in rows {
        let view = EventView {
            offset: row.event_offset,
            at: row.at,
            kind: row.kind,
            actor_id: row.actor_id,
            subject: Subject::of(row.subject_kind, row.subject_id),
            thread_id: row.thread_id,
            comment_id: row.comment_id,
            comment: row.comment_id.and_then(|id| comments.get(&id).cloned()),
            task_id: row.task_id,
            task: row.task_id.and_then(|id| tasks.get(&id).cloned()),
        };
        let notified = row.notified.into_iter().map(AccountId::from).collect();
        events.entry(row.project_id.into()).or_default().push(ToldEvent { view, notified });
    }
    Ok(events)
}

async fn comments_of(
    pool: &PgPool,
    projects: &[Uuid],
    rows: &[EventRow],
) -> Result<HashMap<CommentId, CommentView>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.comment_id).map(Uuid::from).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = comments!("where c.project_id = any($1) and c.id = any($2)", projects, &ids);
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| (row.id, row.into())).collect())
}

async fn tasks_of(
    pool: &PgPool,
    projects: &[Uuid],
    rows: &[EventRow],
) -> Result<HashMap<TaskId, TaskView>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.task_id).map(Uuid::from).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = task_rows!("and t.project_id = any($1) and t.id = any($2)", projects, &ids);
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| (row.id, row.into())).collect())
}

/// The seats whose sockets may stay open: their people are signed in, and in the project.
pub(crate) async fn still_seen(
    pool: &PgPool,
    seats: &[(Uuid, SessionId, AccountId, Watched)],
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = seats.iter().map(|seat| seat.0).collect();
    let sessions: Vec<Uuid> = seats.iter().map(|seat| seat.1.0).collect();
    let accounts: Vec<Uuid> = seats.iter().map(|seat| seat.2.0).collect();
    let projects: Vec<Uuid> = seats.iter().map(|seat| seat.3.0.0).collect();
    let seen = sqlx::query_scalar!(
        r#"
        select w.seat as "seat!"
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[])
            as w (seat, session_id, account_id, project_id)
        join sessions s on s.id = w.session_id and s.account_id = w.account_id
        join project_roles r on r.project_id = w.project_id and r.account_id = w.account_id
        where s.ended_at is null and s.expires_at > $5
        "#,
        &ids,
        &sessions,
        &accounts,
        &projects,
        now,
    );
    Ok(seen.fetch_all(pool).await?)
}
