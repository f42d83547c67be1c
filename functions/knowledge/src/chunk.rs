//! The chunks of one document, as they are searched and cited.

use axum::extract::State;
use platform::http::{Paged, Path, Problem, Query};
use platform::limit::Poll;
use platform::{Caller, Result, Within, audit};
use records::documents::{self, Use};
use serde::Deserialize;
use shared::Checks;
use shared::id::{DocumentId, ProjectId};
use utoipa::IntoParams;

use crate::AppState;
use crate::list::reader;
use crate::store::{self, ChunkView};

/// The most chunks of one page: some hundred kilobytes of text.
const MOST: i64 = 200;
/// What a client gets that asks for no number: as much as a screen shows at once.
const PAGE: i64 = 50;

/// Which part of a document.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// The document is one that this project has: its own, of a library that a member lends it, or of the shared
    /// one. Who lends a library sees who read it. Without it, one of the caller's library, of the shared one or of
    /// their projects.
    project_id: Option<ProjectId>,
    /// `X-Next-Cursor` of the page before.
    cursor: Option<i32>,
    /// How many to give: 1 to 200; default 50.
    limit: Option<i64>,
}

/// The chunks of a document in their order, as they are searched and cited. `X-Total-Count` says how many there
/// are, `X-Next-Cursor` where the next page begins.
#[utoipa::path(get, path = "/api/v1/rag/documents/{document_id}/chunks", tag = "knowledge",
    params(("document_id" = DocumentId, Path), Part), security(("bearer" = [])),
    responses((status = 200, body = Vec<ChunkView>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn chunks(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Path(id): Path<DocumentId>,
    Query(part): Query<Part>,
) -> Result<Paged<ChunkView>> {
    let mut checks = Checks::default();
    checks.range("limit", part.limit, 1..=MOST);
    checks.done()?;
    let limit = part.limit.unwrap_or(PAGE);
    let pool = &state.base.pool;
    let reader = reader(&state, &caller, part.project_id, Use::Document(id)).await?;
    let document = documents::find(pool, &reader, id).await?;
    record(&state, &caller, part.project_id.or(document.project_id), id).await?;
    let rows = store::chunks(pool, &reader, id, part.cursor, limit).await?;
    let total = store::count(pool, &reader, id).await?;
    Ok(Paged::of(rows, total, limit, |last| last.position.to_string()))
}

/// A page is on record before it is shown, as a search is.
async fn record(
    state: &AppState,
    caller: &Caller,
    project: Option<ProjectId>,
    document: DocumentId,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: caller.account_id,
        project_id: project,
        subject_kind: "document",
        subject_id: document.0,
        action: "view",
        details: None,
    };
    let base = &state.base;
    audit::record_view(&base.side, &base.ids, base.clock.now(), &entry).await
}
