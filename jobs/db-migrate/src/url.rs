//! The address of the database in the words of other tools.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

/// An address as SQLAlchemy and libpq write it: `postgres://` or `postgresql://`, with or without a
/// driver (`+psycopg2`), and with an empty host when `?host=` names a socket.
#[derive(Debug, Clone)]
pub struct SyncUrl(pub PgConnectOptions);

/// Why an address is none. Never contains the address, which holds a password.
#[derive(Debug, thiserror::Error)]
pub enum WrongUrl {
    /// Another kind of database, or no address at all.
    #[error("expected postgres:// or postgresql://, with or without a driver such as +psycopg2")]
    Scheme,
    /// PostgreSQL's, but malformed.
    #[error(transparent)]
    Address(#[from] sqlx::Error),
}

impl FromStr for SyncUrl {
    type Err = WrongUrl;

    fn from_str(text: &str) -> Result<Self, WrongUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(WrongUrl::Scheme)?;
        let dialect = scheme.split_once('+').map_or(scheme, |(dialect, _)| dialect);
        if !matches!(dialect, "postgres" | "postgresql") {
            return Err(WrongUrl::Scheme);
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        // a URL with a user must have a host; `?host=` overrides it
        let host = if authority.ends_with('@') { "localhost" } else { "" };
        Ok(Self(format!("postgres://{authority}{host}/{path}").parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_other_tools_are_understood() {
        let cases = [
            "postgres://ana:s%40e@db:5433/sight",
            "postgresql://ana:s%40e@db:5433/sight",
            "postgresql+psycopg2://ana:s%40e@db:5433/sight",
            "postgresql+asyncpg://ana:s%40e@db:5433/sight",
        ];

        for text in cases {
            let SyncUrl(options) = text.parse().unwrap();

            let parts = (options.get_username(), options.get_host(), options.get_port());
            assert_eq!(parts, ("ana", "db", 5433), "{text}");
            assert_eq!(options.get_database(), Some("sight"), "{text}");
        }
    }

    #[test]
    fn a_socket_may_stand_in_the_query() {
        let text = "postgresql+psycopg2://ana:secret@/sight?host=/cloudsql/project:region:sight";

        let SyncUrl(options) = text.parse().unwrap();

        let socket = options.get_socket().unwrap();
        assert_eq!(socket.to_str(), Some("/cloudsql/project:region:sight"));
        assert_eq!(options.get_database(), Some("sight"));
    }

    #[test]
    fn another_database_is_refused_and_its_password_not_repeated() {
        for text in ["mysql://ana:secret@db/sight", "ana:secret", "postgres://ana:secret@db:x/s"] {
            let error = text.parse::<SyncUrl>().unwrap_err();

            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
