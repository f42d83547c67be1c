//! Open answers: how many, how long, verbatim examples, and the researcher's codes.

use serde::{Deserialize, Serialize};

use super::Respondent;
use crate::Language;
use crate::survey::question::Question;

/// Examples that the client may show.
const SAMPLES: usize = 5;

/// Open answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenStatistics {
    /// How many answers there are.
    pub total_responses: u64,
    /// Words an answer has on average.
    pub avg_word_count: f64,
    /// The first answers, word for word.
    pub sample_responses: Vec<String>,
}

/// One code of the code frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    _language: Language,
) -> OpenStatistics {
    let texts: Vec<&str> = answered.iter().filter_map(|r| r.response.text(question)).collect();
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    OpenStatistics {
        total_responses: texts.len() as u64,
        avg_word_count: words as f64 / texts.len().max(1) as f64,
        sample_responses: texts.iter().take(SAMPLES).map(|text| (*text).to_owned()).collect(),
    }
}
