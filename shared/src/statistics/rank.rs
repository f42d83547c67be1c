//! Whether two orders agree.

/// Spearman's rank correlation: Pearson's of the ranks, ties at their middle (Spearman 1904). `None` for
/// fewer than two pairs, and where one side is all the same.
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    let (a, b) = (ranks(a), ranks(b));
    let n = a.len().min(b.len());
    if n < 2 {
        return None;
    }
    let middle = |ranks: &[f64]| ranks[..n].iter().sum::<f64>() / n as f64;
    let (in_a, in_b) = (middle(&a), middle(&b));
    let (mut both, mut alone_a, mut alone_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(&b) {
        both += (x - in_a) * (y - in_b);
        alone_a += (x - in_a).powi(2);
        alone_b += (y - in_b).powi(2);
    }
    let spread = (alone_a * alone_b).sqrt();
    (spread > 0.0).then(|| both / spread)
}

/// The rank of each value, from 1; equal ones share the middle of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        let up_to = sorted.partition_point(|other| other <= value);
        (below + up_to + 1) as f64 / 2.0
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_scipy_ties_and_all() {
        // scipy 1.17: stats.spearmanr([1, 2, 2, 4, 5], [2, 1, 4, 4, 9])
        let found = spearman(&[1.0, 2.0, 2.0, 4.0, 5.0], &[2.0, 1.0, 4.0, 4.0, 9.0]).unwrap();

        assert!((found - REFERENCE).abs() < 1e-9, "{found}");
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[9.0, 4.0, 1.0]), Some(-1.0));
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
    }

    const REFERENCE: f64 = 0.763_157_894_736_842_1;
}
