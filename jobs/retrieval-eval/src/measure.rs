//! What a ranking is worth to one question.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A measure of a ranking, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Normalised discounted cumulative gain of the first ten, with the grade as gain (as trec_eval).
    Ndcg10,
    /// The share of the first five that answer.
    Precision5,
    /// The share of the answers that are among the first hundred.
    Recall100,
    /// One over the rank of the first answer, 0 when there is none in the first hundred.
    Mrr,
}

impl Measure {
    /// All of them, the one that decides first.
    pub const ALL: [Self; 4] = [Self::Ndcg10, Self::Precision5, Self::Recall100, Self::Mrr];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndcg10 => "nDCG@10",
            Self::Precision5 => "precision@5",
            Self::Recall100 => "recall@100",
            Self::Mrr => "MRR",
        }
    }

    /// Measures a ranking of distinct texts against their grades.
    pub fn of(self, ranking: &[String], answers: &BTreeMap<String, u32>) -> f64 {
        match self {
            Self::Ndcg10 => ndcg(ranking, answers, 10),
            Self::Precision5 => found(ranking, answers, 5) / 5.0,
            Self::Recall100 => recall(ranking, answers, 100),
            Self::Mrr => {
                let first = ranking.iter().take(100).position(|text| answers.contains_key(text));
                first.map_or(0.0, |place| 1.0 / number(place + 1))
            }
        }
    }
}

/// The share of the answers that are among the first so many.
pub(crate) fn recall(ranking: &[String], answers: &BTreeMap<String, u32>, depth: usize) -> f64 {
    found(ranking, answers, depth) / number(answers.len().max(1))
}

/// How many of the first so many answer.
pub(crate) fn found(ranking: &[String], answers: &BTreeMap<String, u32>, depth: usize) -> f64 {
    number(ranking.iter().take(depth).filter(|text| answers.contains_key(*text)).count())
}

fn ndcg(ranking: &[String], answers: &BTreeMap<String, u32>, depth: usize) -> f64 {
    let gain = |grades: &mut dyn Iterator<Item = u32>| -> f64 {
        let gains = grades.take(depth).zip(1_u32..);
        gains.map(|(grade, rank)| f64::from(grade) / f64::from(rank + 1).log2()).sum()
    };
    let mut best: Vec<u32> = answers.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let ideal = gain(&mut best.into_iter());
    let graded = |text: &String| answers.get(text).copied().unwrap_or_default();
    if ideal > 0.0 { gain(&mut ranking.iter().map(graded)) / ideal } else { 0.0 }
}

/// A count as a number to divide by.
pub(crate) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(names: &str) -> Vec<String> {
        names.chars().map(String::from).collect()
    }

    fn answers() -> BTreeMap<String, u32> {
        [("a".to_owned(), 2), ("b".to_owned(), 1)].into()
    }

    #[test]
    fn measures_are_those_of_the_textbook() {
        let log3 = 3_f64.log2();
        // gains 0, 2/log2(3), 0, 1/log2(5) against 2 + 1/log2(3)
        let ndcg = (2.0 / log3 + 1.0 / 5_f64.log2()) / (2.0 + 1.0 / log3);

        let cases = [
            (Measure::Ndcg10, ndcg),
            (Measure::Precision5, 0.4),
            (Measure::Recall100, 1.0),
            (Measure::Mrr, 0.5),
        ];

        for (measure, expected) in cases {
            let measured = measure.of(&ranking("xayb"), &answers());
            assert!((measured - expected).abs() < 1e-12, "{}: {measured}", measure.name());
        }
    }

    #[test]
    fn the_best_ranking_is_one_and_an_empty_one_is_nothing() {
        for measure in [Measure::Ndcg10, Measure::Recall100, Measure::Mrr] {
            assert!((measure.of(&ranking("ab"), &answers()) - 1.0).abs() < 1e-12);
            assert!(measure.of(&[], &answers()).abs() < 1e-12);
        }
    }
}
