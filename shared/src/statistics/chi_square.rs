//! The chi-square test of fit, with the cases in which it says nothing.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::statistics::power::Power;

/// The outcome of a test of fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Test {
    /// The test was made.
    Tested(ChiSquare),
    /// The test would say nothing.
    NotTestable {
        /// The reason.
        why: Untestable,
    },
}

impl Test {
    /// The figures of a test that was made.
    pub fn tested(&self) -> Option<&ChiSquare> {
        match self {
            Self::Tested(test) => Some(test),
            Self::NotTestable { .. } => None,
        }
    }
}

/// Why a test would say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Untestable {
    /// Nobody has a value.
    Nobody,
    /// Only one category is possible.
    OneCategory,
    /// The expected counts are too small, even pooled.
    TooFewPeople {
        /// The smallest sample for which the rule of pooling leaves two cells.
        needed: u64,
    },
}

/// A chi-square test of fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChiSquare {
    /// Pearson's statistic: Σ (observed − expected)² / expected over the cells.
    pub statistic: f64,
    /// Cells less one.
    pub degrees_of_freedom: u32,
    /// The share of independent samples that would deviate at least as much. A sample allocated by
    /// quota fits better than chance, so that values near 1 are what to expect of it.
    pub p_value: f64,
    /// How many of the smallest categories were counted as one cell; 0 if none had to be.
    pub pooled: u32,
    /// The smallest expected count of a cell, after pooling.
    pub smallest_expected: f64,
    /// What the test would have noticed.
    pub power: Power,
}

/// Tests whether `counts` could be drawn from `probabilities` (as many, summing to 1).
///
/// Cells follow Cochran's rule (Biometrics 10, 1954): no expected count under 1, at most a fifth of
/// them under 5. Where that does not hold, the smallest categories are pooled into one cell, as few
/// as possible. Categories of probability 0 stay outside the test.
pub fn goodness_of_fit(counts: &[u64], probabilities: &[f64]) -> Test {
    let mut cells: Vec<(f64, u64)> = probabilities
        .iter()
        .zip(counts)
        .filter(|(p, _)| **p > 0.0)
        .map(|(&p, &count)| (p, count))
        .collect();
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n: u64 = cells.iter().map(|cell| cell.1).sum();
    let sorted: Vec<f64> = cells.iter().map(|cell| cell.0).collect();
    if n == 0 {
        return Test::NotTestable { why: Untestable::Nobody };
    }
    if sorted.len() < 2 {
        return Test::NotTestable { why: Untestable::OneCategory };
    }
    match pooling(&sorted, n) {
        Some(pooled) => Test::Tested(pearson(&cells, pooled, n)),
        None => Test::NotTestable {
            why: Untestable::TooFewPeople {
                needed: smallest(n, |n| pooling(&sorted, n).is_some()),
            },
        },
    }
}

/// From how many people on a test of `probabilities` says much: it can be made, and its power against
/// a large deviation is adequate. `None` if there is nothing to test.
pub fn people_needed(probabilities: &[f64]) -> Option<u64> {
    let mut sorted: Vec<f64> = probabilities.iter().copied().filter(|p| *p > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.len() < 2 {
        return None;
    }
    Some(smallest(0, |n| {
        pooling(&sorted, n).is_some_and(|pooled| {
            let cells = sorted.len() - pooled.saturating_sub(1);
            !Power::of(n, cells as u32 - 1).is_weak()
        })
    }))
}

/// How many of the smallest cells are to be pooled (0, or 2 and more); `None` if fewer than two
/// cells would be left. `sorted` ascends.
fn pooling(sorted: &[f64], n: u64) -> Option<usize> {
    let n = n as f64;
    let mut pool = sorted[0];
    for pooled in 1..sorted.len() {
        let rest = &sorted[pooled..];
        let small = rest.partition_point(|p| p * n < 5.0) + usize::from(pool * n < 5.0);
        let smallest = pool.min(rest[0]) * n;
        if smallest >= 1.0 && small * 5 <= rest.len() + 1 {
            return Some(if pooled == 1 { 0 } else { pooled });
        }
        pool += sorted[pooled];
    }
    None
}

/// The smallest sample above `too_few` that is enough.
fn smallest(too_few: u64, is_enough: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (too_few, too_few.max(1).saturating_mul(2));
    while !is_enough(high) {
        (low, high) = (high, high.saturating_mul(2));
        if high == u64::MAX {
            return high;
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_enough(middle) { high = middle } else { low = middle }
    }
    high
}

fn pearson(cells: &[(f64, u64)], pooled: usize, n: u64) -> ChiSquare {
    let (small, rest) = cells.split_at(pooled);
    let pool = small.iter().fold((0.0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
    let mass: f64 = cells.iter().map(|cell| cell.0).sum();
    let kept: Vec<(f64, u64)> = rest.iter().copied().chain((pooled > 0).then_some(pool)).collect();
    let expected = |p: f64| p / mass * n as f64;
    let statistic =
        kept.iter().map(|&(p, seen)| (seen as f64 - expected(p)).powi(2) / expected(p)).sum();
    let degrees_of_freedom = kept.len() as u32 - 1;
    let distribution =
        ChiSquared::new(f64::from(degrees_of_freedom)).expect("two cells or more are left");
    ChiSquare {
        statistic,
        degrees_of_freedom,
        p_value: distribution.sf(statistic).clamp(0.0, 1.0),
        pooled: pooled as u32,
        smallest_expected: kept.iter().map(|cell| expected(cell.0)).fold(f64::INFINITY, f64::min),
        power: Power::of(n, degrees_of_freedom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(counts: &[u64], probabilities: &[f64]) -> ChiSquare {
        goodness_of_fit(counts, probabilities).tested().unwrap().clone()
    }

    #[test]
    fn mendels_peas_give_the_textbook_figures() {
        // Mendel 1866: 315, 101, 108, 32 of 556 against 9:3:3:1; chi-square 0.470, p 0.925
        let test = tested(&[315, 101, 108, 32], &[9.0 / 16.0, 3.0 / 16.0, 3.0 / 16.0, 1.0 / 16.0]);

        assert!((test.statistic - 0.470).abs() < 0.0005, "{test:?}");
        assert!((test.p_value - 0.925).abs() < 0.001, "{test:?}");
        assert_eq!((test.degrees_of_freedom, test.pooled), (3, 0));
    }

    #[test]
    fn a_loaded_die_is_found() {
        // 60 throws, 5 8 9 8 10 20: 134/10 = 13.4 with 5 degrees of freedom, p 0.0199
        let test = tested(&[5, 8, 9, 8, 10, 20], &[1.0 / 6.0; 6]);

        assert!((test.statistic - 13.4).abs() < 1e-9);
        assert!((test.p_value - 0.0199).abs() < 0.0001, "{test:?}");
    }

    #[test]
    fn small_cells_are_pooled_as_few_as_cochran_asks() {
        // expected 50 40 4 3 3: three of five under 5; pooling two of them leaves 1 of 4, three none
        let test = tested(&[52, 38, 4, 3, 3], &[0.50, 0.40, 0.04, 0.03, 0.03]);

        assert_eq!((test.pooled, test.degrees_of_freedom), (3, 2));
        assert!((test.smallest_expected - 10.0).abs() < 1e-9);
    }

    #[test]
    fn one_small_cell_of_five_is_allowed() {
        assert_eq!(tested(&[30, 30, 20, 18, 2], &[0.3, 0.3, 0.2, 0.18, 0.02]).pooled, 0);
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let table: [(&[u64], &[f64], Untestable); 4] = [
            (&[0, 0], &[0.5, 0.5], Untestable::Nobody),
            (&[9, 0], &[1.0, 0.0], Untestable::OneCategory),
            (&[4, 3], &[0.5, 0.5], Untestable::TooFewPeople { needed: 10 }),
            (&[1; 8], &[0.125; 8], Untestable::TooFewPeople { needed: 40 }),
        ];

        for (counts, probabilities, why) in table {
            assert_eq!(goodness_of_fit(counts, probabilities), Test::NotTestable { why });
        }
    }

    #[test]
    fn a_coin_says_much_from_32_people_on() {
        // Cohen's table for one degree of freedom, w 0.5, power 0.80: 31.4
        assert_eq!(people_needed(&[0.5, 0.5]), Some(32));
        assert_eq!(people_needed(&[1.0, 0.0]), None);
    }

    #[test]
    fn the_sample_that_is_said_to_be_needed_is_enough_and_one_less_is_not() {
        let probabilities = [0.6, 0.2, 0.1, 0.05, 0.05];
        let Test::NotTestable { why: Untestable::TooFewPeople { needed } } =
            goodness_of_fit(&[1, 1, 0, 0, 0], &probabilities)
        else {
            panic!("two people cannot be tested");
        };

        assert!(goodness_of_fit(&[needed, 0, 0, 0, 0], &probabilities).tested().is_some());
        assert!(goodness_of_fit(&[needed - 1, 0, 0, 0, 0], &probabilities).tested().is_none());
    }
}
