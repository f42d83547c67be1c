//! What becomes of projects and rows when somebody leaves.

use chrono::{DateTime, Utc};
use platform::{Caller, Result, audit, runs};
use serde_json::json;
use shared::id::{AccountId, ProjectId};
use shared::role::Role;
use sqlx::PgConnection;
use uuid::Uuid;

use super::GONE;
use crate::AppState;

/// A project that somebody leaves.
struct Left {
    id: Uuid,
    is_owned: bool,
    /// Who goes on with it: of those who may work on it the highest, of these the longest.
    heir: Option<Uuid>,
    heir_role: Option<Role>,
}

/// Locks the account of somebody who leaves. What others write in its name is there by then, and goes with
/// it, or finds it gone (`platform::auth::hold`). Keys to it are not locked: another member who leaves may
/// hand a project on to it.
pub(crate) async fn lock(connection: &mut PgConnection, account: AccountId) -> Result<()> {
    let locked = sqlx::query_scalar!(
        "select id from accounts where id = $1 and deleted_at is null for no key update",
        account.0,
    );
    locked.fetch_optional(connection).await?.ok_or(GONE)?;
    Ok(())
}

/// The address of an account that its transaction has locked.
pub(crate) async fn email(connection: &mut PgConnection, account: AccountId) -> Result<String> {
    let email = sqlx::query_scalar!("select email from accounts where id = $1", account.0);
    Ok(email.fetch_one(connection).await?)
}

/// Hands on the projects of several people, and deletes those of one.
pub(crate) async fn leave_projects(
    connection: &mut PgConnection,
    state: &AppState,
    caller: &Caller,
) -> Result<()> {
    for left in projects(connection, caller.account_id).await? {
        match left.heir {
            Some(heir) => hand_on(connection, state, caller, &left, heir).await?,
            None => delete(connection, state, caller, left.id.into()).await?,
        }
    }
    Ok(())
}

/// Locked in the order of their ids, so that of two members who leave at once the second knows of the
/// first, and neither waits for the other for ever.
async fn projects(connection: &mut PgConnection, account: AccountId) -> Result<Vec<Left>> {
    sqlx::query!(
        r#"
        select p.id
        from projects p
        join project_members m on m.project_id = p.id
        where m.account_id = $1 and p.deleted_at is null
        order by p.id
        for no key update of p
        "#,
        account.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    // A statement of its own, to see what others have done while this one waited.
    let left = sqlx::query_as!(
        Left,
        r#"
        select
            p.id,
            p.owner_id = $1 as "is_owned!",
            heir.account_id as "heir?",
            heir.role as "heir_role?: _"
        from projects p
        join project_members mine on mine.project_id = p.id and mine.account_id = $1
        left join lateral (
            select m.account_id, m.role
            from project_roles m
            where m.project_id = p.id and m.account_id <> $1
            order by
                array_position(array['admin', 'editor', 'viewer'], m.role),
                m.created_at,
                m.account_id
            limit 1
        ) heir on true
        where p.deleted_at is null
        order by p.id
        "#,
        account.0,
    );
    Ok(left.fetch_all(connection).await?)
}

async fn hand_on(
    connection: &mut PgConnection,
    state: &AppState,
    caller: &Caller,
    left: &Left,
    heir: Uuid,
) -> Result<()> {
    sqlx::query!(
        "update projects set owner_id = $2 where id = $1 and $3",
        left.id,
        heir,
        left.is_owned,
    )
    .execute(&mut *connection)
    .await?;
    if left.heir_role != Some(Role::Admin) {
        sqlx::query!(
            "update project_members set role = 'admin' where project_id = $1 and account_id = $2",
            left.id,
            heir,
        )
        .execute(&mut *connection)
        .await?;
    }
    let details = json!({ "left": caller.account_id, "account_id": heir, "role": "admin" });
    record(connection, state, caller, left.id, "members", Some(details)).await
}

async fn delete(
    connection: &mut PgConnection,
    state: &AppState,
    caller: &Caller,
    project: ProjectId,
) -> Result<()> {
    let now = state.base.clock.now();
    sqlx::query!(
        "update projects set deleted_at = $2, updated_at = $2 where id = $1",
        project.0,
        now,
    )
    .execute(&mut *connection)
    .await?;
    runs::cancel_all(connection, project, now).await?;
    record(connection, state, caller, project.0, "delete", None).await
}

async fn record(
    connection: &mut PgConnection,
    state: &AppState,
    caller: &Caller,
    project: Uuid,
    action: &'static str,
    details: Option<serde_json::Value>,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: caller.account_id,
        project_id: Some(project.into()),
        subject_kind: "project",
        subject_id: project,
        action,
        details,
    };
    audit::record(connection, &state.base.ids, state.base.clock.now(), &entry).await
}

/// Removes what the database says about a person. The row stays, because others point to its id: it
/// says that somebody was here and has left, and no more.
pub(crate) async fn forget_person(
    connection: &mut PgConnection,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<()> {
    let account = caller.account_id.0;
    for statement in [
        "delete from project_invitations i using accounts a
            where a.id = $1 and a.is_verified and i.email = a.email",
        "delete from invitation_letters l using accounts a
            where a.id = $1 and a.is_verified and l.email = a.email",
        "delete from project_members where account_id = $1",
        "delete from sessions where account_id = $1",
        "delete from account_proofs where account_id = $1",
    ] {
        sqlx::query(statement).bind(account).execute(&mut *connection).await?;
    }
    sqlx::query!(
        r#"
        update accounts
        set email = id || '@deleted.invalid',
            password_hash = '',
            full_name = '',
            role = null,
            company = null,
            avatar_url = null,
            is_verified = false,
            is_active = false,
            is_system_admin = false,
            last_login_at = null,
            deleted_at = $2
        where id = $1
        "#,
        account,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
