//! Numbers in a few numbers.

use serde::{Deserialize, Serialize};

/// A sample of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StatisticsSummary)]
pub struct SampleSummary {
    /// How many.
    pub n: u64,
    /// Their mean, weighted where there are weights.
    pub mean: f64,
    /// The standard deviation of a sample; 0 for fewer than two.
    pub deviation: f64,
}

impl SampleSummary {
    /// Of values with weights. Weights of mean 1 give the usual figures where all are equal.
    pub fn of(values: &[f64], weights: &[f64]) -> Option<Self> {
        let total: f64 = weights.iter().sum();
        if values.is_empty() || total <= 0.0 {
            return None;
        }
        let mean = values.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() / total;
        let squares: f64 = values.iter().zip(weights).map(|(x, w)| w * (x - mean).powi(2)).sum();
        let n = values.len() as f64;
        // reliability weights: n − 1 of n where all are equal
        let deviation = if n > 1.0 { (squares / total * n / (n - 1.0)).sqrt() } else { 0.0 };
        Some(Self { n: values.len() as u64, mean, deviation })
    }
}

/// What sums of weights may be off by rounding, as a share of all weight.
const ROUNDING: f64 = 1e-9;

/// The value that this share of all weight stays below: the first whose cumulative weight is above the share; where one
/// reaches the share exactly, the middle between it and the next (Hyndman and Fan, The American Statistician 50, 1996,
/// definition 2, with weights for counts). At a half and with equal weights it is the usual median. What has no weight
/// is passed over; `None` where nothing has any.
pub fn quantile(values: &[f64], weights: &[f64], share: f64) -> Option<f64> {
    let held = in_order(values, weights);
    let total: f64 = held.iter().map(|(_, weight)| weight).sum();
    let (wanted, rounding) = (share * total, ROUNDING * total);
    let mut below = 0.0;
    for (place, (value, weight)) in held.iter().enumerate() {
        below += weight;
        if below > wanted + rounding {
            return Some(*value);
        }
        if below > wanted - rounding {
            let next = held.get(place + 1).map_or(*value, |(next, _)| *next);
            return Some(f64::midpoint(*value, next));
        }
    }
    None
}

/// The value with the most weight; of several the smallest.
pub fn mode(values: &[f64], weights: &[f64]) -> Option<f64> {
    let held = in_order(values, weights);
    let runs: Vec<(f64, f64)> = held
        .chunk_by(|a, b| a.0 == b.0)
        .map(|run| (run[0].0, run.iter().map(|(_, weight)| weight).sum()))
        .collect();
    let most = runs.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
    runs.iter().find(|(_, weight)| *weight >= most * (1.0 - ROUNDING)).map(|(value, _)| *value)
}

/// The values that have weight, in order, each with its own.
fn in_order(values: &[f64], weights: &[f64]) -> Vec<(f64, f64)> {
    let pairs = values.iter().copied().zip(weights.iter().copied());
    let mut held: Vec<(f64, f64)> = pairs.filter(|(_, weight)| *weight > 0.0).collect();
    held.sort_by(|a, b| a.0.total_cmp(&b.0));
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_values_by_hand() {
        let values = [1.0, 2.0, 2.0, 4.0, 5.0, 5.0];

        assert_eq!(quantile(&values, &[1.0; 6], 0.5), Some(3.0));
        assert_eq!(mode(&values, &[1.0; 6]), Some(2.0), "of two modes the smaller");
        let summary =
            SampleSummary::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], &[1.0; 8]).unwrap();
        assert_eq!(summary.mean, 5.0);
        assert!((summary.deviation - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!((quantile(&[], &[], 0.5), mode(&[], &[])), (None, None));
        assert_eq!(SampleSummary::of(&[], &[]), None);
    }

    #[test]
    fn a_weight_counts_as_so_many() {
        let summary = SampleSummary::of(&[1.0, 4.0], &[1.5, 0.5]).unwrap();

        assert!((summary.mean - 1.75).abs() < 1e-12);
        // three of four are 4
        let (values, weights) = ([4.0, 1.0], [3.0, 1.0]);
        assert_eq!(
            (quantile(&values, &weights, 0.5), mode(&values, &weights)),
            (Some(4.0), Some(4.0))
        );
        // a quarter is 1 exactly, and the next is 4
        assert_eq!(quantile(&values, &weights, 0.25), Some(2.5));
        assert_eq!(quantile(&values, &weights, 0.75), Some(4.0));
        assert_eq!(quantile(&values, &[0.0, 0.0], 0.5), None);
    }

    #[test]
    fn the_middle_and_the_most_of_what_lies_on_points_pass_over_empty_ones() {
        let points = [1.0, 2.0, 3.0, 4.0, 5.0];

        assert_eq!(quantile(&points, &[2.0, 0.0, 0.0, 1.0, 1.0], 0.5), Some(2.5));
        assert_eq!(quantile(&points, &[0.4; 5], 0.5), Some(3.0));
        assert_eq!(mode(&points, &[1.0, 2.0, 2.0, 0.0, 0.0]), Some(2.0));
        assert_eq!((quantile(&points, &[0.0; 5], 0.5), mode(&points, &[0.0; 5])), (None, None));
    }
}
