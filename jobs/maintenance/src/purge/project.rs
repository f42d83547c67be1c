//! Projects, with everything in them.

use chrono::{DateTime, Utc};
use platform::Result;
use platform::postgres::again;
use records::knowledge::Knowledge;
use records::{discussion, documents};
use shared::id::ProjectId;
use shared::knowledge::Scope;
use sqlx::PgPool;

use super::RETENTION;
use crate::State;
use crate::batch::{self, Tally};

/// Removes projects that were deleted 90 days ago, with everything in them: first from the graph and the
/// store, then from the database, where what there may be very much of goes in batches, so that the last
/// statement is short. Broken off anywhere, the row is still there and the next time goes on. Returns how
/// many personas and projects.
///
/// # Errors
/// The first failure of the graph, the store or the database, after the other projects.
pub async fn purge_projects(state: &State, now: DateTime<Utc>) -> Result<u64> {
    let deleted = now - RETENTION;
    let due = sqlx::query_scalar!(
        r#"
        select id
        from projects
        where deleted_at <= $1
        order by deleted_at
        limit $2
        "#,
        deleted,
        batch::ROWS,
    )
    .fetch_all(&state.pool)
    .await?;
    let mut tally = Tally::default();
    for id in due {
        tally.add(purge_project(state, id.into(), deleted).await);
    }
    tally.end()
}

async fn purge_project(state: &State, id: ProjectId, deleted: DateTime<Utc>) -> Result<u64> {
    let pool = &state.pool;
    if let Some(graph) = &state.graph {
        Knowledge::for_removal(graph.clone()).delete_scope(Scope::Project(id)).await?;
        discussion::graph::clear_project(graph, id).await?;
    }
    remove_files(state, id).await?;
    let personas = remove_personas(pool, id).await?;
    unlink_calls(pool, id).await?;
    Ok(personas + again(|| remove_row(pool, id, deleted)).await?)
}

/// The files of the project's documents; those of a library are its owner's.
async fn remove_files(state: &State, id: ProjectId) -> Result<()> {
    let uploads =
        sqlx::query_scalar!("select upload_id from documents where project_id = $1", id.0);
    for upload in uploads.fetch_all(&state.pool).await? {
        documents::forget_upload(&state.storage, upload).await?;
    }
    Ok(())
}

async fn remove_personas(pool: &PgPool, id: ProjectId) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            delete from personas
            where id in (
                select id
                from personas
                where project_id = $1
                limit $2
                for update skip locked
            )
            "#,
            id.0,
            limit,
        )
        .execute(pool)
    })
    .await
}

async fn remove_row(pool: &PgPool, id: ProjectId, deleted: DateTime<Utc>) -> Result<u64> {
    let removed = sqlx::query!(
        r#"
        delete from projects
        where id in (
            select id
            from projects
            where id = $1 and deleted_at <= $2
            for update skip locked
        )
        "#,
        id.0,
        deleted,
    );
    Ok(removed.execute(pool).await?.rows_affected())
}

/// What was spent stays known without the project.
async fn unlink_calls(pool: &PgPool, id: ProjectId) -> Result<u64> {
    batch::repeat(batch::ROWS, |limit| {
        sqlx::query!(
            r#"
            update model_calls
            set project_id = null,
                run_id = null
            where id in (
                select id
                from model_calls
                where project_id = $1
                limit $2
                for update skip locked
            )
            "#,
            id.0,
            limit,
        )
        .execute(pool)
    })
    .await
}
