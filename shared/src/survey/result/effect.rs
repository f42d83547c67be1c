//! Whether the order mattered: a test for each thing that was shown in different orders.

use serde::{Deserialize, Serialize};

use super::Respondent;
use crate::statistics::{Association, Correction, adjusted, independence, kruskal_wallis};
use crate::survey::question::{Question, QuestionKind};

/// The effect of order on one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderEffect {
    /// The question.
    pub question_id: String,
    /// `options`: whether the place of an option changes how often it is chosen; `questions`: whether
    /// those asked early answer otherwise than those asked late.
    pub of: String,
    /// The test.
    pub test: Association,
    /// Its p value corrected (Holm) over all tests of order in this survey.
    pub adjusted_p: f64,
}

/// Tests everything whose order varied and that enough people answered: what rests on few answers says nothing, and
/// would have the others corrected for it.
pub fn order_effects(questions: &[Question], respondents: &[Respondent]) -> Vec<OrderEffect> {
    let mut found = Vec::new();
    for question in questions {
        if let Some(test) = by_place(question, respondents) {
            found.push((question.id.clone(), "options", test));
        }
        if let Some(test) = by_time(question, respondents) {
            found.push((question.id.clone(), "questions", test));
        }
    }
    found.retain(|(_, _, test)| test.is_reliable);
    let p_values: Vec<f64> = found.iter().map(|(_, _, test)| test.p_value).collect();
    let adjusted = adjusted(&p_values, Correction::Holm);
    let effects = found.into_iter().zip(adjusted);
    effects
        .map(|((question_id, of, test), adjusted_p)| OrderEffect {
            question_id,
            of: of.to_owned(),
            test,
            adjusted_p,
        })
        .collect()
}

/// Options in the first half of those shown against the second: a table of place and chosen or not.
fn by_place(question: &Question, respondents: &[Respondent]) -> Option<Association> {
    if !question.randomize_options || question.kind != QuestionKind::SingleChoice {
        return None;
    }
    let options = question.choices().len();
    let mut table = vec![vec![0.0; 2]; options];
    for respondent in respondents {
        let Some(choice) = respondent.response.choice(question) else { continue };
        let shown = respondent.response.presented.options_of(question);
        for (place, option) in shown.iter().enumerate() {
            table[place][usize::from(*option != choice)] += 1.0;
        }
    }
    // one choice a respondent: the expected counts are those of the multinomial, the statistic is
    // that of fit to equal shares, which the table's statistic exceeds by k / (k − 1)
    let mut test = independence(&table)?;
    let k = options as f64;
    test.statistic *= (k - 1.0) / k;
    test.degrees_of_freedom = options as u32 - 1;
    test.p_value = upper_tail(test.statistic, test.degrees_of_freedom);
    test.test = "chi_square".to_owned();
    Some(test)
}

fn upper_tail(statistic: f64, df: u32) -> f64 {
    use statrs::distribution::{ChiSquared, ContinuousCDF};
    ChiSquared::new(f64::from(df)).map_or(1.0, |chi| chi.sf(statistic))
}

/// Compares the answers of people who met the question in the first half of the survey with the others'.
fn by_time(question: &Question, respondents: &[Respondent]) -> Option<Association> {
    let place = |r: &Respondent| {
        let shown = &r.response.presented.questions;
        let place = shown.iter().position(|id| *id == question.id)?;
        Some(usize::from(place * 2 >= shown.len()))
    };
    match question.kind {
        QuestionKind::SingleChoice => {
            let mut table = vec![vec![0.0; question.choices().len()]; 2];
            for respondent in respondents {
                if let (Some(half), Some(choice)) =
                    (place(respondent), respondent.response.choice(question))
                {
                    table[half][choice] += 1.0;
                }
            }
            independence(&table)
        }
        QuestionKind::RatingScale | QuestionKind::Nps | QuestionKind::Numeric => {
            let mut halves = vec![Vec::new(), Vec::new()];
            for respondent in respondents {
                let number = match question.kind {
                    QuestionKind::Numeric => respondent.response.number(question),
                    _ => respondent.response.score(question, None),
                };
                if let (Some(half), Some(number)) = (place(respondent), number) {
                    halves[half].push(number);
                }
            }
            kruskal_wallis(&halves)
        }
        _ => None,
    }
}
