//! White space, hyphens at line ends, what no text needs, and one form for every letter.

use unicode_normalization::UnicodeNormalization;

/// A text on one line: white space becomes single spaces, what cannot be seen goes, a letter and its mark are
/// one (NFC), letters that a printer joined are apart, and a sign that only its font knows shows as a gap.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in spaced(text).nfc() {
        match shared::text::ligature(letter) {
            Some(letters) => out.push_str(letters),
            None if is_private(letter) => out.push('\u{fffd}'),
            None if is_joined(letter) => out.extend(std::iter::once(letter).nfkc()),
            None => out.push(letter),
        }
    }
    out
}

/// How many signs a text has that only their font knows.
pub(super) fn unknown(text: &str) -> u32 {
    u32::try_from(text.chars().filter(|&c| is_private(c)).count()).unwrap_or(u32::MAX)
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}')
}

/// Arabic letters as their neighbours shape them, and those that are written as one.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(char::is_whitespace) {
        let word: String = word.chars().filter(|&c| !is_invisible(c)).collect();
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word);
    }
    out
}

/// A table, each row cleaned.
pub(super) fn rows(text: &str) -> String {
    let rows = text.lines().map(line).filter(|row| row.chars().any(char::is_alphanumeric));
    rows.collect::<Vec<_>>().join("\n")
}

/// Control characters, soft hyphens, zero-width marks and directional overrides: nobody can see them, and a prompt
/// should not carry them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Adds a further line of the same paragraph: a word that was broken at the line's end is whole again.
pub(super) fn join(paragraph: &mut String, next: &str) {
    let next = next.trim();
    let end = paragraph.trim_end().len();
    paragraph.truncate(end);
    if next.is_empty() {
        return;
    }
    if paragraph.is_empty() {
        paragraph.push_str(next);
        return;
    }
    if is_broken_word(paragraph, next) {
        paragraph.pop();
    } else {
        paragraph.push(' ');
    }
    paragraph.push_str(next);
}

/// A letter and a hyphen at the end of a line, and a small letter at the beginning of the next.
fn is_broken_word(paragraph: &str, next: &str) -> bool {
    let mut end = paragraph.chars().rev();
    let is_hyphen = matches!(end.next(), Some('-' | '\u{2010}' | '\u{ad}'));
    is_hyphen
        && end.next().is_some_and(char::is_alphabetic)
        && next.chars().next().is_some_and(char::is_lowercase)
}

/// The marks that begin an item of a list, and what follows them.
pub(super) fn without_mark(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let first = line.chars().next()?;
    if matches!(first, '•' | '◦' | '▪' | '■' | '‣' | '·' | '●' | '○' | '–' | '-' | '*' | '\u{f0b7}')
    {
        let rest = &line[first.len_utf8()..];
        return rest.starts_with(char::is_whitespace).then(|| rest.trim_start());
    }
    is_numbered(line).then_some(line)
}

/// `1.`, `12)`, `a)` before a space: the number says something and stays.
fn is_numbered(line: &str) -> bool {
    let Some((mark, _)) = line.split_once(char::is_whitespace) else { return false };
    let Some(number) = mark.strip_suffix([')', '.']) else { return false };
    let is_number = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
    let is_letter = number.len() == 1 && mark.ends_with(')') && number.is_ascii();
    !number.is_empty() && (is_number || is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_broken_at_the_line_end_is_whole_again() {
        for (first, next, whole) in [
            ("badanie konsu-", "mentów", "badanie konsumentów"),
            ("biało-", "Czerwoni", "biało- Czerwoni"),
            ("2020-", "2024", "2020- 2024"),
            ("well\u{ad}", "known", "wellknown"),
            ("koniec.", "Początek", "koniec. Początek"),
        ] {
            let mut paragraph = first.to_owned();
            join(&mut paragraph, next);
            assert_eq!(paragraph, whole);
        }
    }

    #[test]
    fn what_nobody_sees_is_gone() {
        assert_eq!(line(" a\u{200b}b \t\n\u{feff} c\u{0}d "), "ab cd");
        assert_eq!(rows("a | b\n | \n 1 |  2"), "a | b\n1 | 2");
    }

    #[test]
    fn marks_of_lists_are_known_and_numbers_stay() {
        for (line, item) in [
            ("• mleko", Some("mleko")),
            ("- mleko", Some("mleko")),
            ("1. mleko", Some("1. mleko")),
            ("b) mleko", Some("b) mleko")),
            ("-5 stopni", None),
            ("2024 r. mleko", None),
            ("mleko", None),
        ] {
            assert_eq!(without_mark(line), item, "{line}");
        }
    }
}
