//! Accounts and sign-ins in PostgreSQL.

mod leaving;
mod library;
mod profile;
mod proof;
mod wish;

pub(crate) use leaving::{forget_person, leave_projects, lock};
pub(crate) use library::{loans, reads};
pub(crate) use profile::{
    change_profile, get, password_hash, plan, set_avatar, set_password, set_plan, set_verified,
    stats,
};
pub(crate) use proof::{is_proof, use_proof, want_address, want_password};
pub(crate) use wish::{Wish, claim, give_back, is_claimed, sent, withdraw};

pub(crate) use platform::auth::GONE;

use chrono::{DateTime, Utc};
use platform::{OnConstraint, Result};
use shared::account::Email;
use shared::id::{AccountId, SessionId};
use sqlx::postgres::PgQueryResult;
use sqlx::{PgConnection, PgPool};

/// An account without its password.
pub(crate) struct AccountRow {
    pub(crate) id: AccountId,
    pub(crate) email: String,
    pub(crate) full_name: String,
    pub(crate) role: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) plan: String,
    pub(crate) is_verified: bool,
    pub(crate) is_active: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_login_at: Option<DateTime<Utc>>,
}

/// An account about to be made.
pub(crate) struct NewAccount {
    pub(crate) id: AccountId,
    pub(crate) email: Email,
    pub(crate) full_name: String,
    pub(crate) role: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) now: DateTime<Utc>,
}

/// A sign-in that was found by its token.
pub(crate) struct SessionRow {
    pub(crate) id: SessionId,
    pub(crate) account_id: AccountId,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    account: &NewAccount,
    password_hash: &str,
) -> Result<AccountRow> {
    sqlx::query_as!(
        AccountRow,
        r#"
        insert into accounts (id, email, password_hash, full_name, role, company, created_at,
            last_login_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)
        returning id, email, full_name, role, company, avatar_url, plan, is_verified, is_active,
            created_at, last_login_at
        "#,
        account.id.0,
        account.email.as_str(),
        password_hash,
        account.full_name,
        account.role,
        account.company,
        account.now,
    )
    .fetch_one(connection)
    .await
    .on_constraint("accounts_email_key", || {
        shared::Error::Refused("Email already registered".to_owned())
    })
}

pub(crate) async fn find(pool: &PgPool, id: AccountId) -> Result<Option<AccountRow>> {
    let row = sqlx::query_as!(
        AccountRow,
        r#"
        select id, email, full_name, role, company, avatar_url, plan, is_verified, is_active,
            created_at, last_login_at
        from accounts
        where id = $1 and deleted_at is null
        "#,
        id.0,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// The account of an address and its password's hash. One statement whether or not there is one, so that its
/// time says nothing.
pub(crate) async fn find_by_email(
    pool: &PgPool,
    email: &Email,
) -> Result<Option<(AccountRow, String)>> {
    let row = sqlx::query!(
        r#"
        select id, email, full_name, role, company, avatar_url, plan, is_verified, is_active,
            created_at, last_login_at, password_hash
        from accounts
        where email = $1 and deleted_at is null
        "#,
        email.as_str(),
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| {
        let account = AccountRow {
            id: row.id.into(),
            email: row.email,
            full_name: row.full_name,
            role: row.role,
            company: row.company,
            avatar_url: row.avatar_url,
            plan: row.plan,
            is_verified: row.is_verified,
            is_active: row.is_active,
            created_at: row.created_at,
            last_login_at: row.last_login_at,
        };
        (account, row.password_hash)
    }))
}

/// Notes a sign-in. The account cannot be deleted before the transaction has ended.
pub(crate) async fn touch(
    connection: &mut PgConnection,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    let changed = sqlx::query!(
        "update accounts set last_login_at = $2 where id = $1 and deleted_at is null",
        id.0,
        now,
    )
    .execute(connection)
    .await?;
    is_there(&changed)
}

pub(crate) async fn open_session(
    connection: &mut PgConnection,
    id: SessionId,
    account: AccountId,
    refresh_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into sessions (id, account_id, refresh_hash, created_at, expires_at)
        values ($1, $2, $3, $4, $5)
        "#,
        id.0,
        account.0,
        refresh_hash,
        now,
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces a live sign-in's token by the next one. One statement: of two at once, one wins.
pub(crate) async fn rotate(
    pool: &PgPool,
    used: &[u8],
    next: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<Option<SessionRow>> {
    let row = sqlx::query_as!(
        SessionRow,
        r#"
        update sessions
        set refresh_hash = $2, previous_refresh_hash = $1, expires_at = $4
        where refresh_hash = $1 and ended_at is null and expires_at > $3
        returning id, account_id
        "#,
        used,
        next,
        now,
        expires_at,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// Ends the sign-in whose token has been used before.
pub(crate) async fn end_reused(pool: &PgPool, used: &[u8], now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        r#"
        update sessions
        set ended_at = $2
        where previous_refresh_hash = $1 and ended_at is null
        "#,
        used,
        now,
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn end(pool: &PgPool, id: SessionId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update sessions set ended_at = $2 where id = $1 and ended_at is null", id.0, now)
        .execute(pool)
        .await?;
    Ok(())
}

/// Makes the account the first system admin. False when there was one before.
pub(crate) async fn claim_bootstrap(
    connection: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let claimed = sqlx::query!(
        "insert into system_bootstrap (account_id, claimed_at) values ($1, $2) on conflict do nothing",
        account.0,
        now,
    )
    .execute(&mut *connection)
    .await?;
    if claimed.rows_affected() == 0 {
        return Ok(false);
    }
    let changed = sqlx::query!(
        "update accounts set is_system_admin = true where id = $1 and deleted_at is null",
        account.0,
    )
    .execute(&mut *connection)
    .await?;
    is_there(&changed)?;
    Ok(true)
}

/// 401 when a change has met no account: it was deleted while the request was on its way.
fn is_there(changed: &PgQueryResult) -> Result<()> {
    match changed.rows_affected() {
        0 => Err(GONE.into()),
        _ => Ok(()),
    }
}
