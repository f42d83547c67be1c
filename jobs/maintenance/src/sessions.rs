//! Sign-ins that are over, and e-mails that nobody answered.

use chrono::{DateTime, Duration, Utc};
use platform::Result;
use sqlx::PgPool;

use crate::batch;

/// How long a sign-in stays after its end, to explain a line of the audit log.
const KEPT: Duration = Duration::days(30);

/// Of how long invitations are counted.
const COUNTED: Duration = Duration::days(1);

/// Removes sign-ins that ended or expired 30 days ago. Returns how many.
pub async fn remove_sessions(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let over = now - KEPT;
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from sessions
            where id in (
                select id
                from sessions
                where least(ended_at, expires_at) <= $1
                order by least(ended_at, expires_at)
                limit $2
                for update skip locked
            )
            "#,
            over,
            limit,
        )
        .execute(pool)
    })
    .await
}

/// Removes the tokens of e-mails that are too old to be used. Returns how many.
pub async fn remove_email_tokens(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from account_proofs
            where (account_id, purpose) in (
                select account_id, purpose
                from account_proofs
                where expires_at <= $1
                order by expires_at
                limit $2
                for update skip locked
            )
            "#,
            now,
            limit,
        )
        .execute(pool)
    })
    .await
}

/// Removes invitations that nobody accepted in time, and what counts the e-mails of days before. Returns how
/// many.
pub async fn remove_invitations(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let expired = batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from project_invitations
            where id in (
                select id
                from project_invitations
                where expires_at <= $1
                order by expires_at
                limit $2
                for update skip locked
            )
            "#,
            now,
            limit,
        )
        .execute(pool)
    });
    let expired = expired.await?;
    let counted = batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from invitation_letters
            where request_id in (
                select request_id
                from invitation_letters
                where at <= $1
                order by at
                limit $2
                for update skip locked
            )
            "#,
            now - COUNTED,
            limit,
        )
        .execute(pool)
    });
    Ok(expired + counted.await?)
}

/// Removes links to shared pages 30 days after they showed anything, so that their views can be looked at for a
/// while. Returns how many.
pub async fn remove_share_links(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let removed = batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from share_links
            where id in (
                select id
                from share_links
                where expires_at <= $1
                order by expires_at
                limit $2
                for update skip locked
            )
            "#,
            now - KEPT,
            limit,
        )
        .execute(pool)
    });
    removed.await
}

/// Removes what people who left had spent in months that are over. Returns how many.
pub async fn remove_former_allowances(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let removed = batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from former_allowances
            where (address_mac, month) in (
                select address_mac, month
                from former_allowances
                where month < date_trunc('month', $1::timestamptz at time zone 'utc')
                order by month
                limit $2
                for update skip locked
            )
            "#,
            now,
            limit,
        )
        .execute(pool)
    });
    removed.await
}
