//! E-mail tokens: that somebody who has forgotten their password, or has just registered, reads the
//! mail of their address.

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use chrono::Duration;
use platform::http::{Json, Problem};
use platform::limit::{Change, ClientAddress};
use platform::rights::RightsOf;
use platform::{Caller, Error, Result, Within, audit, secret};
use serde::Deserialize;
use serde_json::json;
use shared::account::{EmailAddress, check_password};
use shared::id::AccountId;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::profile::Done;
use crate::{AppState, email, sign_in, store};

const NOT_YOURS: &str = "Sign in with the account of this address to confirm it, or send its password. If \
    somebody else made the account, ask for a new password: that makes it yours";

shared::words! {
    /// What an e-mail proves.
    pub(crate) enum Purpose {
        /// A new password may be set.
        Password = "password",
        /// The address belongs to the person.
        Address = "address",
    }
}

impl Purpose {
    /// How long its e-mail is good for. What opens an account is good for as long as somebody sits
    /// before their mail.
    pub(crate) fn life(self) -> Duration {
        match self {
            Self::Password => Duration::hours(1),
            Self::Address => Duration::days(7),
        }
    }
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Forgot {
    email: String,
}

/// The token of the e-mail, and the new password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Reset {
    token: String,
    /// 8 to 256 characters with a letter and a digit of any script.
    password: String,
}

/// The token of the e-mail.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Verify {
    token: String,
    /// The account's, for whoever is not signed in with it.
    password: Option<String>,
}

/// Sends an e-mail with which a new password can be set, within an hour and once. The answer is the
/// same, and takes as long, whether or not the address has an account.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", tag = "auth", request_body = Forgot,
    responses((status = 202, body = Done), (status = 429, body = Problem)))]
pub(crate) async fn forgot(
    State(state): State<AppState>,
    address: ClientAddress,
    Json(request): Json<Forgot>,
) -> Result<(StatusCode, Json<Done>)> {
    state.base.limiter.email(&request.email, address).await?;
    let id: Uuid = state.base.ids.next();
    if let Ok(email) = EmailAddress::parse(&request.email) {
        let now = state.base.clock.now();
        store::want_password(&state.base.pool, &email, id, now).await?;
    }
    // Also for nobody: the worker finds nothing to write.
    email::request(&state, id).await?;
    let message = "If this address has an account, an e-mail is on its way";
    Ok((StatusCode::ACCEPTED, Json(Done::saying(message))))
}

/// Sets a new password with the token of an e-mail, and ends every sign-in. Whoever has the e-mail also
/// reads the address's mail, so the address is verified.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", tag = "auth", request_body = Reset,
    responses((status = 200, body = Done), (status = 400, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn reset(
    State(state): State<AppState>,
    address: ClientAddress,
    Json(request): Json<Reset>,
) -> Result<Json<Done>> {
    state.base.limiter.email_token(address).await?;
    check_password(&request.password).map_err(|error| shared::Error::Invalid(vec![error]))?;
    let token = secret::sha256(request.token.as_bytes());
    let now = state.base.clock.now();
    // Before the work of a hash; who is first is decided below.
    let owner = store::owner_of_token(&state.base.pool, &token, Purpose::Password, now).await?;
    let owner = owner.ok_or_else(useless)?;
    let hash = state.passwords.hash(request.password).await?;
    let mut transaction = state.base.pool.begin().await?;
    // First, as whoever leaves does: neither waits for the other for ever.
    store::lock(&mut transaction, owner.id).await?;
    let account = store::use_token(&mut transaction, &token, Purpose::Password, now).await?;
    let account = account.ok_or_else(useless)?;
    store::set_password(&mut transaction, account, &hash, None, now).await?;
    store::set_verified(&mut transaction, account).await?;
    record(&mut transaction, &state, account, "password_reset").await?;
    transaction.commit().await?;
    state.base.rights.tell(RightsOf::Account(account)).await;
    Ok(Json(Done::saying("Password changed. Sign in with it")))
}

/// Verifies the address of an account with the token of an e-mail, for whoever is signed in with that account
/// or names its password: the e-mail alone proves that somebody reads the mailbox, and not that the account is
/// theirs. Somebody else may have registered it. A refusal leaves the token as it is.
#[utoipa::path(post, path = "/api/v1/auth/verify", tag = "auth", request_body = Verify,
    security((), ("bearer" = [])),
    responses((status = 200, body = Done), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn verify(
    State(state): State<AppState>,
    address: ClientAddress,
    caller: Result<Caller, Error>,
    headers: HeaderMap,
    Json(request): Json<Verify>,
) -> Result<Json<Done>> {
    state.base.limiter.email_token(address).await?;
    let token = secret::sha256(request.token.as_bytes());
    let now = state.base.clock.now();
    let owner = store::owner_of_token(&state.base.pool, &token, Purpose::Address, now).await?;
    let owner = owner.ok_or_else(useless)?;
    let password = match (caller, request.password) {
        (Ok(caller), _) if caller.account_id == owner.id => None,
        (Err(failure), _) if !matches!(failure, Error::Domain(_)) => return Err(failure),
        (_, Some(password)) => Some(password),
        // Who thinks to be signed in signs in again first.
        (Err(error), None) if headers.contains_key(AUTHORIZATION) => return Err(error),
        (_, None) => return Err(shared::Error::Forbidden(NOT_YOURS).into()),
    };
    if let Some(password) = password {
        prove(&state, &owner, password, address).await?;
    }
    let mut transaction = state.base.pool.begin().await?;
    // First, as whoever leaves does: neither waits for the other for ever.
    store::lock(&mut transaction, owner.id).await?;
    let account = store::use_token(&mut transaction, &token, Purpose::Address, now).await?;
    let account = account.ok_or_else(useless)?;
    store::set_verified(&mut transaction, account).await?;
    record(&mut transaction, &state, account, "verified").await?;
    transaction.commit().await?;
    Ok(Json(Done::saying("E-mail address verified")))
}

/// That this is the account's password. A wrong one counts as at a sign-in.
async fn prove(
    state: &AppState,
    owner: &store::Owner,
    password: String,
    address: ClientAddress,
) -> Result<()> {
    let attempt = sign_in::attempt(state, &owner.email, address).await?;
    if !state.passwords.verify(password, Some(owner.password_hash.clone())).await? {
        return Err(shared::Error::Forbidden(NOT_YOURS).into());
    }
    attempt.was_right().await;
    Ok(())
}

/// Sends the e-mail that verifies the caller's address once more.
#[utoipa::path(post, path = "/api/v1/auth/verify/send", tag = "auth", security(("bearer" = [])),
    responses((status = 202, body = Done), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn send(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    address: ClientAddress,
) -> Result<(StatusCode, Json<Done>)> {
    let row = store::get(&state.base.pool, caller.account_id).await?;
    let mut message = "E-mail address verified";
    if !row.is_verified {
        state.base.limiter.email(&row.email, address).await?;
        let id: Uuid = state.base.ids.next();
        let mut connection = state.base.pool.acquire().await?;
        store::want_address(&mut connection, row.id, id, state.base.clock.now()).await?;
        drop(connection);
        email::request(&state, id).await?;
        message = "A letter is on its way";
    }
    Ok((StatusCode::ACCEPTED, Json(Done::saying(message))))
}

/// A line about an account, in the change's own transaction.
pub(crate) async fn record(
    connection: &mut PgConnection,
    state: &AppState,
    account: AccountId,
    what: &'static str,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: account,
        project_id: None,
        subject_kind: "account",
        subject_id: account.0,
        action: "account",
        details: Some(json!({ "what": what })),
    };
    audit::record(connection, &state.base.ids, state.base.clock.now(), &entry).await
}

fn useless() -> shared::Error {
    shared::Error::Refused("This link has been used, replaced or is too old".to_owned())
}
