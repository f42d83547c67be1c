//! The caller's failures: a closed vocabulary that knows nothing of HTTP.

use std::time::Duration;

use serde::Serialize;

/// The result of a rule.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller did wrong, or may not do. Failures of ours are `platform::Error`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The thing does not exist, or the caller may not see it. The text is shown as it is.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The request is well formed but contradicts the present state.
    #[error("{0}")]
    Conflict(String),
    /// The request is well formed, and the present state rules it out with the client's own status
    /// 400 (the contract's older routes use it where others use 409).
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    TooLarge(&'static str),
    /// The time in which this was possible is over.
    #[error("{0}")]
    Gone(String),
    #[error("{} invalid field(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// Nobody is signed in, or the proof is not valid. The text is shown as it is.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The caller sees the thing but may not do this. The text is shown as it is.
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("limit reached: try again in {} s", retry_after.as_secs().max(1))]
    LimitReached { retry_after: Duration },
}

impl Error {
    /// One field that breaks one rule.
    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule)])
    }
}

/// A field of a request and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Dotted path from the body's root: `target_demographics.gender.female`.
    pub field: String,
    /// The rule in words that help: `must be between 2 and 100`.
    pub rule: String,
}

impl FieldError {
    /// A field and the rule that it breaks.
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }
}
