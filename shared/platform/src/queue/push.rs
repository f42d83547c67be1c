//! Pub/Sub's push: who may send it, what is in it, and what to answer.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::google;
use crate::{Clock, Env, Error, Result, trace};

const GOOGLE_ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
const LOCAL_ISSUER: &str = "sight-local-bus";
const TOKEN_SECONDS: i64 = 300;

/// Checks that a push or a scheduled call comes from our own Pub/Sub subscription or Scheduler job:
/// signature, algorithm, issuer, audience, service account and time.
#[derive(Clone)]
pub struct Verifier {
    audience: String,
    account: String,
    clock: Clock,
    keys: Arc<Keys>,
}

enum Keys {
    Google(google::Keys),
    Local { signing: EncodingKey, checking: DecodingKey },
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    email: String,
    email_verified: bool,
    exp: i64,
}

impl Verifier {
    /// Google's tokens: `PUSH_AUDIENCE`, `PUSH_SERVICE_ACCOUNT`.
    pub fn from_env(env: &Env, clock: Clock) -> Option<Self> {
        let audience = env.required("PUSH_AUDIENCE");
        let account = env.required("PUSH_SERVICE_ACCOUNT");
        Some(Self::google(google::CERTS, audience?, account?, clock))
    }

    /// Tokens signed with the keys that are published at `certs`.
    pub(super) fn google(certs: &str, audience: String, account: String, clock: Clock) -> Self {
        let keys = Arc::new(Keys::Google(google::Keys::new(certs)));
        Self { audience, account, clock, keys }
    }

    /// Tokens of a bus in this process, signed with a key that nobody else has.
    pub fn local(secret: &[u8], clock: Clock) -> Self {
        let keys = Keys::Local {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
        };
        let account = "bus@sight.local".to_owned();
        Self { audience: "sight-push".to_owned(), account, clock, keys: Arc::new(keys) }
    }

    /// A token that a local verifier accepts.
    ///
    /// # Errors
    /// When this verifier trusts Google's keys only.
    pub fn sign(&self) -> anyhow::Result<String> {
        let Keys::Local { signing, .. } = &*self.keys else {
            anyhow::bail!("only a local bus signs its own tokens")
        };
        let claims = Claims {
            iss: LOCAL_ISSUER.to_owned(),
            aud: self.audience.clone(),
            email: self.account.clone(),
            email_verified: true,
            exp: self.clock.now().timestamp() + TOKEN_SECONDS,
        };
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, signing)?)
    }

    async fn verify(&self, token: &str) -> anyhow::Result<()> {
        let (key, algorithm, issuers) = match &*self.keys {
            Keys::Local { checking, .. } => {
                (checking.clone(), Algorithm::HS256, [LOCAL_ISSUER].as_slice())
            }
            Keys::Google(keys) => {
                let id = jsonwebtoken::decode_header(token)?.kid.context("token without key id")?;
                (keys.get(&id).await?, Algorithm::RS256, &GOOGLE_ISSUERS[..])
            }
        };
        let mut rules = Validation::new(algorithm);
        rules.set_issuer(issuers);
        rules.set_audience(&[&self.audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules)?.claims;
        anyhow::ensure!(claims.exp > self.clock.now().timestamp(), "token has expired");
        anyhow::ensure!(claims.email_verified, "address is not verified");
        anyhow::ensure!(claims.email == self.account, "another service account");
        Ok(())
    }

    /// Checks a request's bearer token.
    ///
    /// # Errors
    /// 401, whatever is wrong with it.
    pub async fn check(&self, headers: &HeaderMap) -> Result<()> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        self.verify(token).await.map_err(|error| {
            tracing::warn!(%error, "push refused");
            shared::Error::Unauthenticated("Could not validate credentials").into()
        })
    }
}

#[derive(Deserialize)]
struct Envelope {
    message: EnvelopeMessage,
}

#[derive(Deserialize)]
struct EnvelopeMessage {
    #[serde(default)]
    data: String,
    #[serde(default)]
    attributes: Option<Attributes>,
}

#[derive(Deserialize)]
struct Attributes {
    traceparent: Option<String>,
}

/// The payload of a push whose sender has been checked.
pub struct Pushed<T>(pub T);

impl<T, S> FromRequest<S> for Pushed<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let verifier = Verifier::from_ref(state);
        verifier.check(request.headers()).await.map_err(IntoResponse::into_response)?;
        let body =
            Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        // Not acknowledged: after its attempts it lands in the dead-letter topic, whose alert calls us.
        decode(&body)
            .map(Self)
            .map_err(|error| Error::Queue(error.context("poison message")).into_response())
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> anyhow::Result<T> {
    let envelope: Envelope = serde_json::from_slice(body).context("not a push envelope")?;
    if let Some(traceparent) = envelope.message.attributes.and_then(|all| all.traceparent) {
        trace::go_on(&traceparent);
    }
    let data = STANDARD.decode(envelope.message.data).context("data is not base64")?;
    serde_json::from_slice(&data).context("not the payload of this topic")
}

/// Why work is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutOff {
    /// The least wait that the provider asked for, if it asked for one.
    pub retry_after: Option<Duration>,
    /// False when it is our own rate that has to be waited for: that is no outage, however long.
    pub is_outage: bool,
}

impl PutOff {
    /// The longer of two.
    #[must_use]
    pub fn or_longer(self, other: Self) -> Self {
        let retry_after = self.retry_after.max(other.retry_after);
        Self { retry_after, is_outage: self.is_outage || other.is_outage }
    }
}

/// What became of a message. All of them acknowledge it; a retryable error does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The work was done before, or another worker is doing it.
    Duplicate,
    /// Part of its work is done, in the time that a delivery has: another message goes on with it.
    Unfinished,
    /// What it needs is away or at its limit, which may pass: its shard is put off, and a message goes
    /// on with it when that time has come.
    PutOff(PutOff),
    /// It can never be done; the row says why.
    Rejected(String),
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        if let Self::Rejected(why) = &self {
            tracing::warn!(why, "message rejected");
        }
        StatusCode::NO_CONTENT.into_response()
    }
}

#[cfg(test)]
mod tests;
