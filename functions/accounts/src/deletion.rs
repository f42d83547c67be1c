//! Deletion: the account ends, and what it says about a person is removed.

use axum::extract::State;
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::postgres::again;
use platform::rights::RightsOf;
use platform::{Caller, Result, Within, model, runs};
use records::documents;
use shared::account::EmailAddress;
use shared::id::{AccountId, RunId};
use sqlx::PgConnection;

use crate::profile::Done;
use crate::{AppState, avatar, email_token, store};

/// A token that somebody left behind, or that was stolen, is older than that.
const FRESH: Duration = Duration::minutes(10);

/// Deletes the caller's account, at most 10 minutes after a sign-in. Their name, address, password,
/// picture, library and sign-ins are removed at once; what they have spent this month is kept under a keyed hash
/// of their address until the month ends. Projects that they alone worked on are deleted; in those
/// of several people the others go on, and where nobody else is an admin the highest and longest
/// member becomes it. The audit log keeps what was done under an id that names nobody.
#[utoipa::path(delete, path = "/api/v1/settings/account", tag = "settings",
    security(("bearer" = [])),
    responses((status = 200, body = Done), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn leave(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
) -> Result<Json<Done>> {
    caller.signed_in_within(FRESH, state.base.clock.now())?;
    // First: when the database fails, a missing picture is left behind, and not one of nobody.
    state.storage.delete_prefix(&avatar::folder(caller.account_id)).await?;
    let now = state.base.clock.now();
    let removals = again(|| delete(&state, &caller, now)).await?;
    state.base.rights.tell(RightsOf::Account(caller.account_id)).await;
    forget_late_pictures(&state, caller.account_id).await;
    for run in removals {
        // What is not published now, the sweep publishes.
        if let Err(error) = runs::publish(&state.base.pool, &state.publisher, run, now).await {
            tracing::warn!(%error, run.id = %run, "a removal was not published");
        }
    }
    Ok(Json(Done::saying("Account deleted")))
}

/// All that a deletion changes in the database, in one transaction. Returns the runs that remove documents.
async fn delete(state: &AppState, caller: &Caller, now: DateTime<Utc>) -> Result<Vec<RunId>> {
    let mut transaction = state.base.pool.begin().await?;
    store::lock(&mut transaction, caller.account_id).await?;
    store::leave_projects(&mut transaction, state, caller).await?;
    let who = caller.account_id;
    let removals = documents::remove_library(&mut transaction, &state.base.ids, who, now).await?;
    remember_spending(&mut transaction, state, who).await?;
    store::forget_person(&mut transaction, caller, now).await?;
    email_token::record(&mut transaction, state, who, "deleted").await?;
    transaction.commit().await?;
    Ok(removals)
}

/// Keeps what they have spent this month, under a name that we alone can make of their address: leaving and
/// registering again gives no second allowance.
async fn remember_spending(
    connection: &mut PgConnection,
    state: &AppState,
    who: AccountId,
) -> Result<()> {
    let email = store::email(connection, who).await?;
    // An address from before a rule that refuses it cannot register again.
    let Ok(email) = EmailAddress::parse(&email) else { return Ok(()) };
    let pseudonym = state.base.authenticator.pseudonym(&email)?;
    model::remember(connection, who, &pseudonym, state.base.clock.now()).await?;
    Ok(())
}

/// A picture that arrived meanwhile. From now on nobody can have one in this name: what fails here is a
/// file that no row leads to.
async fn forget_late_pictures(state: &AppState, account: AccountId) {
    if let Err(error) = state.storage.delete_prefix(&avatar::folder(account)).await {
        tracing::warn!(%error, "a picture of somebody who has left may be left behind");
    }
}
