//! A focus group as the client sets it up, in its two shapes.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, Paged, Problem, Query};
use platform::limit::{Change, Poll};
use platform::postgres::again;
use platform::{Access, Editor, Level, Result, Viewer, Within};
use records::discussion::OfFocusGroup;
use serde::{Deserialize, Serialize};
use shared::Checks;
use shared::discussion::Mode;
use shared::id::{FocusGroupId, PersonaId, ProjectId, RunId};
use shared::role::Role;
use shared::run::RunStatus;
use utoipa::{IntoParams, ToSchema};

use crate::{AppState, store};

/// The present system's bar for a group that went well: answers within three seconds on average, and
/// all of it within thirty.
const GOOD_ANSWER_MS: f64 = 3_000.0;
const GOOD_RUN_MS: i64 = 30_000;
// Chosen by hand.
/// How many participants are aimed at when nobody says.
const USUAL_PARTICIPANTS: i32 = 10;
const MOST: i64 = 1_000;

/// What the client's builder and its autosave send. A full replacement, but for the number of
/// participants, which the autosave does not know and which stays when it is absent.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WriteFocusGroup {
    /// 1 to 255 characters.
    name: String,
    /// At most 1,000 characters.
    description: Option<String>,
    /// What the participants are told beside the project; at most 5,000 characters.
    project_context: Option<String>,
    /// At most 100 people of the same project.
    #[serde(default)]
    persona_ids: Vec<PersonaId>,
    /// At most 50, each at most 1,000 characters.
    #[serde(default)]
    questions: Vec<String>,
    #[serde(default)]
    mode: Mode,
    /// 1 to 100; default 10.
    target_participants: Option<i32>,
}

impl WriteFocusGroup {
    fn checked(self) -> Result<store::Written> {
        let mut checks = Checks::default();
        checks.length("name", Some(&self.name), 1..=255);
        checks.length("description", self.description.as_deref(), 0..=1_000);
        checks.length("project_context", self.project_context.as_deref(), 0..=5_000);
        checks.range("persona_ids", Some(self.persona_ids.len()), 0..=100);
        checks.range("questions", Some(self.questions.len()), 0..=50);
        for (i, question) in self.questions.iter().enumerate() {
            checks.length(&format!("questions.{i}"), Some(question), 1..=1_000);
        }
        checks.range("target_participants", self.target_participants, 1..=100);
        checks.done()?;
        let mut persona_ids = self.persona_ids;
        let mut seen = std::collections::HashSet::new();
        persona_ids.retain(|id| seen.insert(*id));
        Ok(store::Written {
            name: self.name.trim().to_owned(),
            description: self.description,
            project_context: self.project_context,
            persona_ids,
            questions: self.questions,
            mode: self.mode,
            target_participants: self.target_participants,
        })
    }
}

/// A focus group in lists, and when it is made or changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct FocusGroupView {
    #[serde(flatten)]
    group: Common,
    target_participants: Option<i32>,
    total_execution_time_ms: Option<i64>,
    avg_response_time_ms: Option<f64>,
}

/// One focus group: its times are under `metrics`.
#[derive(Serialize, ToSchema)]
pub(crate) struct FocusGroupDetails {
    #[serde(flatten)]
    group: Common,
    target_participants: Option<i32>,
    metrics: Metrics,
    /// Whether the caller may delete it: admins any, editors their own.
    may_delete: bool,
}

/// How long it took.
#[derive(Serialize, ToSchema)]
pub(crate) struct Metrics {
    total_execution_time_ms: Option<i64>,
    avg_response_time_ms: Option<f64>,
    /// Answers within 3 s on average, and the run within 30 s.
    meets_requirements: bool,
}

#[derive(Serialize, ToSchema)]
struct Common {
    id: FocusGroupId,
    project_id: ProjectId,
    name: String,
    description: Option<String>,
    project_context: Option<String>,
    persona_ids: Vec<PersonaId>,
    questions: Vec<String>,
    mode: Mode,
    /// `pending`, `running`, `completed` or `failed`, of the latest run.
    status: &'static str,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    /// The run that is shown: the latest.
    run_id: Option<RunId>,
    /// How that run stands, in its own words.
    run_status: Option<RunStatus>,
}

/// What the client polls for: a run that waits is as good as running.
pub(crate) fn client_status(run: Option<RunStatus>) -> &'static str {
    match run {
        None => "pending",
        Some(RunStatus::Queued | RunStatus::Running) => "running",
        Some(RunStatus::Succeeded | RunStatus::Partial) => "completed",
        Some(RunStatus::Failed | RunStatus::Cancelled) => "failed",
    }
}

impl From<store::GroupRow> for FocusGroupView {
    fn from(row: store::GroupRow) -> Self {
        Self {
            target_participants: Some(row.target_participants),
            total_execution_time_ms: row.total_ms(),
            avg_response_time_ms: row.average_ms,
            group: row.into(),
        }
    }
}

impl FocusGroupDetails {
    fn new(row: store::GroupRow, may_delete: bool) -> Self {
        let (total, average) = (row.total_ms(), row.average_ms);
        let is_good = total.is_some_and(|ms| ms <= GOOD_RUN_MS)
            && average.is_some_and(|ms| ms <= GOOD_ANSWER_MS);
        Self {
            target_participants: Some(row.target_participants),
            metrics: Metrics {
                total_execution_time_ms: total,
                avg_response_time_ms: average,
                meets_requirements: is_good,
            },
            may_delete,
            group: row.into(),
        }
    }
}

impl From<store::GroupRow> for Common {
    fn from(row: store::GroupRow) -> Self {
        let run_status = row.run_status;
        Self {
            id: row.id,
            project_id: row.project_id,
            mode: row.mode,
            name: row.name,
            description: row.description,
            project_context: row.project_context,
            persona_ids: row.persona_ids.into_iter().map(PersonaId).collect(),
            questions: row.questions,
            status: client_status(run_status),
            created_at: row.created_at,
            started_at: row.started_at,
            completed_at: row.finished_at,
            run_id: row.run_id.map(RunId),
            run_status,
        }
    }
}

/// Sets up a focus group.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/focus-groups", tag = "focus groups",
    params(("project_id" = ProjectId, Path)), request_body = WriteFocusGroup,
    security(("bearer" = [])),
    responses((status = 201, body = FocusGroupView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    Json(request): Json<WriteFocusGroup>,
) -> Result<(StatusCode, Json<FocusGroupView>)> {
    let mut written = request.checked()?;
    written.target_participants.get_or_insert(USUAL_PARTICIPANTS);
    store::check_people(&state.worker.base.pool, access, &written.persona_ids).await?;
    let id = store::insert(&state, access, &written).await?;
    let row = store::get(&state.worker.base.pool, access.least(), id).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Page {
    /// How many to pass over; default 0.
    skip: Option<i64>,
    /// How many to give: 1 to 1,000, which is the default.
    limit: Option<i64>,
}

/// The focus groups of a project, newest first. `X-Total-Count` says how many there are.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/focus-groups", tag = "focus groups",
    params(("project_id" = ProjectId, Path), Page), security(("bearer" = [])),
    responses((status = 200, body = Vec<FocusGroupView>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Query(page): Query<Page>,
) -> Result<Paged<FocusGroupView>> {
    let mut checks = Checks::default();
    checks.range("skip", page.skip, 0..=i64::from(i32::MAX));
    checks.range("limit", page.limit, 1..=MOST);
    checks.done()?;
    let (skip, limit) = (page.skip.unwrap_or(0), page.limit.unwrap_or(MOST));
    let rows = store::list(&state.worker.base.pool, access, skip, limit).await?;
    let total = store::count(&state.worker.base.pool, access).await?;
    Ok(Paged { rows: rows.into_iter().map(FocusGroupView::from).collect(), total, next: None })
}

/// One focus group.
#[utoipa::path(get, path = "/api/v1/focus-groups/{focus_group_id}", tag = "focus groups",
    params(("focus_group_id" = FocusGroupId, Path)), security(("bearer" = [])),
    responses((status = 200, body = FocusGroupDetails), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    group: OfFocusGroup<Viewer>,
) -> Result<Json<FocusGroupDetails>> {
    let row = store::get(&state.worker.base.pool, group.access, group.id).await?;
    Ok(Json(FocusGroupDetails::new(row, may_delete(&group))))
}

/// Replaces a focus group that has never run.
#[utoipa::path(put, path = "/api/v1/focus-groups/{focus_group_id}", tag = "focus groups",
    params(("focus_group_id" = FocusGroupId, Path)), request_body = WriteFocusGroup,
    security(("bearer" = [])),
    responses((status = 200, body = FocusGroupView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn replace(
    State(state): State<AppState>,
    _: Within<Poll>,
    group: OfFocusGroup<Editor>,
    Json(request): Json<WriteFocusGroup>,
) -> Result<Json<FocusGroupView>> {
    let written = request.checked()?;
    store::check_people(&state.worker.base.pool, group.access, &written.persona_ids).await?;
    store::replace(&state, &group, &written).await?;
    Ok(Json(store::get(&state.worker.base.pool, group.access.least(), group.id).await?.into()))
}

/// Admins delete any group, editors their own.
fn may_delete<L: Level>(group: &OfFocusGroup<L>) -> bool {
    let role = group.access.role();
    role == Role::Admin || (role == Role::Editor && group.created_by == group.access.account_id())
}

/// Deletes a focus group with everything that was said in it. Admins delete any, editors their own.
#[utoipa::path(delete, path = "/api/v1/focus-groups/{focus_group_id}", tag = "focus groups",
    params(("focus_group_id" = FocusGroupId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    _: Within<Change>,
    group: OfFocusGroup<Editor>,
) -> Result<StatusCode> {
    if !may_delete(&group) {
        return Err(shared::Error::Forbidden(Role::Admin.needed()).into());
    }
    again(|| store::delete(&state, &group)).await?;
    crate::graph::forget(&state, group.access.project_id(), group.id).await;
    Ok(StatusCode::NO_CONTENT)
}
