//! Corrections for many tests at once: of twenty true null hypotheses one is rejected at 0.05.

use serde::{Deserialize, Serialize};

/// Which error is kept in bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// The chance of even one false finding (Holm, Scandinavian Journal of Statistics 6, 1979).
    #[default]
    Holm,
    /// The share of false findings among all (Benjamini and Hochberg, J. R. Stat. Soc. B 57, 1995).
    BenjaminiHochberg,
}

/// The p values corrected for being so many, in their own order.
pub fn adjusted(p_values: &[f64], correction: Correction) -> Vec<f64> {
    let m = p_values.len();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut out = vec![1.0; m];
    match correction {
        Correction::Holm => {
            let mut most = 0.0_f64;
            for (rank, &i) in order.iter().enumerate() {
                most = most.max(p_values[i] * (m - rank) as f64);
                out[i] = most.min(1.0);
            }
        }
        Correction::BenjaminiHochberg => {
            let mut least = 1.0_f64;
            for (rank, &i) in order.iter().enumerate().rev() {
                least = least.min(p_values[i] * m as f64 / (rank + 1) as f64);
                out[i] = least;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(found: &[f64], expected: &[f64]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
        }
    }

    #[test]
    fn both_agree_with_values_by_hand() {
        let p = [0.01, 0.04, 0.03, 0.005];

        // by hand: sorted 0.005×4, 0.01×3, 0.03×2, 0.04×1 with running maxima
        near(&adjusted(&p, Correction::Holm), &[0.03, 0.06, 0.06, 0.02]);
        // by hand: 0.04×4/4, 0.03×4/3, 0.01×4/2, 0.005×4/1 with running minima
        near(&adjusted(&p, Correction::BenjaminiHochberg), &[0.02, 0.04, 0.04, 0.02]);
    }

    proptest! {
        #[test]
        fn neither_makes_a_p_value_smaller_and_holm_is_the_stricter(
            p in prop::collection::vec(0.0..=1.0f64, 0..30),
        ) {
            let holm = adjusted(&p, Correction::Holm);
            let false_discovery = adjusted(&p, Correction::BenjaminiHochberg);

            for ((raw, holm), fdr) in p.iter().zip(&holm).zip(&false_discovery) {
                prop_assert!(*raw <= fdr + 1e-12 && *fdr <= holm + 1e-12 && *holm <= 1.0);
            }
        }
    }
}
