//! The first system admin, by a secret that works once.

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::{Caller, Result, Within, audit};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use crate::{AppState, store};

/// The secret of the deployment.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Bootstrap {
    secret: String,
}

/// What became of the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct Bootstrapped {
    is_system_admin: bool,
}

/// Makes the caller the first system admin. Works once in the life of a database. A wrong, late or early
/// request gets the same 403.
#[utoipa::path(post, path = "/api/v1/admin/bootstrap", tag = "admin", request_body = Bootstrap,
    security(("bearer" = [])),
    responses((status = 200, body = Bootstrapped), (status = 403, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn claim(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    Json(request): Json<Bootstrap>,
) -> Result<Json<Bootstrapped>> {
    let refused = shared::Error::Forbidden("Bootstrap is not possible");
    let secret = state.bootstrap_secret.as_ref().map_or("", ExposeSecret::expose_secret);
    let is_right: bool = request.secret.as_bytes().ct_eq(secret.as_bytes()).into();
    if secret.is_empty() || !is_right {
        return Err(refused.into());
    }
    let now = state.base.clock.now();
    let mut transaction = state.base.pool.begin().await?;
    if !store::claim_bootstrap(&mut transaction, caller.account_id, now).await? {
        return Err(refused.into());
    }
    let entry = audit::Entry {
        account_id: caller.account_id,
        project_id: None,
        subject_kind: "account",
        subject_id: caller.account_id.0,
        action: "bootstrap",
        details: None,
    };
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(Json(Bootstrapped { is_system_admin: true }))
}
