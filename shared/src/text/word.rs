//! Words of a text as a search sees them: lower case, without marks, numbers in one notation.

use unicode_normalization::char::is_combining_mark;

use crate::text::fold::{composed, ligature, plain};

/// A word, folded.
///
/// Letters with marks become plain ones, so that a question typed without them finds what was written with them.
/// Raised and lowered digits are no part of a word: 412 with the mark of a footnote is found as 412. A number keeps its decimals behind a point, whichever notation it has.
pub fn words(text: &str) -> Vec<String> {
    let mut letters: Vec<char> = Vec::with_capacity(text.len());
    for letter in composed(text).chars() {
        match ligature(letter) {
            Some(parts) => letters.extend(parts.chars()),
            None => letters.push(letter),
        }
    }
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !begins(letters[at]) {
            at += 1;
            continue;
        }
        let end = if letters[at].is_ascii_digit() {
            end_of_number(&letters, at)
        } else {
            end_of_word(&letters, at)
        };
        let word: String = letters[at..end].iter().filter_map(|&letter| in_word(letter)).collect();
        // Marks that belong to no letter go: of those alone nothing is left.
        let mut word = plain(&word);
        word.retain(|letter| letter.is_alphanumeric() || letter == '.');
        if !word.is_empty() {
            words.push(word);
        }
        at = end;
    }
    words
}

/// A letter of a word, or what joins two groups of a number: spaces go, a comma becomes a point.
fn in_word(letter: char) -> Option<char> {
    match letter {
        ',' | '.' => Some('.'),
        _ if letter.is_whitespace() => None,
        _ => Some(letter),
    }
}

fn end_of_word(letters: &[char], at: usize) -> usize {
    let rest = &letters[at..];
    at + rest.iter().position(|&letter| !goes_on(letter)).unwrap_or(rest.len())
}

fn begins(letter: char) -> bool {
    letter.is_alphanumeric() && !is_shifted(letter) && !is_combining_mark(letter)
}

fn goes_on(letter: char) -> bool {
    begins(letter) || is_combining_mark(letter)
}

fn is_shifted(letter: char) -> bool {
    matches!(letter, '¹' | '²' | '³' | '\u{2070}'..='\u{209c}')
}

/// Reads `1 200`, `1200`, `3,5` and `3.5` as one word, and `2024r` as well. Thousands parted by a
/// space are groups of exactly three digits.
fn end_of_number(letters: &[char], at: usize) -> usize {
    let mut end = end_of_word(letters, at);
    while end - at <= 3
        && letters.get(end).is_some_and(|&gap| matches!(gap, ' ' | '\u{a0}' | '\u{202f}'))
        && is_thousand(letters, end + 1)
    {
        end = thousands(letters, end);
    }
    let is_decimal = letters.get(end).is_some_and(|mark| matches!(mark, ',' | '.'))
        && letters.get(end + 1).is_some_and(char::is_ascii_digit);
    if is_decimal { end_of_word(letters, end + 1) } else { end }
}

fn thousands(letters: &[char], mut end: usize) -> usize {
    while letters.get(end).is_some_and(|&gap| matches!(gap, ' ' | '\u{a0}' | '\u{202f}'))
        && is_thousand(letters, end + 1)
    {
        end += 4;
    }
    end
}

fn is_thousand(letters: &[char], at: usize) -> bool {
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    (at..at + 3).all(is_digit) && !letters.get(at + 3).is_some_and(|next| next.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_marks_and_punctuation() {
        assert_eq!(words("Żółć, (LIDL)-owy: don't"), ["zolc", "lidl", "owy", "don", "t"]);
    }

    #[test]
    fn a_letter_and_its_mark_are_one_word_however_they_are_stored() {
        use unicode_normalization::UnicodeNormalization;

        for text in ["cena książki rośnie", "źródło", "Nguyễn", "profil ﬂagi", "हिन्दी"]
        {
            let apart: String = text.nfd().collect();
            assert_eq!(words(&apart), words(text));
        }
        assert_eq!(words("proﬁl ﬂaga staﬀ"), ["profil", "flaga", "staff"]);
        assert_eq!(words("हिन्दी भाषा").len(), 2);
        assert!(words("\u{363}\u{1bf2}").is_empty());
    }

    #[test]
    fn a_number_is_one_word_in_either_notation() {
        let cases = [
            ("12 000 zł", vec!["12000", "zl"]),
            ("3,5 %", vec!["3.5"]),
            ("3.5%", vec!["3.5"]),
            ("1 234 567,89", vec!["1234567.89"]),
            ("w 2024 100 osób", vec!["w", "2024", "100", "osob"]),
            ("18-24 lat.", vec!["18", "24", "lat"]),
            ("412¹ osób", vec!["412", "osob"]),
            ("１２ osób", vec!["12", "osob"]),
            ("po 3. miejscu", vec!["po", "3", "miejscu"]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
