//! What answers are read as, and which segments answer otherwise than the others do.

use super::compute::MetricEvidence;
use super::figure::Metric;
use super::formula::{Ranged, trial_rate};
use super::from_answers::{AnsweredQuestion, Points, best, count_of};
use crate::persona::Segment;
use crate::statistics::{Correction, Trinomial, adjusted};

/// From so many answers on there are a range and a test. Fewer say next to nothing of a segment: surveys call such a
/// group too small and leave it out of their tests as well.
const ENOUGH_ANSWERS: f64 = 10.0;

/// The chance that any segment is told apart in any metric although all of them answer alike.
const ERROR: f64 = 0.05;

/// What answers are read as: both have three classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Intentions to buy as a rate of trial.
    Trial,
    /// Recommendations as promoters less detractors.
    Promotion,
}

impl Reading {
    const ALL: [Self; 2] = [Self::Trial, Self::Promotion];

    pub(super) fn metric(self) -> Metric {
        match self {
            Self::Trial => Metric::ConversionRate,
            Self::Promotion => Metric::NpsScore,
        }
    }

    /// The answers that it reads, the best source with any.
    pub(super) fn asked<'a>(self, evidence: &MetricEvidence<'a>) -> Option<&'a AnsweredQuestion> {
        match self {
            Self::Trial => best(evidence.intentions),
            Self::Promotion => best(evidence.recommendations),
        }
    }

    /// The figure with its range; of too few answers it has none.
    pub(super) fn figure(self, points: &Points) -> Option<Ranged> {
        let answers = self.classes(points);
        let found = match self {
            Self::Trial => trial_rate(answers.above, answers.between, answers.size())?,
            Self::Promotion => {
                let score = answers.score()?;
                Ranged::between(score.value, score.interval)
            }
        };
        Some(if are_enough(answers) { found } else { Ranged::bare(found.value) })
    }

    /// Definitely, probably and the others; promoters, passives and detractors.
    fn classes(self, points: &Points) -> Trinomial {
        let (above, between) = match self {
            Self::Trial => (5, 4),
            Self::Promotion => (9, 7),
        };
        Trinomial {
            above: count_of(points, |point| point >= above),
            between: count_of(points, |point| (between..above).contains(&point)),
            below: count_of(points, |point| point < between),
        }
    }

    /// The test of each segment against the others together, where there are enough answers on both sides. The rate of
    /// trial is 0.4, 0.2 and 0 of the classes, which is their score in other units, so that one test serves both.
    fn tests(self, evidence: &MetricEvidence<'_>) -> Vec<(Self, String, f64)> {
        let Some(asked) = self.asked(evidence) else { return Vec::new() };
        let all = self.classes(&asked.all);
        let tests = asked.segments.iter().filter_map(|(segment, points)| {
            let own = self.classes(points);
            let others = all.without(own);
            let p_value = own.p_value(others).filter(|_| are_enough(own) && are_enough(others))?;
            Some((self, segment.clone(), p_value))
        });
        tests.collect()
    }
}

/// Answers are parts of people, whose sum may be off a whole number by what is lost in adding them up.
fn are_enough(answers: Trinomial) -> bool {
    answers.size().round() >= ENOUGH_ANSWERS
}

/// Whether a segment answers otherwise than the others. The tests of all segments in both metrics are corrected
/// together (Holm, Scandinavian Journal of Statistics 6, 1979).
pub(super) fn differs(evidence: &MetricEvidence<'_>, reading: Reading, segment: Segment) -> bool {
    let tests = Reading::ALL.map(|one| one.tests(evidence)).concat();
    let p_values: Vec<f64> = tests.iter().map(|(.., p_value)| *p_value).collect();
    let corrected = adjusted(&p_values, Correction::Holm);
    let is_of = |test: &(Reading, String, f64)| test.0 == reading && test.1 == segment.id();
    tests.iter().zip(corrected).any(|(test, p_value)| is_of(test) && p_value < ERROR)
}
