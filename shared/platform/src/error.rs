//! Failures: the caller's are explained, ours are mute to the caller and complete in the log.

use std::fmt;

/// The result of everything that does I/O.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong while serving: a caller's failure, or one of ours.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's: 4xx.
    #[error(transparent)]
    Domain(#[from] shared::Error),
    /// A part of the request other than its body is malformed: 422.
    #[error("{location} is malformed")]
    Malformed {
        /// `path`, `query` or `header`.
        location: &'static str,
        errors: Vec<shared::FieldError>,
    },
    #[error("database failed")]
    Database(#[from] sqlx::Error),
    /// Redis failed where that matters.
    #[error("cache failed")]
    Cache(#[from] redis::RedisError),
    #[error("graph failed")]
    Graph(#[source] neo4rs::Error),
    #[error("queue failed")]
    Queue(#[source] anyhow::Error),
    #[error("mail failed")]
    Mail(#[source] anyhow::Error),
    #[error("storage failed")]
    Storage(#[source] anyhow::Error),
    /// A language model gave no answer to somebody who waits for it.
    #[error("no answer of the language model")]
    Model(#[source] crate::model::Failure),
    /// Others are at the same work, and a turn was waited for long enough. The text is shown as it is.
    #[error("{0}")]
    Busy(&'static str),
    /// Something of ours that should not happen.
    #[error("internal failure")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// True when the same attempt may succeed later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Database(error) => database_may_recover(error),
            Self::Busy(_)
            | Self::Cache(_)
            | Self::Graph(_)
            | Self::Mail(_)
            | Self::Queue(_)
            | Self::Storage(_) => true,
            Self::Model(failure) => failure.is_retryable(),
            Self::Domain(_) | Self::Malformed { .. } | Self::Internal(_) => false,
        }
    }

    /// True when the database refused the data itself: a text that it cannot hold, a number out of
    /// range, a broken constraint. Another row may be good.
    pub fn is_of_its_data(&self) -> bool {
        matches!(self, Self::Database(error) if OF_DATA.contains(&class(error).unwrap_or_default()))
    }

    /// True when PostgreSQL ended a transaction so that another may go on: the same may be done again
    /// at once.
    pub fn is_collision(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        matches!(error.code().as_deref(), Some("40001" | "40P01"))
    }

    /// One broken rule of one field of the body.
    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Domain(shared::Error::invalid(field, rule))
    }
}

impl From<crate::model::Failure> for Error {
    fn from(failure: crate::model::Failure) -> Self {
        match failure {
            crate::model::Failure::Ledger(error) => Self::Database(error),
            failure => Self::Model(failure),
        }
    }
}

impl From<neo4rs::Error> for Error {
    fn from(error: neo4rs::Error) -> Self {
        crate::graph::tell(&error);
        Self::Graph(error)
    }
}

/// Classes of SQLSTATE that pass without anybody changing anything: connection, rollback, resources,
/// an object in use, the operator, the system
/// (postgresql.org/docs/current/errcodes-appendix.html).
const PASSING: [&str; 6] = ["08", "40", "53", "55", "57", "58"];
/// Classes that say something of the data: data exception, constraint, a row beyond a limit.
const OF_DATA: [&str; 3] = ["22", "23", "54"];

fn database_may_recover(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(_) => PASSING.contains(&class(error).unwrap_or_default()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        _ => false,
    }
}

/// The first two signs of the SQLSTATE. What is no error of the server has none.
fn class(error: &sqlx::Error) -> Option<&'static str> {
    let sqlx::Error::Database(error) = error else { return None };
    let code = error.code()?;
    let known = PASSING.iter().chain(&OF_DATA);
    known.copied().find(|class| code.starts_with(class))
}

/// Prints an error and its sources in one line.
pub struct Chain<'a>(pub &'a (dyn std::error::Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

/// Translates a violated constraint by name, at the call site.
pub trait OnConstraint<T> {
    /// The caller's error instead of the database's when `constraint` was violated.
    ///
    /// # Errors
    /// `error()` for that constraint, the database's error for everything else.
    fn on_constraint(self, constraint: &str, error: impl FnOnce() -> shared::Error) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, constraint: &str, error: impl FnOnce() -> shared::Error) -> Result<T> {
        self.map_err(|failure| match &failure {
            sqlx::Error::Database(db) if db.constraint() == Some(constraint) => error().into(),
            _ => failure.into(),
        })
    }
}
