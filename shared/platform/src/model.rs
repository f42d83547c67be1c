//! Language models: structured answers, at a pace, within a budget, on the record.
//!
//! [`Model::text`] asks for a value of a Rust type. The type's JSON schema goes with the question,
//! and what comes back is parsed and checked by the caller's rules; an answer that fails is sent
//! back once with the reasons. Around every HTTP call: at most [`Config::max_concurrent`] in this
//! process, the provider's rate shared by all instances ([`Config::requests_per_minute`]), the worst
//! case of its cost reserved in PostgreSQL ([`Budget`]), a time limit, and three retries after
//! 1 s, 2 s and 4 s for what may pass.
//!
//! A caller that drops the future of a call leaves its reservation behind until
//! [`release_expired`] gives it back; cancelling by [`Request::cancel`] settles at once.

mod budget;
mod config;
mod connect;
mod embed;
mod exchange;
mod failure;
mod gemini;
mod openai;
pub(crate) mod pace;
mod price;
mod provider;
mod request;
mod retry;
mod schema;
#[cfg(any(test, feature = "testing"))]
pub mod scripted;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use redis::aio::ConnectionManager;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use self::budget::Entry;
use self::exchange::{Caller, Tally, unless_cancelled};
use self::pace::{Pace, Rate};
use self::provider::Provider;
use self::request::{Finish, Prompt, Reply, Turn};
use crate::Clock;

pub use self::budget::{Balance, Budget, release_expired};
pub use self::config::{Config, ProviderKind};
pub use self::embed::{
    Embedder, Embedding, EmbeddingConfig, MOST_TEXTS, Passage, Purpose, batches,
};
pub use self::failure::Failure;
pub use self::price::{Estimate, Price, Size, Usage};
pub use self::request::{Answer, Check, Request};
pub use crate::google::Token;

/// The longest prompt, schema and repair included. Above 200,000 tokens, of which each has at least
/// one byte, some models cost twice the list price.
pub const MAX_PROMPT_BYTES: usize = 200_000;

/// A language model. Clones share its limits.
#[derive(Clone)]
pub struct Model(Arc<Inner>);

struct Inner {
    config: Config,
    provider: Provider,
    slots: Semaphore,
    pace: Pace,
    http: reqwest::Client,
    budget: Option<Budget>,
    clock: Clock,
}

/// What a model works with.
pub struct Parts {
    /// For the provider. A time limit of its own must be longer than [`Config::timeout`].
    pub http: reqwest::Client,
    /// Where instances share the provider's rate; without it each keeps to it alone.
    pub redis: Option<ConnectionManager>,
    /// Set before every key in Redis.
    pub redis_prefix: String,
    /// Where calls are recorded and paid; without it nothing is.
    pub budget: Option<Budget>,
    /// Who we are to Google; only Vertex AI needs it.
    pub token: Option<Token>,
    /// For dates in `Retry-After`.
    pub clock: Clock,
}

impl Model {
    /// A model by this configuration.
    ///
    /// # Panics
    /// When [`ProviderKind::Vertex`] is wanted without [`Parts::token`].
    pub fn new(config: Config, parts: Parts) -> Self {
        let rate = Rate { requests: config.requests_per_minute, tokens: config.tokens_per_minute };
        let name = config.provider.name();
        let key = format!("{}model:pace:{name}:{}", parts.redis_prefix, config.model);
        Self(Arc::new(Inner {
            provider: Provider::new(&config, parts.token),
            slots: Semaphore::new(config.max_concurrent),
            pace: Pace::new(rate, parts.redis, key),
            http: parts.http,
            budget: parts.budget,
            clock: parts.clock,
            config,
        }))
    }

    /// The model as it is configured; `offline` for the simulation.
    pub fn name(&self) -> &str {
        &self.0.config.model
    }

    /// How many calls at once keep up with the provider's rate; none where there is no such limit.
    pub fn at_once(&self) -> Option<usize> {
        self.0.pace.at_once()
    }

    /// Whether answers are simulated.
    pub fn is_simulated(&self) -> bool {
        matches!(self.0.provider, Provider::Offline { .. })
    }

    /// Asks for a `T` that passes `check`. An object with optional fields declares them as `Option`.
    ///
    /// # Errors
    /// [`Failure`]; what it cost until then is in the ledger.
    pub async fn text<T: DeserializeOwned + JsonSchema>(
        &self,
        request: &Request<'_, T>,
        check: Check<'_, T>,
    ) -> Result<Answer<T>, Failure> {
        let caller = self.caller(request);
        if let Provider::Offline { latency } = self.0.provider {
            return self.simulated(&caller, latency, request.offline, check).await;
        }
        self.asked(&caller, prompt_of(request), check).await
    }

    /// As [`Model::text`], within a schema that was made at run time: a survey's questions differ from
    /// one to the next. `name` is the schema's, for providers that want one.
    ///
    /// # Errors
    /// As [`Model::text`].
    pub async fn within<T: DeserializeOwned>(
        &self,
        request: &Request<'_, T>,
        (name, schema): (&str, serde_json::Value),
        check: Check<'_, T>,
    ) -> Result<Answer<T>, Failure> {
        let caller = self.caller(request);
        if let Provider::Offline { latency } = self.0.provider {
            return self.simulated(&caller, latency, request.offline, check).await;
        }
        let prompt = Prompt { schema, schema_name: name.to_owned(), ..said(request) };
        self.asked(&caller, prompt, check).await
    }

    fn caller<'a, T>(&'a self, request: &'a Request<'_, T>) -> Caller<'a> {
        let entry = Entry {
            project: request.project,
            run: request.run,
            item: request.item,
            task: request.task,
            prompt_version: request.prompt_version,
            provider: self.0.config.provider.name(),
            model: &self.0.config.model,
        };
        Caller { entry, cancel: &request.cancel, seed: request.seed }
    }

    async fn simulated<T>(
        &self,
        caller: &Caller<'_>,
        latency: Duration,
        write: &(dyn Fn() -> T + Send + Sync),
        check: Check<'_, T>,
    ) -> Result<Answer<T>, Failure> {
        let started = Instant::now();
        let slot = unless_cancelled(caller.cancel, self.0.slots.acquire()).await?;
        let _slot = slot.expect("the slots are never closed");
        unless_cancelled(caller.cancel, sleep(latency)).await?;
        let value = write();
        let reasons = check(&value);
        let latency = started.elapsed();
        if let Some(budget) = &self.0.budget {
            let outcome = if reasons.is_empty() { "ok" } else { "unusable" };
            budget.record_simulated(&caller.entry, latency, outcome).await?;
        }
        if !reasons.is_empty() {
            return Err(Failure::Unusable { reasons });
        }
        Ok(Answer {
            value,
            usage: Usage::default(),
            model: self.name().to_owned(),
            simulated: true,
            attempts: 1,
            latency,
            cost_micros: Some(0),
            repaired: false,
        })
    }

    async fn asked<T: DeserializeOwned>(
        &self,
        caller: &Caller<'_>,
        mut prompt: Prompt,
        check: Check<'_, T>,
    ) -> Result<Answer<T>, Failure> {
        let started = Instant::now();
        let mut tally = Tally::default();
        let mut repaired = false;
        loop {
            let exchange = self.exchange(caller, &prompt, &mut tally).await?;
            let judged = judge(&exchange.reply, check);
            self.settle(&exchange, outcome(&judged), &mut tally).await?;
            match judged {
                Ok(value) => {
                    return Ok(Answer {
                        value,
                        usage: tally.usage,
                        model: exchange.reply.model.unwrap_or_else(|| self.name().to_owned()),
                        simulated: false,
                        attempts: tally.attempts,
                        latency: started.elapsed(),
                        cost_micros: self.0.config.price.map(|_| tally.cost_micros),
                        repaired,
                    });
                }
                Err(Flaw::Refused(rule)) => return Err(Failure::Refused { rule }),
                Err(Flaw::Unusable(reasons)) if repaired => {
                    return Err(Failure::Unusable { reasons });
                }
                Err(Flaw::Unusable(reasons)) => {
                    prompt.ask_for_repair(exchange.reply.text, &reasons);
                    repaired = true;
                }
            }
        }
    }

    /// What `count` answers of a task will cost, as a range: from the ledger's experience with the
    /// task, or from `size` before there is any.
    ///
    /// # Errors
    /// [`Failure::PriceUnknown`], and the ledger's.
    pub async fn estimate(&self, task: &str, count: u32, size: Size) -> Result<Estimate, Failure> {
        let price = self.0.config.price.ok_or(Failure::PriceUnknown)?;
        if let Some(budget) = self.0.budget.as_ref().filter(|_| !self.is_simulated())
            && let Some(estimate) = budget.experience(task, self.name(), count).await?
        {
            return Ok(estimate);
        }
        Ok(Estimate::of(price, size, count))
    }
}

fn prompt_of<T: JsonSchema>(request: &Request<'_, T>) -> Prompt {
    Prompt { schema: schema::of::<T>(), schema_name: schema::name::<T>(), ..said(request) }
}

/// The prompt without the schema of its answer.
fn said<T>(request: &Request<'_, T>) -> Prompt {
    Prompt {
        system: request.system.to_owned(),
        turns: vec![Turn::User(request.user.to_owned())],
        schema: serde_json::Value::Null,
        schema_name: String::new(),
        max_output_tokens: request.max_output_tokens,
        temperature: request.temperature,
        seed: (request.seed.0 & 0x7fff_ffff) as u32,
    }
}

/// Why a reply is not an answer.
enum Flaw {
    Refused(String),
    Unusable(Vec<String>),
}

fn outcome<T>(judged: &Result<T, Flaw>) -> &'static str {
    match judged {
        Ok(_) => "ok",
        Err(Flaw::Refused(_)) => "refused",
        Err(Flaw::Unusable(_)) => "unusable",
    }
}

fn judge<T: DeserializeOwned>(reply: &Reply, check: Check<'_, T>) -> Result<T, Flaw> {
    match &reply.finish {
        Finish::Refused(rule) => return Err(Flaw::Refused(rule.clone())),
        Finish::Cut => {
            let reason = "the answer was cut off at its length limit: it must be shorter";
            return Err(Flaw::Unusable(vec![reason.to_owned()]));
        }
        Finish::Complete => {}
    }
    let value = serde_json::from_str(without_fence(&reply.text))
        .map_err(|error| Flaw::Unusable(vec![reason_of(&error)]))?;
    let reasons = check(&value);
    if reasons.is_empty() { Ok(value) } else { Err(Flaw::Unusable(reasons)) }
}

/// Some models wrap JSON in a Markdown code block whatever they are told.
fn without_fence(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    inner.and_then(|inner| inner.strip_suffix("```")).unwrap_or(text)
}

/// Says where parsing stopped. Of serde's own words only those that name a field of ours are kept:
/// the others quote the answer.
fn reason_of(error: &serde_json::Error) -> String {
    let words = error.to_string();
    if words.starts_with("missing field") {
        return words;
    }
    let (line, column) = (error.line(), error.column());
    if error.is_data() {
        return format!("the value at line {line}, column {column} does not follow the schema");
    }
    format!("the text is not complete JSON: it breaks off at line {line}, column {column}")
}
