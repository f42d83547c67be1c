//! Why a model gave nothing usable, in words that a researcher understands.

use std::time::Duration;

use crate::queue::PutOff;
use crate::runs::{EndsItem, ItemError, ItemFailure};

/// Why a call of a model gave no answer. Its `Display` may be shown and logged: it never holds text
/// of a prompt or of an answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The provider did not answer or said that it cannot, after every retry.
    #[error("the language model is not available now")]
    Unavailable {
        /// The provider's last HTTP status; absent when no connection was made.
        status: Option<u16>,
        retry_after: Option<Duration>,
    },
    /// No complete answer came within the time limit, after every retry.
    #[error("the language model did not answer in time")]
    TimedOut,
    /// The answer broke the schema or a rule, and so did its repair.
    #[error("the language model's answer could not be used, even after a correction")]
    Unusable { reasons: Vec<String> },
    /// The provider's safety rules stopped the prompt or the answer.
    #[error("the language model declined to answer: {rule}")]
    Refused {
        /// The provider's name of the rule: `SAFETY`, `PROHIBITED_CONTENT`, `refusal` …
        rule: String,
    },
    /// The provider calls the request wrong: a key, a model name or a size that it does not accept.
    #[error("the language model's provider rejected the request (status {status}){}", hint(*status))]
    Rejected { status: u16 },
    /// The prompt is longer than [`crate::model::MAX_PROMPT_BYTES`].
    #[error("the text for the language model is too long")]
    TooLong,
    /// The call might cost more than is left of the project's budget.
    #[error("the project's budget for language models does not cover this call")]
    OverBudget,
    /// The call might cost more than is left of its requester's allowance for this month.
    #[error("this month's allowance of the person who asked does not cover this call")]
    OverAllowance,
    /// The call might cost more than is left of what all free accounts together may spend this month.
    #[error("what all free accounts together may spend this month does not cover this call")]
    OverFreeCeiling,
    /// There is a limit on what may be spent, and nobody has said what this model costs.
    #[error("the price of this language model is not configured, and spending on it is limited")]
    PriceUnknown,
    /// Who asked has not shown that their e-mail address is theirs.
    #[error("the e-mail address of the person who asked is not verified")]
    Unverified,
    /// Neither a run nor a request says whose call it is, or they have left.
    #[error("no account pays for this call of a language model")]
    NobodyPays,
    /// What was said could not be placed on its scale, because the embeddings failed.
    #[error("a reaction could not be rated: {0}")]
    Unrated(Box<Failure>),
    #[error("the work was cancelled")]
    Cancelled,
    /// The cost ledger could not be written, so the call was not made or its answer not used.
    #[error("the cost ledger is not available")]
    Ledger(#[from] sqlx::Error),
}

/// What a status of rejection most likely means.
fn hint(status: u16) -> &'static str {
    match status {
        401 | 403 => ": it does not accept the key",
        402 => ": nothing is left of the credit there",
        404 => ": it does not know the model",
        _ => "",
    }
}

impl EndsItem for Failure {
    fn ends_item(self, item: u32) -> ItemError {
        match (self.puts_off(), self) {
            (_, Self::Cancelled) => ItemError::Cancelled,
            (_, Self::Ledger(error)) => ItemError::Unnoted(error),
            (Some(why), failure) => ItemError::Passing(why, failure.of_item(item)),
            (None, failure) if failure.is_unpaid() => ItemError::Unpaid(failure.of_item(item)),
            (None, failure) => ItemError::Failed(failure.of_item(item)),
        }
    }
}

impl Failure {
    /// The failure with the first reason for it, as a researcher reads it.
    pub fn explained(&self) -> String {
        match self.reasons().first() {
            Some(reason) => format!("{self}: {reason}"),
            None => self.to_string(),
        }
    }

    /// This failure, as that of an item of a run.
    pub fn of_item(&self, item: u32) -> ItemFailure {
        ItemFailure { item, code: self.code(), reason: self.explained() }
    }

    /// A short name that stays the same between releases, for rows, metrics and clients.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "model_unavailable",
            Self::TimedOut => "model_timed_out",
            Self::Unusable { .. } => "model_unusable",
            Self::Refused { .. } => "model_refused",
            Self::Rejected { .. } => "model_rejected",
            Self::TooLong => "model_too_long",
            Self::OverBudget => "model_over_budget",
            Self::OverAllowance => "model_over_allowance",
            Self::OverFreeCeiling => "model_over_free_ceiling",
            Self::PriceUnknown => "model_price_unknown",
            Self::Unverified => "model_unverified",
            Self::NobodyPays => "model_nobody_pays",
            Self::Unrated(why) => why.code(),
            Self::Cancelled => "model_cancelled",
            Self::Ledger(_) => "model_ledger",
        }
    }

    /// Whether the same call has a chance later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::TimedOut | Self::Ledger(_) => true,
            Self::Unrated(why) => why.is_retryable(),
            Self::Unusable { .. }
            | Self::Refused { .. }
            | Self::Rejected { .. }
            | Self::TooLong
            | Self::OverBudget
            | Self::OverAllowance
            | Self::OverFreeCeiling
            | Self::PriceUnknown
            | Self::Unverified
            | Self::NobodyPays
            | Self::Cancelled => false,
        }
    }

    /// Whether a purse is empty or closed to the requester, and the model was not asked: it says nothing
    /// about what was asked.
    pub fn is_unpaid(&self) -> bool {
        match self {
            Self::OverBudget
            | Self::OverAllowance
            | Self::OverFreeCeiling
            | Self::PriceUnknown
            | Self::Unverified
            | Self::NobodyPays => true,
            Self::Unrated(why) => why.is_unpaid(),
            _ => false,
        }
    }

    /// Why the work that needs the answer is put off: for a failure that may pass. A wait for our own
    /// rate is no outage: its refusal names a wait and no status of the provider.
    pub fn puts_off(&self) -> Option<PutOff> {
        match self {
            Self::Unrated(why) => why.puts_off(),
            Self::Unavailable { status, retry_after } => {
                let is_outage = status.is_some() || retry_after.is_none();
                Some(PutOff { retry_after: *retry_after, is_outage })
            }
            Self::TimedOut => Some(PutOff { retry_after: None, is_outage: true }),
            _ => None,
        }
    }

    /// What was wrong with an unusable answer; empty for every other failure.
    pub fn reasons(&self) -> &[String] {
        match self {
            Self::Unusable { reasons } => reasons,
            Self::Unrated(why) => why.reasons(),
            _ => &[],
        }
    }
}
