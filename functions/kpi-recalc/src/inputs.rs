//! The project's own figures: read, replaced as a whole, and the spreadsheet to fill in.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::{Change, Poll};
use platform::{Access, Editor, Error, Result, Viewer, Within};
use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ProjectId};
use shared::kpi::{Basis, Benchmark, Currency, Industry, Inputs, Period, Row, VatRate};
use utoipa::ToSchema;

use crate::{AppState, inputs_csv, store};

/// What a project says about its own business.
#[derive(Deserialize, ToSchema)]
#[schema(as = PutKpiInputs)]
pub(crate) struct PutInputs {
    /// ISO 4217: three capital letters.
    #[schema(value_type = String)]
    currency: Currency,
    /// The time that the figures are of.
    period: Period,
    /// With or without tax.
    basis: Basis,
    /// The rate of the tax that amounts are with, 0 to 1: 0.23 is 23%. Without it amounts that are with tax give no
    /// metric of money.
    #[schema(value_type = Option<f64>)]
    vat_rate: Option<VatRate>,
    /// A year, 0 to 1; lifetime values need one.
    discount_rate: Option<f64>,
    /// A row a segment, and one without for all; or a `csv`.
    figures: Option<Vec<Row>>,
    /// The same as the template has it, separated by commas, or by semicolons with decimal commas.
    csv: Option<String>,
    /// Published figures of others, with source and date; at most one a metric.
    #[serde(default)]
    benchmarks: Vec<Benchmark>,
    /// Whose published figures stand in for what is in neither figures nor benchmarks.
    industry: Option<Industry>,
}

/// A project's own figures.
#[derive(Serialize, ToSchema)]
#[schema(as = KpiInputs)]
pub(crate) struct InputsView {
    project_id: ProjectId,
    /// Null while nobody has given any.
    inputs: Option<Inputs>,
    /// Grows with every change, from 0.
    version: i32,
    changed_by: Option<AccountId>,
    changed_at: Option<DateTime<Utc>>,
}

impl InputsView {
    pub(crate) fn of(project_id: ProjectId, row: Option<store::InputsRow>) -> Self {
        let (version, changed_by, changed_at) = match &row {
            Some(row) => (row.version, Some(AccountId(row.changed_by)), Some(row.changed_at)),
            None => (0, None, None),
        };
        Self { project_id, inputs: row.map(|row| row.inputs.0), version, changed_by, changed_at }
    }
}

impl PutInputs {
    fn read(self) -> Result<Inputs> {
        let figures = match (self.figures, self.csv) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid("csv", "must be left out where there are figures"));
            }
            (Some(figures), None) => figures,
            (None, Some(csv)) => inputs_csv::read(&csv)?,
            (None, None) => Vec::new(),
        };
        let inputs = Inputs {
            currency: self.currency,
            period: self.period,
            basis: self.basis,
            vat_rate: self.vat_rate,
            discount_rate: self.discount_rate,
            figures,
            benchmarks: self.benchmarks,
            industry: self.industry,
        };
        inputs.check()?;
        Ok(inputs)
    }
}

/// The figures that the project has given.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/kpi-inputs", tag = "kpi",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = InputsView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<InputsView>> {
    let row = store::inputs(&state.base.pool, access.into()).await?;
    Ok(Json(InputsView::of(access.project_id(), row)))
}

/// Replaces them, or changes nothing where a rule is broken; wrong lines of a CSV are told by number.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}/kpi-inputs", tag = "kpi",
    params(("project_id" = ProjectId, Path)), request_body = PutInputs,
    security(("bearer" = [])),
    responses((status = 200, body = InputsView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn put(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
    Json(request): Json<PutInputs>,
) -> Result<Json<InputsView>> {
    let inputs = request.read()?;
    let row = store::save_inputs(&state, access, inputs).await?;
    Ok(Json(InputsView::of(access.project_id(), Some(row))))
}

/// The spreadsheet to fill in: a line a segment and one for all customers, with the figures that are stored. Filled
/// in it goes back as `csv` of the same route.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/kpi-inputs/template.csv", tag = "kpi",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, content_type = "text/csv", body = String),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn template(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<impl IntoResponse> {
    let language = store::language(&state.base.pool, access.into()).await?;
    let stored = store::inputs(&state.base.pool, access.into()).await?;
    let figures = stored.map(|row| row.inputs.0.figures).unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"kpi-inputs.csv\""),
    ];
    Ok((headers, inputs_csv::template(&figures, language)))
}
