//! Requests for e-mails with a token, and the tokens.

use chrono::{DateTime, Utc};
use platform::Result;
use shared::account::EmailAddress;
use shared::id::AccountId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::is_there;
use crate::email_token::Purpose;

/// Requests an e-mail for a new password, where the address has an account that may sign in. One statement either
/// way, so that its time says nothing.
pub(crate) async fn want_password(
    pool: &PgPool,
    email: &EmailAddress,
    request: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into account_proofs (account_id, purpose, request_id, requested_at, expires_at)
        select id, 'password', $2, $3, $4
        from accounts
        where email = $1 and deleted_at is null and is_active
        for share
        on conflict (account_id, purpose) do update
        set request_id = excluded.request_id,
            token_hash = null,
            requested_at = excluded.requested_at,
            expires_at = excluded.expires_at,
            claimed_until = null,
            sent_at = null
        "#,
        email.as_str(),
        request,
        now,
        now + Purpose::Password.life(),
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Requests an e-mail that verifies the account's address.
pub(crate) async fn want_address(
    connection: &mut PgConnection,
    account: AccountId,
    request: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let wanted = sqlx::query!(
        r#"
        insert into account_proofs (account_id, purpose, request_id, requested_at, expires_at)
        select id, 'address', $2, $3, $4
        from accounts
        where id = $1 and deleted_at is null
        for share
        on conflict (account_id, purpose) do update
        set request_id = excluded.request_id,
            token_hash = null,
            requested_at = excluded.requested_at,
            expires_at = excluded.expires_at,
            claimed_until = null,
            sent_at = null
        "#,
        account.0,
        request,
        now,
        now + Purpose::Address.life(),
    )
    .execute(connection)
    .await?;
    is_there(&wanted)
}

/// Whose address a token proves.
pub(crate) struct Owner {
    pub(crate) id: AccountId,
    pub(crate) email: String,
    pub(crate) password_hash: String,
}

/// The account that the token would be good for; the token stays.
pub(crate) async fn owner_of_token(
    pool: &PgPool,
    token_hash: &[u8],
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Option<Owner>> {
    let owner = sqlx::query_as!(
        Owner,
        r#"
        select a.id, a.email, a.password_hash
        from account_proofs p
        join accounts a on a.id = p.account_id
        where p.token_hash = $1 and p.purpose = $2 and p.expires_at > $3 and a.deleted_at is null
        "#,
        token_hash,
        purpose.as_str(),
        now,
    );
    Ok(owner.fetch_optional(pool).await?)
}

/// The account that the token is good for. It works once: of two at once, one wins.
pub(crate) async fn use_token(
    connection: &mut PgConnection,
    token_hash: &[u8],
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>> {
    let account = sqlx::query_scalar!(
        r#"
        delete from account_proofs p
        using accounts a
        where a.id = p.account_id
            and a.deleted_at is null
            and p.token_hash = $1
            and p.purpose = $2
            and p.expires_at > $3
        returning p.account_id
        "#,
        token_hash,
        purpose.as_str(),
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(account.map(AccountId))
}
