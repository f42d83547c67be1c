//! Which language a text is in.

use crate::Language;
use crate::text::function_word::is_function_word;
use crate::text::word::words;

/// Letters that are written in Polish and not in English.
const POLISH_LETTERS: &str = "ąćęłńóśźż";
/// Pairs of letters that are common in one language and rare in the other, for texts too short to
/// have grammar in them.
const POLISH_PAIRS: [&str; 12] =
    ["sz", "cz", "rz", "dz", "wy", "ow", "ni", "zy", "ja", "je", "owi", "ego"];
const ENGLISH_PAIRS: [&str; 12] =
    ["th", "sh", "wh", "ck", "ee", "ou", "ea", "ing", "tion", "qu", "ough", "ly"];
/// A mark is as telling as a word of grammar, a pair of letters a quarter of that.
const PAIR: f64 = 0.25;

/// The language of a text, by its grammar, its marks, and pairs of letters; `None` when nothing speaks
/// for either, as in a name or a number.
pub fn detect(text: &str) -> Option<Language> {
    let words = words(text);
    let marks = text.chars().filter(|letter| POLISH_LETTERS.contains(lower(*letter))).count();
    let polish = score(&words, Language::Polish, &POLISH_PAIRS) + as_score(marks);
    let english = score(&words, Language::English, &ENGLISH_PAIRS);
    match polish.total_cmp(&english) {
        std::cmp::Ordering::Greater => Some(Language::Polish),
        std::cmp::Ordering::Less => Some(Language::English),
        std::cmp::Ordering::Equal => None,
    }
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn score(words: &[String], language: Language, pairs: &[&str]) -> f64 {
    let grammar = words.iter().filter(|word| is_function_word(word, language)).count();
    let pairs = words.iter().flat_map(|word| pairs.iter().map(|pair| word.matches(pair).count()));
    as_score(grammar) + PAIR * as_score(pairs.sum())
}

fn as_score(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart_with_and_without_marks_and_grammar() {
        use Language::{English, Polish};
        let cases = [
            ("Ile osób kupuje w dyskontach?", Some(Polish)),
            ("ile osob kupuje w dyskontach", Some(Polish)),
            ("ceny żywności", Some(Polish)),
            ("zakupy spozywcze", Some(Polish)),
            ("How many people shop online?", Some(English)),
            ("price sensitivity of young households", Some(English)),
            ("the share of private labels in Poland", Some(English)),
            ("shopping", Some(English)),
            ("2024", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(detect(text), expected, "{text}");
        }
    }
}
