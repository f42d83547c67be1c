//! Accounts and sign-ins in PostgreSQL.

mod deletion;
mod email_request;
mod email_token;
mod library;
mod mention;
mod own_data;
mod profile;

pub(crate) use deletion::{email, forget_person, leave_projects, lock};
pub(crate) use email_request::{EmailRequest, claim, give_back, is_claimed, sent, withdraw};
pub(crate) use email_token::{Owner, owner_of_token, use_token, want_address, want_password};
pub(crate) use library::{loans, reads};
pub(crate) use own_data::own;
pub(crate) use profile::{
    change_profile, get, is_password, password_hash, plan, set_avatar, set_password, set_plan,
    set_verified, stats,
};

pub(crate) use platform::auth::GONE;

use chrono::{DateTime, Utc};
use platform::limit::ClientAddress;
use platform::{OnConstraint, Result};
use shared::account::EmailAddress;
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
    pub(crate) email: EmailAddress,
    pub(crate) full_name: String,
    pub(crate) role: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) now: DateTime<Utc>,
}

/// The exchange of a sign-in's refresh token.
pub(crate) struct Rotation<'a> {
    pub(crate) session: SessionId,
    /// The hash of the token that was brought.
    pub(crate) used: &'a [u8],
    /// Whether that token shows by itself which sign-in it is of.
    pub(crate) is_sealed: bool,
    /// The hash of the next one.
    pub(crate) next: &'a [u8],
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
    email: &EmailAddress,
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

/// True when the account has proved itself from this address before, by a password or by its mail, as far
/// as the audit log remembers. One statement whether or not there is such an account.
pub(crate) async fn has_come_from(
    pool: &PgPool,
    email: &EmailAddress,
    address: ClientAddress,
) -> Result<bool> {
    let has_come = sqlx::query_scalar!(
        r#"
        select exists (
            select
            from accounts a
            join audit_log l on l.subject_id = a.id
            where a.email = $1
                and a.deleted_at is null
                and l.address = $2
                and (l.action = 'sign-in' or l.details ->> 'what' = 'password_reset')
        ) as "has_come!"
        "#,
        email.as_str(),
        address.to_string(),
    );
    Ok(has_come.fetch_one(pool).await?)
}

/// Notes a sign-in with the password that this hash is of, and keeps a hash made anew. False when the
/// account has another password by now, is disabled or deleted: then nobody may be signed in. Otherwise none
/// of that happens before the transaction has ended, and a change of password after it ends the sign-in.
pub(crate) async fn touch(
    connection: &mut PgConnection,
    id: AccountId,
    hash: &str,
    anew: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = sqlx::query!(
        r#"
        update accounts
        set last_login_at = $4, password_hash = coalesce($3, password_hash)
        where id = $1 and password_hash = $2 and is_active and deleted_at is null
        "#,
        id.0,
        hash,
        anew,
        now,
    )
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
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

/// The sign-in of a token that does not name it by itself: one from before tokens did, or from before the
/// present `SECRET_KEY`. It is the present one, or the last of its kind before.
pub(crate) async fn session_of(pool: &PgPool, used: &[u8]) -> Result<Option<SessionId>> {
    let id = sqlx::query_scalar!(
        r#"
        select id
        from sessions
        where refresh_hash = $1 or previous_refresh_hash = $1
        order by refresh_hash = $1 desc
        limit 1
        "#,
        used,
    );
    Ok(id.fetch_optional(pool).await?.map(SessionId))
}

/// Replaces a live sign-in's token by the next one, which lives until `expires_at`, and no sign-in longer
/// than one that began at `oldest` until now. One statement: of two at once, one wins. A token that does not
/// name its sign-in is remembered, so that it is known when it comes again.
pub(crate) async fn rotate(
    pool: &PgPool,
    rotation: &Rotation<'_>,
    now: DateTime<Utc>,
    (expires_at, oldest): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<AccountId>> {
    let account = sqlx::query_scalar!(
        r#"
        update sessions
        set refresh_hash = $4,
            previous_refresh_hash = case when $3 then previous_refresh_hash else $2 end,
            expires_at = least($6::timestamptz, created_at + ($5 - $7::timestamptz))
        where id = $1
            and refresh_hash = $2
            and ended_at is null
            and expires_at > $5::timestamptz
            and created_at > $7
        returning account_id
        "#,
        rotation.session.0,
        rotation.used,
        rotation.is_sealed,
        rotation.next,
        now,
        expires_at,
        oldest,
    );
    Ok(account.fetch_optional(pool).await?.map(AccountId))
}

/// Ends a live sign-in of which a token came that is not its present one. True when it did.
pub(crate) async fn end_reused(
    pool: &PgPool,
    id: SessionId,
    used: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = sqlx::query!(
        r#"
        update sessions
        set ended_at = $3
        where id = $1 and refresh_hash <> $2 and ended_at is null and expires_at > $3
        "#,
        id.0,
        used,
        now,
    );
    Ok(ended.execute(pool).await?.rows_affected() == 1)
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
