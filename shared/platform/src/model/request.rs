//! What a caller asks of a model and what comes back.

use std::time::Duration;

use serde::Serialize;
use shared::Seed;
use shared::id::{ProjectId, RunId};
use tokio_util::sync::CancellationToken;

use super::{Failure, Usage, tokens};

/// One question to a model. The prompt's language, and the marks around text that is data, are the
/// caller's.
pub struct Request<'a, T> {
    /// What the call is for, as the ledger names it: `persona_text`.
    pub task: &'static str,
    /// The version of the prompt file that `system` and `user` were made from.
    pub prompt_version: &'static str,
    /// The project that pays beside the caller. Without one the caller pays alone.
    pub project: Option<ProjectId>,
    pub run: Option<RunId>,
    pub item: Option<i32>,
    pub system: &'a str,
    pub user: &'a str,
    /// The most tokens that the answer may have, without the model's thinking.
    pub max_output_tokens: u32,
    /// 0 is the most predictable; providers accept up to 2.
    pub temperature: f32,
    /// Passed on to providers that take one; also spreads the pauses before retries.
    pub seed: Seed,
    /// Stops the call, and every wait before it, when the work is cancelled.
    pub cancel: CancellationToken,
    /// Writes the answer when the provider is offline.
    pub offline: &'a (dyn Fn() -> T + Send + Sync),
}

/// Which of its answers a model is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// What it says first. Flaws send it back.
    First,
    /// What it says when it has been told its flaws. Flaws end the call.
    Repair,
}

/// The rules that an answer must keep beyond its schema: what is broken, in words for the model and
/// the researcher. They must not quote the answer, for they are stored and shown. A check sees every
/// answer that follows the schema.
pub type Check<'a, T> = &'a (dyn Fn(&T, Attempt) -> Vec<String> + Send + Sync);

/// An answer or why there is none, with what was turned back before.
#[derive(Debug)]
pub struct Judged<T> {
    pub answer: Result<Answer<T>, Failure>,
    /// What followed the schema and broke a rule, in its order.
    pub turned_back: Vec<T>,
}

/// A usable answer and what it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    pub value: T,
    /// Tokens over all calls that the provider counted; of a simulation those that the same texts would
    /// likely be.
    pub usage: Usage,
    /// The model as its provider names what answered; `offline` for a simulation.
    pub model: String,
    /// Whether no model was asked: the value comes from the offline writer.
    pub simulated: bool,
    /// Calls made, retries and repair included; 1 for a simulation.
    pub attempts: u32,
    /// From the first wait for a free slot to the usable answer.
    pub latency: Duration,
    /// What the calls cost, in micro-USD; `None` when the model's price is unknown. A call that
    /// broke off counts in full, because the provider may bill it.
    pub cost_micros: Option<i64>,
    /// Whether the first answer was unusable and a second one put it right.
    pub repaired: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Prompt {
    pub(super) system: String,
    pub(super) turns: Vec<Turn>,
    pub(super) schema: serde_json::Value,
    pub(super) schema_name: String,
    pub(super) max_output_tokens: u32,
    /// Whether thinking took all the room before, and there is no more to give.
    pub(super) thinks_less: bool,
    pub(super) temperature: f32,
    /// Below 2^31, which is what every provider takes.
    pub(super) seed: u32,
}

#[derive(Debug, Clone, Serialize)]
pub(super) enum Turn {
    User(String),
    Model(String),
}

impl Prompt {
    /// An upper bound of the prompt's tokens: byte-level tokenizers, which all these models have,
    /// make at most one token of a byte. The 64 are for roles and separators.
    pub(super) fn max_input_tokens(&self) -> u64 {
        self.bytes() as u64 + 64
    }

    /// A likely number of tokens: three bytes each, between English (four) and Polish.
    pub(super) fn likely_input_tokens(&self) -> u64 {
        self.bytes() as u64 / 3 + 64
    }

    /// How many tokens the prompt would likely be, for a call that nobody counts. The schema counts with the
    /// prompt (ai.google.dev/gemini-api/docs/structured-output, "the size of your schema counts towards
    /// the input token limit").
    pub(super) fn estimated_tokens(&self) -> u64 {
        let said = |turn: &Turn| match turn {
            Turn::User(text) | Turn::Model(text) => tokens::likely(text),
        };
        tokens::likely(&self.system)
            + tokens::likely(&self.schema.to_string())
            + self.turns.iter().map(said).sum::<u64>()
    }

    /// The prompt's length, with the schema, which providers add to the prompt.
    pub(super) fn bytes(&self) -> usize {
        let said = |turn: &Turn| match turn {
            Turn::User(text) | Turn::Model(text) => text.len(),
        };
        self.system.len()
            + self.schema.to_string().len()
            + self.turns.iter().map(said).sum::<usize>()
    }

    /// Sends what was said aloud back with what is wrong with it. Where nothing was, the user's turn asks
    /// again: Gemini refuses a turn without text.
    pub(super) fn ask_for_repair(&mut self, aloud: &str, flaws: &[String]) {
        let flaws: String = flaws.iter().map(|flaw| format!("- {flaw}\n")).collect();
        let repair = REPAIR.replace("{flaws}", &flaws);
        if aloud.trim().is_empty() {
            if let Some(Turn::User(text)) = self.turns.last_mut() {
                text.push_str("\n\n");
                text.push_str(&repair);
                return;
            }
        } else {
            self.turns.push(Turn::Model(aloud.replace('\0', "\u{fffd}")));
        }
        self.turns.push(Turn::User(repair));
    }
}

/// Says what was wrong and asks for the whole answer again, in the language of the first one.
const REPAIR: &str = include_str!("repair.txt");

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub(super) text: String,
    /// Absent when the provider did not count.
    pub(super) usage: Option<Usage>,
    pub(super) finish: Finish,
    pub(super) model: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finish {
    Complete,
    Cut,
    /// By a safety rule of this name.
    Refused(String),
    /// In a way that explains why nothing was said, in words for a researcher.
    Odd(String),
}
