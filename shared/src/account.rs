//! The rules of an account: address, password, name, plan.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::{FieldError, Result};

/// The longest password, in characters. Argon2 takes any length; this bounds what is sent and normalised.
const LONGEST_PASSWORD: usize = 256;

/// An e-mail address in lower case and in Unicode's composed form, so that one person has one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address: one `@`, a local part of at most 64 bytes, a domain with a dot.
    ///
    /// # Errors
    /// When it is not an address.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = fold_address(text);
        let is_address = text.len() <= 254
            && !text.contains(is_unseen)
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

/// Space, control and format characters, of which nobody sees that two addresses differ by them. Format
/// characters also turn round how the rest is read.
fn is_unseen(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter.general_category(), GeneralCategory::Control | GeneralCategory::Format)
}

/// The one spelling of what somebody typed as an address, whether or not it is one: what is counted and
/// looked up by it. Lower case is composed again, because some letters fall apart with it.
pub fn fold_address(text: &str) -> String {
    let composed: String = text.trim().nfc().collect();
    composed.to_lowercase().nfc().collect()
}

/// A password as it is hashed, whichever keyboard it was typed on: composed, and with one kind of space. That
/// is what the profile `OpaqueString` of RFC 8265 maps; its list of permitted letters is not asked, because it
/// knows none that Unicode has added since.
pub fn normal_password(text: &str) -> String {
    text.chars().map(|letter| if is_space(letter) { ' ' } else { letter }).nfc().collect()
}

/// Unicode's category Zs.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() && !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Checks a new password in its normal form: 8 to 256 characters, a letter and a digit of any script.
///
/// # Errors
/// Names the rule that it breaks, never the password.
pub fn check_password(password: &str) -> Result<(), FieldError> {
    let password = normal_password(password);
    let length = password.chars().count();
    let rule = if length < 8 {
        "must have at least 8 characters"
    } else if length > LONGEST_PASSWORD {
        "must have at most 256 characters"
    } else if password.contains(char::is_control) {
        "must contain no control characters"
    } else if !password.contains(char::is_alphabetic) {
        "must contain a letter"
    } else if !password.contains(char::is_numeric) {
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

crate::words! {
    /// What a person pays for.
    #[derive(Default)]
    pub enum Plan {
        /// 100 changes an hour.
        #[default]
        Free = "free",
        /// 1,000 changes an hour.
        Pro = "pro",
        /// As Pro, by contract.
        Enterprise = "enterprise",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case() {
        assert_eq!(EmailAddress::parse(" Ana@Example.COM ").unwrap().as_str(), "ana@example.com");
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for text in ["", "ana", "@x.pl", "ana@", "ana@x", "ana@@x.pl", "a b@x.pl", "ana@x..pl"] {
            assert!(EmailAddress::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_has_no_letter_that_nobody_sees() {
        for unseen in [
            '\u{200b}',
            '\u{202e}',
            '\u{85}',
            '\u{ad}',
            '\u{2060}',
            '\u{feff}',
            '\u{2066}',
            '\u{e0041}',
            '\u{a0}',
            '\u{2028}',
            '\t',
            '\0',
        ] {
            for address in [format!("an{unseen}a@example.com"), format!("ana@exa{unseen}mple.com")]
            {
                assert!(EmailAddress::parse(&address).is_err(), "{}", unseen.escape_unicode());
            }
        }
        for address in ["żaneta@example.com", "анна@example.com", "o'neill+a@example.com"] {
            assert!(EmailAddress::parse(address).is_ok(), "{address}");
        }
    }

    #[test]
    fn a_password_needs_length_a_letter_and_a_digit() {
        for (password, ok) in [
            ("Benchmark123", true),
            ("short1", false),
            ("onlyletters", false),
            ("1234567890", false),
            ("żółć żółć 1", true),
            ("a żółć żółć 1", true),
            ("żółćżółć1", true),
            ("пароль2026", true),
            ("κωδικός２０２６", true),
            ("كلمة السر ١٢٣", true),
            ("密码密码密码密码", false),
            ("пароль\n2026", false),
            // seven characters, however they are composed
            ("z\u{301}z\u{301}z\u{301}z\u{301}z\u{301}z\u{301}1", false),
        ] {
            assert_eq!(check_password(password).is_ok(), ok, "{password}");
        }
    }

    #[test]
    fn the_length_of_a_password_is_counted_in_characters() {
        for (password, ok) in [
            (format!("1{}", "я".repeat(40)), true),
            (format!("a1{}", "я".repeat(254)), true),
            (format!("a1{}", "x".repeat(255)), false),
        ] {
            assert_eq!(check_password(&password).is_ok(), ok, "{password}");
        }
    }

    #[test]
    fn one_password_has_one_normal_form_on_every_keyboard() {
        let composed = "żółć książka 1";
        let decomposed: String = composed.nfd().collect();

        assert_ne!(composed, decomposed);
        assert_eq!(normal_password(&decomposed), composed);
        assert_eq!(normal_password("żółć\u{a0}książka\u{3000}1"), composed);
        assert_eq!(normal_password("ﬁ ² Ａ"), "ﬁ ² Ａ", "what looks alike is not the same");
    }

    #[test]
    fn a_decomposed_address_is_the_composed_one() {
        let composed = EmailAddress::parse("Zoé@example.com").unwrap();

        assert_eq!(EmailAddress::parse("ZOE\u{301}@example.com"), Ok(composed.clone()));
        assert_eq!(EmailAddress::parse("zoe\u{301}@example.com"), Ok(composed));
    }
}
