//! Whether a number of passages by complexity is better than a fixed one.

use serde::{Deserialize, Serialize};
use shared::Seed;
use shared::knowledge::complexity::{Complexity, FEWEST, MOST};

use crate::bootstrap::{Interval, interval, mean, paired};
use crate::collection::Question;
use crate::measure::{found, number, recall};

/// A policy's passages for each question, and what they hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub name: String,
    /// How many passages it takes on average.
    pub mean_passages: f64,
    /// The share of the answers among them.
    pub recall: Interval,
    /// The share of them that answers.
    pub precision: Interval,
}

/// The policies, and the one by complexity against a fixed number of the same mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PassagesReport {
    /// Fixed numbers and the one by complexity.
    pub policies: Vec<Policy>,
    /// Recall by complexity minus recall of the fixed number with the same mean, question by question.
    pub recall_gain: Interval,
    /// The same of precision.
    pub precision_gain: Interval,
    /// Whether the number by complexity earns to be the default: a clear gain of one, no clear loss of
    /// the other.
    pub supports_complexity: bool,
}

struct Outcome {
    passages: Vec<f64>,
    recall: Vec<f64>,
    precision: Vec<f64>,
}

impl Outcome {
    fn of(
        questions: &[&Question],
        rankings: &[Vec<String>],
        number_of: impl Fn(&Question) -> u32,
    ) -> Self {
        let mut outcome = Self { passages: Vec::new(), recall: Vec::new(), precision: Vec::new() };
        for (question, ranking) in questions.iter().zip(rankings) {
            let passages = number_of(question);
            outcome.passages.push(f64::from(passages));
            outcome.recall.push(recall(ranking, &question.answers, passages as usize));
            let answering = found(ranking, &question.answers, passages as usize);
            outcome.precision.push(answering / f64::from(passages.max(1)));
        }
        outcome
    }

    /// Between two fixed numbers: `share` of the questions would take the second.
    fn between(&self, other: &Self, share: f64) -> Self {
        let mix = |one: &[f64], other: &[f64]| {
            let pairs = one.iter().zip(other);
            pairs.map(|(one, other)| one * (1.0 - share) + other * share).collect()
        };
        Self {
            passages: mix(&self.passages, &other.passages),
            recall: mix(&self.recall, &other.recall),
            precision: mix(&self.precision, &other.precision),
        }
    }

    fn policy(&self, name: String, seed: Seed) -> Policy {
        Policy {
            name,
            mean_passages: mean(&self.passages),
            recall: interval(&self.recall, seed),
            precision: interval(&self.precision, seed),
        }
    }
}

/// Compares the policies over these rankings.
pub(crate) fn compare(
    questions: &[&Question],
    rankings: &[Vec<String>],
    seed: Seed,
) -> PassagesReport {
    let fixed = |count: u32| Outcome::of(questions, rankings, |_| count);
    let dynamic =
        Outcome::of(questions, rankings, |question| Complexity::of(&question.text).passages());
    let mut policies: Vec<Policy> = (FEWEST..=MOST)
        .map(|count| fixed(count).policy(format!("{count} for all"), seed))
        .collect();
    policies.push(dynamic.policy("by complexity".to_owned(), seed));
    let mean_passages = mean(&dynamic.passages);
    let lower = (FEWEST..=MOST).rev().find(|&count| f64::from(count) <= mean_passages);
    let lower = lower.unwrap_or(FEWEST);
    let equal = fixed(lower).between(&fixed(lower + 1), mean_passages - f64::from(lower));
    let recall_gain = paired(&dynamic.recall, &equal.recall, seed);
    let precision_gain = paired(&dynamic.precision, &equal.precision, seed);
    let gains = recall_gain.low > 0.0 || precision_gain.low > 0.0;
    let loses = recall_gain.high < 0.0 || precision_gain.high < 0.0;
    PassagesReport {
        policies,
        recall_gain,
        precision_gain,
        supports_complexity: gains && !loses && number(questions.len()) > 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str, answers: &[&str]) -> Question {
        let answers = answers.iter().map(|name| ((*name).to_owned(), 1)).collect();
        Question { id: String::new(), text: text.to_owned(), answers }
    }

    #[test]
    fn a_number_that_follows_the_need_is_supported_and_one_that_does_not_is_not() {
        let simple = question("Ceny masła", &["a"]);
        let wide = question(
            "Jak i dlaczego różnią się zwyczaje zakupowe rodzin z dziećmi, singli oraz seniorów?",
            &["a", "b", "c", "d", "e", "f"],
        );
        let ranking: Vec<String> = "abcdefgh".chars().map(String::from).collect();
        let rankings = vec![ranking; 40];
        let follows: Vec<&Question> =
            (0..40).map(|at| if at % 2 == 0 { &simple } else { &wide }).collect();
        let every = question(&simple.text, &["a", "b", "c"]);
        let flat = vec![&every; 40];

        let followed = compare(&follows, &rankings, Seed(1));
        let constant = compare(&flat, &rankings, Seed(1));

        assert!(followed.supports_complexity, "{followed:?}");
        assert!(!constant.supports_complexity, "the same number for all gains nothing");
    }
}
