//! The rows of members.

use platform::{Access, Admin, Result, Viewer};
use serde_json::json;
use shared::account::Email;
use shared::id::AccountId;
use shared::role::Role;
use sqlx::{PgConnection, PgPool};

use super::record;
use crate::State;
use crate::member::MemberView;

pub(crate) async fn members(pool: &PgPool, access: Access<Viewer>) -> Result<Vec<MemberView>> {
    let rows = sqlx::query!(
        r#"
        select m.account_id, a.email, a.full_name, m.role, m.created_at
        from project_members m
        join accounts a on a.id = m.account_id
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
        role: Role::parse(&row.role).unwrap_or(Role::Viewer),
        created_at: row.created_at,
    });
    Ok(views.collect())
}

/// Makes the person of an address a member. The account is held first, as by somebody who leaves: who has
/// left by then has no account, and who leaves afterwards takes the row along.
pub(crate) async fn put_member(
    state: &State,
    access: Access<Admin>,
    email: &Email,
    role: Role,
) -> Result<()> {
    let mut transaction = state.pool.begin().await?;
    let account = sqlx::query_scalar!(
        r#"
        select id as "id: AccountId"
        from accounts
        where email = $1 and deleted_at is null
        for share
        "#,
        email.as_str(),
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let account = account.ok_or_else(|| shared::Error::invalid("email", "has no account here"))?;
    lock(&mut transaction, access).await?;
    sqlx::query!(
        r#"
        insert into project_members (project_id, account_id, role, created_at)
        values ($1, $2, $3, $4)
        on conflict (project_id, account_id) do update set role = excluded.role
        "#,
        access.project_id().0,
        account.0,
        role.as_str(),
        state.clock.now(),
    )
    .execute(&mut *transaction)
    .await?;
    finish(transaction, state, access, account, Some(role)).await
}

pub(crate) async fn set_role(
    state: &State,
    access: Access<Admin>,
    account: AccountId,
    role: Role,
) -> Result<()> {
    let mut transaction = state.pool.begin().await?;
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
    state: &State,
    access: Access<Admin>,
    account: AccountId,
) -> Result<()> {
    let mut transaction = state.pool.begin().await?;
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

type Transaction = sqlx::Transaction<'static, sqlx::Postgres>;

/// Locks the project's row, so that two admins cannot demote each other at the same moment.
async fn lock(connection: &mut PgConnection, access: Access<Admin>) -> Result<()> {
    sqlx::query!("select id from projects where id = $1 for update", access.project_id().0)
        .fetch_optional(connection)
        .await?;
    Ok(())
}

async fn finish(
    mut transaction: Transaction,
    state: &State,
    access: Access<Admin>,
    account: AccountId,
    role: Option<Role>,
) -> Result<()> {
    if !has_admin(&mut transaction, access).await? {
        let text = "a project keeps at least one admin".to_owned();
        return Err(shared::Error::Conflict(text).into());
    }
    let details = json!({ "account_id": account, "role": role });
    record(&mut transaction, state, access, "members", Some(details)).await?;
    transaction.commit().await?;
    Ok(())
}

async fn has_admin(connection: &mut PgConnection, access: Access<Admin>) -> Result<bool> {
    let has = sqlx::query_scalar!(
        r#"
        select exists (
            select from project_members m
            join accounts a on a.id = m.account_id
            where m.project_id = $1 and m.role = 'admin' and a.deleted_at is null
        ) as "has!"
        "#,
        access.project_id().0,
    )
    .fetch_one(connection)
    .await?;
    Ok(has)
}
