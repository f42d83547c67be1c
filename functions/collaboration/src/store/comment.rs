//! Rows of comments: written, changed, deleted.

use chrono::{DateTime, Utc};
use platform::audit::Entry;
use platform::runs::IdempotencyKey;
use platform::{Access, Editor, Level, Result, secret};
use records::subject::{Held, Of, Subject as _};
use serde_json::json;
use shared::id::{AccountId, CommentId, ProjectId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::change::{Done, NewEvent, Told, append, begin, record};
use super::notification::{About, Notified, no_member, notify};
use crate::AppState;
use crate::comment::{CommentText, CommentView, Place};
use crate::event::EventKind;
use crate::inbox::NotificationKind;
use crate::person::Person;
use crate::subject::{Subject, SubjectKind};

/// Replies that a thread takes: who has more to say begins another.
const MOST_REPLIES: i64 = 100;

/// A comment about a subject that is not deleted.
pub(crate) enum Comment {}

/// The route's comment, and what its caller may do with it.
pub(crate) type OfComment<L> = Of<Comment, L>;

impl records::subject::Subject for Comment {
    type Id = CommentId;
    const PARAMETER: &'static str = "comment_id";
    const NAME: &'static str = "Comment";
    const KIND: &'static str = "comment";

    async fn held(pool: &PgPool, id: Uuid, account: Uuid) -> sqlx::Result<Option<Held>> {
        sqlx::query_as!(
            Held,
            r#"
            select c.project_id, c.author_id as created_by, r.role as "role!: _"
            from comments c
            join project_roles r on r.project_id = c.project_id
            join subjects s on s.kind = c.subject_kind and s.id = c.subject_id
            where c.id = $1 and r.account_id = $2
            "#,
            id,
            account,
        )
        .fetch_optional(pool)
        .await
    }
}

/// A comment with the names that are shown with it.
pub(super) struct CommentRow {
    pub(super) id: CommentId,
    pub(super) project_id: ProjectId,
    pub(super) subject_kind: SubjectKind,
    pub(super) subject_id: Uuid,
    pub(super) thread_id: CommentId,
    pub(super) text: Option<String>,
    pub(super) author_id: AccountId,
    pub(super) author_name: String,
    pub(super) mentions: Vec<Uuid>,
    pub(super) mention_names: Vec<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) edited_at: Option<DateTime<Utc>>,
    pub(super) deleted_at: Option<DateTime<Utc>>,
    pub(super) resolved_at: Option<DateTime<Utc>>,
    pub(super) resolved_by: Option<AccountId>,
    pub(super) resolver_name: Option<String>,
}

/// Comments about what is not deleted: `query_as!` wants each statement as a literal.
macro_rules! comments {
    ($condition:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::store::comment::CommentRow,
            r#"
            select
                c.id, c.project_id, c.subject_kind as "subject_kind: _", c.subject_id, c.thread_id,
                c.text, c.author_id, a.full_name as author_name, c.mentions,
                array(
                    select coalesce(m.full_name, '')
                    from unnest(c.mentions) with ordinality as u (id, number)
                    left join accounts m on m.id = u.id
                    order by u.number
                ) as "mention_names!",
                c.created_at, c.edited_at, c.deleted_at, c.resolved_at,
                c.resolved_by as "resolved_by: _", r.full_name as "resolver_name?"
            from comments c
            join subjects s on s.kind = c.subject_kind and s.id = c.subject_id
            join accounts a on a.id = c.author_id
            left join accounts r on r.id = c.resolved_by
            "#
                + $condition,
            $($argument),*
        )
    };
}
pub(super) use comments;

impl From<CommentRow> for CommentView {
    fn from(row: CommentRow) -> Self {
        let mentions = row.mentions.into_iter().zip(row.mention_names);
        Self {
            id: row.id,
            project_id: row.project_id,
            subject: Subject { kind: row.subject_kind, id: row.subject_id },
            thread_id: row.thread_id,
            text: row.text,
            author: Person { id: row.author_id, name: row.author_name },
            mentions: mentions.map(|(id, name)| Person { id: id.into(), name }).collect(),
            created_at: row.created_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            resolved_at: row.resolved_at,
            resolved_by: Person::of(row.resolved_by, row.resolver_name),
        }
    }
}

/// One that the transaction knows to be there.
pub(super) async fn view<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    id: CommentId,
) -> Result<CommentView> {
    let row = comments!("where c.id = $1 and c.project_id = $2", id.0, access.project_id().0);
    let row = row.fetch_optional(connection).await?;
    Ok(row.ok_or(shared::Error::NotFound("Comment"))?.into())
}

/// Locks a thread, so that its first comment and its replies know of each other.
pub(super) async fn lock_thread<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    comment: CommentId,
) -> Result<CommentId> {
    let thread = sqlx::query_scalar!(
        r#"
        select id
        from comments
        where project_id = $2 and id = (select thread_id from comments where id = $1)
        for update
        "#,
        comment.0,
        access.project_id().0,
    );
    let thread = thread.fetch_optional(connection).await?;
    Ok(thread.ok_or(shared::Error::NotFound("Comment"))?.into())
}

/// Stores a comment, or finds the one of the same key.
pub(crate) async fn insert_comment(
    state: &AppState,
    access: Access<Editor>,
    place: Place,
    said: &CommentText,
    key: &IdempotencyKey,
) -> Result<Done<CommentView>> {
    let hash = secret::sha256_of(&(access.account_id(), place, said))?;
    let mut transaction = begin(state, access).await?;
    if let Some(known) = named(&mut transaction, access, key, &hash).await? {
        return Ok(Done::nothing(view(&mut transaction, access, known).await?));
    }
    if let Some(place) = no_member(&mut transaction, access, &said.mentions).await? {
        let rule = "must be a member of the project";
        return Err(shared::Error::invalid(format!("mentions.{place}"), rule).into());
    }
    let id: CommentId = state.base.ids.next();
    let (subject, thread) = at(&mut transaction, access, place, id).await?;
    let [persona, group, survey] = Subject::columns(Some(subject));
    let mentions: Vec<Uuid> = said.mentions.iter().map(|account| account.0).collect();
    let stored = sqlx::query!(
        r#"
        insert into comments
            (id, project_id, persona_id, focus_group_id, survey_id, thread_id, author_id, text,
             mentions, created_at, request_key, request_hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (project_id, request_key) where request_key is not null do nothing
        "#,
        id.0,
        access.project_id().0,
        persona,
        group,
        survey,
        thread.0,
        access.account_id().0,
        said.text,
        &mentions,
        state.base.clock.now(),
        key.as_deref(),
        key.as_deref().map(|_| hash.as_slice()),
    );
    if stored.execute(&mut *transaction).await?.rows_affected() == 0 {
        // Another request with this key was faster, and is through by now.
        let known = named(&mut transaction, access, key, &hash).await?;
        let known = known.ok_or(shared::Error::NotFound("Comment"))?;
        return Ok(Done::nothing(view(&mut transaction, access, known).await?));
    }
    let comment = view(&mut transaction, access, id).await?;
    let people = readers(&mut transaction, access, &comment, &said.mentions).await?;
    let notified = notify(&mut transaction, state, access, About::Comment(id), &people).await?;
    finish(transaction, state, access, comment, EventKind::CommentCreated, notified).await
}

/// Which comment of the project a key names, if any.
async fn named(
    connection: &mut PgConnection,
    access: Access<Editor>,
    key: &IdempotencyKey,
    hash: &[u8],
) -> Result<Option<CommentId>> {
    let Some(key) = key.as_deref() else { return Ok(None) };
    let named = sqlx::query!(
        r#"
        select id, request_hash = $3 as "is_same!"
        from comments
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

/// The subject and the thread of a comment to be, with the thread locked.
async fn at(
    connection: &mut PgConnection,
    access: Access<Editor>,
    place: Place,
    id: CommentId,
) -> Result<(Subject, CommentId)> {
    let reply = match place {
        Place::Subject(subject) => {
            check_subject(connection, access, subject).await?;
            return Ok((subject, id));
        }
        Place::Thread(reply) => reply,
    };
    let thread = lock_thread(connection, access, reply).await?;
    let first = sqlx::query!(
        r#"
        select subject_kind as "kind: SubjectKind", subject_id as id,
            (select count(*) from comments where thread_id = $1 and id <> $1) as "replies!"
        from comments
        where id = $1
        "#,
        thread.0,
    );
    let first = first.fetch_one(connection).await?;
    if first.replies >= MOST_REPLIES {
        let text = format!("a thread takes {MOST_REPLIES} replies: begin another");
        return Err(shared::Error::Conflict(text).into());
    }
    Ok((Subject { kind: first.kind, id: first.id }, thread))
}

/// That a subject is there and lies in the project.
pub(super) async fn check_subject<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    subject: Subject,
) -> Result<()> {
    let is_there = sqlx::query_scalar!(
        r#"
        select exists (
            select from subjects where kind = $1 and id = $2 and project_id = $3
        ) as "is_there!"
        "#,
        subject.kind.as_str(),
        subject.id,
        access.project_id().0,
    );
    match is_there.fetch_one(connection).await? {
        true => Ok(()),
        false => Err(shared::Error::NotFound(subject.kind.name()).into()),
    }
}

/// Who is told of a comment: whom it mentions, and who has written in its thread.
async fn readers<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    comment: &CommentView,
    mentions: &[AccountId],
) -> Result<Vec<(AccountId, NotificationKind)>> {
    let writers = sqlx::query_scalar!(
        "select distinct author_id from comments where thread_id = $1 and project_id = $2",
        comment.thread_id.0,
        access.project_id().0,
    );
    let writers = writers.fetch_all(connection).await?.into_iter().map(AccountId::from);
    let replies = writers.filter(|writer| !mentions.contains(writer));
    let mentioned = mentions.iter().map(|account| (*account, NotificationKind::Mention));
    Ok(mentioned.chain(replies.map(|writer| (writer, NotificationKind::Reply))).collect())
}

/// Changes a comment's text, or whom it mentions. What is none stays.
pub(crate) async fn update_comment(
    state: &AppState,
    of: &OfComment<Editor>,
    text: Option<&str>,
    mentions: Option<&[AccountId]>,
) -> Result<Done<CommentView>> {
    let access = of.access;
    let mut transaction = begin(state, access).await?;
    lock_thread(&mut transaction, access, of.id).await?;
    if let Some(place) = no_member(&mut transaction, access, mentions.unwrap_or_default()).await? {
        let rule = "must be a member of the project";
        return Err(shared::Error::invalid(format!("mentions.{place}"), rule).into());
    }
    let ids: Option<Vec<Uuid>> = mentions.map(|all| all.iter().map(|id| id.0).collect());
    let changed = sqlx::query!(
        r#"
        update comments
        set text = coalesce($3, text), mentions = coalesce($4::uuid[], mentions), edited_at = $5
        where id = $1
            and project_id = $2
            and deleted_at is null
            and (text <> coalesce($3, text) or mentions <> coalesce($4::uuid[], mentions))
        "#,
        of.id.0,
        access.project_id().0,
        text,
        ids.as_deref(),
        state.base.clock.now(),
    );
    let changed = changed.execute(&mut *transaction).await?.rows_affected();
    let comment = view(&mut transaction, access, of.id).await?;
    if comment.deleted_at.is_some() {
        return Err(shared::Error::NotFound("Comment").into());
    }
    if changed == 0 {
        return Ok(Done::nothing(comment));
    }
    let people = mentions.unwrap_or_default().iter();
    let people: Vec<_> = people.map(|account| (*account, NotificationKind::Mention)).collect();
    let notified = notify(&mut transaction, state, access, About::Comment(of.id), &people).await?;
    finish(transaction, state, access, comment, EventKind::CommentChanged, notified).await
}

/// Writes the line and the event of a comment that is there, and ends the transaction.
pub(super) async fn finish<L: Level>(
    mut transaction: super::change::Transaction,
    state: &AppState,
    access: Access<L>,
    comment: CommentView,
    kind: EventKind,
    notified: Notified,
) -> Result<Done<CommentView>> {
    let entry = line(access, comment.id, kind);
    record(&mut transaction, state, &entry).await?;
    let event = NewEvent {
        kind,
        subject: Some(comment.subject),
        thread: Some(comment.thread_id),
        comment: Some(comment.id),
        task: None,
        notified: &notified.people,
    };
    let offset = append(&mut transaction, state, access, &event).await?;
    transaction.commit().await?;
    let told = Told { project: access.project_id(), offset, emails: notified.emails };
    Ok(Done { view: comment, told: Some(told) })
}

pub(super) fn line<L: Level>(access: Access<L>, id: CommentId, kind: EventKind) -> Entry {
    Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: Comment::KIND,
        subject_id: id.0,
        action: "comment",
        details: Some(json!({ "what": kind })),
    }
}
