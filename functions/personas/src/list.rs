//! The personas of a study.

use axum::extract::State;
use platform::http::{Paged, Problem, Query};
use platform::limit::Poll;
use platform::{Access, Result, Viewer, Within};
use serde::Deserialize;
use shared::Checks;
use shared::id::{PersonaId, ProjectId};
use utoipa::IntoParams;

use crate::persona::PersonaView;
use crate::{AppState, store};

/// The client sends no limit and means everybody; its older limit was 100.
const MOST: i64 = 1_000;

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Page {
    /// The last persona of the page before: `X-Next-Cursor` of its answer.
    cursor: Option<PersonaId>,
    /// How many to pass over; default 0. A cursor is better.
    skip: Option<i64>,
    /// How many to give: 1 to 1,000, which is the default.
    limit: Option<i64>,
}

/// The living personas of a study in the order in which they became visible, so that pages skip nobody while
/// people are written. `X-Total-Count` says how many there are, `X-Next-Cursor` where the next page begins.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/personas", tag = "personas",
    params(("project_id" = ProjectId, Path), Page), security(("bearer" = [])),
    responses((status = 200, body = Vec<PersonaView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Query(page): Query<Page>,
) -> Result<Paged<PersonaView>> {
    let mut checks = Checks::default();
    checks.range("skip", page.skip, 0..=i64::from(i32::MAX));
    checks.range("limit", page.limit, 1..=MOST);
    checks.done()?;
    let limit = page.limit.unwrap_or(MOST);
    let skip = page.skip.unwrap_or(0);
    let rows = store::list(&state.base.pool, access, page.cursor, skip, limit).await?;
    let total = store::count(&state.base.pool, access).await?;
    Ok(Paged::of(rows, total, limit, |last| last.id.to_string()).map(PersonaView::from))
}
