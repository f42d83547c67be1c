//! One HTTP call of a provider.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{self, HeaderValue};
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::config::{Config, ProviderKind};
use super::openai::Dialect;
use super::request::{Prompt, Reply};
use super::retry::{Fault, retry_delay};
use super::{Usage, gemini, lenient, openai, refusal};
use crate::google::Token;

pub(super) const GEMINI: &str = "https://generativelanguage.googleapis.com/v1beta";
pub(super) const OPENAI: &str = "https://api.openai.com/v1";

/// How often a request is written anew for a server that does not know one of its parameters: once for
/// each that may be left out or be called otherwise.
const DIALECTS: usize = 3;
/// Room to think for a model that was not known to think and was cut off before it said anything.
const ROOM_TO_THINK: u32 = 2_048;

pub(super) enum Provider {
    Offline { latency: Duration },
    Gemini(Endpoint),
    OpenAi(Endpoint, Mutex<Dialect>),
}

pub(super) struct Endpoint {
    url: Url,
    key: Credential,
    model: String,
    thinking_tokens: Option<u32>,
    /// The most that the model may write in one answer, where that is known.
    most_output_tokens: Option<u32>,
}

pub(super) enum Credential {
    Absent,
    Header(&'static str, HeaderValue),
    Token(Token),
}

/// Reads the body of a success; `None` where it is no answer.
type Read = fn(Value) -> Option<Reply>;

/// Why a call gave no reply, with what a refusal's body says.
type Refusal = (Fault, String);

impl Provider {
    /// # Panics
    /// When Vertex AI is wanted and there is no `token`.
    pub(super) fn new(config: &Config, token: Option<Token>) -> Self {
        let key = config.key.as_ref();
        let method = format!("models/{}:generateContent", config.model);
        match config.provider {
            ProviderKind::Offline => Self::Offline { latency: config.offline_latency },
            ProviderKind::Gemini => {
                let key = Credential::header("x-goog-api-key", "", key);
                Self::Gemini(Endpoint::new(config, GEMINI, &method, key))
            }
            ProviderKind::Vertex => {
                let key =
                    Credential::Token(token.expect("Vertex AI is called with ModelParts::token"));
                Self::Gemini(Endpoint::new(config, GEMINI, &method, key))
            }
            ProviderKind::OpenAi => {
                let key = Credential::header("authorization", "Bearer ", key);
                let endpoint = Endpoint::new(config, OPENAI, "chat/completions", key);
                let is_original = endpoint.url.host_str() == Some("api.openai.com");
                let dialect = Dialect::of(&config.model, is_original, config.parameters);
                Self::OpenAi(endpoint, Mutex::new(dialect))
            }
        }
    }

    fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Self::Offline { .. } => None,
            Self::Gemini(endpoint) | Self::OpenAi(endpoint, _) => Some(endpoint),
        }
    }

    /// The most tokens that the answer to this prompt can be billed for.
    pub(super) fn max_output_tokens(&self, prompt: &Prompt) -> u64 {
        let thinking = self.endpoint().and_then(|endpoint| endpoint.thinking(prompt));
        u64::from(prompt.max_output_tokens) + u64::from(thinking.unwrap_or(0))
    }

    /// No more room than the model has beside its thinking: some refuse a request for more.
    pub(super) fn keep_within(&self, prompt: &mut Prompt) {
        let Some(endpoint) = self.endpoint() else { return };
        let thinking = endpoint.thinking(prompt).unwrap_or(0);
        let most = endpoint.most_output_tokens.map(|most| most.saturating_sub(thinking).max(1));
        prompt.max_output_tokens = prompt.max_output_tokens.min(most.unwrap_or(u32::MAX));
    }

    /// Twice the room for an answer that was cut off, and room to think where that took all of it; never
    /// more than the model can write. Where it can write no more, it is to think less.
    pub(super) fn give_room(&self, prompt: &mut Prompt, aloud: &str) {
        let Some(endpoint) = self.endpoint() else { return };
        let is_silent = aloud.trim().is_empty();
        let thinking = endpoint.thinking(prompt).unwrap_or(0);
        let wanted = prompt.max_output_tokens.saturating_add(thinking);
        prompt.thinks_less =
            is_silent && endpoint.most_output_tokens.is_some_and(|most| wanted >= most);
        let more = if is_silent { thinking.max(ROOM_TO_THINK) } else { 0 };
        prompt.max_output_tokens = prompt.max_output_tokens.saturating_mul(2).saturating_add(more);
        self.keep_within(prompt);
    }

    /// Asks once and waits for the whole answer, without any time limit of its own. What the provider
    /// counts is held to what the request can have used at most.
    pub(super) async fn ask(
        &self,
        http: &reqwest::Client,
        prompt: &Prompt,
        now: DateTime<Utc>,
    ) -> Result<Reply, Fault> {
        let mut reply = match self {
            Self::Offline { .. } => return Err(Fault::Unreached),
            Self::Gemini(endpoint) => {
                let body = gemini::body(prompt, endpoint.thinking(prompt));
                endpoint.send(http, &body, gemini::reply, now).await.map_err(|(fault, _)| fault)?
            }
            Self::OpenAi(endpoint, dialect) => {
                asked_in_its_words(endpoint, dialect, http, prompt, now).await?
            }
        };
        let most = Usage {
            input_tokens: prompt.max_input_tokens(),
            output_tokens: self.max_output_tokens(prompt),
        };
        reply.usage = reply.usage.map(|usage| usage.at_most(most));
        Ok(reply)
    }
}

/// Asks as this server's model is asked. A refusal that names one of the parameters is answered by the
/// other form of it, and the form that worked is remembered; refusals are free.
async fn asked_in_its_words(
    endpoint: &Endpoint,
    remembered: &Mutex<Dialect>,
    http: &reqwest::Client,
    prompt: &Prompt,
    now: DateTime<Utc>,
) -> Result<Reply, Fault> {
    let mut dialect = *remembered.lock().unwrap_or_else(PoisonError::into_inner);
    let mut tries = 0;
    loop {
        let body = openai::body(&endpoint.model, prompt, dialect, endpoint.thinking(prompt));
        let (fault, said) = match endpoint.send(http, &body, openai::reply, now).await {
            Ok(reply) => {
                *remembered.lock().unwrap_or_else(PoisonError::into_inner) = dialect;
                return Ok(reply);
            }
            Err(refusal) => refusal,
        };
        let is_wrong = matches!(fault, Fault::Status { status: 400 | 422, .. });
        match dialect.other(&said).filter(|_| is_wrong && tries < DIALECTS) {
            Some(other) => dialect = other,
            None => return Err(fault),
        }
        tries += 1;
    }
}

impl Endpoint {
    fn new(config: &Config, usual: &str, method: &str, key: Credential) -> Self {
        Self {
            url: join(config.base_url.as_ref(), usual, method),
            key,
            model: config.model.clone(),
            thinking_tokens: config.thinking_tokens,
            most_output_tokens: config.most_output_tokens,
        }
    }

    /// How many tokens it may think, where that is said at all.
    fn thinking(&self, prompt: &Prompt) -> Option<u32> {
        self.thinking_tokens.map(|most| if prompt.thinks_less { most / 4 } else { most })
    }

    async fn send(
        &self,
        http: &reqwest::Client,
        body: &Value,
        read: Read,
        now: DateTime<Utc>,
    ) -> Result<Reply, Refusal> {
        let body = post(&self.key, http, &self.url, body, now).await?;
        read(body).ok_or_else(|| Fault::Broken.into_refusal())
    }
}

pub(super) async fn post(
    key: &Credential,
    http: &reqwest::Client,
    url: &Url,
    body: &Value,
    now: DateTime<Utc>,
) -> Result<Value, (Fault, String)> {
    let request = key.on(http.post(url.clone())).await.map_err(Fault::into_refusal)?;
    let sent = request.json(body).send().await;
    let response = sent.map_err(|error| fault_of(&error).into_refusal())?;
    if !response.status().is_success() {
        return Err(refusal::of(response, now).await);
    }
    let asked = refusal::asked_pause(&response, now);
    let body = response.bytes().await.map_err(|error| fault_of(&error).into_refusal())?;
    let read: Value = lenient::parse(&body).ok_or_else(|| Fault::Broken.into_refusal())?;
    match refusal::within(&read) {
        None => Ok(read),
        Some(Fault::Status { status, .. }) => {
            let retry_after = asked.or_else(|| retry_delay(&body));
            let said = String::from_utf8_lossy(&body).into_owned();
            Err((Fault::Status { status, retry_after }, said))
        }
        Some(fault) => Err(fault.into_refusal()),
    }
}

impl Credential {
    /// A key that no header can hold counts as none: the provider says so with 401.
    pub(super) fn header(name: &'static str, scheme: &str, key: Option<&SecretString>) -> Self {
        let value = key.and_then(|key| header_value(scheme, key));
        value.map_or(Self::Absent, |value| Self::Header(name, value))
    }

    pub(super) async fn on(&self, request: RequestBuilder) -> Result<RequestBuilder, Fault> {
        match self {
            Self::Absent => Ok(request),
            Self::Header(name, value) => Ok(request.header(*name, value.clone())),
            Self::Token(token) => {
                let token = token().await.map_err(|error| {
                    tracing::warn!(%error, "no token for the model's provider");
                    Fault::Unreached
                })?;
                let value = header_value("Bearer ", &token).ok_or(Fault::Unreached)?;
                Ok(request.header(header::AUTHORIZATION, value))
            }
        }
    }
}

fn header_value(scheme: &str, key: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{scheme}{}", key.expose_secret())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The address of a method: the last part is appended, never resolved, for a model's name has `:`.
pub(super) fn join(base: Option<&Url>, usual: &str, method: &str) -> Url {
    let mut url =
        base.cloned().unwrap_or_else(|| usual.parse().expect("the usual address is a URL"));
    let path = format!("{}/{method}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

pub(super) fn fault_of(error: &reqwest::Error) -> Fault {
    if error.is_connect() || error.is_builder() {
        return Fault::Unreached;
    }
    if error.is_timeout() { Fault::TimedOut } else { Fault::Broken }
}
