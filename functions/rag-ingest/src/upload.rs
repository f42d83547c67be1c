//! The client's upload: a multipart form, streamed to the store while it comes.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::channel::mpsc;
use futures::{SinkExt, StreamExt};
use platform::http::{Json, Problem, Untaken, piecewise, refuse_nul};
use platform::limit::Upload;
use platform::{Access, Caller, Editor, Error, Result, Within};
use records::documents::DocumentView;
use serde::Serialize;
use shared::Checks;
use shared::id::ProjectId;
use shared::knowledge::Scope;
use shared::text::composed;
use utoipa::ToSchema;

use crate::AppState;
use crate::intake::{self, Arrived};
use crate::register::{self, Outcome, Wanted};

/// Chunks of a file between the line and the store.
const AHEAD: usize = 4;
/// The longest text field, in bytes.
const LONGEST_FIELD: usize = 4_096;

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; the parts are read one by one")]
pub(crate) struct UploadForm {
    /// PDF, DOCX, PPTX, XLSX, Markdown, HTML, plain text or CSV; at most 50 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    title: String,
    /// The country that it is about; `Poland` where nobody says another.
    country: Option<String>,
    /// The project that it belongs to. Without one it goes to the caller's library.
    project_id: Option<ProjectId>,
    /// `shared` puts it into everybody's library, which takes a system admin.
    scope: Option<String>,
}

/// A document that was taken in.
#[derive(Serialize, ToSchema)]
#[schema(as = DocumentUploaded)]
pub(crate) struct Uploaded {
    #[serde(flatten)]
    document: DocumentView,
    /// `accepted`, `updated` (a new version of the same title and file name), `unchanged` (the same content is
    /// there already) or `resumed` (it is, and its missing facts are looked for once more).
    outcome: Outcome,
}

/// Takes a document in. The same content again is a no-op that says so, or looks for facts that are missing
/// because the model did not give them; the same title and file name
/// with other content is a new version, of which only what changed is worked on.
#[utoipa::path(post, path = "/api/v1/rag/documents/upload", tag = "knowledge",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    security(("bearer" = [])),
    responses((status = 202, body = Uploaded), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn upload(
    State(state): State<AppState>,
    _: Within<Upload>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<Uploaded>), Response> {
    let (request, untaken) = piecewise(request);
    let form = Multipart::from_request(request, &()).await;
    let form = form.map_err(IntoResponse::into_response)?;
    let done = take(&state, &caller, (form, untaken)).await;
    let (document, outcome) = done.map_err(IntoResponse::into_response)?;
    Ok((StatusCode::ACCEPTED, Json(Uploaded { document, outcome })))
}

async fn take(
    state: &AppState,
    caller: &Caller,
    form: (Multipart, Untaken),
) -> Result<(DocumentView, Outcome)> {
    let mut parts = Parts::default();
    let wanted = match parts.read(state, form).await {
        Ok(()) => parts.wanted(state, caller).await,
        Err(error) => Err(error),
    };
    match wanted {
        Ok((wanted, arrived)) => register::register(state, wanted, arrived).await,
        Err(error) => {
            // What was kept of a refused form goes again.
            if let Some((_, arrived)) = &parts.file {
                register::forget(state, arrived.upload_id).await;
            }
            Err(error)
        }
    }
}

/// What of the form has come.
#[derive(Default)]
struct Parts {
    file: Option<(String, Arrived)>,
    title: Option<String>,
    country: Option<String>,
    project_id: Option<String>,
    scope: Option<String>,
}

impl Parts {
    async fn read(
        &mut self,
        state: &AppState,
        (mut form, untaken): (Multipart, Untaken),
    ) -> Result<()> {
        while let Some(field) = form.next_field().await.map_err(|error| malformed(&error))? {
            untaken.taken();
            let name = field.name().unwrap_or_default().to_owned();
            let mut field = TakenField { field, untaken: &untaken };
            match name.as_str() {
                "file" if self.file.is_none() => self.file = Some(file(state, field).await?),
                "title" => self.title = Some(composed(&text(field).await?)),
                "country" => self.country = Some(text(field).await?),
                "project_id" => self.project_id = Some(text(field).await?),
                "scope" => self.scope = Some(text(field).await?),
                _ => while field.chunk().await?.is_some() {},
            }
        }
        Ok(())
    }

    /// What is to be registered, where the form is complete and its sender may.
    async fn wanted(&self, state: &AppState, caller: &Caller) -> Result<(Wanted<'_>, &Arrived)> {
        let mut checks = Checks::default();
        checks.length("file", Some(if self.file.is_some() { "file" } else { "" }), 1..=255);
        checks.length("title", Some(self.title.as_deref().unwrap_or_default()), 1..=255);
        checks.length("country", self.country.as_deref(), 1..=100);
        checks.done()?;
        let scope = self.scope(state, caller).await?;
        let Some((filename, arrived)) = &self.file else { return Err(no_file()) };
        let wanted = Wanted {
            scope,
            by: caller.account_id,
            title: self.title.as_deref().unwrap_or_default().trim(),
            filename,
            country: self.country.as_deref().map_or("Poland", str::trim),
        };
        Ok((wanted, arrived))
    }

    /// The scope, in which the caller may change things.
    async fn scope(&self, state: &AppState, caller: &Caller) -> Result<Scope> {
        let project = self.project_id.as_deref().filter(|id| !id.is_empty());
        match (self.scope.as_deref().unwrap_or_default(), project) {
            ("" | "project", Some(id)) => {
                let id = id.parse().map(ProjectId);
                let id = id.map_err(|_| Error::invalid("project_id", "must be a UUID"))?;
                let access =
                    Access::<Editor>::to_project(&state.worker.base.pool, caller, id).await?;
                Ok(Scope::Project(access.project_id()))
            }
            ("" | "account" | "library", None) => Ok(Scope::Account(caller.account_id)),
            ("shared", None) if caller.is_system_admin => Ok(Scope::Shared),
            ("shared", None) => {
                Err(shared::Error::Forbidden("Only a system admin changes the shared library")
                    .into())
            }
            _ => {
                Err(Error::invalid("scope", "must be account, project (with project_id) or shared"))
            }
        }
    }
}

fn no_file() -> Error {
    Error::invalid("file", "is missing")
}

/// A field of the form, of which somebody takes bytes.
struct TakenField<'a> {
    field: Field<'a>,
    untaken: &'a Untaken,
}

impl TakenField<'_> {
    fn name(&self) -> &str {
        self.field.name().unwrap_or_default()
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let chunk = self.field.chunk().await.map_err(|error| malformed(&error))?;
        self.untaken.taken();
        Ok(chunk)
    }
}

async fn text(mut field: TakenField<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_FIELD {
            return Err(Error::invalid(field.name(), "is too long"));
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    refuse_nul(field.name(), &text)?;
    Ok(text)
}

/// Keeps the file while it comes.
async fn file(state: &AppState, mut field: TakenField<'_>) -> Result<(String, Arrived)> {
    let name = intake::cleaned_name(field.field.file_name().unwrap_or_default())?;
    let (mut sender, receiver) = mpsc::channel::<Result<Bytes>>(AHEAD);
    let feed = async {
        while let Some(chunk) = field.chunk().await.transpose() {
            // A store that wants no more has its reason and says it.
            if sender.send(chunk).await.is_err() {
                break;
            }
        }
        drop(sender);
    };
    let keep = intake::keep(state, &name, receiver.boxed());
    let ((), kept) = tokio::join!(feed, keep);
    Ok((name, kept?))
}

/// A form that breaks off or is none. A connection that is gone reads no answer.
fn malformed(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return shared::Error::TooLarge("The form is larger than 50 MB").into();
    }
    tracing::debug!(%error, "a form breaks off");
    shared::Error::Refused("The form is not complete".to_owned()).into()
}
