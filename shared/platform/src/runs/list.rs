//! The runs of a project, page by page.

use shared::id::RunId;
use shared::run::{RunKind, RunStatus};
use sqlx::PgPool;

use super::RunView;
use super::view::runs;
use crate::{Access, Result, Viewer};

/// Which runs of a project; all of them where nothing is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunFilter {
    pub kind: Option<RunKind>,
    pub status: Option<RunStatus>,
}

/// Runs of the project, the newest first, from behind `cursor`: one that begins meanwhile moves none of them.
///
/// # Errors
/// When the cursor is no run of the project, or the database fails.
pub async fn list(
    pool: &PgPool,
    access: Access<Viewer>,
    filter: RunFilter,
    cursor: Option<RunId>,
    limit: i64,
) -> Result<Vec<RunView>> {
    let project = access.project_id().0;
    let behind = match cursor {
        None => None,
        Some(run) => {
            let asked = sqlx::query_scalar!(
                "select created_at from runs where id = $1 and project_id = $2",
                run.0,
                project,
            );
            let rule = "must be the X-Next-Cursor of a page before";
            let at = asked.fetch_optional(pool).await?;
            Some(at.ok_or_else(|| shared::Error::invalid("cursor", rule))?)
        }
    };
    let rows = runs!(
        r#"
        select *
        from runs
        where project_id = $1
            and ($2::text is null or kind = $2)
            and ($3::text is null or status = $3)
            and ($4::timestamptz is null or (created_at, id) < ($4, $5::uuid))
        order by created_at desc, id desc
        limit $6
        "#,
        project,
        filter.kind.map(RunKind::as_str),
        filter.status.map(RunStatus::as_str),
        behind,
        cursor.map(|run| run.0),
        limit,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(RunView::from).collect())
}

/// How many runs of the project there are of those that a list gives.
pub async fn count(pool: &PgPool, access: Access<Viewer>, filter: RunFilter) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from runs
        where project_id = $1
            and ($2::text is null or kind = $2)
            and ($3::text is null or status = $3)
        "#,
        access.project_id().0,
        filter.kind.map(RunKind::as_str),
        filter.status.map(RunStatus::as_str),
    );
    Ok(count.fetch_one(pool).await?)
}
