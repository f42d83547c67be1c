//! Who is calling: bearer tokens that end when the sign-in ends.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use shared::account::{EmailAddress, Plan};
use shared::id::{AccountId, SessionId};
use sqlx::PgConnection;

use crate::postgres::SidePool;
use crate::{Base, Clock, Env, Error, Result, secret};

const ISSUER: &str = "sight";
const AUDIENCE: &str = "sight-api";
/// What the seal of a refresh token begins with. No access token can be taken for one: what is signed of
/// those has no zero byte.
const REFRESH: &str = "refresh\0";
/// What the pseudonym of an address begins with, for the same reason.
const ADDRESS: &str = "address\0";
/// The caller's account is not there any more.
pub const GONE: shared::Error = shared::Error::Unauthenticated("User not found");
const BAD_TOKEN: shared::Error = shared::Error::Unauthenticated("Could not validate credentials");

/// Signs and checks access tokens, and looks up who they belong to.
#[derive(Clone)]
pub struct Authenticator {
    side: SidePool,
    clock: Clock,
    signing: EncodingKey,
    checking: DecodingKey,
    lifetime: Duration,
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Caller {
    pub account_id: AccountId,
    pub session_id: SessionId,
    /// When they last proved who they are. Exchanging tokens proves nothing new.
    pub signed_in_at: DateTime<Utc>,
    /// What they pay for: it sets their limits.
    pub plan: Plan,
    pub is_system_admin: bool,
}

impl Caller {
    /// For what a stolen token must not do.
    ///
    /// # Errors
    /// 401 when they signed in longer ago than this.
    pub fn signed_in_within(&self, time: Duration, now: DateTime<Utc>) -> Result<()> {
        if self.signed_in_at + time < now {
            return Err(shared::Error::Unauthenticated("Sign in again to do this").into());
        }
        Ok(())
    }

    /// For what administers the whole system.
    ///
    /// # Errors
    /// 403 for everybody but system admins.
    pub fn as_system_admin(self) -> Result<SystemAdmin> {
        if !self.is_system_admin {
            return Err(shared::Error::Forbidden("Admin access required").into());
        }
        Ok(SystemAdmin(self.account_id))
    }
}

/// Proof that this account may administer the whole system. It cannot be made without the check.
#[derive(Debug, Clone, Copy)]
pub struct SystemAdmin(AccountId);

impl SystemAdmin {
    /// The person.
    pub fn account_id(self) -> AccountId {
        self.0
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: AccountId,
    sid: SessionId,
    email: String,
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl Authenticator {
    /// `SECRET_KEY` signs (at least 32 bytes), `ACCESS_TOKEN_MINUTES` says how long a token lives
    /// (default 30).
    pub fn from_env(env: &Env, side: SidePool, clock: Clock) -> Option<Self> {
        let secret = env.secret("SECRET_KEY");
        let minutes = env.or("ACCESS_TOKEN_MINUTES", 30_i64);
        if secret.as_ref().is_some_and(|secret| secret.expose_secret().len() < 32) {
            env.problem("SECRET_KEY must have at least 32 bytes".to_owned());
        }
        Some(Self::new(side, clock, &secret?, Duration::minutes(minutes)))
    }

    /// With these parts.
    pub fn new(side: SidePool, clock: Clock, secret: &SecretString, lifetime: Duration) -> Self {
        let secret = secret.expose_secret().as_bytes();
        let signing = EncodingKey::from_secret(secret);
        let checking = DecodingKey::from_secret(secret);
        Self { side, clock, signing, checking, lifetime }
    }

    /// How long a token lives.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A token for this sign-in.
    pub fn sign(&self, account: AccountId, session: SessionId, email: &str) -> Result<String> {
        let now = self.clock.now();
        let claims = Claims {
            sub: account,
            sid: session,
            email: email.to_owned(),
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: now.timestamp(),
            exp: (now + self.lifetime).timestamp(),
        };
        let header = Header::new(Algorithm::HS256);
        jsonwebtoken::encode(&header, &claims, &self.signing)
            .map_err(|error| Error::Internal(error.into()))
    }

    /// A new refresh token of this sign-in: its id, 256 random bits, and our seal over both. The seal opens
    /// nothing, the random bits do; it shows that the token was issued, so that an old one ends its sign-in,
    /// and one that somebody made up round an id they have seen does not.
    pub fn refresh_token(&self, session: SessionId) -> Result<String> {
        let body = format!("{session}.{}", secret::random_token());
        let sealed = format!("{REFRESH}{body}");
        let seal = jsonwebtoken::crypto::sign(sealed.as_bytes(), &self.signing, Algorithm::HS256);
        let seal = seal.map_err(|error| Error::Internal(error.into()))?;
        Ok(format!("{body}.{seal}"))
    }

    /// The sign-in that a refresh token was issued for, now or before. None for what we have not issued with
    /// the present `SECRET_KEY`.
    pub fn issued_for(&self, token: &str) -> Option<SessionId> {
        let (body, seal) = token.rsplit_once('.')?;
        let (session, _) = body.split_once('.')?;
        let sealed = format!("{REFRESH}{body}");
        let is_ours =
            jsonwebtoken::crypto::verify(seal, sealed.as_bytes(), &self.checking, Algorithm::HS256);
        is_ours.is_ok_and(|is_ours| is_ours).then(|| session.parse().ok().map(SessionId))?
    }

    /// A name for this address that nobody without `SECRET_KEY` can find it by, always the same one.
    pub fn pseudonym(&self, email: &EmailAddress) -> Result<String> {
        let text = format!("{ADDRESS}{}", email.as_str());
        let mac = jsonwebtoken::crypto::sign(text.as_bytes(), &self.signing, Algorithm::HS256);
        mac.map_err(|error| Error::Internal(error.into()))
    }

    /// The person behind a token.
    ///
    /// # Errors
    /// 401 when the token or its sign-in is no longer good, 403 when the account is disabled.
    pub async fn caller(&self, token: &str) -> Result<Caller> {
        let claims = self.claims(token, self.clock.now())?;
        self.of_sign_in(claims.sub, claims.sid).await
    }

    /// The person of a sign-in that was proved a moment ago, by a ticket that they were given for it.
    pub async fn of_sign_in(&self, account: AccountId, session: SessionId) -> Result<Caller> {
        let mut connection = self.side.take().await?;
        let row = sqlx::query!(
            r#"
            select
                a.plan as "plan: Plan",
                a.is_active,
                a.is_system_admin,
                a.deleted_at is not null as "is_deleted!",
                s.created_at,
                s.ended_at is not null or s.expires_at <= $3 as "is_over!"
            from accounts a
            join sessions s on s.account_id = a.id
            where a.id = $1 and s.id = $2
            "#,
            account.0,
            session.0,
            self.clock.now(),
        )
        .fetch_optional(&mut *connection)
        .await?;
        connection.release();
        let row = row.filter(|row| !row.is_deleted);
        let row = row.ok_or(GONE)?;
        if row.is_over {
            return Err(BAD_TOKEN.into());
        }
        if !row.is_active {
            return Err(shared::Error::Forbidden("User account is disabled").into());
        }
        Ok(Caller {
            account_id: account,
            session_id: session,
            signed_in_at: row.created_at,
            plan: row.plan,
            is_system_admin: row.is_system_admin,
        })
    }

    /// Checks signature, algorithm, issuer, audience and time (by our clock).
    fn claims(&self, token: &str, now: DateTime<Utc>) -> Result<Claims> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.validate_exp = false;
        let token = jsonwebtoken::decode::<Claims>(token, &self.checking, &rules);
        let claims = token.map_err(|_| BAD_TOKEN)?.claims;
        if claims.exp <= now.timestamp() {
            return Err(BAD_TOKEN.into());
        }
        Ok(claims)
    }
}

/// Keeps an account from being deleted until the transaction ends. For what is written in somebody's name
/// after a body has arrived, in which time they may have left.
///
/// # Errors
/// 401 when it has been deleted.
pub async fn hold(connection: &mut PgConnection, account: AccountId) -> Result<()> {
    let held = sqlx::query_scalar!(
        "select id from accounts where id = $1 and deleted_at is null for share",
        account.0,
    );
    held.fetch_optional(connection).await?.ok_or(GONE)?;
    Ok(())
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Base: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
        let token = token.filter(|token| !token.is_empty());
        let token = token.ok_or(shared::Error::Unauthenticated("Not authenticated"))?;
        let caller = Base::from_ref(state).authenticator.caller(token).await?;
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

impl<S> FromRequestParts<S> for SystemAdmin
where
    S: Send + Sync,
    Base: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        Caller::from_request_parts(parts, state).await?.as_system_admin()
    }
}
