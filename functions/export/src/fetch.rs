//! Fetching what was written: how it stands, a link for minutes, the file itself.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Path, Problem};
use platform::limit::{ClientAddress, Poll};
use platform::{Result, Viewer, Within, audit, secret};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::id::{ExportId, RunId};
use utoipa::ToSchema;

use crate::AppState;
use crate::form::{Exporting, Format};
use crate::store::{self, OfExport, Ticket};

/// How long a link opens a file: long enough to begin, too short to be passed on.
const LIFE: Duration = Duration::minutes(15);

/// How an export stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportView {
    id: ExportId,
    run_id: Option<RunId>,
    subject: crate::project::Subject,
    subject_id: uuid::Uuid,
    format: Format,
    is_masked: bool,
    /// Whether there is a file to fetch.
    is_ready: bool,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
}

/// Where the file is for a quarter of an hour, for whoever has these addresses.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportLink)]
pub(crate) struct LinkView {
    /// The file, from the address of this API.
    file: String,
    /// What it is and what it cannot tell; of a JSON it is inside as well.
    disclosure: String,
    expires_at: DateTime<Utc>,
}

/// Part of an export.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExportPart {
    File,
    Disclosure,
}

/// What a file is fetched with.
#[derive(Deserialize)]
pub(crate) struct FilePath {
    ticket: String,
    part: ExportPart,
}

/// How an export stands.
#[utoipa::path(get, path = "/api/v1/exports/{export_id}", tag = "export",
    params(("export_id" = ExportId, Path)), security(("bearer" = [])),
    responses((status = 200, body = ExportView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    of: OfExport<Viewer>,
) -> Result<Json<ExportView>> {
    let row = &of.row;
    let is_ready = row.is_ready(state.worker.base.clock.now());
    Ok(Json(ExportView {
        id: row.id.into(),
        run_id: row.run_id.map(RunId),
        subject: row.subject,
        subject_id: row.subject_id,
        format: row.format,
        is_masked: !row.is_unmasked,
        is_ready,
        created_at: row.created_at,
        finished_at: row.finished_at,
        expires_at: row.expires_at,
    }))
}

/// Signs a link to the file. An unmasked one is given to admins only.
#[utoipa::path(post, path = "/api/v1/exports/{export_id}/link", tag = "export",
    params(("export_id" = ExportId, Path)), security(("bearer" = [])),
    responses((status = 200, body = LinkView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn link(
    State(state): State<AppState>,
    _: Within<Exporting>,
    of: OfExport<Viewer>,
) -> Result<Json<LinkView>> {
    let (row, now) = (&of.row, state.worker.base.clock.now());
    if row.is_unmasked {
        let _: platform::Access<platform::Admin> = of.access.raised()?;
    }
    if !row.is_ready(now) {
        let refused = "There is no file to fetch: it is not written yet, was cancelled, or was removed after seven \
                       days";
        return Err(shared::Error::Conflict(refused.to_owned()).into());
    }
    let token = secret::random_token();
    let ticket = Ticket { hash: secret::sha256(token.as_bytes()), expires_at: now + LIFE };
    let mut transaction = state.worker.base.pool.begin().await?;
    store::ticket(&mut transaction, of.access, (row.id.into(), &ticket), now).await?;
    let entry = audit::Entry {
        account_id: of.access.account_id(),
        project_id: Some(of.access.project_id()),
        subject_kind: "export",
        subject_id: row.id,
        action: "export",
        details: Some(json!({ "link_expires_at": ticket.expires_at })),
    };
    audit::record(&mut *transaction, &state.worker.base.ids, now, &entry).await?;
    transaction.commit().await?;
    let path = |part: &str| format!("/api/v1/exports/files/{token}/{part}");
    Ok(Json(LinkView {
        file: path("file"),
        disclosure: path("disclosure"),
        expires_at: ticket.expires_at,
    }))
}

/// The file, or its disclosure. Nobody signs in for it: the address is the right, for a quarter of an hour.
#[utoipa::path(get, path = "/api/v1/exports/files/{ticket}/{part}", tag = "export",
    params(("ticket" = String, Path), ("part" = inline(ExportPart), Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn file(
    State(state): State<AppState>,
    address: ClientAddress,
    Path(path): Path<FilePath>,
) -> Result<Response> {
    state.worker.base.limiter.link(address).await?;
    let hash = secret::sha256(path.ticket.as_bytes());
    let row = store::ticketed(&state, &hash, state.worker.base.clock.now()).await?;
    let (key, name, kind) = match path.part {
        ExportPart::File => {
            let format = row.format;
            let name = format!("{}.{}", row.subject.as_str(), format.as_str());
            (row.key(row.attempt), name, format.content_type())
        }
        ExportPart::Disclosure => (
            row.disclosure_key(row.attempt),
            "disclosure.json".to_owned(),
            Format::Json.content_type(),
        ),
    };
    let blob = state.storage.get(&key).await?.ok_or(shared::Error::NotFound("File"))?;
    let head = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut response = (head, Body::from_stream(blob.stream)).into_response();
    if let Some(size) = blob.size_bytes {
        response.headers_mut().insert(CONTENT_LENGTH, size.into());
    }
    Ok(response)
}
