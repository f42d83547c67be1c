//! E-mail addresses in texts.

use super::email;
use super::name::{is_unseen, is_word};

/// The longest local part in quotes (RFC 5321, 4.5.3.1.1).
const LONGEST_QUOTED: usize = 64;

/// The text with the first letter of each address and nothing else of it.
pub(super) fn without(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for (at, sign) in text.match_indices(['@', '\u{fe6b}', '\u{ff20}']) {
        if at < from {
            continue;
        }
        let (local, domain) = (local(&text[from..at]), domain(&text[at + sign.len()..]));
        if !has_letter(local) || !has_letter(domain) {
            continue;
        }
        masked.push_str(&text[from..at - local.len()]);
        masked.push_str(&email(local));
        from = at + sign.len() + domain.len();
    }
    masked.push_str(&text[from..]);
    masked
}

/// The end of a text that may stand before the sign.
fn local(before: &str) -> &str {
    let bare = before.trim_end_matches(is_unseen);
    if let Some(inner) = bare.strip_suffix('"')
        && let Some(open) = inner.rfind('"')
        && inner.len() - open <= LONGEST_QUOTED + 1
    {
        return &before[open..];
    }
    let first = before.char_indices().rev().take_while(|(_, sign)| is_local(*sign)).last();
    first.map_or("", |(start, _)| &before[start..])
}

/// The beginning of a text that may stand behind the sign; a full stop at its end is the sentence's.
fn domain(after: &str) -> &str {
    let is_number = after.starts_with('[');
    if let (true, Some(end)) = (is_number, after.find(']')) {
        return &after[..=end];
    }
    let is_domain = |sign: char| is_word(sign) || matches!(sign, '.' | '-');
    let end = after.find(|sign| !is_domain(sign)).unwrap_or(after.len());
    after[..end].trim_end_matches(['.', '-'])
}

/// What RFC 5322 lets stand in an address without quotes, and the apostrophe of printers.
fn is_local(sign: char) -> bool {
    is_word(sign) || "._-+'’!#$%&*/=?^`{|}~".contains(sign)
}

fn has_letter(part: &str) -> bool {
    part.contains(char::is_alphanumeric)
}
