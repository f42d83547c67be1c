//! Comments that are taken back.

use chrono::{DateTime, Utc};
use platform::{Access, Admin, Editor, Level, Result};
use records::subject::Of;
use shared::id::CommentId;
use sqlx::PgConnection;

use super::change::{Done, NewEvent, Told, append, begin, record};
use super::comment::{OfComment, line, lock_thread, view};
use crate::AppState;
use crate::event::EventKind;

/// Deletes a comment. A first one with replies stays without its text; with its last reply it goes as well.
pub(crate) async fn delete_comment(state: &AppState, of: &OfComment<Editor>) -> Result<Done<()>> {
    let access = of.access;
    let mut transaction = begin(state, access).await?;
    let thread = lock_thread(&mut transaction, access, of.id).await?;
    let comment = view(&mut transaction, access, of.id).await?;
    if comment.deleted_at.is_some() {
        return Err(shared::Error::NotFound("Comment").into());
    }
    empty(&mut transaction, access, of.id, state.base.clock.now()).await?;
    record(&mut transaction, state, &line(access, of.id, EventKind::CommentDeleted)).await?;
    let gone = remove_empty(&mut transaction, access, thread, of.id).await?;
    let mut offset = 0;
    for id in std::iter::once(of.id).chain(gone) {
        let event = NewEvent {
            kind: EventKind::CommentDeleted,
            subject: Some(comment.subject),
            thread: Some(thread),
            comment: Some(id),
            task: None,
            notified: &[],
        };
        offset = append(&mut transaction, state, access, &event).await?;
    }
    transaction.commit().await?;
    let told = Told { project: access.project_id(), offset, emails: Vec::new() };
    Ok(Done { view: (), told: Some(told) })
}

/// Takes a comment's text and what anybody was told of it.
async fn empty<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    id: CommentId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        update comments
        set text = null, mentions = '{}', deleted_at = $3
        where id = $1 and project_id = $2
        "#,
        id.0,
        access.project_id().0,
        now,
    )
    .execute(&mut *connection)
    .await?;
    let forgotten = sqlx::query!("delete from notifications where comment_id = $1", id.0);
    forgotten.execute(connection).await?;
    Ok(())
}

/// Removes the deleted comment unless it heads replies, and its thread's first one when that was kept for this reply
/// alone. Returns that one.
async fn remove_empty<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    thread: CommentId,
    id: CommentId,
) -> Result<Option<CommentId>> {
    if id != thread {
        let reply = sqlx::query!("delete from comments where id = $1", id.0);
        reply.execute(&mut *connection).await?;
    }
    let first = sqlx::query_scalar!(
        r#"
        delete from comments c
        where c.id = $1
            and c.project_id = $2
            and c.deleted_at is not null
            and not exists (select from comments r where r.thread_id = c.id and r.id <> c.id)
        returning c.id
        "#,
        thread.0,
        access.project_id().0,
    );
    let first = first.fetch_optional(connection).await?.map(CommentId::from);
    Ok(first.filter(|first| *first != id))
}

impl<S: records::subject::Subject> MayDelete for Of<S, Editor> {
    fn may_be_deleted(&self) -> Result<()> {
        if self.created_by != self.access.account_id() {
            self.access.raised::<Admin>()?;
        }
        Ok(())
    }
}

/// Who may delete what an editor has made.
pub(crate) trait MayDelete {
    /// Whoever made it, and every admin.
    ///
    /// # Errors
    /// 403 for everybody else.
    fn may_be_deleted(&self) -> Result<()>;
}
