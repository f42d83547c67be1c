//! One HTTP call of a provider.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{self, HeaderValue};
use reqwest::{RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};

use super::config::{Config, ProviderKind};
use super::request::{Prompt, Reply};
use super::retry::{Fault, retry_after, retry_delay};
use super::{gemini, openai};
use crate::google::Token;

pub(super) const GEMINI: &str = "https://generativelanguage.googleapis.com/v1beta";
pub(super) const OPENAI: &str = "https://api.openai.com/v1";

/// Who answers, ready to be called.
pub(super) enum Provider {
    Offline { latency: Duration },
    Gemini(Endpoint),
    OpenAi(Endpoint),
}

/// Where a provider is and who we are to it.
pub(super) struct Endpoint {
    url: Url,
    key: Key,
    model: String,
    thinking_tokens: Option<u32>,
}

pub(super) enum Key {
    Absent,
    Header(&'static str, HeaderValue),
    Token(Token),
}

type Read = fn(&[u8]) -> Option<Reply>;

impl Provider {
    /// # Panics
    /// When Vertex AI is wanted and there is no `token`.
    pub(super) fn new(config: &Config, token: Option<Token>) -> Self {
        let key = config.key.as_ref();
        let method = format!("models/{}:generateContent", config.model);
        match config.provider {
            ProviderKind::Offline => Self::Offline { latency: config.offline_latency },
            ProviderKind::Gemini => {
                let key = Key::header("x-goog-api-key", "", key);
                Self::Gemini(Endpoint::new(config, GEMINI, &method, key))
            }
            ProviderKind::Vertex => {
                let key = Key::Token(token.expect("Vertex AI is called with Parts::token"));
                Self::Gemini(Endpoint::new(config, GEMINI, &method, key))
            }
            ProviderKind::OpenAi => {
                let key = Key::header("authorization", "Bearer ", key);
                Self::OpenAi(Endpoint::new(config, OPENAI, "chat/completions", key))
            }
        }
    }

    /// The most tokens that the answer to this prompt can be billed for.
    pub(super) fn max_output_tokens(&self, prompt: &Prompt) -> u64 {
        let thinking = match self {
            Self::Gemini(endpoint) | Self::OpenAi(endpoint) => endpoint.thinking_tokens,
            Self::Offline { .. } => None,
        };
        u64::from(prompt.max_output_tokens) + u64::from(thinking.unwrap_or(0))
    }

    /// Asks once and waits for the whole answer, without any time limit of its own.
    pub(super) async fn ask(
        &self,
        http: &reqwest::Client,
        prompt: &Prompt,
        now: DateTime<Utc>,
    ) -> Result<Reply, Fault> {
        let (endpoint, body, read) = match self {
            Self::Offline { .. } => return Err(Fault::Unreached),
            Self::Gemini(endpoint) => {
                let body = gemini::body(prompt, endpoint.thinking_tokens);
                (endpoint, body, gemini::reply as Read)
            }
            Self::OpenAi(endpoint) => {
                let is_original = endpoint.url.host_str() == Some("api.openai.com");
                let thinking = endpoint.thinking_tokens;
                let body = openai::body(&endpoint.model, prompt, is_original, thinking);
                (endpoint, body, openai::reply as Read)
            }
        };
        let request = endpoint.key.on(http.post(endpoint.url.clone())).await?;
        let response = request.json(&body).send().await.map_err(|error| fault_of(&error))?;
        if !response.status().is_success() {
            return Err(status_of(response, now).await);
        }
        let body = response.bytes().await.map_err(|error| fault_of(&error))?;
        read(&body).ok_or(Fault::Broken)
    }
}

impl Endpoint {
    fn new(config: &Config, usual: &str, method: &str, key: Key) -> Self {
        Self {
            url: join(config.base_url.as_ref(), usual, method),
            key,
            model: config.model.clone(),
            thinking_tokens: config.thinking_tokens,
        }
    }
}

impl Key {
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

pub(super) async fn status_of(response: Response, now: DateTime<Utc>) -> Fault {
    let status = response.status().as_u16();
    let wish = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = match wish.and_then(|wish| retry_after(wish, now)) {
        Some(wish) => Some(wish),
        None => retry_delay(&response.bytes().await.unwrap_or_default()),
    };
    Fault::Status { status, retry_after }
}

pub(super) fn fault_of(error: &reqwest::Error) -> Fault {
    if error.is_connect() || error.is_builder() {
        return Fault::Unreached;
    }
    if error.is_timeout() { Fault::TimedOut } else { Fault::Broken }
}
