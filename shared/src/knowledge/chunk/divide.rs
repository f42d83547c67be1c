//! Cutting what is too long for one chunk.

use super::{LETTERS_A_TOKEN, tokens};
use crate::text::sentence::sentences;

/// Whole sentences put together up to `target`; a sentence over `max` in parts.
pub(super) fn paragraph(text: &str, target: u32, max: u32) -> Vec<String> {
    let mut parts = Vec::new();
    let mut full = String::new();
    for sentence in sentences(text).into_iter().flat_map(|sentence| parts_of(sentence, max)) {
        if !full.is_empty() && tokens(&full) + tokens(sentence) > target.min(max) {
            parts.push(std::mem::take(&mut full));
        }
        if !full.is_empty() {
            full.push(' ');
        }
        full.push_str(sentence);
    }
    if !full.is_empty() {
        parts.push(full);
    }
    parts
}

/// A table in parts of at most `max` tokens, each with the header row.
pub(super) fn table(text: &str, max: u32) -> Vec<String> {
    if tokens(text) <= max {
        return vec![text.trim().to_owned()];
    }
    let mut rows = text.lines().filter(|row| !row.trim().is_empty());
    let header = rows.next().unwrap_or_default();
    // a header that leaves no room for rows is repeated nowhere
    let repeated = if tokens(header) <= max / 2 { header } else { "" };
    let mut parts = Vec::new();
    let mut full = String::new();
    if repeated.is_empty() {
        parts.extend(parts_of(header, max).into_iter().map(str::to_owned));
    }
    let room = max - tokens(repeated);
    for row in rows.flat_map(|row| parts_of(row, room)) {
        if !full.is_empty() && tokens(&full) + tokens(row) > max {
            parts.push(std::mem::take(&mut full));
        }
        if full.is_empty() {
            full.push_str(repeated);
        }
        if !full.is_empty() {
            full.push('\n');
        }
        full.push_str(row);
    }
    if full.is_empty() && parts.is_empty() {
        full.push_str(header);
    }
    if !full.is_empty() {
        parts.push(full);
    }
    parts
}

fn parts_of(mut text: &str, max: u32) -> Vec<&str> {
    let max = max.max(1);
    let mut parts = Vec::new();
    while tokens(text) > max {
        let (part, rest) = text.split_at(cut(text, max));
        parts.push(part.trim());
        text = rest;
    }
    parts.push(text.trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Where the first part of a text that is too long ends: the longest that fits.
fn cut(text: &str, max: u32) -> usize {
    let (mut used, mut end, mut clause) = (0, 0, None);
    for word in text.split_inclusive(char::is_whitespace) {
        used += tokens(word);
        if used > max {
            break;
        }
        end += word.len();
        let ends_clause = word.trim_end().ends_with([',', ';', ':', '–', '—']);
        if ends_clause && used * 2 >= max {
            clause = Some(end);
        }
    }
    if end > 0 && !text[..end].trim().is_empty() {
        return clause.unwrap_or(end);
    }
    end_of_letters(text, LETTERS_A_TOKEN * max as usize)
}

/// The end of the `count` first letters behind leading white space.
fn end_of_letters(text: &str, count: usize) -> usize {
    let blank = text.len() - text.trim_start().len();
    let end = text[blank..].char_indices().nth(count).map(|(at, _)| blank + at);
    end.unwrap_or(text.len())
}
