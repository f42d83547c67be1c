//! Starting an export that is written by a run: all people of a project, the answers to a survey, a talk.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::Duration;
use platform::http::{Json, Problem};
use platform::postgres::again;
use platform::runs::{self, IdempotencyKey, NewRun, NewShard, SameAs};
use platform::{Access, Error, Result, Viewer, Within, audit, secret};
use records::export::Masking;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::id::{ExportId, ProjectId, RunId};
use shared::run::RunKind;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::form::{Exporting, Format};
use crate::{AppState, pdf, store};

/// How long a written file is kept.
const KEPT: Duration = Duration::days(7);

shared::words! {
    /// What is exported. A project is its people; its surveys and focus groups are exported one by one.
    #[schema(as = ExportSubject)]
    pub(crate) enum Subject {
        /// All people of the project; as JSON with the project, its populations, the needs and metrics of their
        /// segments, its own figures, and what its surveys and focus groups are called.
        Project = "project",
        /// The answers to a survey; as JSON with those of people that were uploaded.
        Survey = "survey",
        /// What was said in a focus group; as JSON with what was read in it, how it measures, and its summaries.
        FocusGroup = "focus_group",
    }
}

/// An export to write.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct StartExport {
    pub(crate) subject: Subject,
    /// Which survey or focus group; none for the project.
    subject_id: Option<Uuid>,
    pub(crate) format: Format,
    /// Whether a CSV begins with a byte order mark.
    #[serde(default)]
    pub(crate) bom: bool,
    #[serde(flatten)]
    pub(crate) masking: Masking,
}

impl StartExport {
    pub(crate) fn subject_of(&self, project: ProjectId) -> Uuid {
        self.subject_id.unwrap_or(project.0)
    }

    fn check(&self) -> Result<()> {
        let is_named = self.subject_id.is_some();
        if is_named == (self.subject == Subject::Project) {
            return Err(Error::invalid(
                "subject_id",
                "must name the survey or focus group, and no project",
            ));
        }
        Ok(())
    }
}

/// An export that has started.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportStarted)]
pub(crate) struct Started {
    message: &'static str,
    export_id: ExportId,
    /// Watch it at `/api/v1/runs/{run_id}`.
    run_id: RunId,
}

/// Writes a file by a run, masked unless an admin gives a reason. The file is kept for seven days; its link comes
/// from `/api/v1/exports/{export_id}/link`.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/exports", tag = "export",
    params(("project_id" = ProjectId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = StartExport, security(("bearer" = [])),
    responses((status = 202, body = Started), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn start(
    State(state): State<AppState>,
    _: Within<Exporting>,
    access: Access<Viewer>,
    key: IdempotencyKey,
    Json(request): Json<StartExport>,
) -> Result<(StatusCode, Json<Started>)> {
    request.check()?;
    request.masking.check(access)?;
    fits(&state, access, &request).await?;
    let started = again(|| insert(&state, access, &request, key.as_deref())).await?;
    runs::dispatch(&state.worker.engine, started.run_id).await;
    Ok((StatusCode::ACCEPTED, Json(started)))
}

/// A PDF is set as a whole, so it takes people up to a limit.
async fn fits(state: &AppState, access: Access<Viewer>, request: &StartExport) -> Result<()> {
    if (request.format, request.subject) != (Format::Pdf, Subject::Project) {
        return Ok(());
    }
    match store::count(&state.worker.base.pool, access.into()).await? {
        count if count > pdf::MOST_PEOPLE => Err(pdf::too_many(count)),
        _ => Ok(()),
    }
}

/// Stores the run with its export, or finds those of the same request.
async fn insert(
    state: &AppState,
    access: Access<Viewer>,
    request: &StartExport,
    key: Option<&str>,
) -> Result<Started> {
    let started = |(export_id, run_id)| Started { message: "Export started", export_id, run_id };
    let (now, project) = (state.worker.base.clock.now(), access.project_id());
    let request_hash = secret::sha256_of(request)?;
    let same_as = SameAs {
        requested_by: access.account_id(),
        request_hash: &request_hash,
        idempotency_key: key,
    };
    let mut transaction = state.worker.base.pool.begin().await?;
    // Two clicks at once: the second finds the run of the first.
    runs::lock_project(&mut transaction, access).await?;
    let subject = (request.subject, request.subject_of(project));
    if !store::begun(&mut transaction, access, subject).await? {
        let what = if request.subject == Subject::Survey { "Survey" } else { "Focus group" };
        return Err(shared::Error::NotFound(what).into());
    }
    let kind = RunKind::Export;
    let same = runs::find_same(&mut transaction, project, kind, same_as, now).await?;
    if let Some(run_id) = same {
        let export_id = store::of_run(&mut transaction, access, run_id).await?;
        return Ok(started((export_id, run_id)));
    }
    store::check_room(&mut transaction, access, now).await?;
    let export_id: ExportId = state.worker.base.ids.next();
    let run = NewRun {
        kind,
        project_id: Some(project),
        subject_id: export_id.0,
        input: json!({}),
        shards: vec![NewShard::bare(1)],
        same_as,
        is_paid: false,
    };
    let run_id = runs::insert(&mut transaction, &state.worker.base.ids, run, now).await?;
    let ids = (export_id, run_id);
    store::insert(&mut transaction, access, ids, request, (now, now + KEPT)).await?;
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(project),
        subject_kind: request.subject.as_str(),
        subject_id: subject.1,
        action: "export",
        details: Some(json!({ "export_id": export_id, "format": request.format,
            "unmask": request.masking.unmask, "reason": request.masking.reason })),
    };
    audit::record(&mut *transaction, &state.worker.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(started(ids))
}
