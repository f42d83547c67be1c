//! What people told each other: e-mails that were forgotten, and what is too old to be told.

use chrono::{DateTime, Duration, Utc};
use platform::queue::Publisher;
use platform::{Result, mail};
use sqlx::PgPool;

use crate::batch::{self, Tally};

/// How long a socket that was away may go on where it was; `collaboration` promises the same.
const EVENTS: Duration = Duration::days(7);
/// How long an inbox keeps what is in it.
const NOTIFICATIONS: Duration = Duration::days(90);
/// After how long an unsent e-mail is asked for, and asked for again.
const FORGOTTEN: Duration = Duration::minutes(10);
/// After that it would come too late to be of use.
const TOO_LATE: Duration = Duration::days(1);

/// Calls the worker that writes e-mails for mentions whose message was lost. Returns how many.
///
/// # Errors
/// When the database fails; the first failure of the queue, after every other e-mail.
pub async fn call_for_mentions(
    pool: &PgPool,
    publisher: &Publisher,
    now: DateTime<Utc>,
) -> Result<u64> {
    let forgotten = sqlx::query_scalar!(
        r#"
        update notifications
        set called_at = $1
        where id in (
            select id
            from notifications
            where request_id is not null
                and sent_at is null
                and created_at > $2
                and coalesce(called_at, created_at) <= $3
                and (claimed_until is null or claimed_until <= $1)
            order by created_at
            limit $4
            for update skip locked
        )
        returning request_id as "request_id!"
        "#,
        now,
        now - TOO_LATE,
        now - FORGOTTEN,
        batch::ROWS,
    );
    let mut tally = Tally::default();
    for request in forgotten.fetch_all(pool).await? {
        tally.add(mail::request(publisher, request).await.map(|()| 1));
    }
    tally.end()
}

/// Removes events of a week ago. Whoever has not been there since reads everything anew. Returns how many.
pub async fn remove_events(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from collaboration_events
            where (project_id, event_offset) in (
                select project_id, event_offset
                from collaboration_events
                where at <= $1
                order by at
                limit $2
                for update skip locked
            )
            "#,
            now - EVENTS,
            limit,
        )
        .execute(pool)
    })
    .await
}

/// Removes what has been in an inbox for 90 days. Returns how many.
pub async fn remove_notifications(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from notifications
            where id in (
                select id
                from notifications
                where created_at <= $1
                order by created_at
                limit $2
                for update skip locked
            )
            "#,
            now - NOTIFICATIONS,
            limit,
        )
        .execute(pool)
    })
    .await
}
