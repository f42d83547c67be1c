//! Open answers: how many, how long, verbatim examples, the researcher's codes, and themes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Respondent;
use crate::statistics::{effective_size, wilson};
use crate::survey::question::{Code, Question};
use crate::survey::theme::{Theme, themes};
use crate::text::stem::stems;
use crate::{Language, Seed};

// Chosen by hand: examples, no list.
const SAMPLES: usize = 5;
const EXAMPLES: usize = 3;

/// Open answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OpenStatistics {
    /// How many answers there are.
    pub total_responses: u64,
    /// Words an answer has on average, weighted where there are weights.
    pub avg_word_count: f64,
    /// The first answers, word for word.
    pub sample_responses: Vec<String>,
    /// The codes of the question's code frame; an answer may have several.
    pub codes: Vec<CodeCount>,
    /// Answers with no code, where the question has a code frame.
    pub uncoded: Option<u64>,
    /// Answers that have rare words in common, the largest theme first.
    pub themes: Vec<Theme>,
}

/// One code of the code frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CodeCount {
    /// What the report calls it.
    pub label: String,
    /// How many answers have one of its words.
    pub count: u64,
    /// Their share of the answers, weighted where there are weights.
    pub share: f64,
    /// Wilson's 95 % interval.
    pub interval: [f64; 2],
    /// Answers with the code, word for word.
    pub examples: Vec<String>,
}

pub(super) fn texts(
    question: &Question,
    answered: &[&Respondent],
    language: Language,
) -> OpenStatistics {
    let said = answered.iter().filter_map(|r| Some((r.response.text(question)?, r.weight)));
    let (texts, weights): (Vec<&str>, Vec<f64>) = said.unzip();
    let words = texts.iter().map(|text| text.split_whitespace().count() as f64);
    let stemmed: Vec<BTreeSet<String>> =
        texts.iter().map(|text| stems(text, language).into_iter().collect()).collect();
    let frame = question.codes.as_deref();
    let coded: Vec<Vec<bool>> = frame
        .unwrap_or_default()
        .iter()
        .map(|code| stemmed.iter().map(|said| has(code, said, language)).collect())
        .collect();
    let is_uncoded = |i: usize| coded.iter().all(|code| !code[i]);
    OpenStatistics {
        total_responses: texts.len() as u64,
        avg_word_count: mean(words, &weights),
        sample_responses: texts.iter().take(SAMPLES).map(|text| (*text).to_owned()).collect(),
        codes: frame
            .unwrap_or_default()
            .iter()
            .zip(&coded)
            .map(|(code, held)| count(code, held, &texts, &weights))
            .collect(),
        uncoded: frame.map(|_| (0..texts.len()).filter(|i| is_uncoded(*i)).count() as u64),
        themes: themes(&texts, &weights, &question.title, language, Seed(0)),
    }
}

/// Whether an answer has one of the code's words, in any form. Of a phrase it must have every word.
fn has(code: &Code, said: &BTreeSet<String>, language: Language) -> bool {
    code.words.iter().any(|phrase| {
        let wanted = stems(phrase, language);
        !wanted.is_empty() && wanted.iter().all(|stem| said.contains(stem))
    })
}

/// The weighted mean; 0 of nothing.
fn mean(values: impl Iterator<Item = f64>, weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let sum: f64 = values.zip(weights).map(|(value, weight)| value * weight).sum();
    if total > 0.0 { sum / total } else { 0.0 }
}

fn count(code: &Code, held: &[bool], texts: &[&str], weights: &[f64]) -> CodeCount {
    let holders: Vec<&&str> =
        texts.iter().zip(held).filter(|(_, held)| **held).map(|(text, _)| text).collect();
    let share = mean(held.iter().map(|held| f64::from(u8::from(*held))), weights);
    CodeCount {
        label: code.label.clone(),
        count: holders.len() as u64,
        share,
        interval: wilson(share, effective_size(weights)),
        examples: holders.iter().take(EXAMPLES).map(|text| (**text).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::survey::Response;
    use crate::survey::sample::{cards, questions};

    const SAID: [&str; 3] =
        ["Ceny są za wysokie.", "Cenę da się znieść, ważny jest czas dostawy.", "Nie wiem."];

    fn coded(weights: [f64; 3]) -> OpenStatistics {
        let question = &questions(json!([{ "id": "q", "type": "open-text", "title": "T",
            "codes": [{ "label": "Cena", "words": ["cena", "drogo"] },
                      { "label": "Dostawa", "words": ["czas dostawy"] }] }]))[0];
        let respondents: Vec<Respondent> = cards(3)
            .into_iter()
            .zip(SAID.into_iter().zip(weights))
            .map(|(card, (text, weight))| {
                let answers = [("q".to_owned(), json!(text))].into();
                let response = Response { answers, ..Response::default() };
                Respondent { profile: (&card).into(), response, weight }
            })
            .collect();
        texts(question, &respondents.iter().collect::<Vec<_>>(), Language::Polish)
    }

    #[test]
    fn codes_find_their_words_in_any_form_and_count_what_they_miss() {
        let found = coded([1.0; 3]);

        assert_eq!(found.codes.iter().map(|code| code.count).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(found.uncoded, Some(1));
        assert_eq!(found.codes[1].examples, [SAID[1]]);
    }

    #[test]
    fn codes_count_in_shares_as_much_as_who_said_them() {
        let found = coded([1.0, 1.0, 3.0]);

        // two and one of five, whose weights are worth 25 / 11 people
        assert_eq!(found.codes.iter().map(|code| code.share).collect::<Vec<_>>(), [0.4, 0.2]);
        assert_eq!(found.codes[0].interval, wilson(0.4, 25.0 / 11.0));
        assert_eq!(found.codes[0].count, 2);
        // 4, 8 and three times 2 words
        assert_eq!(found.avg_word_count, 18.0 / 5.0);
    }
}
