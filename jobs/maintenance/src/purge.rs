//! What people deleted, and what went with it. The audit log stays.

use chrono::{DateTime, Duration, Utc};
use platform::Result;
use sqlx::PgPool;

use crate::batch;

/// How long after its deletion a thing is removed for good; `personas` promises the same.
const RETENTION: Duration = Duration::days(90);
/// A project takes its populations and runs with it in one statement.
const PROJECTS: i64 = 1;

/// Removes personas that were deleted 90 days ago. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn purge_personas(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let deleted = now - RETENTION;
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from personas
            where id in (
                select id
                from personas
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

/// Removes projects that were deleted 90 days ago, with everything in them. What there may be very
/// much of goes first, in batches, so that the last statement is short. Returns how many personas
/// and projects.
///
/// # Errors
/// When the database fails; what was done by then stays, and the next time goes on from there.
pub async fn purge_projects(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let deleted = now - RETENTION;
    let personas = remove_personas(pool, deleted).await?;
    unlink_calls(pool, deleted).await?;
    let projects = batch::repeat(PROJECTS, |limit| {
        sqlx::query!(
            r#"
            delete from projects
            where id in (
                select id
                from projects
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
    .await?;
    Ok(personas + projects)
}

async fn remove_personas(pool: &PgPool, deleted: DateTime<Utc>) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from personas
            where id in (
                select e.id
                from projects p
                join personas e on e.project_id = p.id
                where p.deleted_at <= $1
                limit $2
                for update of e skip locked
            )
            "#,
            deleted,
            limit,
        )
        .execute(pool)
    })
    .await
}

/// What was spent stays known without the project.
async fn unlink_calls(pool: &PgPool, deleted: DateTime<Utc>) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            update model_calls
            set project_id = null,
                run_id = null
            where id in (
                select c.id
                from projects p
                join model_calls c on c.project_id = p.id
                where p.deleted_at <= $1
                limit $2
                for update of c skip locked
            )
            "#,
            deleted,
            limit,
        )
        .execute(pool)
    })
    .await
}
