//! Where a provider is asked, with which key and how often: the same variables for a model and an embedding.

use std::str::FromStr;

use reqwest::Url;
use secrecy::SecretString;

use super::ProviderKind;

/// What vertex needs: models and embeddings are published under a project and a region.
const VERTEX: &str = "https://REGION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/REGION/publishers/google";

#[derive(Debug, Default)]
pub(super) struct EndpointConfig {
    /// None is the provider's usual one.
    pub(super) base_url: Option<Url>,
    pub(super) key: Option<SecretString>,
    pub(super) requests_per_minute: Option<u32>,
    pub(super) tokens_per_minute: Option<u32>,
}

/// Reads variables that begin with a prefix, and tells what is wrong with them.
pub(super) struct Variables<'a> {
    pub(super) prefix: &'static str,
    pub(super) lookup: &'a dyn Fn(&str) -> Option<String>,
    pub(super) problem: &'a mut dyn FnMut(String),
}

impl EndpointConfig {
    /// `…_BASE_URL`, `…_API_KEY`, `…_REQUESTS_PER_MINUTE` and `…_TOKENS_PER_MINUTE`.
    pub(super) fn read(variables: &mut Variables<'_>, provider: ProviderKind) -> Self {
        let base_url: Option<Url> = variables.parse("BASE_URL");
        if provider == ProviderKind::Vertex && base_url.is_none() {
            variables.tell("BASE_URL", &format!("is missing: vertex needs {VERTEX}"));
        }
        let key = variables.text("API_KEY");
        let needs_key = match provider {
            ProviderKind::Gemini => true,
            ProviderKind::OpenAi => base_url.is_none(),
            ProviderKind::Offline | ProviderKind::Vertex => false,
        };
        match &key {
            None if needs_key => {
                variables.tell("API_KEY", &format!("is missing: {} needs it", provider.name()));
            }
            Some(key) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
                variables.tell("API_KEY", "is wrong: a key is printable ASCII");
            }
            _ => {}
        }
        Self {
            base_url,
            key: key.map(SecretString::from),
            requests_per_minute: variables.positive("REQUESTS_PER_MINUTE"),
            tokens_per_minute: variables.positive("TOKENS_PER_MINUTE"),
        }
    }
}

impl Variables<'_> {
    pub(super) fn tell(&mut self, name: &str, what: &str) {
        (self.problem)(format!("{}_{name} {what}", self.prefix));
    }

    pub(super) fn positive(&mut self, name: &str) -> Option<u32> {
        let value = self.parse(name)?;
        if value == 0 {
            self.tell(name, "must be at least 1");
        }
        Some(value)
    }

    pub(super) fn parse<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Option<T> {
        match self.text(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.tell(name, &format!("is wrong: {error}"));
                None
            }
        }
    }

    /// Space around a value is dropped (secrets end in a newline more often than not), and an empty
    /// variable counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = (self.lookup)(&format!("{}_{name}", self.prefix))?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}
