//! Registering, signing in, staying signed in, signing out.

use axum::extract::State as Of;
use axum::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Problem};
use platform::limit::{ClientAddress, Poll};
use platform::{Caller, Error, Result, Within, audit, secret};
use serde::{Deserialize, Serialize};
use shared::FieldError;
use shared::account::{Email, check_password, parse_full_name};
use shared::id::{AccountId, SessionId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::{self, AccountRow, NewAccount};
use crate::{State, letter};

/// A sign-in lives this long after its last refresh.
const SESSION: Duration = Duration::days(30);
const WRONG: shared::Error = shared::Error::Unauthenticated("Incorrect email or password");

/// What a new account needs.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Register {
    email: String,
    /// At least 8 characters with a letter and a digit, at most 72 bytes.
    password: String,
    full_name: String,
    company: Option<String>,
    role: Option<String>,
}

/// An address and its password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Login {
    email: String,
    password: String,
}

/// The token of the last sign-in or refresh.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Refresh {
    refresh_token: String,
}

/// A signed-in person and their tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    access_token: String,
    /// `bearer`.
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// Works once, and gives the next one.
    refresh_token: String,
    user: UserView,
}

/// A person as the client shows them.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserView {
    id: AccountId,
    email: String,
    full_name: String,
    role: Option<String>,
    company: Option<String>,
    avatar_url: Option<String>,
    /// `free`, `pro` or `enterprise`.
    plan: String,
    is_verified: bool,
    created_at: DateTime<Utc>,
}

/// A sentence.
#[derive(Serialize, ToSchema)]
pub(crate) struct Message {
    message: &'static str,
}

impl From<AccountRow> for UserView {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            full_name: row.full_name,
            role: row.role,
            company: row.company,
            avatar_url: row.avatar_url,
            plan: row.plan,
            is_verified: row.is_verified,
            created_at: row.created_at,
        }
    }
}

impl Register {
    fn parse(self, id: AccountId, now: DateTime<Utc>) -> Result<(NewAccount, String)> {
        let mut errors = Vec::new();
        let mut kept = |error: FieldError| errors.push(error);
        let email = Email::parse(&self.email).map_err(&mut kept);
        let full_name = parse_full_name(&self.full_name).map_err(&mut kept);
        let password = check_password(&self.password).map_err(&mut kept);
        let (Ok(email), Ok(full_name), Ok(())) = (email, full_name, password) else {
            return Err(shared::Error::Invalid(errors).into());
        };
        let (role, company) = (self.role, self.company);
        Ok((NewAccount { id, email, full_name, role, company, now }, self.password))
    }
}

/// Creates an account, signs it in, and sends a letter that verifies its address.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = Register,
    responses((status = 201, body = SignedIn), (status = 400, body = Problem),
        (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn register(
    Of(state): Of<State>,
    address: ClientAddress,
    Json(request): Json<Register>,
) -> Result<(StatusCode, Json<SignedIn>)> {
    state.limiter.register(&request.email, address).await?;
    let (account, password) = request.parse(state.ids.next(), state.clock.now())?;
    let hash = state.passwords.hash(password).await?;
    let mut transaction = state.pool.begin().await?;
    let row = store::insert(&mut transaction, &account, &hash).await?;
    let wish: Uuid = state.ids.next();
    store::want_address(&mut transaction, row.id, wish, state.clock.now()).await?;
    let signed_in = open_session(&state, &mut transaction, row).await?;
    transaction.commit().await?;
    // The account is there either way, and its letter can be asked for again.
    if let Err(error) = letter::wanted(&state, wish).await {
        tracing::warn!(%error, "the letter to a new account was not ordered");
    }
    Ok((StatusCode::CREATED, Json(signed_in)))
}

/// Signs in.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = Login,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn login(
    Of(state): Of<State>,
    address: ClientAddress,
    Json(request): Json<Login>,
) -> Result<Json<SignedIn>> {
    state.limiter.sign_in(&request.email, address).await?;
    let row = match Email::parse(&request.email) {
        Ok(email) => store::find_by_email(&state.pool, &email).await?,
        Err(_) => None,
    };
    let (row, hash) = row.map_or((None, None), |(row, hash)| (Some(row), Some(hash)));
    let is_right = state.passwords.verify(request.password, hash).await?;
    let row = row.filter(|_| is_right).ok_or(WRONG)?;
    if !row.is_active {
        return Err(shared::Error::Forbidden("Account is disabled").into());
    }
    let mut transaction = state.pool.begin().await?;
    store::touch(&mut transaction, row.id, state.clock.now()).await?;
    let signed_in = open_session(&state, &mut transaction, row).await?;
    transaction.commit().await?;
    Ok(Json(signed_in))
}

/// Exchanges a refresh token for the next pair. A token that was used before ends its sign-in: one
/// of its two users has stolen it.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", request_body = Refresh,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn refresh(
    Of(state): Of<State>,
    address: ClientAddress,
    Json(request): Json<Refresh>,
) -> Result<Json<SignedIn>> {
    state.limiter.refresh(address).await?;
    let used = secret::sha256(request.refresh_token.as_bytes());
    let token = secret::random_token();
    let now = state.clock.now();
    let next = secret::sha256(token.as_bytes());
    let Some(session) = store::rotate(&state.pool, &used, &next, now, now + SESSION).await? else {
        store::end_reused(&state.pool, &used, now).await?;
        return Err(shared::Error::Unauthenticated("Could not validate credentials").into());
    };
    let row = store::find(&state.pool, session.account_id).await?;
    let row = row.ok_or(store::GONE)?;
    Ok(Json(tokens(&state, row, session.id, token)?))
}

/// Ends this sign-in: its tokens stop working at once. Without one there is nothing to end.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", security(("bearer" = [])),
    responses((status = 200, body = Message),
        (status = 429, body = Problem)))]
pub(crate) async fn logout(
    Of(state): Of<State>,
    caller: Result<Caller, Error>,
) -> Result<Json<Message>> {
    match caller {
        Ok(caller) => {
            state.limiter.pass::<Poll>(&caller).await?;
            store::end(&state.pool, caller.session_id, state.clock.now()).await?;
        }
        Err(Error::Domain(_)) => {}
        Err(failure) => return Err(failure),
    }
    Ok(Json(Message { message: "Logged out successfully" }))
}

/// The signed-in person.
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "auth", security(("bearer" = [])),
    responses((status = 200, body = UserView), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn me(
    Of(state): Of<State>,
    _: Within<Poll>,
    caller: Caller,
) -> Result<Json<UserView>> {
    let row = store::find(&state.pool, caller.account_id).await?;
    let row = row.ok_or(store::GONE)?;
    Ok(Json(row.into()))
}

async fn open_session(
    state: &State,
    connection: &mut sqlx::PgConnection,
    row: AccountRow,
) -> Result<SignedIn> {
    let id: SessionId = state.ids.next();
    let token = secret::random_token();
    let now = state.clock.now();
    let hash = secret::sha256(token.as_bytes());
    store::open_session(connection, id, row.id, &hash, now, now + SESSION).await?;
    let entry = audit::Entry {
        account_id: row.id,
        project_id: None,
        subject_kind: "account",
        subject_id: row.id.0,
        action: "sign-in",
        details: None,
    };
    audit::record(connection, &state.ids, now, &entry).await?;
    tokens(state, row, id, token)
}

fn tokens(
    state: &State,
    row: AccountRow,
    session: SessionId,
    refresh_token: String,
) -> Result<SignedIn> {
    Ok(SignedIn {
        access_token: state.authenticator.sign(row.id, session, &row.email)?,
        token_type: "bearer",
        expires_in: state.authenticator.lifetime().num_seconds(),
        refresh_token,
        user: row.into(),
    })
}
