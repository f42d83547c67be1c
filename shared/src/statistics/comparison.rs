//! Whether two samples could come from the same people: a simulation against a survey, a half of a
//! sample against the other.

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::Seed;
use crate::statistics::distance::{total_variation, weights};
use crate::statistics::noise::p_value_by_chance;

/// Random divisions of the pooled sample that the p values rest on: their standard error at 0.02 is
/// 0.003.
pub const PERMUTATIONS: u32 = 2_000;
/// With fewer answers on either side a comparison would pass nearly anything.
pub const FEWEST: u64 = 10;

/// The share of comparisons of two random halves of one sample that fail all the same. Stricter than
/// the usual 0.05, because a failed comparison discards a simulation.
pub const LEVEL: f64 = 0.02;

/// What the categories are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Names: only how often each was chosen counts.
    Nominal,
    /// Points of a rating scale, one apart.
    Ordered,
}

/// Two samples held against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Comparison {
    /// Answers on either side.
    pub people: [u64; 2],
    /// The distance of the two distributions, 0 to 1. Absent for scores.
    pub total_variation: Option<Measure>,
    /// Ordered scales and scores: the standard deviation of the first over that of the second, with
    /// the p value of its logarithm's size. Absent where a side, or too many
    /// random divisions of the answers, do not vary at all.
    pub deviation_ratio: Option<Measure>,
    /// Ordered scales and scores: by how many points answers would have to move on average
    /// (Wasserstein's distance of order 1).
    pub wasserstein: Option<Measure>,
    /// Ordered scales and scores: the largest gap of the cumulative shares (Kolmogorov and Smirnov),
    /// 0 to 1. Stated, not tested: the two above see the same.
    pub largest_gap: Option<f64>,
    pub verdict: Agreement,
}

/// A measure and what chance makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ComparedMeasure)]
pub struct Measure {
    /// Of the two samples.
    pub value: f64,
    /// What 95 of 100 random divisions of the pooled answers stay within: for the ratio of standard
    /// deviations the upper end, its reciprocal being the lower. A smaller difference cannot be seen.
    pub chance: f64,
    /// The share of random divisions that differ at least as much.
    pub p_value: f64,
}

/// Whether two samples agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Agreement {
    /// No measure differs by more than chance.
    Pass,
    /// At least one does.
    Fail {
        /// Those that do.
        because: Vec<Difference>,
    },
    /// Fewer than [`FEWEST`] answers on a side.
    TooFew,
}

/// A measure that differs by more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = GroupDifference)]
pub enum Difference {
    /// Other answers are given.
    TotalVariation,
    /// The first sample varies less than the second.
    VariesLess,
    /// The first sample varies more than the second.
    VariesMore,
    /// The answers lie elsewhere on the scale.
    Wasserstein,
}

/// Compares counts over the same categories; the shorter side is read as ending in zeros.
///
/// Each measure is tested by permutation: the pooled answers are divided at random, by `seed`,
/// [`PERMUTATIONS`] times, and p = (1 + as far apart) / (1 + divisions) (Phipson and Smyth 2010), or less
/// where none is as far apart (`p_value_by_chance`). [`LEVEL`]
/// is shared among the measures (Bonferroni), so that two halves of one sample pass at least 98 times
/// in 100.
pub fn compare(a: &[u64], b: &[u64], scale: Scale, seed: Seed) -> Comparison {
    let points: Vec<f64> = (0..a.len().max(b.len())).map(|i| i as f64).collect();
    let pad = |side: &[u64]| -> Vec<u64> {
        (0..points.len()).map(|i| side.get(i).copied().unwrap_or(0)).collect()
    };
    let tests: &[Statistic] = match scale {
        Scale::Nominal => &[Statistic::TotalVariation],
        Scale::Ordered => {
            &[Statistic::TotalVariation, Statistic::DeviationRatio, Statistic::Wasserstein]
        }
    };
    test(&Sides { points: &points, a: pad(a), b: pad(b) }, tests, seed)
}

/// Compares two samples of numeric scores; see [`compare`]. Scores that are not finite are left out.
pub fn compare_scores(a: &[f64], b: &[f64], seed: Seed) -> Comparison {
    let mut points: Vec<f64> = a.iter().chain(b).copied().filter(|x| x.is_finite()).collect();
    points.sort_by(f64::total_cmp);
    points.dedup();
    let count = |side: &[f64]| {
        let mut counts = vec![0; points.len()];
        for score in side.iter().filter(|score| score.is_finite()) {
            counts[points.partition_point(|point| point < score)] += 1;
        }
        counts
    };
    let sides = Sides { points: &points, a: count(a), b: count(b) };
    test(&sides, &[Statistic::DeviationRatio, Statistic::Wasserstein], seed)
}

struct Sides<'a> {
    points: &'a [f64],
    a: Vec<u64>,
    b: Vec<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Statistic {
    TotalVariation,
    DeviationRatio,
    Wasserstein,
}

fn test(sides: &Sides<'_>, tests: &[Statistic], seed: Seed) -> Comparison {
    let people = [sides.a.iter().sum::<u64>(), sides.b.iter().sum::<u64>()];
    let measures = measures(sides, tests, seed);
    let measure = |wanted| measures.iter().find(|(tested, _)| *tested == wanted).map(|m| m.1);
    let is_ordered = tests.contains(&Statistic::Wasserstein);
    Comparison {
        people,
        total_variation: measure(Statistic::TotalVariation),
        deviation_ratio: measure(Statistic::DeviationRatio)
            .filter(|ratio| ratio.value.is_finite() && ratio.chance.is_finite()),
        wasserstein: measure(Statistic::Wasserstein),
        largest_gap: is_ordered.then(|| largest_gap(sides)),
        verdict: agreement(people, &measures),
    }
}

fn agreement(people: [u64; 2], measures: &[(Statistic, Measure)]) -> Agreement {
    if people.iter().any(|&n| n < FEWEST) {
        return Agreement::TooFew;
    }
    let level = LEVEL / measures.len() as f64;
    let because: Vec<Difference> = measures
        .iter()
        .filter(|(_, measure)| measure.p_value <= level)
        .map(|(statistic, measure)| match statistic {
            Statistic::TotalVariation => Difference::TotalVariation,
            Statistic::DeviationRatio if measure.value < 1.0 => Difference::VariesLess,
            Statistic::DeviationRatio => Difference::VariesMore,
            Statistic::Wasserstein => Difference::Wasserstein,
        })
        .collect();
    if because.is_empty() { Agreement::Pass } else { Agreement::Fail { because } }
}

fn measures(sides: &Sides<'_>, tests: &[Statistic], seed: Seed) -> Vec<(Statistic, Measure)> {
    let divisions = divisions(sides, tests, seed);
    tests
        .iter()
        .zip(divisions)
        .map(|(&statistic, mut sizes)| {
            let value = statistic.value(sides);
            let size = statistic.size(value);
            let p_value = p_value_by_chance(size, &sizes);
            sizes.sort_by(f64::total_cmp);
            let chance = statistic.of_size(sizes[sizes.len() * 95 / 100]);
            (statistic, Measure { value, chance, p_value })
        })
        .collect()
}

/// The size of each statistic in every random division of the pooled answers.
fn divisions(sides: &Sides<'_>, tests: &[Statistic], seed: Seed) -> Vec<Vec<f64>> {
    let (cells, total) = (sides.points.len(), sides.a.iter().chain(&sides.b).sum::<u64>());
    let mut pooled: Vec<u32> = Vec::with_capacity(total as usize);
    for (cell, count) in (0..cells).map(|cell| (cell, sides.a[cell] + sides.b[cell])) {
        pooled.extend((0..count).map(|_| cell as u32));
    }
    let all: Vec<u64> = sides.a.iter().zip(&sides.b).map(|(a, b)| a + b).collect();
    let first = sides.a.iter().sum::<u64>() as usize;
    let mut rng = seed.child("permutation", 0).rng();
    let mut sizes = vec![Vec::with_capacity(PERMUTATIONS as usize); tests.len()];
    let mut drawn = Sides { points: sides.points, a: vec![0; cells], b: vec![0; cells] };
    for _ in 0..PERMUTATIONS {
        drawn.a.fill(0);
        for &cell in pooled.partial_shuffle(&mut rng, first).0.iter() {
            drawn.a[cell as usize] += 1;
        }
        drawn.b.clear();
        drawn.b.extend(all.iter().zip(&drawn.a).map(|(all, first)| all - first));
        for (statistic, sizes) in tests.iter().zip(&mut sizes) {
            sizes.push(statistic.size(statistic.value(&drawn)));
        }
    }
    sizes
}

impl Statistic {
    fn value(self, sides: &Sides<'_>) -> f64 {
        match self {
            Self::TotalVariation => total_variation(&weights(&sides.a), &weights(&sides.b)),
            Self::DeviationRatio => {
                let (a, b) = (deviation(sides.points, &sides.a), deviation(sides.points, &sides.b));
                if a == b { 1.0 } else { a / b }
            }
            Self::Wasserstein => wasserstein(sides),
        }
    }

    /// How far from no difference, whichever side is the larger.
    fn size(self, value: f64) -> f64 {
        match self {
            Self::DeviationRatio => value.ln().abs(),
            _ => value,
        }
    }

    fn of_size(self, size: f64) -> f64 {
        match self {
            Self::DeviationRatio => size.exp(),
            _ => size,
        }
    }
}

/// The standard deviation of a sample, n − 1 in the denominator; 0 for fewer than two.
fn deviation(points: &[f64], counts: &[u64]) -> f64 {
    let n: f64 = counts.iter().sum::<u64>() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let weighted = |f: &dyn Fn(f64) -> f64| -> f64 {
        points.iter().zip(counts).map(|(&x, &count)| f(x) * count as f64).sum()
    };
    let mean = weighted(&|x| x) / n;
    (weighted(&|x| (x - mean).powi(2)) / (n - 1.0)).sqrt()
}

fn gaps(sides: &Sides<'_>) -> Vec<f64> {
    let sum = |side: &[u64]| side.iter().sum::<u64>().max(1) as f64;
    let (sum_a, sum_b) = (sum(&sides.a), sum(&sides.b));
    let mut gap = 0.0;
    let steps = sides.a.iter().zip(&sides.b);
    steps
        .map(|(&a, &b)| {
            gap += a as f64 / sum_a - b as f64 / sum_b;
            f64::abs(gap)
        })
        .collect()
}

fn wasserstein(sides: &Sides<'_>) -> f64 {
    let widths = sides.points.windows(2).map(|points| points[1] - points[0]);
    gaps(sides).iter().zip(widths).map(|(gap, width)| gap * width).sum()
}

fn largest_gap(sides: &Sides<'_>) -> f64 {
    gaps(sides).into_iter().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
