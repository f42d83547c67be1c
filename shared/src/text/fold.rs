//! Comparing words as people type them: without case and marks, by Unicode's own data.

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

/// A text in the form in which it is stored and shown: a letter and its mark are one (NFC).
pub fn composed(text: &str) -> String {
    match is_nfc_quick(text.chars()) {
        unicode_normalization::IsNormalized::Yes => text.to_owned(),
        _ => text.nfc().collect(),
    }
}

/// The letters that a printer joined to one sign. Other compatibility forms are no letters joined: `m²` is not `m2`.
pub fn ligature(sign: char) -> Option<&'static str> {
    Some(match sign {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}

/// A text without case and without the marks of its letters, so that what is typed without them finds what was
/// written with them.
pub fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut bare = String::with_capacity(text.len());
    for letter in text.nfd().filter(|letter| !is_mark(*letter)).default_case_fold() {
        match ligature(letter) {
            Some(letters) => bare.push_str(letters),
            None => stroke(narrow(letter), &mut bare),
        }
    }
    // Case folding may have parted letters and marks; Hangul is one sign a syllable again.
    bare.nfd().filter(|letter| !is_mark(*letter)).nfc().collect()
}

/// Marks of the scripts that are read without them: Latin, Greek and Cyrillic. In others they are vowels.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// A sign as wide as a Chinese one, in its usual width.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

/// Letters with a stroke and letters that are two in one: Unicode takes neither apart.
fn stroke(letter: char, bare: &mut String) {
    let letters = match letter {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        other => return bare.push(other),
    };
    bare.push_str(letters);
}

/// A text as [`plain`] has it, with one kind of dash and apostrophe and runs of white space as one space.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in plain(text.trim()).chars() {
        let letter = match letter {
            '–' | '—' | '−' => '-',
            '’' => '\'',
            other if other.is_whitespace() => ' ',
            other => other,
        };
        if letter != ' ' || !folded.ends_with(' ') {
            folded.push(letter);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_diacritics_and_doubled_spaces() {
        assert_eq!(folded("  Zażółć   GĘŚLĄ jaźń "), "zazolc gesla jazn");
    }

    #[test]
    fn letters_of_every_alphabet_are_found_without_their_marks() {
        for (written, typed) in [
            ("Dvořák", "dvorak"),
            ("Søren", "soren"),
            ("Țara Șarpe", "tara sarpe"),
            ("Nguyễn", "nguyen"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("İstanbul", "istanbul"),
            ("Æsir", "aesir"),
            ("Đặng", "dang"),
            ("Ёлка", "елка"),
            ("Άννα", "αννα"),
            ("１２", "12"),
            ("ﬁrma", "firma"),
            ("ksia\u{328}z\u{307}ka", "ksiazka"),
            ("한국", "한국"),
        ] {
            assert_eq!(plain(written), typed, "{written}");
            assert_eq!(plain(&written.nfd().collect::<String>()), typed, "{written}");
        }
        for (one, other) in [("m²", "m2"), ("10⁻³", "10-3"), ("412¹", "4121")] {
            assert_ne!(plain(one), plain(other));
        }
    }
}
