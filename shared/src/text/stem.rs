//! Stems: what the forms of a word have in common.

mod concept;
mod polish;

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::Language;
use crate::text::function_word::is_function_word;
use crate::text::word::words;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// How words become stems. What is stored and what is asked for must be stemmed alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stemming {
    /// English by Snowball, Polish by the light stemmer: what the evaluation supports.
    #[default]
    Light,
    /// The same with whole families of Polish nouns: for concepts, each of which is one word.
    Concepts,
    /// English by Snowball, Polish by the first six letters: the simple baseline.
    Prefix,
    /// Words as they are, to compare with.
    None,
}

impl Stemming {
    /// The stem of one folded word.
    pub fn stem(self, word: &str, language: Language) -> String {
        if word.starts_with(|letter: char| letter.is_ascii_digit()) {
            return word.to_owned();
        }
        match (self, language) {
            (Self::None, _) => word.to_owned(),
            (_, Language::English) => ENGLISH.stem(word).into_owned(),
            (Self::Prefix, Language::Polish) => polish::prefix(word).to_owned(),
            (Self::Light, Language::Polish) => polish::light(word),
            (Self::Concepts, Language::Polish) => concept::stem(word),
        }
    }

    /// The stems of a text's words in order, without function words.
    pub fn stems(self, text: &str, language: Language) -> Vec<String> {
        let words = words(text).into_iter();
        let content = words.filter(|word| !is_function_word(word, language));
        content.map(|word| self.stem(&word, language)).collect()
    }
}

/// The stems of a text as they are indexed: see [`Stemming::stems`].
pub fn stems(text: &str, language: Language) -> Vec<String> {
    Stemming::default().stems(text, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_stemmed_by_snowball_and_polish_by_its_endings() {
        let english = stems("The households were buying cheaper products", Language::English);
        let polish = stems("Gospodarstwa domowe kupują tańsze produkty", Language::Polish);

        assert_eq!(english, ["household", "buy", "cheaper", "product"]);
        assert_eq!(polish.len(), 5);
        assert_eq!(polish[4], Stemming::Light.stem("produktow", Language::Polish));
    }

    #[test]
    fn numbers_are_their_own_stems() {
        assert_eq!(stems("1234567 osób", Language::Polish)[0], "1234567");
    }
}
