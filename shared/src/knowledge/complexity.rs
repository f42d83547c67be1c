//! How many passages a question needs.

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::text::function_word::is_function_word;
use crate::text::word::words;

/// The fewest passages for a question.
pub const FEWEST: u32 = 3;
/// The most passages for a question.
pub const MOST: u32 = 8;

/// Folded words that ask for a list, a comparison or a reason: more than one passage answers.
const WIDE: &str = "why how compare compared comparison versus vs differ difference differences list \
    factors reasons causes barriers effects impact influence trends overview relation relationship \
    dlaczego czemu jak porownaj porownanie roznia rozni roznica roznice roznic wymien czynniki powody \
    przyczyny bariery skutki wplyw wplywa wplywaja trendy przeglad zaleznosc zwiazek";
/// Folded words that join clauses.
const JOINS: &str = "and or but while whereas because if than as i oraz a ale lub albo natomiast \
    podczas poniewaz jesli jezeli gdy niz ktory ktora ktore ktorych ze";

/// What a question looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complexity {
    pub content_words: u32,
    /// Clauses: parts between commas, semicolons, question marks and conjunctions.
    pub clauses: u32,
    /// Whether it asks for a list, a comparison or a reason.
    pub is_wide: bool,
}

impl Complexity {
    /// Looks at a question.
    pub fn of(question: &str) -> Self {
        let words = words(question);
        let is_content = |word: &&String| {
            !is_function_word(word, Language::Polish) && !is_function_word(word, Language::English)
        };
        let count = |list: &str| {
            words.iter().filter(|word| list.split_whitespace().any(|one| one == *word)).count()
        };
        let trimmed = question.trim().trim_end_matches(['?', '.', '!']);
        let marks = trimmed.matches([',', ';', ':', '?']).count();
        let as_count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            content_words: as_count(words.iter().filter(is_content).count()),
            clauses: as_count(1 + marks + count(JOINS)),
            is_wide: count(WIDE) > 0,
        }
    }

    /// From [`FEWEST`] to [`MOST`]: one more for every four content words over two, one for each further
    /// clause up to two, one for a wide question.
    pub fn passages(self) -> u32 {
        let long = self.content_words.saturating_sub(2) / 4;
        let clauses = self.clauses.saturating_sub(1).min(2);
        (FEWEST + long + clauses + u32::from(self.is_wide)).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_and_wider_question_needs_more() {
        let cases = [
            ("Ceny masła", 3),
            ("Who is the market leader?", 3),
            ("Dlaczego młodzi rezygnują z prasy?", 4),
            (
                "Jak różnią się zwyczaje zakupowe rodzin z dziećmi i singli, a także które czynniki \
                 cenowe wpływają na wybór sklepu, kanału dostawy oraz formy płatności?",
                8,
            ),
        ];
        for (question, expected) in cases {
            assert_eq!(Complexity::of(question).passages(), expected, "{question}");
        }
    }
}
