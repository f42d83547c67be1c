//! What a chi-square test can see: its power against deviations of a stated size.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF, Discrete, Poisson};

/// The level of every test here: a true fit is rejected once in 20 independent samples.
pub const ALPHA: f64 = 0.05;

/// Cohen's w of a small, a medium and a large deviation (Cohen, Statistical Power Analysis for the
/// Behavioral Sciences, 2nd ed. 1988, ch. 7). w is the root of Σ (p′ − p)² / p.
pub const EFFECTS: [f64; 3] = [0.1, 0.3, 0.5];

/// The power from which a test is usually called adequate (Cohen 1988, p. 56).
pub const ADEQUATE: f64 = 0.8;

/// The probability of noticing a deviation that is there, 0 to 1, by its size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Power {
    /// At w = 0.1.
    pub small: f64,
    /// At w = 0.3.
    pub medium: f64,
    /// At w = 0.5.
    pub large: f64,
}

impl Power {
    /// The power of a test of `n` people with `df` degrees of freedom at level [`ALPHA`].
    pub fn of(n: u64, df: u32) -> Self {
        let [small, medium, large] = EFFECTS.map(|w| chi_square_power(n, df, w, ALPHA));
        Self { small, medium, large }
    }

    /// Whether even a large deviation would often go unnoticed.
    pub fn is_weak(&self) -> bool {
        self.large < ADEQUATE
    }
}

/// The probability that a chi-square test at level `alpha` rejects when the deviation is Cohen's `w`:
/// the upper tail of the noncentral chi-square with noncentrality n·w² (Cohen 1988, ch. 7).
///
/// Without a degree of freedom there is nothing to notice: 0.
pub fn chi_square_power(n: u64, df: u32, w: f64, alpha: f64) -> f64 {
    let Ok(central) = ChiSquared::new(f64::from(df)) else { return 0.0 };
    let critical = central.inverse_cdf(1.0 - alpha);
    noncentral_upper_tail(critical, f64::from(df), n as f64 * w * w)
}

/// P(X > x) of a noncentral chi-square: central tails mixed by Poisson weights of mean λ/2
/// (Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2, ch. 29).
fn noncentral_upper_tail(x: f64, df: f64, lambda: f64) -> f64 {
    let tail = |df: f64| ChiSquared::new(df).map_or(0.0, |chi| chi.sf(x));
    let half = lambda / 2.0;
    let Ok(weights) = Poisson::new(half) else { return tail(df) };
    // ten standard deviations on either side leave out less than 1e-15
    let reach = 10.0 * half.sqrt() + 20.0;
    let first = (half - reach).max(0.0) as u64;
    let last = (half + reach) as u64;
    let sum: f64 = (first..=last).map(|j| weights.pmf(j) * tail(df + 2.0 * j as f64)).sum();
    sum.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cohens_sample_sizes_have_power_0_80() {
        // Cohen, A Power Primer, Psychological Bulletin 112 (1992), table 2, alpha 0.05
        let table = [
            (1, 0.1, 785),
            (1, 0.3, 87),
            (1, 0.5, 31),
            (2, 0.1, 964),
            (2, 0.3, 107),
            (2, 0.5, 39),
            (3, 0.3, 121),
            (4, 0.3, 133),
            (5, 0.3, 143),
            (6, 0.3, 151),
        ];

        for (df, w, n) in table {
            let power = chi_square_power(n, df, w, 0.05);
            assert!((power - 0.80).abs() < 0.005, "df {df} w {w} n {n}: {power}");
        }
    }

    #[test]
    fn without_a_deviation_the_power_is_the_level() {
        assert!((chi_square_power(500, 4, 0.0, 0.05) - 0.05).abs() < 1e-6);
    }

    #[test]
    fn it_grows_with_the_sample_and_reaches_certainty() {
        assert!(chi_square_power(100, 5, 0.3, 0.05) < chi_square_power(200, 5, 0.3, 0.05));
        assert!(chi_square_power(100_000, 5, 0.3, 0.05) > 0.999_999);
    }

    #[test]
    fn ten_people_are_a_weak_test_and_a_hundred_are_not() {
        assert!(Power::of(10, 1).is_weak());
        assert!(!Power::of(100, 5).is_weak());
    }
}
