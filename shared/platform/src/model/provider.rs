//! One HTTP call of a provider.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Response, Url, header};
use secrecy::{ExposeSecret, SecretString};

use super::config::{Config, ProviderKind};
use super::request::{Prompt, Reply};
use super::retry::{Fault, retry_after};
use super::{gemini, openai};

const GEMINI: &str = "https://generativelanguage.googleapis.com/v1beta";
const OPENAI: &str = "https://api.openai.com/v1";

/// Who answers, ready to be called.
#[derive(Debug)]
pub(super) enum Provider {
    Offline { latency: Duration },
    Gemini { url: Url, key: Option<SecretString>, thinking_tokens: Option<u32> },
    OpenAi { url: Url, key: Option<SecretString>, model: String },
}

impl Provider {
    pub(super) fn new(config: &Config) -> Self {
        let key = config.key.clone();
        match config.provider {
            ProviderKind::Offline => Self::Offline { latency: config.offline_latency },
            ProviderKind::Gemini => Self::Gemini {
                url: under(config, GEMINI, &format!("models/{}:generateContent", config.model)),
                key,
                thinking_tokens: config.thinking_tokens,
            },
            ProviderKind::OpenAi => Self::OpenAi {
                url: under(config, OPENAI, "chat/completions"),
                key,
                model: config.model.clone(),
            },
        }
    }

    /// The most tokens that the answer to this prompt can be billed for.
    pub(super) fn max_output_tokens(&self, prompt: &Prompt) -> u64 {
        let thinking = match self {
            Self::Gemini { thinking_tokens, .. } => thinking_tokens.unwrap_or(0),
            Self::Offline { .. } | Self::OpenAi { .. } => 0,
        };
        u64::from(prompt.max_output_tokens) + u64::from(thinking)
    }

    /// Asks once and waits for the whole answer, without any time limit of its own.
    pub(super) async fn ask(
        &self,
        http: &reqwest::Client,
        prompt: &Prompt,
        now: DateTime<Utc>,
    ) -> Result<Reply, Fault> {
        let (request, read): (_, fn(&[u8]) -> Option<Reply>) = match self {
            Self::Offline { .. } => return Err(Fault::Unreached),
            Self::Gemini { url, key, thinking_tokens } => {
                let request = http.post(url.clone()).json(&gemini::body(prompt, *thinking_tokens));
                (with_key(request, "x-goog-api-key", "", key.as_ref()), gemini::reply)
            }
            Self::OpenAi { url, key, model } => {
                let imitator = url.host_str() != Some("api.openai.com");
                let request = http.post(url.clone()).json(&openai::body(model, prompt, imitator));
                (with_key(request, "authorization", "Bearer ", key.as_ref()), openai::reply)
            }
        };
        let response = request.send().await.map_err(|error| fault_of(&error))?;
        if !response.status().is_success() {
            return Err(status_of(&response, now));
        }
        let body = response.bytes().await.map_err(|error| fault_of(&error))?;
        read(&body).ok_or(Fault::Broken)
    }
}

/// The address of a method: the last part is appended, never resolved, for a model's name has `:`.
fn under(config: &Config, usual: &str, method: &str) -> Url {
    let mut url = config
        .base_url
        .clone()
        .unwrap_or_else(|| usual.parse().expect("the usual address is a URL"));
    let path = format!("{}/{method}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

fn with_key(
    request: reqwest::RequestBuilder,
    name: &'static str,
    scheme: &str,
    key: Option<&SecretString>,
) -> reqwest::RequestBuilder {
    let Some(key) = key else { return request };
    match header::HeaderValue::from_str(&format!("{scheme}{}", key.expose_secret())) {
        Ok(mut value) => {
            value.set_sensitive(true);
            request.header(name, value)
        }
        // A key that no header can hold is wrong: the provider's 401 says so.
        Err(_) => request,
    }
}

fn status_of(response: &Response, now: DateTime<Utc>) -> Fault {
    let wish = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    Fault::Status {
        status: response.status().as_u16(),
        retry_after: wish.and_then(|wish| retry_after(wish, now)),
    }
}

fn fault_of(error: &reqwest::Error) -> Fault {
    if error.is_connect() || error.is_builder() {
        return Fault::Unreached;
    }
    if error.is_timeout() { Fault::TimedOut } else { Fault::Broken }
}
