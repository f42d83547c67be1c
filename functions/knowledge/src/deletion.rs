//! Taking a document away.

use axum::extract::State;
use axum::http::StatusCode;
use platform::http::{Path, Problem};
use platform::limit::Change;
use platform::{Caller, Result, Within, audit, runs};
use records::documents;
use shared::id::DocumentId;

use crate::AppState;

/// Deletes a document: it is gone from lists and searches at once, and a run removes everything that only
/// it supported from the graph, its file, and its rows. Also while it is being taken in.
#[utoipa::path(delete, path = "/api/v1/rag/documents/{document_id}", tag = "knowledge",
    params(("document_id" = DocumentId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    Path(id): Path<DocumentId>,
) -> Result<StatusCode> {
    let pool = &state.base.pool;
    let reader = documents::readable(pool, &caller).await?;
    let document = documents::find(pool, &reader, id).await?;
    if !documents::is_editor(pool, &caller, &document).await? {
        return Err(shared::Error::Forbidden("Only an editor of the document may delete it").into());
    }
    let now = state.base.clock.now();
    let mut transaction = pool.begin().await?;
    let by = caller.account_id;
    let run = documents::remove(&mut transaction, &state.base.ids, &document, by, now).await?;
    let Some(run) = run else { return Err(shared::Error::NotFound("Document").into()) };
    let entry = audit::Entry {
        account_id: by,
        project_id: document.project_id,
        subject_kind: "document",
        subject_id: id.0,
        action: "delete",
        details: None,
    };
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    runs::dispatch(&state.engine, run).await;
    Ok(StatusCode::NO_CONTENT)
}
