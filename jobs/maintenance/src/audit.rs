//! The audit log's own retention: the one place where it may be changed.

use chrono::{DateTime, Duration, Months, Utc};
use platform::Result;
use sqlx::PgPool;

use crate::batch;

/// How long a line says from where somebody came.
const ADDRESSES: Duration = Duration::days(90);
/// How long a line stays.
const LINES: Months = Months::new(24);

/// Takes the address and the browser out of lines of 90 days ago. Returns of how many.
pub async fn forget_addresses(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let old = now - ADDRESSES;
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            update audit_log
            set address = null,
                user_agent = null
            where id in (
                select id
                from audit_log
                where at <= $1
                    and (address is not null or user_agent is not null)
                order by at
                limit $2
                for update skip locked
            )
            "#,
            old,
            limit,
        )
        .execute(pool)
    })
    .await
}

/// Takes the address and the browser out of lines of people who have left. Returns of how many.
pub async fn forget_leavers(pool: &PgPool) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            update audit_log
            set address = null,
                user_agent = null
            where id in (
                select l.id
                from audit_log l
                join accounts a on a.id = l.account_id
                where a.deleted_at is not null
                    and (l.address is not null or l.user_agent is not null)
                limit $1
                for update of l skip locked
            )
            "#,
            limit,
        )
        .execute(pool)
    })
    .await
}

/// Removes lines of two years ago. Returns how many.
pub async fn remove_old_lines(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let old = now - LINES;
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from audit_log
            where id in (
                select id
                from audit_log
                where at <= $1
                order by at
                limit $2
                for update skip locked
            )
            "#,
            old,
            limit,
        )
        .execute(pool)
    })
    .await
}
