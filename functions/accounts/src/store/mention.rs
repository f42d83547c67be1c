//! Requests for the e-mails of mentions, in the rows of the inboxes that they are in.

use chrono::{DateTime, Utc};
use platform::Result;
use shared::Language;
use sqlx::PgPool;
use uuid::Uuid;

use super::email_request::EmailRequest;
use crate::email::About;
use crate::mention::Mention;

/// The most e-mails of mentions that somebody gets in a day. Those beyond are not written: the inbox has them all.
const MOST_TO_ACCOUNT: i64 = 20;

/// Takes a request for this worker until `until`. None when it is fulfilled or taken, and when the comment is deleted,
/// mentions its reader no more, or they may not see it: they have left, or have no proved address.
pub(super) async fn claim(
    pool: &PgPool,
    request: Uuid,
    claim: &[u8],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<EmailRequest>> {
    let row = sqlx::query!(
        r#"
        update notifications n
        set claimed_by = $2, claimed_until = $4
        from comments c
        join subjects s on s.kind = c.subject_kind and s.id = c.subject_id
        join accounts w on w.id = c.author_id
        join projects p on p.id = c.project_id
        join project_roles r on r.project_id = p.id
        join accounts a on a.id = r.account_id
        where n.request_id = $1
            and n.kind = 'mention'
            and c.id = n.comment_id
            and r.account_id = n.account_id
            and n.account_id = any(c.mentions)
            and a.is_verified
            and n.sent_at is null
            and (n.claimed_until is null or n.claimed_until <= $3)
            and (
                select count(*) from notifications o
                where o.account_id = n.account_id and o.sent_at > $3::timestamptz - interval '1 day'
            ) < $5
        returning a.email, c.id, w.full_name as author, c.text as "text!",
            p.language as "language: Language"
        "#,
        request,
        claim,
        now,
        until,
        MOST_TO_ACCOUNT,
    );
    let row = row.fetch_optional(pool).await?;
    Ok(row.map(|row| {
        let mention = Mention {
            comment_id: row.id,
            author: row.author,
            text: row.text,
            language: row.language,
        };
        EmailRequest { email: row.email, about: About::Mention(mention) }
    }))
}

/// Notes that the e-mail has gone.
pub(super) async fn sent(
    pool: &PgPool,
    request: Uuid,
    claim: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        update notifications
        set sent_at = $3, claimed_until = null, claimed_by = null
        where request_id = $1 and claimed_by = $2
        "#,
        request,
        claim,
        now,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Lets another worker try.
pub(super) async fn give_back(pool: &PgPool, request: Uuid, claim: &[u8]) -> Result<()> {
    sqlx::query!(
        r#"
        update notifications
        set claimed_until = null, claimed_by = null
        where request_id = $1 and claimed_by = $2
        "#,
        request,
        claim,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Asks for no e-mail any more: the address takes none.
pub(super) async fn withdraw(pool: &PgPool, request: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        r#"
        update notifications
        set sent_at = $2, claimed_until = null, claimed_by = null
        where request_id = $1
        "#,
        request,
        now,
    )
    .execute(pool)
    .await?;
    Ok(())
}
