//! Configuration as a value: read once, all problems told together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

/// The variables of a process, or those that a test sets. Remembers what was asked for and what was
/// wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Env {
    variables: Arc<BTreeMap<String, String>>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    asked: BTreeSet<String>,
    problems: BTreeSet<String>,
}

impl Env {
    /// The variables of this process.
    pub fn from_process() -> Self {
        Self::from_map(std::env::vars().collect())
    }

    /// Exactly these variables.
    pub fn from<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self::from_map(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    /// Exactly these variables.
    pub fn from_map(variables: BTreeMap<String, String>) -> Self {
        Self { variables: Arc::new(variables), seen: Arc::default() }
    }

    /// The value of a variable that has to be there. `None` has been noted as a problem.
    pub fn required<T: FromStr<Err: Display>>(&self, name: &str) -> Option<T> {
        let value = self.optional(name);
        if value.is_none() && self.raw(name).is_none() {
            self.problem(format!("{name} is not set"));
        }
        value
    }

    /// The value of a variable that may be absent. A malformed one has been noted as a problem.
    pub fn optional<T: FromStr<Err: Display>>(&self, name: &str) -> Option<T> {
        let raw = self.raw(name)?;
        match raw.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(format!("{name} is malformed: {error}"));
                None
            }
        }
    }

    /// The value of a variable, or a default.
    pub fn or<T: FromStr<Err: Display>>(&self, name: &str, default: T) -> T {
        self.optional(name).unwrap_or(default)
    }

    /// A secret that has to be there and is never printed.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.required::<String>(name).map(SecretString::from)
    }

    /// The text of a variable; an empty one counts as absent.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.seen().asked.insert(name.to_owned());
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Notes something wrong with the variables.
    pub fn problem(&self, problem: String) {
        self.seen().problems.insert(problem);
    }

    /// The configuration, or one error that names every problem.
    ///
    /// # Errors
    /// When any variable asked for so far is missing or malformed.
    pub fn check<T>(&self, config: Option<T>) -> anyhow::Result<T> {
        let seen = self.seen();
        let problems: Vec<&str> = seen.problems.iter().map(String::as_str).collect();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => anyhow::bail!("{} variable(s) are wrong: {}", problems.len(), problems.join("; ")),
        }
    }

    /// The names asked for so far, in order: a test holds them against the README's table.
    pub fn asked(&self) -> Vec<String> {
        self.seen().asked.iter().cloned().collect()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_told_in_one_error() {
        let env = Env::from([("PORT", "many")]);
        let port: u16 = env.or("PORT", 8080);
        let url: Option<String> = env.required("DATABASE_URL");

        let error = env.check(url.map(|url| (port, url))).unwrap_err().to_string();

        assert!(error.starts_with("2 variable(s) are wrong"), "{error}");
        assert!(error.contains("DATABASE_URL is not set"), "{error}");
        assert!(error.contains("PORT is malformed"), "{error}");
    }

    #[test]
    fn an_empty_variable_counts_as_absent() {
        let env = Env::from([("PORT", "")]);

        assert_eq!(env.or("PORT", 8080_u16), 8080);
        assert_eq!(env.asked(), ["PORT"]);
    }
}
