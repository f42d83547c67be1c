//! Language models: structured answers, at a pace, within a budget, on the record.
//!
//! [`Model::ask`] asks for a value of a Rust type. The type's JSON schema goes with the question,
//! and what comes back is parsed and checked by the caller's rules; an answer that fails is sent
//! back once with the reasons. Around every HTTP call: at most [`Config::max_concurrent`] in this
//! process, the provider's rate shared by all instances ([`Config::requests_per_minute`]), the worst
//! case of its cost reserved in PostgreSQL ([`Budget`]), a time limit, and three retries after
//! 1 s, 2 s and 4 s for what may pass.
//!
//! What is held for a call is settled however the call ends: a caller that drops its future, or hangs
//! up, has it settled at its worst case behind their back, and what a dead process held is settled by
//! [`release_expired`]. Calls within somebody's request are asked [`under`](Model::under) terms, which
//! say who pays and end them before the request is ended.

mod allowance;
mod budget;
mod config;
mod connect;
mod embed;
mod endpoint;
mod estimate;
mod exchange;
mod failure;
mod gemini;
mod judge;
pub mod lenient;
mod openai;
pub(crate) mod pace;
mod price;
mod provider;
pub mod refusal;
mod request;
mod reservation;
mod retry;
mod schema;
mod spoken_json;
mod terms;
#[cfg(test)]
mod tests;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use redis::aio::ConnectionManager;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use self::budget::LedgerEntry;
use self::exchange::{CallContext, Tally, unless_cancelled};
use self::judge::{Flaw, judge, outcome};
use self::pace::{Pace, ProviderRate};
use self::provider::Provider;
use self::request::{Prompt, Turn};
use crate::Clock;

pub use self::allowance::{Allowances, Standing, parse_limit, remember, resume, standing};
pub use self::budget::{Balance, Budget, release_expired};
pub use self::config::{Config, Parameters, ProviderKind};
pub use self::embed::{
    Embedder, Embedding, EmbeddingConfig, MOST_TEXTS, Passage, Purpose, Side, Sides,
};
pub use self::estimate::{FASTEST_CALL, Range};
pub use self::failure::Failure;
pub use self::price::{Estimate, Price, Size, Usage};
pub use self::request::{Answer, Attempt, Check, Judged, Request};
pub use self::terms::{REQUEST_LIMIT, Terms};
pub use crate::google::Token;

/// The longest prompt, schema and repair included. Above 200,000 tokens, of which each has at least
/// one byte, some models cost twice the list price.
pub const MAX_PROMPT_BYTES: usize = 200_000;

/// A language model. Clones share its limits.
#[derive(Clone)]
pub struct Model(Arc<Inner>, Terms);

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
pub struct ModelParts {
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
    /// When [`ProviderKind::Vertex`] is wanted without [`ModelParts::token`].
    pub fn new(config: Config, parts: ModelParts) -> Self {
        let rate =
            ProviderRate { requests: config.requests_per_minute, tokens: config.tokens_per_minute };
        let name = config.provider.name();
        let key = format!("{}model:pace:{name}:{}", parts.redis_prefix, config.model);
        let inner = Inner {
            provider: Provider::new(&config, parts.token),
            slots: Semaphore::new(config.max_concurrent),
            pace: Pace::new(rate, parts.redis, key),
            http: parts.http,
            budget: parts.budget,
            clock: parts.clock,
            config,
        };
        Self(Arc::new(inner), Terms::default())
    }

    /// The same, asked under these terms: within a person's request.
    #[must_use]
    pub fn under(&self, terms: Terms) -> Self {
        Self(Arc::clone(&self.0), terms)
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

    /// Whether somebody pays for its calls: it is no simulation and not known to be free.
    pub fn is_paid(&self) -> bool {
        !self.is_simulated() && self.0.config.price != Some(Price::FREE)
    }

    /// Asks for a `T` that passes `check`. An object with optional fields declares them as `Option`.
    ///
    /// # Errors
    /// [`Failure`]; what it cost until then is in the ledger.
    pub async fn ask<T: DeserializeOwned + JsonSchema + Serialize>(
        &self,
        request: &Request<'_, T>,
        check: Check<'_, T>,
    ) -> Result<Answer<T>, Failure> {
        self.ask_judged(request, check).await.answer
    }

    /// As [`Model::ask`], with what was turned back, also where no answer came of it.
    pub async fn ask_judged<T: DeserializeOwned + JsonSchema + Serialize>(
        &self,
        request: &Request<'_, T>,
        check: Check<'_, T>,
    ) -> Judged<T> {
        self.judged(request, prompt_of(request), check).await
    }

    /// As [`Model::ask`], within a schema that was made at run time: a survey's questions differ from
    /// one to the next. `name` is the schema's, for providers that want one.
    pub async fn ask_within<T: DeserializeOwned + Serialize>(
        &self,
        request: &Request<'_, T>,
        (name, schema): (&str, serde_json::Value),
        check: Check<'_, T>,
    ) -> Result<Answer<T>, Failure> {
        let prompt = Prompt { schema, schema_name: name.to_owned(), ..said(request) };
        self.judged(request, prompt, check).await.answer
    }

    async fn judged<T: DeserializeOwned + Serialize>(
        &self,
        request: &Request<'_, T>,
        mut prompt: Prompt,
        check: Check<'_, T>,
    ) -> Judged<T> {
        self.0.provider.keep_within(&mut prompt);
        let mut turned_back = Vec::new();
        let back = &mut turned_back;
        let work = |stop| async move {
            let caller = self.caller(request, &stop);
            if let Provider::Offline { latency } = self.0.provider {
                let write = request.offline;
                return self.simulated(&caller, (latency, prompt), write, check, back).await;
            }
            self.asked(&caller, prompt, check, back).await
        };
        let answer = self.1.keep(&request.cancel, work).await;
        Judged { answer, turned_back }
    }

    fn caller<'a, T>(
        &'a self,
        request: &'a Request<'_, T>,
        cancel: &'a CancellationToken,
    ) -> CallContext<'a> {
        let entry = LedgerEntry {
            payer: self.1.payer,
            project: request.project,
            run: request.run,
            item: request.item,
            task: request.task,
            prompt_version: request.prompt_version,
            provider: self.0.config.provider.name(),
            model: &self.0.config.model,
        };
        CallContext { entry, cancel, seed: request.seed }
    }

    async fn simulated<T: Serialize>(
        &self,
        caller: &CallContext<'_>,
        (latency, prompt): (Duration, Prompt),
        write: &(dyn Fn() -> T + Send + Sync),
        check: Check<'_, T>,
        turned_back: &mut Vec<T>,
    ) -> Result<Answer<T>, Failure> {
        let started = Instant::now();
        let slot = unless_cancelled(caller.cancel, self.0.slots.acquire()).await?;
        let _slot = slot.expect("the slots are never closed");
        unless_cancelled(caller.cancel, sleep(latency)).await?;
        let value = write();
        let reasons = check(&value, Attempt::First);
        let latency = started.elapsed();
        let usage = likely(&prompt, &value);
        if let Some(budget) = &self.0.budget {
            let outcome = if reasons.is_empty() { "ok" } else { "unusable" };
            budget.record_simulated(&caller.entry, usage, latency, outcome).await?;
        }
        if !reasons.is_empty() {
            turned_back.push(value);
            return Err(Failure::Unusable { reasons });
        }
        Ok(Answer {
            value,
            usage,
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
        caller: &CallContext<'_>,
        mut prompt: Prompt,
        check: Check<'_, T>,
        turned_back: &mut Vec<T>,
    ) -> Result<Answer<T>, Failure> {
        let started = Instant::now();
        let mut tally = Tally::default();
        let mut attempt = Attempt::First;
        loop {
            let mut exchange = self.exchange(caller, &prompt, &mut tally).await?;
            let judged = judge(&exchange.reply, attempt, check, turned_back);
            self.settle(&mut exchange, outcome(&judged), &mut tally).await?;
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
                        repaired: attempt == Attempt::Repair,
                    });
                }
                Err(Flaw::Refused(rule)) => return Err(Failure::Refused { rule }),
                Err(Flaw::Unusable(flaw)) if attempt == Attempt::Repair => {
                    return Err(Failure::Unusable { reasons: flaw.reasons });
                }
                Err(Flaw::Unusable(flaw)) => {
                    if flaw.is_cut {
                        self.0.provider.give_room(&mut prompt, &flaw.aloud);
                    }
                    prompt.ask_for_repair(&flaw.aloud, &flaw.reasons);
                    attempt = Attempt::Repair;
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
        thinks_less: false,
        temperature: request.temperature,
        seed: (request.seed.0 & 0x7fff_ffff) as u32,
    }
}

/// What a call with this prompt and answer would likely take. An answer that has no JSON has no tokens.
fn likely<T: Serialize>(prompt: &Prompt, value: &T) -> Usage {
    let output_tokens = serde_json::to_string(value).map_or(0, |said| tokens::likely(&said));
    Usage { input_tokens: prompt.estimated_tokens(), output_tokens }
}
