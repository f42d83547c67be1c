//! What people change about themselves, and what others change about them.

use chrono::{DateTime, Utc};
use platform::{Caller, Result, SystemAdmin, audit};
use serde_json::json;
use shared::account::Plan;
use shared::id::{AccountId, SessionId};
use sqlx::{PgConnection, PgPool};

use super::{AccountRow, GONE, find, is_there};
use crate::profile::{ChangeProfile, Stats};
use crate::{AppState, email_token};

/// An account that is there: it has just called.
pub(crate) async fn get(pool: &PgPool, id: AccountId) -> Result<AccountRow> {
    Ok(find(pool, id).await?.ok_or(GONE)?)
}

pub(crate) async fn password_hash(pool: &PgPool, id: AccountId) -> Result<String> {
    let hash = sqlx::query_scalar!(
        "select password_hash from accounts where id = $1 and deleted_at is null",
        id.0,
    );
    Ok(hash.fetch_optional(pool).await?.ok_or(GONE)?)
}

pub(crate) async fn change_profile(
    state: &AppState,
    caller: &Caller,
    change: &ChangeProfile,
) -> Result<AccountRow> {
    let mut transaction = state.base.pool.begin().await?;
    let changed = sqlx::query!(
        r#"
        update accounts
        set full_name = coalesce($2, full_name),
            role = coalesce($3, role),
            company = coalesce($4, company)
        where id = $1 and deleted_at is null
        "#,
        caller.account_id.0,
        change.full_name,
        change.role,
        change.company,
    )
    .execute(&mut *transaction)
    .await?;
    is_there(&changed)?;
    let entry = audit::Entry {
        account_id: caller.account_id,
        project_id: None,
        subject_kind: "account",
        subject_id: caller.account_id.0,
        action: "account",
        details: Some(json!({ "what": "profile", "fields": change.names() })),
    };
    audit::record(&mut *transaction, &state.base.ids, state.base.clock.now(), &entry).await?;
    transaction.commit().await?;
    get(&state.base.pool, caller.account_id).await
}

/// Sets or removes the address of a picture. Returns the one before.
pub(crate) async fn set_avatar(
    state: &AppState,
    caller: &Caller,
    url: Option<&str>,
) -> Result<Option<String>> {
    let mut transaction = state.base.pool.begin().await?;
    let before = sqlx::query_scalar!(
        r#"
        update accounts a
        set avatar_url = $2
        from (
            select id, avatar_url
            from accounts
            where id = $1 and deleted_at is null
            for no key update
        ) before
        where a.id = before.id
        returning before.avatar_url
        "#,
        caller.account_id.0,
        url,
    )
    .fetch_optional(&mut *transaction)
    .await?
    .ok_or(GONE)?;
    if before.is_some() || url.is_some() {
        email_token::record(&mut transaction, state, caller.account_id, "avatar").await?;
    }
    transaction.commit().await?;
    Ok(before)
}

/// Whether this is the hash of the account's password, which then stays until the transaction has ended.
pub(crate) async fn is_password(
    connection: &mut PgConnection,
    account: AccountId,
    hash: &str,
) -> Result<bool> {
    let held = sqlx::query_scalar!(
        r#"
        select id
        from accounts
        where id = $1 and password_hash = $2 and deleted_at is null
        for no key update
        "#,
        account.0,
        hash,
    );
    Ok(held.fetch_optional(connection).await?.is_some())
}

/// Sets a password and ends every sign-in but the one to keep, and the e-mail with which somebody who read the mailbox
/// would set another.
pub(crate) async fn set_password(
    connection: &mut PgConnection,
    account: AccountId,
    hash: &str,
    keep: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let changed = sqlx::query!(
        "update accounts set password_hash = $2 where id = $1 and deleted_at is null",
        account.0,
        hash,
    )
    .execute(&mut *connection)
    .await?;
    is_there(&changed)?;
    sqlx::query!(
        r#"
        update sessions
        set ended_at = $3
        where account_id = $1 and ended_at is null and id is distinct from $2
        "#,
        account.0,
        keep.map(|id| id.0),
        now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from account_proofs where account_id = $1 and purpose = 'password'",
        account.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn set_verified(connection: &mut PgConnection, account: AccountId) -> Result<()> {
    let changed = sqlx::query!(
        "update accounts set is_verified = true where id = $1 and deleted_at is null",
        account.0,
    )
    .execute(connection)
    .await?;
    is_there(&changed)
}

/// What somebody sees in lists, counted.
pub(crate) async fn stats(pool: &PgPool, caller: &Caller) -> Result<Stats> {
    let row = sqlx::query!(
        r#"
        with mine as (
            select project_id as id
            from project_roles
            where account_id = $1
        )
        select
            (select count(*) from mine) as "projects!",
            (
                select count(*)
                from personas
                where project_id in (select id from mine) and deleted_at is null
            ) as "personas!",
            (
                select count(*)
                from focus_groups
                where project_id in (select id from mine)
            ) as "focus_groups!",
            (
                select count(*)
                from surveys
                where project_id in (select id from mine) and deleted_at is null
            ) as "surveys!"
        "#,
        caller.account_id.0,
    )
    .fetch_one(pool)
    .await?;
    Ok(Stats {
        plan: caller.plan.as_str(),
        projects_count: row.projects,
        personas_count: row.personas,
        focus_groups_count: row.focus_groups,
        surveys_count: row.surveys,
    })
}

pub(crate) async fn plan(pool: &PgPool, _: SystemAdmin, account: AccountId) -> Result<Plan> {
    let plan = sqlx::query_scalar!(
        r#"select plan as "plan: Plan" from accounts where id = $1 and deleted_at is null"#,
        account.0,
    );
    Ok(plan.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("User"))?)
}

pub(crate) async fn set_plan(
    state: &AppState,
    admin: SystemAdmin,
    account: AccountId,
    plan: Plan,
) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    let changed = sqlx::query!(
        "update accounts set plan = $2 where id = $1 and deleted_at is null",
        account.0,
        plan.as_str(),
    )
    .execute(&mut *transaction)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(shared::Error::NotFound("User").into());
    }
    let entry = audit::Entry {
        account_id: admin.account_id(),
        project_id: None,
        subject_kind: "account",
        subject_id: account.0,
        action: "plan",
        details: Some(json!({ "plan": plan })),
    };
    audit::record(&mut *transaction, &state.base.ids, state.base.clock.now(), &entry).await?;
    transaction.commit().await?;
    Ok(())
}
