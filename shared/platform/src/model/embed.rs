//! Embeddings: texts as vectors, by the same providers, at a pace and on the record as texts are.
//!
//! [`Embedder::embed`] takes up to [`MOST_TEXTS`] texts and divides them into calls as the provider takes
//! them, some side by side. Whoever has more divides them with [`Embedder::batches`] and stores each answer
//! before the next, so that little is paid twice.

mod config;
mod provider;
mod sides;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use shared::id::{ProjectId, RunId};
use shared::knowledge::{EmbeddingModel, OfflineEmbedding};
use shared::{Language, Seed};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use self::provider::Provider;
use super::budget::{Budget, LedgerEntry};
use super::exchange::unless_cancelled;
use super::pace::{Pace, ProviderRate};
use super::price::{Price, Usage};
use super::reservation::Reservation;
use super::retry::{Fault, Pauses};
use super::terms::Terms;
use super::{Failure, ModelParts};
use crate::Clock;

pub use self::config::EmbeddingConfig;
pub use self::sides::{Side, Sides};

/// The most texts that are embedded at a time.
pub const MOST_TEXTS: usize = 100;
/// The texts of one call for a server that refused more: text-embeddings-inference takes 32 unless it is told
/// otherwise (huggingface.co/docs/text-embeddings-inference/cli_arguments, `--max-client-batch-size`).
const CAREFUL: usize = 32;
/// The most bytes of one call, about 20,000 tokens, which every provider takes.
const MOST_BYTES: usize = 60_000;

/// Makes vectors. Clones share its limits.
#[derive(Clone)]
pub struct Embedder(Arc<Inner>, Terms);

struct Inner {
    /// What the vectors are.
    model: EmbeddingModel,
    /// The model as the provider names it.
    named: EmbeddingModel,
    sides: Sides,
    /// The most texts of one call, and how many calls are made side by side.
    most_texts: AtomicUsize,
    at_once: usize,
    provider: Provider,
    slots: Semaphore,
    pace: Pace,
    http: reqwest::Client,
    budget: Option<Budget>,
    clock: Clock,
    timeout: Duration,
    price: Option<Price>,
    first_pause: Duration,
}

/// A text to embed.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    pub text: &'a str,
    /// In which language; the offline embedding stems a document by it, and a question by what it looks
    /// like.
    pub language: Language,
}

/// What vectors are for: some models make others for questions than for what answers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Document,
    Question,
    /// To be held against each other.
    Likeness,
}

/// One call.
pub struct Embedding<'a> {
    /// What to embed; at most [`MOST_TEXTS`], so that little is lost at once.
    pub passages: &'a [Passage<'a>],
    pub purpose: Purpose,
    /// The project that pays beside the caller. Without one the caller pays alone.
    pub project: Option<ProjectId>,
    pub run: Option<RunId>,
    pub cancel: CancellationToken,
}

impl Embedder {
    /// By this configuration.
    ///
    /// # Panics
    /// When Vertex AI is wanted without [`ModelParts::token`].
    pub fn new(config: EmbeddingConfig, parts: ModelParts) -> Self {
        let rate =
            ProviderRate { requests: config.requests_per_minute, tokens: config.tokens_per_minute };
        let (kind, name) = (config.provider.name(), &config.model.name);
        let key = format!("{}model:pace:{kind}:{name}", parts.redis_prefix);
        let provider = Provider::new(&config, parts.token);
        let most = config.most_texts.unwrap_or_else(|| provider.most_texts(&config.model.name));
        let inner = Inner {
            provider,
            most_texts: AtomicUsize::new(most.clamp(1, MOST_TEXTS)),
            at_once: config.max_concurrent.max(1),
            model: config.identity(),
            slots: Semaphore::new(config.max_concurrent),
            pace: Pace::new(rate, parts.redis, key),
            http: parts.http,
            budget: parts.budget,
            clock: parts.clock,
            timeout: config.timeout,
            price: config.price,
            first_pause: config.first_pause,
            named: config.model,
            sides: config.sides,
        };
        Self(Arc::new(inner), Terms::default())
    }

    /// The same, asked under these terms: within a person's request.
    #[must_use]
    pub fn under(&self, terms: Terms) -> Self {
        Self(Arc::clone(&self.0), terms)
    }

    /// What its vectors are.
    pub fn model(&self) -> &EmbeddingModel {
        &self.0.model
    }

    /// Whether somebody pays for its calls: it is not made here and not known to be free.
    pub fn is_paid(&self) -> bool {
        !matches!(self.0.provider, Provider::Offline) && self.0.price != Some(Price::FREE)
    }

    /// Divides texts so that each part is embedded at a time and kept: how many texts each has, in order.
    pub fn batches<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<usize> {
        let most = self.0.most_texts.load(Ordering::Relaxed);
        batches(texts, (most * self.0.at_once).min(MOST_TEXTS))
    }

    /// The vectors of these texts, in their order, each of length 1.
    ///
    /// # Errors
    /// [`Failure`]; what it cost until then is in the ledger.
    pub async fn embed(&self, call: &Embedding<'_>) -> Result<Vec<Vec<f32>>, Failure> {
        if call.passages.is_empty() {
            return Ok(Vec::new());
        }
        if let Provider::Offline = self.0.provider {
            return Ok(self.offline(call).await);
        }
        self.1.keep(&call.cancel, |stop| self.online(call, stop)).await
    }

    async fn online(
        &self,
        call: &Embedding<'_>,
        stop: CancellationToken,
    ) -> Result<Vec<Vec<f32>>, Failure> {
        let mut rest = call.passages;
        let mut vectors = Vec::with_capacity(rest.len());
        while !rest.is_empty() {
            rest = self.round(call, rest, &mut vectors, &stop).await?;
        }
        Ok(vectors)
    }

    /// Some calls side by side, and what is left after them. All are waited for, so that a failure drops
    /// none that is under way and paid for. A server that refuses so many texts gets fewer from now on.
    async fn round<'a>(
        &self,
        whole: &Embedding<'_>,
        mut rest: &'a [Passage<'a>],
        vectors: &mut Vec<Vec<f32>>,
        stop: &CancellationToken,
    ) -> Result<&'a [Passage<'a>], Failure> {
        let most = self.0.most_texts.load(Ordering::Relaxed);
        let sizes = batches(rest.iter().map(|one| one.text), most);
        let mut ahead = rest;
        let calls = sizes.into_iter().take(self.0.at_once).map(|count| {
            let (passages, after) = ahead.split_at(count);
            ahead = after;
            Embedding { passages, cancel: whole.cancel.clone(), ..*whole }
        });
        let calls: Vec<Embedding<'_>> = calls.collect();
        for (call, made) in
            calls.iter().zip(join_all(calls.iter().map(|call| self.one(call, stop))).await)
        {
            let count = call.passages.len();
            match made {
                Ok(made) => vectors.extend(made),
                Err(Failure::Rejected { status: 413 | 422 }) if count > CAREFUL => {
                    self.0.most_texts.store(CAREFUL, Ordering::Relaxed);
                    return Ok(rest);
                }
                Err(failure) => return Err(failure),
            }
            rest = &rest[count..];
        }
        Ok(rest)
    }

    /// One call, tried again where that may help.
    async fn one(
        &self,
        call: &Embedding<'_>,
        stop: &CancellationToken,
    ) -> Result<Vec<Vec<f32>>, Failure> {
        let seed = Seed(call.passages.iter().map(|one| one.text.len() as u64).sum());
        let mut pauses = Pauses::new(self.0.first_pause, seed);
        loop {
            let fault = match self.attempt(call, stop).await? {
                Ok(vectors) => {
                    return vectors.map_err(|why| Failure::Unusable { reasons: vec![why] });
                }
                Err(fault) => fault,
            };
            let Some(pause) = pauses.next(&fault) else { return Err(fault.into()) };
            unless_cancelled(stop, sleep(pause)).await?;
        }
    }

    /// Off the serving threads: hashing a hundred passages takes some time.
    async fn offline(&self, call: &Embedding<'_>) -> Vec<Vec<f32>> {
        let passages: Vec<(String, Language)> =
            call.passages.iter().map(|one| (one.text.to_owned(), one.language)).collect();
        let offline = OfflineEmbedding::new(self.0.model.dimensions);
        let purpose = call.purpose;
        let embed = move |(text, language): &(String, Language)| match purpose {
            Purpose::Document | Purpose::Likeness => offline.embed(text, *language),
            Purpose::Question => offline.embed_question(text),
        };
        let embed = move || passages.iter().map(embed).collect();
        tokio::task::spawn_blocking(embed).await.expect("hashing does not panic")
    }

    async fn attempt(
        &self,
        call: &Embedding<'_>,
        stop: &CancellationToken,
    ) -> Result<Result<Vectors, Fault>, Failure> {
        let slot = unless_cancelled(stop, self.0.slots.acquire()).await?;
        let _slot = slot.expect("the slots are never closed");
        let prefix = self.0.sides.of(call.purpose).prefix.len();
        let bytes: usize = call.passages.iter().map(|one| prefix + one.text.len()).sum();
        // At most one token a byte.
        let worst = Usage { input_tokens: bytes as u64, output_tokens: 0 };
        // Paid for first: what nobody pays for takes no turn from those whose call is.
        let mut held = self.hold(call, worst).await?;
        held.in_turn(&self.0.pace, bytes as u64 / 3, stop).await?;
        held.send().await?;
        let started = Instant::now();
        let ask = self.0.provider.ask(&self.0.http, call, &self.0.named, self.0.clock.now());
        let asked = match stop.run_until_cancelled(timeout(self.0.timeout, ask)).await {
            None => Err(Fault::Cancelled),
            Some(Err(_)) => Err(Fault::TimedOut),
            Some(Ok(asked)) => asked,
        };
        let (latency, likely) =
            (started.elapsed(), Usage { input_tokens: bytes as u64 / 3, output_tokens: 0 });
        let asked = asked.map(|reply| {
            let usage = reply.usage.map_or(likely, |usage| usage.at_most(worst));
            (reply.vectors.and_then(|vectors| self.checked(vectors, call.passages.len())), usage)
        });
        match &asked {
            Ok((Ok(_), usage)) => held.settle(Some(*usage), latency, "ok").await.map(drop)?,
            Ok((Err(_), usage)) => {
                held.settle(Some(*usage), latency, "unusable").await.map(drop)?;
            }
            Err(fault) if fault.may_be_billed() => {
                held.settle(None, latency, fault.outcome()).await.map(drop)?;
            }
            Err(fault) => held.release(latency, fault.outcome()).await?,
        }
        Ok(asked.map(|(vectors, _)| vectors))
    }

    async fn hold(&self, call: &Embedding<'_>, worst: Usage) -> Result<Reservation, Failure> {
        let entry = LedgerEntry {
            payer: self.1.payer,
            project: call.project,
            run: call.run,
            item: None,
            task: match call.purpose {
                Purpose::Document => "embedding",
                Purpose::Question => "question_embedding",
                Purpose::Likeness => "likeness_embedding",
            },
            prompt_version: "-",
            provider: self.0.provider.name(),
            model: &self.0.named.name,
        };
        let (budget, price) = (self.0.budget.as_ref(), self.0.price);
        let longest = self.0.pace.longest_wait() + self.0.timeout;
        Reservation::make(budget, &entry, (price, worst), longest).await
    }

    /// Of length 1, whatever the provider does; Gemini does not for shortened vectors.
    fn checked(&self, vectors: Vec<Vec<f32>>, count: usize) -> Vectors {
        let dimensions = usize::from(self.0.named.dimensions);
        if vectors.len() != count {
            return Err(format!("{count} vectors were wanted, and {} came", vectors.len()));
        }
        if let Some(other) = vectors.iter().find(|vector| vector.len() != dimensions) {
            let length = other.len();
            return Err(format!(
                "vectors of {dimensions} numbers were wanted, and one has {length}: \
                 EMBEDDING_DIMENSIONS says how many the model makes"
            ));
        }
        if vectors.iter().any(|vector| vector.iter().all(|number| *number == 0.0)) {
            return Err("a vector of zeros has no direction".to_owned());
        }
        Ok(vectors.into_iter().map(unit).collect())
    }
}

type Vectors = Result<Vec<Vec<f32>>, String>;

fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|number| *number /= length);
    }
    vector
}

/// Divides texts into parts of at most so many and of [`MOST_BYTES`].
fn batches<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> Vec<usize> {
    let mut sizes = Vec::new();
    let (mut count, mut bytes) = (0, 0);
    for text in texts {
        if count == most || (count > 0 && bytes + text.len() > MOST_BYTES) {
            sizes.push(count);
            (count, bytes) = (0, 0);
        }
        count += 1;
        bytes += text.len();
    }
    if count > 0 {
        sizes.push(count);
    }
    sizes
}
