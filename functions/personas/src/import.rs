//! Taking people in from a file that we exported.

mod file;
mod person;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::postgres::again;
use platform::{Access, Editor, Error, Result, Within, off_thread, secret};
use records::project;
use serde::Serialize;
use shared::FieldError;
use shared::id::{PopulationId, ProjectId};
use utoipa::ToSchema;

pub(crate) use file::{Format, Population, read};

use crate::{AppState, store};

/// The largest file. A person takes some four kilobytes.
pub(crate) const LONGEST_FILE: usize = 16 << 20;

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

/// Takes people in as they were exported, unmasked, as JSON (of a project or of one person) or as CSV: all of them or
/// nobody. They are people of populations of their own, which are imported and were not drawn here: the engine adds
/// nobody to them, and no fidelity is reported of them. What was found, measured or written for them beside their
/// texts (passages, metrics, needs, journeys) stays where it was, because it rests on the other project. At most
/// 16 MiB and 5,000 people. The same file again is the same import.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/personas/import", tag = "personas",
    params(("project_id" = ProjectId, Path)),
    request_body(content((Value = "application/json"), (String = "text/csv"))),
    security(("bearer" = [])),
    responses((status = 200, body = Imported), (status = 201, body = Imported),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 413, description = "the file is too large"), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn import(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Imported>)> {
    let format = format(&headers)?;
    let (hash, now) = (secret::sha256(&body), state.base.clock.now());
    let (_, language) = project::brief(&state.base.pool, access.into()).await?;
    let read = off_thread(move || read(format, &body, language, now)).await?;
    let populations = read?;
    let imported = again(|| store::import(&state, access, (format, &hash), &populations, now));
    let imported = imported.await?;
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
