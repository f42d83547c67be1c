//! What the database says of somebody's own library.

use chrono::{DateTime, Utc};
use platform::{Caller, Result};
use records::documents;
use sqlx::PgPool;

use crate::library::{LibraryRead, Loan};

/// The most lines of one answer.
const MOST: i64 = 200;

/// The projects that the caller lends their library to.
pub(crate) async fn loans(pool: &PgPool, caller: &Caller) -> Result<Vec<Loan>> {
    let loans = sqlx::query_as!(
        Loan,
        r#"
        select l.project_id as "project_id: _", p.name as project_name, l.lent_at
        from project_libraries l
        join projects p on p.id = l.project_id
        where l.account_id = $1 and p.deleted_at is null
        order by l.lent_at, l.project_id
        "#,
        caller.account_id.0,
    );
    Ok(loans.fetch_all(pool).await?)
}

/// Who read it, newest first.
pub(crate) async fn reads(
    pool: &PgPool,
    caller: &Caller,
    before: Option<DateTime<Utc>>,
) -> Result<Vec<LibraryRead>> {
    let reads = sqlx::query_as!(
        LibraryRead,
        r#"
        select
            l.at,
            l.account_id as "account_id: _",
            nullif(a.full_name, '') as full_name,
            l.project_id as "project_id: _",
            l.details->>'how' as how
        from audit_log l
        left join accounts a on a.id = l.account_id
        where l.subject_id = $1
            and l.subject_kind = $2
            and l.action = $3
            and ($4::timestamptz is null or l.at < $4)
        order by l.at desc, l.id desc
        limit $5
        "#,
        caller.account_id.0,
        documents::LIBRARY,
        documents::READ,
        before,
        MOST,
    );
    Ok(reads.fetch_all(pool).await?)
}
