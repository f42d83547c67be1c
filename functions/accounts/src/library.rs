//! Whom the caller's own library is lent to, and who read it there.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem, Query};
use platform::limit::Poll;
use platform::{Caller, Result, Within};
use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ProjectId};
use utoipa::{IntoParams, ToSchema};

use crate::{AppState, store};

/// Which part of the trail.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// Only what is older than this; without it the newest.
    before: Option<DateTime<Utc>>,
}

/// A library as its person sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnLibrary {
    /// The projects that it is lent to.
    lent: Vec<Loan>,
    /// The 200 newest times that somebody else read it, or that people of a project were grounded in it.
    reads: Vec<LibraryRead>,
}

/// A project that the library is lent to. `DELETE /api/v1/projects/{project_id}/library` ends it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Loan {
    pub(crate) project_id: ProjectId,
    pub(crate) project_name: String,
    pub(crate) lent_at: DateTime<Utc>,
}

/// That somebody read the library. What they asked is theirs.
#[derive(Serialize, ToSchema)]
pub(crate) struct LibraryRead {
    pub(crate) at: DateTime<Utc>,
    pub(crate) account_id: Option<AccountId>,
    /// Their name, while they have an account.
    pub(crate) full_name: Option<String>,
    pub(crate) project_id: Option<ProjectId>,
    /// `list`, `document`, `search`, `answer` or `personas`.
    pub(crate) how: Option<String>,
}

/// The projects that the caller's library is lent to, and who read it.
#[utoipa::path(get, path = "/api/v1/settings/library", tag = "settings", params(Page),
    security(("bearer" = [])),
    responses((status = 200, body = OwnLibrary), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<OwnLibrary>> {
    let lent = store::loans(&state.base.pool, &caller).await?;
    let reads = store::reads(&state.base.pool, &caller, page.before).await?;
    Ok(Json(OwnLibrary { lent, reads }))
}
