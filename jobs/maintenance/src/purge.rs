//! What people deleted, and what went with it: from the database, the graph and the store. The audit log
//! stays.

mod document;
mod export;
mod gone;
mod group;
mod persona;
mod project;
mod upload;

use chrono::{DateTime, Duration, Utc};
use platform::Result;
use sqlx::PgPool;

pub use document::purge_documents;
pub use export::purge_exports;
pub use gone::forget_gone;
pub use group::purge_graphs;
pub use persona::purge_personas;
pub use project::purge_projects;
pub use upload::purge_uploads;

use crate::{State, batch};

/// How long after its deletion a thing is removed for good; `personas` promises the same.
const RETENTION: Duration = Duration::days(90);
/// A survey takes up to 100,000 answers with it in one statement.
const SURVEYS: i64 = 1;

/// Removes everything that is due. A graph or a store that is away keeps what needs it, and nothing
/// else. Returns how many things went.
pub(crate) async fn purge(state: &State, now: DateTime<Utc>) -> Result<u64> {
    let pool = &state.pool;
    let done = [
        purge_personas(pool, now).await,
        purge_surveys(pool, now).await,
        purge_documents(state, now).await,
        purge_uploads(state, now).await,
        purge_exports(state, now).await,
        purge_graphs(state, now).await,
        purge_projects(state, now).await,
        forget_gone(pool, now).await,
    ];
    done.into_iter().sum()
}

/// Removes surveys that were deleted 90 days ago, with their answers. Returns how many.
pub async fn purge_surveys(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let deleted = now - RETENTION;
    batch::repeat(SURVEYS, |limit| {
        sqlx::query!(
            r#"
            delete from surveys
            where id in (
                select id
                from surveys
                where deleted_at <= $1
                order by deleted_at
                limit $2
                for update skip locked
            )
            "#,
            deleted,
            limit,
        )
        .execute(pool)
    })
    .await
}
