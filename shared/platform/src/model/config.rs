//! Which model, where, at what pace and price.

use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use super::endpoint::{EndpointConfig, Variables};
use super::{Allowances, Price, openai};

/// Which model is asked, and within which limits.
#[derive(Debug, Clone)]
pub struct Config {
    pub provider: ProviderKind,
    pub model: String,
    /// Where the provider is, when not at its usual address.
    pub base_url: Option<Url>,
    pub key: Option<SecretString>,
    /// The most that one HTTP call may take.
    pub timeout: Duration,
    /// The most calls that this process has under way.
    pub max_concurrent: usize,
    /// What the model costs. `None` when the price is not known: callers with a limit are then refused.
    pub price: Option<Price>,
    pub allowances: Allowances,
    /// The shared budget of all instances; `None` is no limit.
    pub requests_per_minute: Option<u32>,
    /// The shared budget of all instances; `None` is no limit.
    pub tokens_per_minute: Option<u32>,
    /// Tokens that the model may think before it answers, added to every call's limit; `None` leaves
    /// no room beside the answer's own.
    pub thinking_tokens: Option<u32>,
    /// The most tokens of one answer, thinking included, that the model can write; `None` when nobody
    /// knows.
    pub most_output_tokens: Option<u32>,
    /// Which parameters an OpenAI-compatible endpoint's model knows; `None` goes by its name.
    pub parameters: Option<Parameters>,
    /// How long the offline writer pretends to think.
    pub offline_latency: Duration,
    /// Before the first retry; doubled for each further one.
    pub first_pause: Duration,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// The caller's own writer: no key, no network, everything labelled as simulated.
    Offline,
    Gemini,
    /// Gemini through Vertex AI, as the process's own service account.
    Vertex,
    /// Anything that speaks OpenAI's chat completions.
    OpenAi,
}

impl ProviderKind {
    /// The name in configuration and ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Gemini => "gemini",
            Self::Vertex => "vertex",
            Self::OpenAi => "openai",
        }
    }
}

impl FromStr for ProviderKind {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Offline, Self::Gemini, Self::Vertex, Self::OpenAi]
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or("must be offline, gemini, vertex or openai")
    }
}

/// Which parameters of OpenAI's chat completions a model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameters {
    /// Those of models that think: `max_completion_tokens`, `reasoning_effort`, no temperature.
    Reasoning,
    /// Those of all others: `max_tokens` and `temperature`.
    Classic,
}

impl FromStr for Parameters {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "reasoning" => Ok(Self::Reasoning),
            "classic" => Ok(Self::Classic),
            _ => Err("must be reasoning or classic"),
        }
    }
}

/// The most tokens that families of models write in one answer: ai.google.dev/gemini-api/docs/models and
/// developers.openai.com/api/docs/models as of November 2026.
const MOST_OUTPUT: [(&str, u32); 9] = [
    ("gemini-2.0", 8_192),
    ("gemini-", 65_536),
    ("gpt-4o", 16_384),
    ("gpt-4.1", 32_768),
    ("gpt-5-chat", 16_384),
    ("gpt-5", 128_000),
    ("o1", 100_000),
    ("o3", 100_000),
    ("o4-mini", 100_000),
];

impl Config {
    /// The offline writer, 16 at a time, free.
    pub fn offline() -> Self {
        Self {
            provider: ProviderKind::Offline,
            model: "offline".to_owned(),
            base_url: None,
            key: None,
            timeout: Duration::from_secs(60),
            max_concurrent: 16,
            price: Some(Price::FREE),
            allowances: Allowances::default(),
            requests_per_minute: None,
            tokens_per_minute: None,
            thinking_tokens: None,
            most_output_tokens: None,
            parameters: None,
            offline_latency: Duration::ZERO,
            first_pause: Duration::from_secs(1),
        }
    }

    /// Reads the configuration through `lookup` (a process's environment, or a test's table).
    ///
    /// | Variable | Meaning | Default |
    /// |---|---|---|
    /// | `MODEL_PROVIDER` | `offline`, `gemini`, `vertex` or `openai` (any compatible endpoint) | `offline` |
    /// | `MODEL_NAME` | the model as the provider names it | `gemini-2.5-flash`, required for `openai` |
    /// | `MODEL_BASE_URL` | the provider's address up to the version (`…/v1beta`, `…/v1`); for `vertex` required, up to `/publishers/google` | the provider's own |
    /// | `MODEL_API_KEY` | secret; required for `gemini`, and for `openai` at its usual address | |
    /// | `MODEL_TIMEOUT_SECONDS` | limit of one HTTP call | 60 |
    /// | `MODEL_CONCURRENCY` | calls under way in one process | 16 |
    /// | `MODEL_PRICE_INPUT` | micro-USD per million tokens of prompt | the list's |
    /// | `MODEL_PRICE_OUTPUT` | micro-USD per million tokens of answer | the list's |
    /// | `MODEL_REQUESTS_PER_MINUTE` | shared by all instances | no limit |
    /// | `MODEL_TOKENS_PER_MINUTE` | shared by all instances | no limit |
    /// | `MODEL_THINKING_TOKENS` | room to think in, beside the answer | 0 for Gemini 2.5 Flash, 1024 for other Gemini, 2048 for OpenAI's thinking models |
    /// | `MODEL_MAX_OUTPUT_TOKENS` | the most that one answer may have, thinking included; an answer that was cut off gets no more room | the model's own, where it is known |
    /// | `MODEL_PARAMETERS` | `reasoning` or `classic`: which parameters the model of an `openai` endpoint knows | by the model's name |
    /// | `MODEL_OFFLINE_LATENCY_MS` | pretended thinking of the offline writer | 0 |
    /// | `ALLOWANCE_ALL_FREE_USD` | what all accounts of a free plan together may spend in a calendar month, or `none` | 500; none where `ALLOWANCE_FREE_USD` is |
    /// | `ALLOWANCE_FREE_USD`, `ALLOWANCE_PRO_USD`, `ALLOWANCE_ENTERPRISE_USD` | what an account of the plan may spend in a calendar month (UTC), or `none` | 5, 100, 100 |
    ///
    /// # Errors
    /// Everything that is wrong, one line each, naming its variable and never a value.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let problem = &mut |problem| problems.push(problem);
        let mut vars = Vars(Variables { prefix: "MODEL", lookup, problem });
        let provider = vars.0.parse("PROVIDER").unwrap_or(ProviderKind::Offline);
        let config =
            if provider == ProviderKind::Offline { vars.offline() } else { vars.online(provider) };
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }
}

struct Vars<'a>(Variables<'a>);

impl Vars<'_> {
    fn offline(&mut self) -> Config {
        let latency = self.0.parse("OFFLINE_LATENCY_MS").unwrap_or(0);
        Config {
            allowances: self.allowances(),
            max_concurrent: self.0.positive("CONCURRENCY").unwrap_or(16) as usize,
            offline_latency: Duration::from_millis(latency),
            ..Config::offline()
        }
    }

    fn online(&mut self, provider: ProviderKind) -> Config {
        let model = self.model(provider);
        let endpoint = EndpointConfig::read(&mut self.0, provider);
        let timeout = self.0.positive("TIMEOUT_SECONDS").unwrap_or(60);
        let parameters = self.0.parse("PARAMETERS");
        let known = MOST_OUTPUT.iter().find(|(family, _)| model.starts_with(family));
        let most = self.0.positive("MAX_OUTPUT_TOKENS");
        Config {
            provider,
            key: endpoint.key,
            base_url: endpoint.base_url,
            timeout: Duration::from_secs(timeout.into()),
            price: self.price(&model),
            requests_per_minute: endpoint.requests_per_minute,
            tokens_per_minute: endpoint.tokens_per_minute,
            thinking_tokens: self.thinking(provider, &model, parameters),
            most_output_tokens: most.or(known.map(|(_, most)| *most)),
            parameters,
            model,
            ..self.offline()
        }
    }

    fn allowances(&mut self) -> Allowances {
        Allowances::read(self.0.lookup, &mut *self.0.problem)
    }

    fn model(&mut self, provider: ProviderKind) -> String {
        match (self.0.text("NAME"), provider) {
            (Some(name), _) => name,
            (None, ProviderKind::Gemini | ProviderKind::Vertex) => "gemini-2.5-flash".to_owned(),
            (None, _) => {
                self.0.tell("NAME", "is missing: say which model to ask");
                String::new()
            }
        }
    }

    fn price(&mut self, model: &str) -> Option<Price> {
        let input = self.0.parse("PRICE_INPUT");
        let output = self.0.parse("PRICE_OUTPUT");
        match (input, output) {
            (Some(input), Some(output)) => Some(Price { input, output }),
            (None, None) => Price::listed(model),
            _ => {
                self.0.tell("PRICE_INPUT", "and MODEL_PRICE_OUTPUT go together: set both or none");
                None
            }
        }
    }

    /// A model that thinks does so within the answer's limit and then cuts the answer short, unless
    /// it is told not to or gets room for it. 2.5 Flash can be told not to, Pro cannot
    /// (ai.google.dev/gemini-api/docs/thinking).
    fn thinking(
        &mut self,
        provider: ProviderKind,
        model: &str,
        parameters: Option<Parameters>,
    ) -> Option<u32> {
        let thinks =
            parameters.map_or_else(|| openai::thinks(model), |said| said == Parameters::Reasoning);
        let usual = match provider {
            ProviderKind::Offline => None,
            ProviderKind::OpenAi => thinks.then_some(2_048),
            _ if model.starts_with("gemini-2.5-flash") => Some(0),
            ProviderKind::Gemini | ProviderKind::Vertex => Some(1_024),
        };
        self.0.parse("THINKING_TOKENS").or(usual)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(table: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::from_lookup(&|name| {
            table.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_the_offline_writer() {
        let config = read(&[]).unwrap();

        assert_eq!(config.provider, ProviderKind::Offline);
        assert_eq!(config.price, Some(Price::FREE));
    }

    #[test]
    fn a_key_is_all_that_gemini_needs() {
        let config = read(&[("MODEL_PROVIDER", "gemini"), ("MODEL_API_KEY", "k")]).unwrap();

        assert_eq!(config.model, "gemini-2.5-flash");
        assert_eq!(config.price, Price::listed("gemini-2.5-flash"));
        assert_eq!(config.thinking_tokens, Some(0));
    }

    #[test]
    fn a_compatible_endpoint_elsewhere_needs_no_key() {
        let config = read(&[
            ("MODEL_PROVIDER", "openai"),
            ("MODEL_NAME", "llama3.3"),
            ("MODEL_BASE_URL", "http://127.0.0.1:11434/v1"),
        ])
        .unwrap();

        assert!(config.key.is_none());
        assert_eq!(config.price, None);
    }

    #[test]
    fn vertex_needs_its_address_and_no_key() {
        let address = "https://europe-west4-aiplatform.googleapis.com/v1/projects/p";

        let without = read(&[("MODEL_PROVIDER", "vertex")]).unwrap_err();
        let with = read(&[("MODEL_PROVIDER", "vertex"), ("MODEL_BASE_URL", address)]);

        assert!(without[0].starts_with("MODEL_BASE_URL is missing"), "{without:?}");
        assert_eq!(with.unwrap().provider, ProviderKind::Vertex);
    }

    #[test]
    fn a_key_loses_the_newline_that_its_file_ended_with() {
        let config = read(&[("MODEL_PROVIDER", "gemini"), ("MODEL_API_KEY", "k\n")]).unwrap();

        assert_eq!(config.key.unwrap().expose_secret(), "k");
    }

    #[test]
    fn everything_wrong_is_reported_at_once_and_values_stay_secret() {
        let problems = read(&[
            ("MODEL_PROVIDER", "openai"),
            ("MODEL_TIMEOUT_SECONDS", "0"),
            ("MODEL_CONCURRENCY", "many"),
            ("MODEL_PRICE_INPUT", "5"),
        ])
        .unwrap_err()
        .join("\n");

        for name in ["NAME", "API_KEY", "TIMEOUT_SECONDS", "CONCURRENCY", "PRICE_OUTPUT"] {
            assert!(problems.contains(&format!("MODEL_{name}")), "{name} in {problems}");
        }
        assert!(!problems.contains("many"), "{problems}");
    }
}
