//! Numbers in a few numbers.

use serde::{Deserialize, Serialize};

/// A sample of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StatisticsSummary)]
pub struct Summary {
    /// How many.
    pub n: u64,
    /// Their mean, weighted where there are weights.
    pub mean: f64,
    /// The standard deviation of a sample; 0 for fewer than two.
    pub deviation: f64,
}

impl Summary {
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

/// The middle value, or the mean of the two middle ones.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The most frequent value; of several the smallest.
pub fn mode(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.max_by(|a, b| a.len().cmp(&b.len()).then(b[0].total_cmp(&a[0]))).map(|run| run[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_values_by_hand() {
        let values = [1.0, 2.0, 2.0, 4.0, 5.0, 5.0];

        assert_eq!(median(&values), Some(3.0));
        assert_eq!(mode(&values), Some(2.0), "of two modes the smaller");
        let summary = Summary::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], &[1.0; 8]).unwrap();
        assert_eq!(summary.mean, 5.0);
        assert!((summary.deviation - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!((median(&[]), mode(&[]), Summary::of(&[], &[])), (None, None, None));
    }

    #[test]
    fn a_weight_counts_as_so_many() {
        let summary = Summary::of(&[1.0, 4.0], &[1.5, 0.5]).unwrap();

        assert!((summary.mean - 1.75).abs() < 1e-12);
    }
}
