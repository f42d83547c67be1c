//! Taking people in from a file that we exported.

mod file;
mod json;
mod packed;
mod person;
mod sheet;

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use platform::http::{Json, LargeBodies, Problem};
use platform::limit::Change;
use platform::postgres::again;
use platform::{Access, Editor, Error, Result, Within, secret};
use population::Plan;
use records::project;
use serde::Serialize;
use shared::id::{PopulationId, ProjectId};
use shared::{FieldError, Language};
use utoipa::ToSchema;

pub(crate) use file::{Format, Population, read};
pub(crate) use packed::Packing;

use crate::{AppState, store};

/// The most people of a project who came from files: as many as may be drawn at a time. Who is deleted takes their place
/// until they are purged.
const MOST_IMPORTED: i64 = 100_000;
/// Three are received at a time in a process, and one is unpacked, read and stored: with what it unpacks to, its people
/// and what the database is sent of them at a time, beside those bodies, it may take 90 + 128 + 128 + 64 MB of the 512
/// that there are.
pub(crate) static FILES: LazyLock<LargeBodies> = LazyLock::new(|| {
    LargeBodies::new(3, "file: must have at most 30 MiB as it is sent, and may be packed by gzip")
});

/// What became of a file.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ImportedPeople)]
pub(crate) struct Imported {
    /// False where this file was imported before, and somebody of it is still there: nothing happened.
    pub(crate) is_new: bool,
    /// One for each that the file has people of.
    pub(crate) populations: Vec<ImportedPopulation>,
    pub(crate) people: i64,
}

/// The people of a population of the file.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct ImportedPopulation {
    pub(crate) population_id: PopulationId,
    pub(crate) people: i64,
}

/// A file that was read.
pub(crate) struct File {
    pub(crate) format: Format,
    /// SHA-256 of its bytes, unpacked: the same file is the same import, however it was sent.
    pub(crate) hash: [u8; 32],
    pub(crate) populations: Vec<Population>,
    /// That of everybody. Each population has to have one, and it takes milliseconds.
    pub(crate) plan: Plan,
}

impl File {
    pub(crate) fn read(
        format: Format,
        bytes: &[u8],
        language: Language,
        now: DateTime<Utc>,
    ) -> shared::Result<Self> {
        let populations = read(format, bytes, language, now)?;
        Ok(Self { format, hash: secret::sha256(bytes), populations, plan: Plan::everyone() })
    }
}

/// Takes people in as they were exported, unmasked, as JSON (of a project or of one person) or as CSV: all of them or
/// nobody. They are people of populations of their own, which are imported and were not drawn here: the engine adds
/// nobody to them, and no fidelity is reported of them. What was found, measured or written for them beside their
/// texts (passages, metrics, needs, journeys) stays where it was, because it rests on the other project. At most
/// 10,000 people, 64 KiB each, and 100 populations; a project takes in 100,000 people. A body has at most 30 MiB: with
/// `Content-Encoding: gzip` it is packed, and may unpack to 128 MiB. The same file again is the same import.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/personas/import", tag = "personas",
    params(("project_id" = ProjectId, Path)),
    request_body(content((Value = "application/json"), (String = "text/csv"))),
    security(("bearer" = [])),
    responses((status = 200, body = Imported), (status = 201, body = Imported),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, description = "the project has no room for so many people", body = Problem),
        (status = 413, description = "the file is too large", body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn import(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    request: Request,
) -> Result<(StatusCode, Json<Imported>)> {
    let (format, packing) = (format(request.headers())?, Packing::declared(request.headers())?);
    let now = state.base.clock.now();
    let (_, language) = project::brief(&state.base.pool, access.into()).await?;
    let (body, turn) = FILES.receive::<Bytes>(request).await?;
    let reading = turn.run(move || {
        let file = packing.unpacked(body)?;
        File::read(format, &file, language, now)
    });
    // the turn lasts until the people are stored
    let (file, _turn) = reading.await?;
    let file = file?;
    let imported = again(|| store::import(&state, access, &file, MOST_IMPORTED, now)).await?;
    let status = if imported.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(imported)))
}

fn format(headers: &HeaderMap) -> Result<Format> {
    let declared = headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default());
    match declared {
        None => Ok(Format::Json),
        Some(kind) if kind.starts_with("application/json") => Ok(Format::Json),
        Some(kind) if kind.starts_with("text/csv") => Ok(Format::Csv),
        Some(_) => {
            let rule = "must be application/json or text/csv";
            let errors = vec![FieldError::new("content-type", rule)];
            Err(Error::Malformed { location: "header", errors })
        }
    }
}
