//! What somebody says about themselves, their password, and what they have.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::{Change, ClientAddress, Poll};
use platform::rights::RightsOf;
use platform::{Caller, Result, Within};
use serde::{Deserialize, Serialize};
use shared::account::{check_password, parse_full_name};
use shared::{Checks, FieldError};
use utoipa::ToSchema;

use crate::sign_in::UserView;
use crate::store::{self, AccountRow};
use crate::{AppState, email_token, sign_in};

/// A person with the time of their last sign-in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Profile {
    #[serde(flatten)]
    user: UserView,
    last_login_at: Option<DateTime<Utc>>,
}

/// A sentence, and the person where they have changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Done {
    message: &'static str,
    user: Option<Profile>,
}

/// What changes; what is absent or null stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChangeProfile {
    /// 2 to 255 characters.
    pub(crate) full_name: Option<String>,
    /// At most 255 characters.
    pub(crate) role: Option<String>,
    /// At most 255 characters.
    pub(crate) company: Option<String>,
}

/// Both passwords.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChangePassword {
    current_password: String,
    /// 8 to 256 characters with a letter and a digit of any script.
    new_password: String,
}

/// What the caller has, in the projects that they are a member of. What is deleted does not count.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountStats)]
pub(crate) struct Stats {
    pub(crate) plan: &'static str,
    pub(crate) projects_count: i64,
    pub(crate) personas_count: i64,
    pub(crate) focus_groups_count: i64,
    pub(crate) surveys_count: i64,
}

impl From<AccountRow> for Profile {
    fn from(row: AccountRow) -> Self {
        Self { last_login_at: row.last_login_at, user: row.into() }
    }
}

impl Done {
    pub(crate) fn saying(message: &'static str) -> Self {
        Self { message, user: None }
    }
}

impl ChangeProfile {
    fn checked(mut self) -> Result<Self> {
        let mut checks = Checks::default();
        checks.length("role", self.role.as_deref(), 0..=255);
        checks.length("company", self.company.as_deref(), 0..=255);
        let name = self.full_name.as_deref().map(parse_full_name).transpose();
        self.full_name = checks.keep(name).flatten();
        checks.done()?;
        Ok(self)
    }

    /// The names of what changes: the values are nobody else's business.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let fields =
            [("full_name", &self.full_name), ("role", &self.role), ("company", &self.company)];
        fields.into_iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name).collect()
    }
}

/// The caller's profile.
#[utoipa::path(get, path = "/api/v1/settings/profile", tag = "settings",
    security(("bearer" = [])),
    responses((status = 200, body = Profile), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
) -> Result<Json<Profile>> {
    Ok(Json(store::get(&state.base.pool, caller.account_id).await?.into()))
}

/// Changes the caller's profile.
#[utoipa::path(put, path = "/api/v1/settings/profile", tag = "settings",
    request_body = ChangeProfile, security(("bearer" = [])),
    responses((status = 200, body = Done), (status = 401, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    Json(request): Json<ChangeProfile>,
) -> Result<Json<Done>> {
    let row = store::change_profile(&state, &caller, &request.checked()?).await?;
    let message = "Profile updated successfully";
    Ok(Json(Done { message, user: Some(row.into()) }))
}

/// How much the caller has.
#[utoipa::path(get, path = "/api/v1/settings/stats", tag = "settings",
    security(("bearer" = [])),
    responses((status = 200, body = Stats), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn stats(
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
) -> Result<Json<Stats>> {
    Ok(Json(store::stats(&state.base.pool, &caller).await?))
}

/// Changes the caller's password and ends their other sign-ins. The present password counts as an
/// attempt to sign in.
#[utoipa::path(put, path = "/api/v1/settings/password", tag = "settings",
    request_body = ChangePassword, security(("bearer" = [])),
    responses((status = 200, body = Done), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn set_password(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    address: ClientAddress,
    Json(request): Json<ChangePassword>,
) -> Result<Json<Done>> {
    check_password(&request.new_password).map_err(|error| {
        shared::Error::Invalid(vec![FieldError::new("new_password", error.rule)])
    })?;
    let row = store::get(&state.base.pool, caller.account_id).await?;
    let attempt = sign_in::attempt(&state, &row.email, address).await?;
    let present = store::password_hash(&state.base.pool, caller.account_id).await?;
    let wrong = || shared::Error::Refused("Current password is incorrect".to_owned());
    if !state.passwords.verify(request.current_password, Some(present.clone())).await? {
        return Err(wrong().into());
    }
    attempt.was_right().await;
    let hash = state.passwords.hash(request.new_password).await?;
    let mut transaction = state.base.pool.begin().await?;
    // A reset by mail may have come between: then what was proved is not the password any more.
    if !store::is_password(&mut transaction, caller.account_id, &present).await? {
        return Err(wrong().into());
    }
    let keep = Some(caller.session_id);
    store::set_password(&mut transaction, caller.account_id, &hash, keep, state.base.clock.now())
        .await?;
    email_token::record(&mut transaction, &state, caller.account_id, "password").await?;
    transaction.commit().await?;
    state.base.rights.tell(RightsOf::Account(caller.account_id)).await;
    Ok(Json(Done::saying("Password changed")))
}
