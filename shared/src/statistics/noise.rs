//! What chance alone does: the total variation that independent draws would show.

use std::f64::consts::{FRAC_2_PI, PI};

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Gamma};
use statrs::function::factorial::ln_binomial;

/// The total variation between a distribution and `n` people drawn from it at random.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NoiseFloor {
    /// The mean over all such draws. Exact.
    pub expected: f64,
    /// What 95 of 100 such draws stay below. An approximation, within 5 % of simulation.
    pub p95: f64,
}

/// What chance alone does to the total variation between a distribution and `n` independent draws from it: by the mean
/// and variance over all such draws.
///
/// The mean is exact: total variation is half the sum of the cells' mean absolute deviations, each
/// by De Moivre's formula for the binomial (Diaconis and Zabell, Statistical Science 6, 1991). Each
/// cell's variance is exact, the correlation of two cells is that of the absolute values of two
/// normal variables with the multinomial's correlation (Nabeya 1951). Costs k² for k cells.
#[derive(Debug, Clone, Copy)]
pub struct Chance {
    n: u64,
    mean: f64,
    variance: f64,
}

impl Chance {
    /// Of `n` draws from these probabilities.
    pub fn of(probabilities: &[f64], n: u64) -> Self {
        let (mean, variance) = moments(probabilities, n.max(1));
        Self { n, mean, variance }
    }

    /// The noise floor; its 95th percentile is that of a gamma distribution with the same mean and variance. Nobody
    /// drawn: both are 1.
    pub fn floor(self) -> NoiseFloor {
        match self.n {
            0 => NoiseFloor { expected: 1.0, p95: 1.0 },
            _ => {
                let p95 = upper_percentile(self.mean, self.variance);
                NoiseFloor { expected: self.mean, p95 }
            }
        }
    }

    /// The share of draws that are at least as far away as `distance`: by the same gamma distribution, an
    /// approximation. Nobody drawn: 1.
    pub fn as_far(self, distance: f64) -> f64 {
        let Self { n, mean, variance } = self;
        // distances come in steps of 1/n: half a step is rounding
        let distance = distance - 0.5 / n.max(1) as f64;
        if n == 0 || distance <= 0.0 {
            return 1.0;
        }
        if variance <= f64::EPSILON * FRAC_2_PI || mean <= 0.0 {
            return if distance > mean { 0.0 } else { 1.0 };
        }
        Gamma::new(mean * mean / variance, mean / variance).map_or(1.0, |gamma| gamma.sf(distance))
    }
}

/// [`Chance::floor`] of these.
pub fn noise_floor(probabilities: &[f64], n: u64) -> NoiseFloor {
    Chance::of(probabilities, n).floor()
}

/// The p value of a size by what chance made of it: (1 + as far) / (1 + drawn). Beyond all draws the
/// tail of a gamma distribution with their mean and variance, where that is smaller: a correction for
/// many tests would otherwise leave nothing to see. An approximation.
pub fn p_value_by_chance(size: f64, drawn: &[f64]) -> f64 {
    let n = drawn.len() as f64;
    // differences below this are rounding, not a smaller distance
    let as_far = drawn.iter().filter(|other| **other >= size - 1e-9).count();
    let least = (1 + as_far) as f64 / (1.0 + n);
    let mean = drawn.iter().sum::<f64>() / n;
    let variance = drawn.iter().map(|other| (other - mean).powi(2)).sum::<f64>() / (n - 1.0);
    if as_far > 0 || !variance.is_finite() || variance <= 0.0 || mean <= 0.0 {
        return least;
    }
    Gamma::new(mean * mean / variance, mean / variance)
        .map_or(least, |gamma| gamma.sf(size).min(least))
}

/// Mean and variance of the total variation.
fn moments(probabilities: &[f64], n: u64) -> (f64, f64) {
    let cells: Vec<Cell> =
        probabilities.iter().filter(|&&p| p > 0.0 && p < 1.0).map(|&p| Cell::new(p, n)).collect();
    let mean = cells.iter().map(|cell| cell.mean).sum::<f64>() / (2.0 * n as f64);
    (mean.min(1.0), variance_of_sum(&cells) / (4.0 * (n as f64).powi(2)))
}

/// One cell's absolute deviation |X − np| of a binomial X.
struct Cell {
    probability: f64,
    mean: f64,
    deviation: f64,
}

impl Cell {
    fn new(p: f64, n: u64) -> Self {
        let q = 1.0 - p;
        let m = ((n as f64 * p).floor() as u64 + 1).min(n);
        let ln_term = ln_binomial(n, m) + m as f64 * p.ln() + (n - m + 1) as f64 * q.ln();
        let mean = 2.0 * m as f64 * ln_term.exp();
        let variance = (n as f64 * p * q - mean * mean).max(0.0);
        Self { probability: p, mean, deviation: variance.sqrt() }
    }
}

fn variance_of_sum(cells: &[Cell]) -> f64 {
    let mut sum = 0.0;
    for (i, a) in cells.iter().enumerate() {
        sum += a.deviation * a.deviation;
        for b in &cells[i + 1..] {
            sum += 2.0 * a.deviation * b.deviation * absolute_correlation(a, b);
        }
    }
    sum.max(0.0)
}

/// The correlation of |Y| and |Z| for normal Y, Z whose own correlation is that of two cells of a
/// multinomial: ρ = −√(pₐ p_b / (qₐ q_b)).
fn absolute_correlation(a: &Cell, b: &Cell) -> f64 {
    let odds = |cell: &Cell| cell.probability / (1.0 - cell.probability);
    let rho = (odds(a) * odds(b)).sqrt().min(1.0);
    ((1.0 - rho * rho).sqrt() + rho * rho.asin() - 1.0) / (PI / 2.0 - 1.0)
}

fn upper_percentile(mean: f64, variance: f64) -> f64 {
    if variance <= f64::EPSILON * FRAC_2_PI || mean <= 0.0 {
        return mean;
    }
    let gamma = Gamma::new(mean * mean / variance, mean / variance);
    gamma.map_or(mean, |gamma| gamma.inverse_cdf(0.95)).clamp(mean, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::Seed;
    use crate::statistics::total_variation;

    fn simulated(probabilities: &[f64], n: u64) -> (f64, f64) {
        let mut rng = Seed(11).child("noise", n).rng();
        let mut draws: Vec<f64> = (0..4_000)
            .map(|_| {
                let mut counts = vec![0.0; probabilities.len()];
                for _ in 0..n {
                    let mut left: f64 = rng.random();
                    let cell = probabilities.iter().position(|p| {
                        left -= p;
                        left < 0.0
                    });
                    counts[cell.unwrap_or(0)] += 1.0;
                }
                total_variation(&counts, probabilities)
            })
            .collect();
        draws.sort_by(f64::total_cmp);
        (draws.iter().sum::<f64>() / draws.len() as f64, draws[draws.len() * 95 / 100])
    }

    #[test]
    fn a_fair_coin_thrown_twice_is_off_by_a_quarter_on_average() {
        // 0, 1, 2 heads with 1/4, 1/2, 1/4: TV 1/2, 0, 1/2
        assert!((noise_floor(&[0.5, 0.5], 2).expected - 0.25).abs() < 1e-12);
    }

    #[test]
    fn it_agrees_with_simulation() {
        let uneven = [0.40, 0.25, 0.15, 0.10, 0.05, 0.03, 0.02];
        let sixteen = [1.0 / 16.0; 16];
        let table: [(&[f64], u64); 6] = [
            (&[0.5, 0.5], 100),
            (&[0.9, 0.1], 400),
            (&uneven, 100),
            (&uneven, 1_000),
            (&sixteen, 100),
            (&sixteen, 20),
        ];

        for (probabilities, n) in table {
            let floor = noise_floor(probabilities, n);
            let (mean, p95) = simulated(probabilities, n);
            assert!((floor.expected / mean - 1.0).abs() < 0.03, "mean {floor:?} {mean}");
            let lattice = 0.5 / n as f64;
            assert!((floor.p95 - p95).abs() < 0.05 * p95 + lattice, "p95 {floor:?} {p95}");
        }
    }

    #[test]
    fn it_shrinks_with_the_root_of_the_sample() {
        let ratio = noise_floor(&[0.2; 5], 100).p95 / noise_floor(&[0.2; 5], 10_000).p95;

        assert!((ratio - 10.0).abs() < 0.2, "{ratio}");
    }

    proptest! {
        #[test]
        fn a_sample_by_largest_remainders_stays_within_it(
            parts in prop::collection::vec(0.01..1.0f64, 2..12),
            n in 1u64..300,
        ) {
            let sum: f64 = parts.iter().sum();
            let probabilities: Vec<f64> = parts.iter().map(|part| part / sum).collect();
            let mut counts: Vec<f64> =
                probabilities.iter().map(|p| (p * n as f64).floor()).collect();
            let mut order: Vec<usize> = (0..counts.len()).collect();
            let remainder = |i: usize| (probabilities[i] * n as f64).fract();
            order.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)));
            let left = n as usize - counts.iter().sum::<f64>() as usize;
            for &i in &order[..left] {
                counts[i] += 1.0;
            }

            let apart = total_variation(&counts, &probabilities);

            prop_assert!(apart <= noise_floor(&probabilities, n).p95 + 1e-9);
        }
    }

    #[test]
    fn one_category_has_no_noise_and_nobody_has_nothing_but() {
        assert_eq!(noise_floor(&[1.0], 50), NoiseFloor { expected: 0.0, p95: 0.0 });
        assert_eq!(noise_floor(&[0.5, 0.5], 0).p95, 1.0);
    }
}
