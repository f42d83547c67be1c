//! Open answers: how many, how long, verbatim examples, the researcher's codes, and themes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Respondent;
use crate::statistics::wilson;
use crate::survey::question::{Code, Question};
use crate::survey::theme::{Theme, themes};
use crate::text::stem::stems;
use crate::{Language, Seed};

/// Examples that the client may show.
const SAMPLES: usize = 5;
/// Examples of a code.
const EXAMPLES: usize = 3;

/// Open answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OpenStatistics {
    /// How many answers there are.
    pub total_responses: u64,
    /// Words an answer has on average.
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
    /// Their share of the answers.
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
    let texts: Vec<&str> = answered.iter().filter_map(|r| r.response.text(question)).collect();
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
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
        avg_word_count: words as f64 / texts.len().max(1) as f64,
        sample_responses: texts.iter().take(SAMPLES).map(|text| (*text).to_owned()).collect(),
        codes: frame
            .unwrap_or_default()
            .iter()
            .zip(&coded)
            .map(|(code, held)| count(code, held, &texts))
            .collect(),
        uncoded: frame.map(|_| (0..texts.len()).filter(|i| is_uncoded(*i)).count() as u64),
        themes: themes(&texts, &question.title, language, Seed(0)),
    }
}

/// Whether an answer has one of the code's words, in any form. Of a phrase it must have every word.
fn has(code: &Code, said: &BTreeSet<String>, language: Language) -> bool {
    code.words.iter().any(|phrase| {
        let wanted = stems(phrase, language);
        !wanted.is_empty() && wanted.iter().all(|stem| said.contains(stem))
    })
}

fn count(code: &Code, held: &[bool], texts: &[&str]) -> CodeCount {
    let holders: Vec<&&str> =
        texts.iter().zip(held).filter(|(_, held)| **held).map(|(text, _)| text).collect();
    let n = texts.len() as f64;
    let share = if texts.is_empty() { 0.0 } else { holders.len() as f64 / n };
    CodeCount {
        label: code.label.clone(),
        count: holders.len() as u64,
        share,
        interval: wilson(share, n),
        examples: holders.iter().take(EXAMPLES).map(|text| (**text).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::survey::Response;
    use crate::survey::sample::{cards, questions};

    #[test]
    fn codes_find_their_words_in_any_form_and_count_what_they_miss() {
        let question = &questions(json!([{ "id": "q", "type": "open-text", "title": "T",
            "codes": [{ "label": "Cena", "words": ["cena", "drogo"] },
                      { "label": "Dostawa", "words": ["czas dostawy"] }] }]))[0];
        let said =
            ["Ceny są za wysokie.", "Cenę da się znieść, ważny jest czas dostawy.", "Nie wiem."];
        let respondents: Vec<Respondent> = cards(3)
            .into_iter()
            .zip(said)
            .map(|(card, text)| {
                let answers = [("q".to_owned(), json!(text))].into();
                Respondent {
                    profile: (&card).into(),
                    response: Response { answers, ..Response::default() },
                    weight: 1.0,
                }
            })
            .collect();
        let answered: Vec<&Respondent> = respondents.iter().collect();

        let found = texts(question, &answered, Language::Polish);

        assert_eq!(found.codes.iter().map(|code| code.count).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(found.uncoded, Some(1));
        assert_eq!(found.codes[1].examples, [said[1]]);
    }
}
