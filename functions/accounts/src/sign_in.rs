//! Registering, signing in, staying signed in, signing out.

use anyhow::anyhow;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Problem};
use platform::limit::{ClientAddress, Poll, SignInAttempt};
use platform::rights::RightsOf;
use platform::{Caller, Error, Result, Within, audit, model, secret};
use serde::{Deserialize, Serialize};
use shared::Checks;
use shared::account::{EmailAddress, check_password, parse_full_name};
use shared::id::{AccountId, SessionId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::password::Likeness;
use crate::store::{self, AccountRow, NewAccount, Rotation};
use crate::{AppState, email};

/// A sign-in lives this long after its last refresh.
const SESSION: Duration = Duration::days(30);
/// And no longer than this, however often it is refreshed: a token that was copied unseen, from a backup or
/// a laptop that was sold, ends with it. A quarter is three times the idle time, so that nobody who works
/// with Sight is asked more often than four times a year.
const SESSION_AT_MOST: Duration = Duration::days(90);
const BAD_TOKEN: shared::Error = shared::Error::Unauthenticated("Could not validate credentials");
const WRONG: shared::Error = shared::Error::Unauthenticated("Incorrect email or password");

/// What a new account needs.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Register {
    email: String,
    /// 8 to 256 characters with a letter and a digit of any script.
    password: String,
    full_name: String,
    /// At most 255 characters.
    company: Option<String>,
    /// At most 255 characters.
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
        let mut checks = Checks::default();
        let email = checks.keep(EmailAddress::parse(&self.email));
        let full_name = checks.keep(parse_full_name(&self.full_name));
        checks.keep(check_password(&self.password));
        let (role, company) = (self.role, self.company);
        checks.length("role", role.as_deref(), 0..=255);
        checks.length("company", company.as_deref(), 0..=255);
        checks.done()?;
        let (Some(email), Some(full_name)) = (email, full_name) else {
            return Err(anyhow!("a field is neither kept nor refused").into());
        };
        Ok((NewAccount { id, email, full_name, role, company, now }, self.password))
    }
}

/// Creates an account, signs it in, and sends an e-mail that verifies its address, at most 5 an hour to one
/// address.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = Register,
    responses((status = 201, body = SignedIn), (status = 400, body = Problem),
        (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn register(
    State(state): State<AppState>,
    address: ClientAddress,
    Json(request): Json<Register>,
) -> Result<(StatusCode, Json<SignedIn>)> {
    state.base.limiter.register(&request.email, address).await?;
    let (account, password) = request.parse(state.base.ids.next(), state.base.clock.now())?;
    let hash = state.passwords.hash(password).await?;
    let mut transaction = state.base.pool.begin().await?;
    let row = store::insert(&mut transaction, &account, &hash).await?;
    let pseudonym = state.base.authenticator.pseudonym(&account.email)?;
    model::resume(&mut transaction, row.id, &pseudonym, account.now).await?;
    let signed_in = open_session(&state, &mut transaction, row).await?;
    transaction.commit().await?;
    // The account is there either way, and its e-mail can be asked for again.
    if let Err(error) = greet(&state, &account).await {
        tracing::warn!(%error, "the e-mail to a new account was not ordered");
    }
    Ok((StatusCode::CREATED, Json(signed_in)))
}

/// Orders the e-mail to a new account, unless its address has had as many as one gets: registering and
/// leaving is no way to flood a mailbox. Nobody is told, because it would tell what others do.
async fn greet(state: &AppState, account: &NewAccount) -> Result<()> {
    if !state.base.limiter.email_unasked(account.email.as_str()).await {
        return Ok(());
    }
    let email_request: Uuid = state.base.ids.next();
    let mut connection = state.base.pool.acquire().await?;
    store::want_address(&mut connection, account.id, email_request, state.base.clock.now()).await?;
    drop(connection);
    email::request(state, email_request).await
}

/// Signs in.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = Login,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn login(
    State(state): State<AppState>,
    address: ClientAddress,
    Json(request): Json<Login>,
) -> Result<Json<SignedIn>> {
    let email = EmailAddress::parse(&request.email).ok();
    let attempt = attempt(&state, &request.email, address).await?;
    let row = match &email {
        Some(email) => store::find_by_email(&state.base.pool, email).await?,
        None => None,
    };
    let (row, hash) = row.map_or((None, None), |(row, hash)| (Some(row), Some(hash)));
    let likeness = state.passwords.compare(request.password.clone(), hash.clone()).await?;
    let (row, hash) = row.zip(hash).filter(|_| likeness != Likeness::Wrong).ok_or(WRONG)?;
    attempt.was_right().await;
    if !row.is_active {
        return Err(shared::Error::Forbidden("Account is disabled").into());
    }
    let anew = match likeness {
        Likeness::RightAsTyped => Some(state.passwords.hash(request.password).await?),
        Likeness::Right | Likeness::Wrong => None,
    };
    let mut transaction = state.base.pool.begin().await?;
    let now = state.base.clock.now();
    if !store::touch(&mut transaction, row.id, &hash, anew.as_deref(), now).await? {
        return Err(WRONG.into());
    }
    let signed_in = open_session(&state, &mut transaction, row).await?;
    transaction.commit().await?;
    Ok(Json(signed_in))
}

/// Counts an attempt to prove a password from this address.
pub(crate) async fn attempt(
    state: &AppState,
    email: &str,
    address: ClientAddress,
) -> Result<SignInAttempt> {
    let is_known = async {
        match EmailAddress::parse(email) {
            Ok(email) => store::has_come_from(&state.base.pool, &email, address).await,
            Err(_) => Ok(false),
        }
    };
    state.base.limiter.sign_in(email, address, is_known).await
}

/// Exchanges a refresh token for the next pair. Any other token that we have ever issued for the sign-in
/// ends it: one of its two users has stolen it.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", request_body = Refresh,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    address: ClientAddress,
    Json(request): Json<Refresh>,
) -> Result<Json<SignedIn>> {
    state.base.limiter.refresh(address).await?;
    let used = secret::sha256(request.refresh_token.as_bytes());
    let sealed = state.base.authenticator.issued_for(&request.refresh_token);
    let session = match sealed {
        Some(session) => session,
        None => store::session_of(&state.base.pool, &used).await?.ok_or(BAD_TOKEN)?,
    };
    let token = state.base.authenticator.refresh_token(session)?;
    let (now, next) = (state.base.clock.now(), secret::sha256(token.as_bytes()));
    let rotation = Rotation { session, used: &used, is_sealed: sealed.is_some(), next: &next };
    let life = (now + SESSION, now - SESSION_AT_MOST);
    let Some(account) = store::rotate(&state.base.pool, &rotation, now, life).await? else {
        if store::end_reused(&state.base.pool, session, &used, now).await? {
            let note = "a refresh token came again that had been used: its sign-in is over";
            tracing::warn!(session.id = %session, note);
            state.base.rights.tell(RightsOf::Session(session)).await;
        }
        return Err(BAD_TOKEN.into());
    };
    let row = store::find(&state.base.pool, account).await?;
    let row = row.ok_or(store::GONE)?;
    Ok(Json(tokens(&state, row, session, token)?))
}

/// Ends this sign-in: its tokens stop working at once. Without one there is nothing to end.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", security(("bearer" = [])),
    responses((status = 200, body = Message),
        (status = 429, body = Problem)))]
pub(crate) async fn logout(
    State(state): State<AppState>,
    caller: Result<Caller, Error>,
) -> Result<Json<Message>> {
    match caller {
        Ok(caller) => {
            state.base.limiter.pass::<Poll>(&caller).await?;
            store::end(&state.base.pool, caller.session_id, state.base.clock.now()).await?;
            state.base.rights.tell(RightsOf::Session(caller.session_id)).await;
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
    State(state): State<AppState>,
    _: Within<Poll>,
    caller: Caller,
) -> Result<Json<UserView>> {
    let row = store::find(&state.base.pool, caller.account_id).await?;
    let row = row.ok_or(store::GONE)?;
    Ok(Json(row.into()))
}

async fn open_session(
    state: &AppState,
    connection: &mut sqlx::PgConnection,
    row: AccountRow,
) -> Result<SignedIn> {
    let id: SessionId = state.base.ids.next();
    let token = state.base.authenticator.refresh_token(id)?;
    let now = state.base.clock.now();
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
    audit::record(connection, &state.base.ids, now, &entry).await?;
    tokens(state, row, id, token)
}

fn tokens(
    state: &AppState,
    row: AccountRow,
    session: SessionId,
    refresh_token: String,
) -> Result<SignedIn> {
    Ok(SignedIn {
        access_token: state.base.authenticator.sign(row.id, session, &row.email)?,
        token_type: "bearer",
        expires_in: state.base.authenticator.lifetime().num_seconds(),
        refresh_token,
        user: row.into(),
    })
}
