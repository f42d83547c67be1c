//! Names of files that are safe in a path, in a URL and in a bucket.

use anyhow::ensure;

use crate::Result;

/// Where files lie that others have put.
const INBOX: &str = "inbox/";
/// Cloud Storage's limit for a name.
const LONGEST_BYTES: usize = 1_024;
/// What Linux's file systems allow a name between slashes.
const LONGEST_WORD_BYTES: usize = 255;

/// A name: `avatars/x.webp`.
#[derive(Debug)]
pub(super) struct Key(String);

/// The beginning of names, up to and with a slash: `projects/1/`.
#[derive(Debug)]
pub(super) struct Prefix(String);

impl Key {
    /// Keys are made by our code, so a bad one is our mistake. What a person has chosen never becomes
    /// part of one, but below `inbox/`, where others put their files.
    pub(super) fn parse(text: &str) -> Result<Self> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Prefix {
    pub(super) fn parse(text: &str) -> Result<Self> {
        check(text.strip_suffix('/').unwrap_or_default())?;
        Ok(Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str) -> anyhow::Result<()> {
    ensure!(text.len() <= LONGEST_BYTES, "a key is too long");
    let is_allowed = if text.starts_with(INBOX) { is_given } else { is_word };
    ensure!(text.split('/').all(is_allowed), "{text:?} is no key");
    Ok(())
}

/// A word that somebody else has chosen: any letters, but neither hidden nor a way out.
fn is_given(word: &str) -> bool {
    (1..=LONGEST_WORD_BYTES).contains(&word.len())
        && !word.starts_with('.')
        && !word.contains(|c: char| c.is_control() || c == '\\')
}

/// A word never begins with a dot: neither `..`, nor what a folder keeps for itself.
fn is_word(word: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    (1..=LONGEST_WORD_BYTES).contains(&word.len())
        && !word.starts_with('.')
        && word.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_leads_out_of_its_store() {
        let escapes = [
            "",
            "/",
            "/etc/passwd",
            "..",
            "a/../b",
            "../a",
            "a/..",
            "a//b",
            "a/",
            ".part/a",
            "a\\b",
            "a\0b",
            "a b",
            "%2e%2e",
            "żółw",
            "a?x",
            "a#x",
        ];
        for text in escapes {
            assert!(Key::parse(text).is_err(), "{text:?}");
        }
        assert!(Key::parse(&"a".repeat(256)).is_err());
        assert!(Key::parse(&"a/".repeat(600)).is_err());
        for text in ["inbox/../a", "inbox//a", "inbox/.part", "inbox/a\\b", "inbox/a\0b"] {
            assert!(Key::parse(text).is_err(), "{text:?}");
        }
        assert!(Key::parse("inbox/shared/Raport kawowy żółty 50%.pdf").is_ok());
        for text in ["a", "avatars/0190-ab_c.webp", "a/b/c.tar.gz"] {
            assert!(Key::parse(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn a_prefix_ends_with_a_slash_and_is_never_everything() {
        for text in ["", "/", "a", "../", "a//"] {
            assert!(Prefix::parse(text).is_err(), "{text:?}");
        }
        assert!(Prefix::parse("projects/1/").is_ok());
    }
}
