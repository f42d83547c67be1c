//! One way to search, measured over all questions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::Seed;
use shared::knowledge::fusion::FusionWeights;

use crate::bootstrap::{Interval, interval, paired};
use crate::collection::Question;
use crate::indexed::Asked;
use crate::measure::Measure;

/// The measures of one way to search, question by question.
#[derive(Debug, Clone)]
pub(crate) struct Scores {
    pub(crate) name: String,
    pub(crate) of: BTreeMap<Measure, Vec<f64>>,
}

impl Scores {
    /// Measures what was found, joined by these weights.
    pub(crate) fn measure(
        name: impl Into<String>,
        questions: &[&Question],
        asked: &[Asked],
        weights: FusionWeights,
    ) -> Self {
        let rankings: Vec<Vec<String>> = asked.iter().map(|one| one.ranking(weights)).collect();
        Self::of_rankings(name, questions, &rankings)
    }

    /// Measures rankings of texts.
    pub(crate) fn of_rankings(
        name: impl Into<String>,
        questions: &[&Question],
        rankings: &[Vec<String>],
    ) -> Self {
        let measured = |measure: Measure| {
            let pairs = questions.iter().zip(rankings);
            pairs.map(|(question, ranking)| measure.of(ranking, &question.answers)).collect()
        };
        let of = Measure::ALL.into_iter().map(|measure| (measure, measured(measure))).collect();
        Self { name: name.into(), of }
    }

    /// What each question gains over another way.
    pub(crate) fn gains(&self, over: &Self, measure: Measure) -> Vec<f64> {
        let pairs = self.of[&measure].iter().zip(&over.of[&measure]);
        pairs.map(|(one, other)| one - other).collect()
    }

    /// With intervals, and against another way.
    pub(crate) fn summary(&self, reference: &Self, seed: Seed) -> Summary {
        let measures = self.of.iter().map(|(measure, values)| (*measure, interval(values, seed)));
        let differences = self
            .of
            .iter()
            .map(|(measure, values)| (*measure, paired(values, &reference.of[measure], seed)));
        Summary {
            name: self.name.clone(),
            measures: measures.collect(),
            against: reference.name.clone(),
            differences: differences.collect(),
        }
    }
}

/// One way to search, as it is reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub name: String,
    /// Its means, each with its interval.
    pub measures: BTreeMap<Measure, Interval>,
    pub against: String,
    /// The mean gain of a question over that, with its interval: paired.
    pub differences: BTreeMap<Measure, Interval>,
}
