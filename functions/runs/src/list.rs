//! The runs of a project.

use axum::extract::State;
use platform::http::{Paged, Problem, Query};
use platform::limit::Poll;
use platform::runs::{self, RunFilter, RunView};
use platform::{Access, Result, Viewer, Within};
use serde::Deserialize;
use shared::Checks;
use shared::id::{ProjectId, RunId};
use shared::run::{RunKind, RunStatus};
use utoipa::IntoParams;

use crate::AppState;

// Runs a page, when nothing is said and at most: chosen by hand.
const LIMIT: i64 = 20;
const MOST: i64 = 100;

/// Which runs.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Which {
    /// Only runs of this kind.
    #[param(inline)]
    kind: Option<RunKind>,
    /// Only runs that stand so.
    #[param(inline)]
    status: Option<RunStatus>,
    /// The last run of the page before: `X-Next-Cursor` of its answer.
    cursor: Option<RunId>,
    /// How many to give: 1 to 100; default 20.
    limit: Option<i64>,
}

/// The runs of a project, the newest first, each as `GET /runs/{run_id}` shows it. `X-Total-Count` says how many there
/// are, `X-Next-Cursor` where the next page begins; runs that begin meanwhile move nothing on it.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/runs", tag = "runs",
    params(("project_id" = ProjectId, Path), Which), security(("bearer" = [])),
    responses((status = 200, body = Vec<RunView>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Query(which): Query<Which>,
) -> Result<Paged<RunView>> {
    let mut checks = Checks::default();
    checks.range("limit", which.limit, 1..=MOST);
    checks.done()?;
    let filter = RunFilter { kind: which.kind, status: which.status };
    let (pool, limit) = (&state.base.pool, which.limit.unwrap_or(LIMIT));
    let rows = runs::list(pool, access, filter, which.cursor, limit).await?;
    let total = runs::count(pool, access, filter).await?;
    Ok(Paged::of(rows, total, limit, |last| last.id.to_string()))
}
