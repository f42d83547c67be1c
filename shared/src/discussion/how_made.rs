//! How concepts, tones and shares of a discussion were made, beside every list of them.

use serde::{Deserialize, Serialize};

use super::sentiment::SIDED;
use crate::Language;
use crate::text::number::decimal;

/// Of whom figures of a discussion are, and who read the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HowMade {
    /// People in the discussion.
    pub n: usize,
    /// Answers that were read.
    pub answers: usize,
    /// Of these, read by the lexicon; the others by a language model.
    pub answers_by_lexicon: usize,
    /// The same in words, with how figures are made of it, in the language of the project.
    pub method: String,
}

impl HowMade {
    /// Of these people, answers, and answers read by the lexicon.
    pub fn of(n: usize, answers: usize, by_lexicon: usize, language: Language) -> Self {
        let by_model = answers.saturating_sub(by_lexicon);
        let sided = decimal(SIDED.into(), 2, language);
        let method = match language {
            Language::English => format!(
                "{answers} answers of {n} people: {by_model} read by a language model, {by_lexicon} by the \
                 lexicon. A person's tone is the mean of their answers; above {sided} counts as for, below \
                 -{sided} as against. Intervals are of 95 %: Student's for means, Wilson's for shares."
            ),
            Language::Polish => format!(
                "Wypowiedzi: {answers}, osób: {n}; model językowy odczytał {by_model}, leksykon \
                 {by_lexicon}. Ton osoby to średnia z jej wypowiedzi; powyżej {sided} liczy się jako \
                 przychylny, poniżej -{sided} jako krytyczny. Przedziały są 95-procentowe: Studenta dla \
                 średnich, Wilsona dla udziałów."
            ),
        };
        Self { n, answers, answers_by_lexicon: by_lexicon, method }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_of_how_many_and_who_read_in_both_languages() {
        let english = HowMade::of(8, 40, 12, Language::English);
        let polish = HowMade::of(8, 40, 12, Language::Polish);

        for wanted in ["40 answers", "8 people", "28 read by a language model", "12 by the lexicon"]
        {
            assert!(english.method.contains(wanted), "{}", english.method);
        }
        assert!(polish.method.contains("odczytał 28, leksykon 12"), "{}", polish.method);
    }
}
