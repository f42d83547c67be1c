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
        /// The fields and their rules.
        errors: Vec<shared::FieldError>,
    },
    /// PostgreSQL failed.
    #[error("database failed")]
    Database(#[from] sqlx::Error),
    /// Redis failed where that matters.
    #[error("cache failed")]
    Cache(#[from] redis::RedisError),
    /// Neo4j failed.
    #[error("graph failed")]
    Graph(#[from] neo4rs::Error),
    /// A message could not be published.
    #[error("queue failed")]
    Queue(#[source] anyhow::Error),
    /// A letter could not be sent.
    #[error("mail failed")]
    Mail(#[source] anyhow::Error),
    /// A file could not be kept, read or removed.
    #[error("storage failed")]
    Storage(#[source] anyhow::Error),
    /// Something of ours that should not happen.
    #[error("internal failure")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// True when the same attempt may succeed later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Database(error) => !matches!(
                error,
                sqlx::Error::RowNotFound
                    | sqlx::Error::ColumnNotFound(_)
                    | sqlx::Error::ColumnDecode { .. }
                    | sqlx::Error::Decode(_)
                    | sqlx::Error::TypeNotFound { .. }
                    | sqlx::Error::Protocol(_)
            ),
            Self::Cache(_) | Self::Graph(_) | Self::Mail(_) | Self::Queue(_) | Self::Storage(_) => {
                true
            }
            Self::Domain(_) | Self::Malformed { .. } | Self::Internal(_) => false,
        }
    }

    /// One broken rule of one field of the body.
    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Domain(shared::Error::invalid(field, rule))
    }
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
