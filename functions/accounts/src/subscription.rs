//! What somebody pays for, as the system's admins set it, and what of it they have used.

use axum::extract::State;
use platform::http::{Json, Path, Problem};
use platform::limit::{Change, Poll};
use platform::model::{self, Standing};
use platform::{Caller, Result, SystemAdmin, Within};
use serde::{Deserialize, Serialize};
use shared::account::Plan;
use shared::id::AccountId;
use utoipa::ToSchema;

use crate::{AppState, store};

/// Whose plan.
#[derive(Deserialize)]
pub(crate) struct UserPath {
    account_id: AccountId,
}

/// The plan that somebody shall have.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetPlan {
    plan: Plan,
}

/// The plan that somebody has.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanView {
    account_id: AccountId,
    plan: Plan,
}

/// Somebody's plan.
#[utoipa::path(get, path = "/api/v1/admin/users/{account_id}/plan", tag = "admin",
    params(("account_id" = AccountId, Path)), security(("bearer" = [])),
    responses((status = 200, body = PlanView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    _: Within<Poll>,
    admin: SystemAdmin,
    Path(user): Path<UserPath>,
) -> Result<Json<PlanView>> {
    let plan = store::plan(&state.base.pool, admin, user.account_id).await?;
    Ok(Json(PlanView { account_id: user.account_id, plan }))
}

/// Sets somebody's plan; it holds from their next request on.
#[utoipa::path(put, path = "/api/v1/admin/users/{account_id}/plan", tag = "admin",
    params(("account_id" = AccountId, Path)), request_body = SetPlan, security(("bearer" = [])),
    responses((status = 200, body = PlanView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn set(
    State(state): State<AppState>,
    _: Within<Change>,
    admin: SystemAdmin,
    Path(user): Path<UserPath>,
    Json(request): Json<SetPlan>,
) -> Result<Json<PlanView>> {
    store::set_plan(&state, admin, user.account_id, request.plan).await?;
    Ok(Json(PlanView { account_id: user.account_id, plan: request.plan }))
}

/// What the caller may spend on language models in this calendar month (UTC), and what they have spent: in
/// every project together, and on their own documents and questions.
#[utoipa::path(get, path = "/api/v1/settings/allowance", tag = "settings",
    security(("bearer" = [])),
    responses((status = 200, body = Standing), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn allowance(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
) -> Result<Json<Standing>> {
    let now = state.base.clock.now();
    let standing =
        model::standing(&state.base.pool, &state.allowances, caller.account_id, now).await?;
    Ok(Json(standing.ok_or(store::GONE)?))
}
