//! The rows of members.

use platform::{Access, Admin, Level, Result, Viewer};
use serde_json::json;
use shared::id::AccountId;
use shared::role::Role;
use sqlx::{PgConnection, PgPool};

use super::record;
use crate::AppState;
use crate::member::MemberView;

pub(crate) async fn members(pool: &PgPool, access: Access<Viewer>) -> Result<Vec<MemberView>> {
    let rows = sqlx::query!(
        r#"
        select
            m.account_id, a.email, a.full_name, m.role as "role: Role", m.created_at,
            r.account_id is not null as "has_access!"
        from project_members m
        join accounts a on a.id = m.account_id
        left join project_roles r
            on r.project_id = m.project_id and r.account_id = m.account_id
        where m.project_id = $1 and a.deleted_at is null
        order by m.created_at, m.account_id
        "#,
        access.project_id().0,
    )
    .fetch_all(pool)
    .await?;
    let views = rows.into_iter().map(|row| MemberView {
        account_id: row.account_id.into(),
        email: row.email,
        full_name: row.full_name,
        role: row.role,
        created_at: row.created_at,
        has_access: row.has_access,
    });
    Ok(views.collect())
}

pub(crate) async fn set_role(
    state: &AppState,
    access: Access<Admin>,
    account: AccountId,
    role: Role,
) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    lock(&mut transaction, access).await?;
    let changed = sqlx::query!(
        "update project_members set role = $3 where project_id = $1 and account_id = $2",
        access.project_id().0,
        account.0,
        role.as_str(),
    )
    .execute(&mut *transaction)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(shared::Error::NotFound("Member").into());
    }
    finish(transaction, state, access, account, Some(role)).await
}

pub(crate) async fn remove_member(
    state: &AppState,
    access: Access<Admin>,
    account: AccountId,
) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    lock(&mut transaction, access).await?;
    let removed = sqlx::query!(
        "delete from project_members where project_id = $1 and account_id = $2",
        access.project_id().0,
        account.0,
    )
    .execute(&mut *transaction)
    .await?;
    if removed.rows_affected() == 0 {
        return Err(shared::Error::NotFound("Member").into());
    }
    finish(transaction, state, access, account, None).await
}

/// The caller is a member no more.
pub(crate) async fn leave(state: &AppState, access: Access<Viewer>) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    lock_row(&mut transaction, access).await?;
    // The role that they have now: they may have become an admin while this one waited.
    let role = sqlx::query_scalar!(
        r#"
        delete from project_members
        where project_id = $1 and account_id = $2
        returning role as "role: Role"
        "#,
        access.project_id().0,
        access.account_id().0,
    );
    let role = role.fetch_optional(&mut *transaction).await?;
    let role = role.ok_or(shared::Error::NotFound("Member"))?;
    if role == Role::Admin {
        return finish(transaction, state, access, access.account_id(), None).await;
    }
    let details = json!({ "account_id": access.account_id(), "role": null });
    record(&mut transaction, state, access, "members", Some(details)).await?;
    transaction.commit().await?;
    Ok(())
}

type Transaction = sqlx::Transaction<'static, sqlx::Postgres>;

/// Locks the project's row, so that of two who change its members at the same moment the second knows of the
/// first. Keys to it are not locked: its work goes on.
async fn lock_row<L: Level>(connection: &mut PgConnection, access: Access<L>) -> Result<()> {
    let locked = sqlx::query_scalar!(
        "select id from projects where id = $1 and deleted_at is null for no key update",
        access.project_id().0,
    );
    let locked = locked.fetch_optional(connection).await?;
    locked.ok_or(shared::Error::NotFound("Project"))?;
    Ok(())
}

/// The same for an admin: of two who demote each other at the same moment the second is one no more.
pub(super) async fn lock(connection: &mut PgConnection, access: Access<Admin>) -> Result<()> {
    let project = access.project_id().0;
    lock_row(connection, access).await?;
    // A statement of its own, to see what others have done while this one waited.
    let is_admin = sqlx::query_scalar!(
        r#"
        select exists (
            select from project_roles
            where project_id = $1 and account_id = $2 and role = 'admin'
        ) as "is_admin!"
        "#,
        project,
        access.account_id().0,
    );
    match is_admin.fetch_one(connection).await? {
        true => Ok(()),
        false => Err(shared::Error::Forbidden(Role::Admin.needed()).into()),
    }
}

async fn finish<L: Level>(
    mut transaction: Transaction,
    state: &AppState,
    access: Access<L>,
    account: AccountId,
    role: Option<Role>,
) -> Result<()> {
    if !has_admin(&mut transaction, access).await? {
        let text = "a project keeps at least one admin".to_owned();
        return Err(shared::Error::Conflict(text).into());
    }
    if role != Some(Role::Admin) {
        pass_on(&mut transaction, access, account).await?;
    }
    let details = json!({ "account_id": account, "role": role });
    record(&mut transaction, state, access, "members", Some(details)).await?;
    transaction.commit().await?;
    Ok(())
}

/// Whoever ends an owner's being admin owns the project from then on; of owners who end their own it is the
/// admin who has been in it for longest. Owning opens no library.
async fn pass_on<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
    former: AccountId,
) -> Result<()> {
    sqlx::query!(
        r#"
        update projects
        set owner_id = (
            select account_id
            from project_roles
            where project_id = $1 and role = 'admin' and account_id <> $2
            order by account_id <> $3, created_at, account_id
            limit 1
        )
        where id = $1 and owner_id = $2
        "#,
        access.project_id().0,
        former.0,
        access.account_id().0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// True when somebody may still administer it: not only by the row, but by what [`platform::HeldRole`] counts.
async fn has_admin<L: Level>(connection: &mut PgConnection, access: Access<L>) -> Result<bool> {
    let has = sqlx::query_scalar!(
        r#"
        select exists (
            select from project_roles
            where project_id = $1 and role = 'admin'
        ) as "has!"
        "#,
        access.project_id().0,
    )
    .fetch_one(connection)
    .await?;
    Ok(has)
}
