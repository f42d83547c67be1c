//! Requests for e-mails, from whichever row they come, and what has become of them.

use chrono::{DateTime, Utc};
use platform::Result;
use sqlx::PgPool;
use uuid::Uuid;

use super::mention;
use crate::email::About;
use crate::email_token::Purpose;

/// The most invitations that an address gets in a day, whoever sends them. Nobody is told, because it would
/// tell what others do: the invitation is there without its e-mail.
const MOST_TO_ADDRESS: i64 = 5;
/// The most invitations that a project sends in a day, and that somebody does in all of theirs: spellings of
/// one address are many.
const MOST_SENT: i64 = 100;

/// A request for an e-mail: to whom, and what about.
pub(crate) struct EmailRequest {
    pub(crate) email: String,
    pub(crate) about: About,
}

/// Takes a request for this worker until `until`. None when it is fulfilled, replaced, too old or taken, and for
/// an invitation also when its inviter is no admin any more or too many were sent.
pub(crate) async fn claim(
    pool: &PgPool,
    request: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<EmailRequest>> {
    if let Some(email_request) = claim_token(pool, request, token_hash, now, until).await? {
        return Ok(Some(email_request));
    }
    if let Some(email_request) = claim_invitation(pool, request, token_hash, now, until).await? {
        return Ok(Some(email_request));
    }
    mention::claim(pool, request, token_hash, now, until).await
}

async fn claim_token(
    pool: &PgPool,
    request: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<EmailRequest>> {
    let row = sqlx::query!(
        r#"
        update account_proofs p
        set token_hash = $2, claimed_until = $4
        from accounts a
        where a.id = p.account_id
            and a.deleted_at is null
            and p.request_id = $1
            and p.sent_at is null
            and p.expires_at > $3
            and (p.claimed_until is null or p.claimed_until <= $3)
        returning a.email, p.purpose as "purpose: Purpose"
        "#,
        request,
        token_hash,
        now,
        until,
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(EmailRequest { email: row.email, about: About::Token(row.purpose) }))
}

/// It is counted when it is claimed, under its request: another try is no other e-mail.
async fn claim_invitation(
    pool: &PgPool,
    request: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<EmailRequest>> {
    let email = sqlx::query_scalar!(
        r#"
        with wanted as (
            update project_invitations i
            set token_hash = $2, claimed_until = $4
            from project_roles r
            where r.project_id = i.project_id
                and r.account_id = i.invited_by
                and r.role = 'admin'
                and i.request_id = $1
                and i.sent_at is null
                and i.expires_at > $3
                and (i.claimed_until is null or i.claimed_until <= $3)
                and (
                    select count(*) from invitation_letters l
                    where l.email = i.email
                        and l.at > $3::timestamptz - interval '1 day'
                        and l.request_id <> $1
                ) < $5
                and (
                    select count(*) from invitation_letters l
                    where l.project_id = i.project_id
                        and l.at > $3::timestamptz - interval '1 day'
                        and l.request_id <> $1
                ) < $6
                and (
                    select count(*) from invitation_letters l
                    where l.invited_by = i.invited_by
                        and l.at > $3::timestamptz - interval '1 day'
                        and l.request_id <> $1
                ) < $6
            returning i.email, i.project_id, i.invited_by
        ),
        counted as (
            insert into invitation_letters (request_id, project_id, invited_by, email, at)
            select $1, project_id, invited_by, email, $3
            from wanted
            on conflict (request_id) do update set at = excluded.at
        )
        select email as "email!" from wanted
        "#,
        request,
        token_hash,
        now,
        until,
        MOST_TO_ADDRESS,
        MOST_SENT,
    );
    let email = email.fetch_optional(pool).await?;
    Ok(email.map(|email| EmailRequest { email, about: About::Invitation }))
}

/// True while another worker has the request.
pub(crate) async fn is_claimed(pool: &PgPool, request: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let is_claimed = sqlx::query_scalar!(
        r#"
        select exists (
            select from account_proofs
            where request_id = $1 and sent_at is null and claimed_until > $2
            union all
            select from project_invitations
            where request_id = $1 and sent_at is null and claimed_until > $2
            union all
            select from notifications
            where request_id = $1 and sent_at is null and claimed_until > $2
        ) as "is_claimed!"
        "#,
        request,
        now,
    );
    Ok(is_claimed.fetch_one(pool).await?)
}

/// Notes that the e-mail has gone.
pub(crate) async fn sent(
    pool: &PgPool,
    about: &About,
    request: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    let statement = match about {
        About::Token(_) => sqlx::query!(
            r#"
            update account_proofs
            set sent_at = $3, claimed_until = null
            where request_id = $1 and token_hash = $2
            "#,
            request,
            token_hash,
            now,
        ),
        About::Invitation => sqlx::query!(
            r#"
            update project_invitations
            set sent_at = $3, claimed_until = null
            where request_id = $1 and token_hash = $2
            "#,
            request,
            token_hash,
            now,
        ),
        About::Mention(_) => return mention::sent(pool, request, token_hash, now).await,
    };
    statement.execute(pool).await?;
    Ok(())
}

/// Lets another worker try.
pub(crate) async fn give_back(
    pool: &PgPool,
    about: &About,
    request: Uuid,
    token_hash: &[u8],
) -> Result<()> {
    let statement = match about {
        About::Token(_) => sqlx::query!(
            r#"
            update account_proofs
            set token_hash = null, claimed_until = null
            where request_id = $1 and token_hash = $2
            "#,
            request,
            token_hash,
        ),
        About::Invitation => sqlx::query!(
            r#"
            update project_invitations
            set token_hash = null, claimed_until = null
            where request_id = $1 and token_hash = $2
            "#,
            request,
            token_hash,
        ),
        About::Mention(_) => return mention::give_back(pool, request, token_hash).await,
    };
    statement.execute(pool).await?;
    Ok(())
}

/// Gives a request up that can never be fulfilled. An invitation and a mention stay: their person may find them when
/// they sign in.
pub(crate) async fn withdraw(
    pool: &PgPool,
    about: &About,
    request: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    match about {
        About::Token(_) => {
            let statement =
                sqlx::query!("delete from account_proofs where request_id = $1", request);
            statement.execute(pool).await?;
        }
        About::Invitation => {
            sqlx::query!(
                r#"
                update project_invitations
                set token_hash = null, claimed_until = null, sent_at = $2
                where request_id = $1
                "#,
                request,
                now,
            )
            .execute(pool)
            .await?;
        }
        About::Mention(_) => mention::withdraw(pool, request, now).await?,
    }
    Ok(())
}
