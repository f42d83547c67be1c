//! What a project may spend on language models, and what it has spent.

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::{Change, Poll};
use platform::{Access, Admin, Env, Result, Viewer, Within, model};
use serde::{Deserialize, Deserializer, Serialize};
use shared::Usd;
use shared::id::ProjectId;
use utoipa::ToSchema;

use crate::{AppState, store};

/// What a new project may spend before an admin of it says another amount, in micro-USD: a free account's
/// allowance of a month, so that no project costs more by accident.
const FIRST_CAP_MICROS: i64 = 5_000_000;

/// The cap that a new project begins with; none is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstCap(pub(crate) Option<i64>);

impl FirstCap {
    /// `PROJECT_CAP_USD`: dollars, or `none`; default 5.
    pub fn from_env(env: &Env) -> Self {
        let usual = Some(FIRST_CAP_MICROS);
        let cap = env.raw("PROJECT_CAP_USD").map_or(Ok(usual), model::parse_limit);
        Self(cap.unwrap_or_else(|rule| {
            env.problem(format!("PROJECT_CAP_USD is wrong: it {rule}"));
            usual
        }))
    }
}

/// Where a project's budget stands. Amounts are US dollars, exact to the millionth.
#[derive(Serialize, ToSchema)]
pub(crate) struct BudgetView {
    /// The most that may be spent; null is no limit.
    pub(crate) cap_usd: Option<Usd>,
    /// What calls have cost.
    pub(crate) spent_usd: Usd,
    /// What is held for calls under way: each the most that it can cost.
    pub(crate) reserved_usd: Usd,
    /// What new calls may still reserve; null where there is no limit.
    pub(crate) remaining_usd: Option<Usd>,
}

/// The most that may be spent.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetBudget {
    /// 0 to 1,000,000 US dollars with at most six decimals; null lifts the limit.
    #[serde(deserialize_with = "given")]
    #[schema(required = true)]
    cap_usd: Option<Usd>,
}

/// What a project has used.
#[derive(Serialize, ToSchema)]
pub(crate) struct Usage {
    /// Everything.
    total: UsageLine,
    /// By task and model, in this order.
    lines: Vec<TaskUsage>,
}

/// What one model did for one task.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskUsage {
    /// `persona`, `repair` and so on.
    pub(crate) task: String,
    /// `offline` where nobody was asked.
    pub(crate) provider: String,
    pub(crate) model: String,
    #[serde(flatten)]
    pub(crate) usage: UsageLine,
}

/// Counts and costs.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub(crate) struct UsageLine {
    /// Calls over the network, retries included, and simulated ones.
    pub(crate) calls: i64,
    /// Of them, those that gave nothing usable.
    pub(crate) failed: i64,
    /// Of them, those whose cost nobody knows, because their model has no price.
    pub(crate) unpriced: i64,
    /// Of them, those that were sent and whose cost nobody learned: booked at the most that they can cost.
    pub(crate) at_worst: i64,
    /// Of them, those that no model was asked for: their tokens are an estimate of what the same texts would
    /// be, and they cost nothing.
    pub(crate) simulated: i64,
    pub(crate) input_tokens: i64,
    pub(crate) output_tokens: i64,
    /// What the calls cost.
    pub(crate) cost_usd: Usd,
    /// What is held for those under way.
    pub(crate) reserved_usd: Usd,
}

impl UsageLine {
    fn plus(self, other: &Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            failed: self.failed + other.failed,
            unpriced: self.unpriced + other.unpriced,
            at_worst: self.at_worst + other.at_worst,
            simulated: self.simulated + other.simulated,
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cost_usd: self.cost_usd + other.cost_usd,
            reserved_usd: self.reserved_usd + other.reserved_usd,
        }
    }
}

/// Null is a wish, and a missing field is a mistake: a limit is never lifted by accident.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Usd>, D::Error> {
    Option::deserialize(deserializer)
}

/// Where a project's budget stands.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/budget", tag = "budget",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = BudgetView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<BudgetView>> {
    Ok(Json(store::budget(&state.base.pool, access).await?))
}

/// Sets the most that a project may spend. What is spent or reserved stays, even above the new limit:
/// then no new call is made.
#[utoipa::path(put, path = "/api/v1/projects/{project_id}/budget", tag = "budget",
    params(("project_id" = ProjectId, Path)), request_body = SetBudget,
    security(("bearer" = [])),
    responses((status = 200, body = BudgetView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn set(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Admin>,
    Json(request): Json<SetBudget>,
) -> Result<Json<BudgetView>> {
    store::set_cap(&state, access, request.cap_usd).await?;
    Ok(Json(store::budget(&state.base.pool, access.least()).await?))
}

/// What a project has used, from the ledger of its calls.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/usage", tag = "budget",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Usage), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn usage(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Usage>> {
    let lines = store::usage(&state.base.pool, access).await?;
    let total = lines.iter().fold(UsageLine::default(), |sum, line| sum.plus(&line.usage));
    Ok(Json(Usage { total, lines }))
}
