//! What people are told in their inboxes.

use platform::{Access, Level, Result};
use shared::id::{AccountId, CommentId, NotificationId, TaskId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::AppState;
use crate::inbox::NotificationKind;

/// What somebody is told about.
#[derive(Clone, Copy)]
pub(super) enum About {
    Comment(CommentId),
    Task(TaskId),
}

/// Who has been told, and the e-mails that are to be written.
#[derive(Default)]
pub(super) struct Notified {
    pub(super) people: Vec<AccountId>,
    pub(super) emails: Vec<Uuid>,
}

/// Tells members of the project, none of them twice and never the caller. Of a comment that somebody was told of as
/// a reply they are told once more when it mentions them; of a mention there is one e-mail for ever.
pub(super) async fn notify<L: Level>(
    connection: &mut PgConnection,
    state: &AppState,
    access: Access<L>,
    about: About,
    people: &[(AccountId, NotificationKind)],
) -> Result<Notified> {
    let people: Vec<_> = people.iter().filter(|(id, _)| *id != access.account_id()).collect();
    if people.is_empty() {
        return Ok(Notified::default());
    }
    let next = || state.base.ids.next::<Uuid>();
    let ids: Vec<Uuid> = people.iter().map(|_| state.base.ids.next::<NotificationId>().0).collect();
    let accounts: Vec<Uuid> = people.iter().map(|(account, _)| account.0).collect();
    let kinds: Vec<String> = people.iter().map(|(_, kind)| kind.as_str().to_owned()).collect();
    let requests: Vec<Uuid> = people.iter().map(|_| next()).collect();
    let (comment, task) = match about {
        About::Comment(id) => (Some(id.0), None),
        About::Task(id) => (None, Some(id.0)),
    };
    let told = sqlx::query!(
        r#"
        insert into notifications as known
            (id, project_id, account_id, kind, comment_id, task_id, actor_id, created_at, request_id)
        select
            n.id, $1, r.account_id, n.kind, $2, $3, $4, $5,
            case when n.kind = 'mention' then n.request_id end
        from unnest($6::uuid[], $7::uuid[], $8::text[], $9::uuid[])
            as n (id, account_id, kind, request_id)
        join project_roles r on r.project_id = $1 and r.account_id = n.account_id
        on conflict (comment_id, account_id) where comment_id is not null do update
        set kind = excluded.kind,
            actor_id = excluded.actor_id,
            created_at = excluded.created_at,
            request_id = excluded.request_id,
            read_at = null
        where known.kind <> 'mention' and excluded.kind = 'mention'
        returning account_id, request_id
        "#,
        access.project_id().0,
        comment,
        task,
        access.account_id().0,
        state.base.clock.now(),
        &ids,
        &accounts,
        &kinds,
        &requests,
    );
    let mut notified = Notified::default();
    for row in told.fetch_all(connection).await? {
        notified.people.push(row.account_id.into());
        notified.emails.extend(row.request_id);
    }
    Ok(notified)
}

/// The first of these accounts that is no member of the project, by its place.
pub(super) async fn no_member<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    accounts: &[AccountId],
) -> Result<Option<usize>> {
    if accounts.is_empty() {
        return Ok(None);
    }
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    let members = sqlx::query_scalar!(
        r#"
        select account_id as "account_id!"
        from project_roles
        where project_id = $1 and account_id = any($2)
        "#,
        access.project_id().0,
        &ids,
    );
    let members = members.fetch_all(connection).await?;
    Ok(ids.iter().position(|id| !members.contains(id)))
}
