//! The rules of an account: address, password, name, plan.

use serde::{Deserialize, Serialize};

use crate::{FieldError, Result};

/// An e-mail address in lower case, so that one person has one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address: one `@`, a local part of at most 64 bytes, a domain with a dot.
    ///
    /// # Errors
    /// When it is not an address.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim().to_lowercase();
        let is_address = text.len() <= 254
            && text.bytes().all(|b| b.is_ascii_graphic() || b >= 0x80)
            && text.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len())
                    && !domain.contains('@')
                    && domain.contains('.')
                    && domain.split('.').all(|label| !label.is_empty())
            });
        match is_address {
            true => Ok(Self(text)),
            false => Err(FieldError::new("email", "must be a valid e-mail address")),
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a new password: at least 8 characters, a letter and a digit, at most 72 bytes.
///
/// # Errors
/// Names the rule that it breaks, never the password.
pub fn check_password(password: &str) -> Result<(), FieldError> {
    let has = |test: fn(&u8) -> bool| password.as_bytes().iter().any(test);
    let rule = if password.chars().count() < 8 {
        "must have at least 8 characters"
    } else if password.len() > 72 {
        "must have at most 72 bytes"
    } else if !has(u8::is_ascii_alphabetic) {
        "must contain a letter"
    } else if !has(u8::is_ascii_digit) {
        "must contain a digit"
    } else {
        return Ok(());
    };
    Err(FieldError::new("password", rule))
}

/// The trimmed name of a person.
///
/// # Errors
/// When it has fewer than 2 or more than 255 characters.
pub fn parse_full_name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    match name.chars().count() {
        2..=255 => Ok(name.to_owned()),
        _ => Err(FieldError::new("full_name", "must have between 2 and 255 characters")),
    }
}

/// What a person pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// 100 changes an hour.
    #[default]
    Free,
    /// 1,000 changes an hour.
    Pro,
    /// As Pro, by contract.
    Enterprise,
}

impl Plan {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        }
    }

    /// The plan of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Free, Self::Pro, Self::Enterprise].into_iter().find(|plan| plan.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case() {
        assert_eq!(Email::parse(" Ana@Example.COM ").unwrap().as_str(), "ana@example.com");
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for text in ["", "ana", "@x.pl", "ana@", "ana@x", "ana@@x.pl", "a b@x.pl", "ana@x..pl"] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_needs_length_a_letter_and_a_digit() {
        for (password, ok) in [
            ("Benchmark123", true),
            ("short1", false),
            ("onlyletters", false),
            ("1234567890", false),
            ("żółć żółć 1", false),
            ("a żółć żółć 1", true),
        ] {
            assert_eq!(check_password(password).is_ok(), ok, "{password}");
        }
        assert!(check_password(&format!("a1{}", "x".repeat(71))).is_err());
    }
}
