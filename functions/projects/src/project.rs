//! Projects: made, listed, read, changed, deleted.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use platform::http::{Json, Paged, Problem, Query};
use platform::limit::{Change, Poll};
use platform::postgres::again;
use platform::rights::RightsOf;
use platform::{Access, Admin, Caller, Editor, Result, Viewer, Within};
use population::TargetDemographics;
use serde::{Deserialize, Serialize};
use shared::id::ProjectId;
use shared::role::Role;
use shared::{Checks, Language};
use utoipa::{IntoParams, ToSchema};

use crate::{AppState, store};

/// Weights by category and label, as the client sends them.
pub(crate) type Weights = BTreeMap<String, BTreeMap<String, f64>>;

// Chosen by hand.
const NAME: std::ops::RangeInclusive<usize> = 1..=255;
const TEXT: std::ops::RangeInclusive<usize> = 0..=20_000;

/// What a new project needs.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateProject {
    /// 1 to 255 characters.
    pub(crate) name: String,
    /// At most 1,000 characters.
    pub(crate) description: Option<String>,
    pub(crate) target_audience: Option<String>,
    pub(crate) research_objectives: Option<String>,
    pub(crate) additional_notes: Option<String>,
    /// `{age_group: {"18-24": 0.3, …}, gender: {…}, education_level, income_bracket, location}`;
    /// weights are normalised within a category.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, f64>>)]
    pub(crate) target_demographics: Weights,
    /// 10 to 1,000; default 100.
    pub(crate) target_sample_size: Option<i32>,
    /// `pl` (default) or `en`: the language of personas and reports.
    pub(crate) language: Option<Language>,
    /// Whether the caller's own library is lent to the project; default true. See `…/library`.
    pub(crate) lend_library: Option<bool>,
}

/// What changes; what is absent or null stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateProject {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) target_audience: Option<String>,
    pub(crate) research_objectives: Option<String>,
    pub(crate) additional_notes: Option<String>,
    #[schema(value_type = Option<BTreeMap<String, BTreeMap<String, f64>>>)]
    pub(crate) target_demographics: Option<Weights>,
    pub(crate) target_sample_size: Option<i32>,
    pub(crate) language: Option<Language>,
}

/// A project as the client shows it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProjectView {
    pub(crate) id: ProjectId,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) target_audience: Option<String>,
    pub(crate) research_objectives: Option<String>,
    pub(crate) additional_notes: Option<String>,
    pub(crate) language: Language,
    #[schema(value_type = BTreeMap<String, BTreeMap<String, f64>>)]
    pub(crate) target_demographics: Weights,
    pub(crate) target_sample_size: i32,
    /// By category, of the last population; absent where the test does not apply.
    pub(crate) chi_square_statistic: Option<BTreeMap<String, f64>>,
    pub(crate) p_values: Option<BTreeMap<String, f64>>,
    pub(crate) is_statistically_valid: bool,
    pub(crate) validation_date: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) is_active: bool,
    /// The caller's own role.
    pub(crate) role: Role,
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Page {
    /// How many to pass over; default 0.
    skip: Option<i64>,
    /// How many to give, 1 to 1,000; default 100.
    limit: Option<i64>,
}

struct Texts<'a> {
    name: Option<&'a str>,
    description: Option<&'a str>,
    long: [(&'static str, Option<&'a str>); 3],
    weights: Option<&'a Weights>,
    sample_size: Option<i32>,
}

impl Texts<'_> {
    fn check(&self) -> shared::Result<()> {
        let mut checks = Checks::default();
        checks.length("name", self.name, NAME);
        checks.length("description", self.description, 0..=1_000);
        for (field, text) in self.long {
            checks.length(field, text, TEXT);
        }
        if let Some(weights) = self.weights {
            checks.keep_all(TargetDemographics::parse(weights.clone()));
        }
        checks.range("target_sample_size", self.sample_size, 10..=1_000);
        checks.done()
    }
}

impl CreateProject {
    fn check(&self) -> shared::Result<()> {
        Texts {
            name: Some(&self.name),
            description: self.description.as_deref(),
            long: [
                ("target_audience", self.target_audience.as_deref()),
                ("research_objectives", self.research_objectives.as_deref()),
                ("additional_notes", self.additional_notes.as_deref()),
            ],
            weights: Some(&self.target_demographics),
            sample_size: self.target_sample_size,
        }
        .check()
    }
}

impl UpdateProject {
    fn check(&self) -> shared::Result<()> {
        Texts {
            name: self.name.as_deref(),
            description: self.description.as_deref(),
            long: [
                ("target_audience", self.target_audience.as_deref()),
                ("research_objectives", self.research_objectives.as_deref()),
                ("additional_notes", self.additional_notes.as_deref()),
            ],
            weights: self.target_demographics.as_ref(),
            sample_size: self.target_sample_size,
        }
        .check()
    }
}

/// Creates a project. Its maker is its admin, and lends it their own library unless `lend_library` is
/// false: its members may then search that library, until its person takes it back.
#[utoipa::path(post, path = "/api/v1/projects", tag = "projects", request_body = CreateProject,
    security(("bearer" = [])),
    responses((status = 201, body = ProjectView), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    Json(request): Json<CreateProject>,
) -> Result<(StatusCode, Json<ProjectView>)> {
    request.check()?;
    let view = store::insert(&state, &caller, request).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// The caller's projects, newest first. `X-Total-Count` says how many there are.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", params(Page),
    security(("bearer" = [])), responses((status = 200, body = Vec<ProjectView>),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Paged<ProjectView>> {
    let mut checks = Checks::default();
    checks.range("skip", page.skip, 0..=i64::from(i32::MAX));
    checks.range("limit", page.limit, 1..=1_000);
    checks.done()?;
    let (skip, limit) = (page.skip.unwrap_or(0), page.limit.unwrap_or(100));
    let (rows, total) = store::list(&state.base.pool, &caller, skip, limit).await?;
    Ok(Paged { rows, total, next: None })
}

/// One project.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}", tag = "projects",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = ProjectView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<ProjectView>> {
    Ok(Json(store::get(&state.base.pool, access).await?))
}

/// Changes a project.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}", tag = "projects",
    params(("project_id" = ProjectId, Path)), request_body = UpdateProject,
    security(("bearer" = [])),
    responses((status = 200, body = ProjectView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn update(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    Json(request): Json<UpdateProject>,
) -> Result<Json<ProjectView>> {
    request.check()?;
    Ok(Json(store::update(&state, access, &request).await?))
}

/// Deletes a project and everything in it: nobody sees it any more, its work stops, and it is purged
/// after its retention.
#[utoipa::path(delete, path = "/api/v1/projects/{project_id}", tag = "projects",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Admin>,
) -> Result<StatusCode> {
    again(|| store::delete(&state, access)).await?;
    state.base.rights.tell(RightsOf::Project(access.project_id())).await;
    Ok(StatusCode::NO_CONTENT)
}
