//! Distances of distributions beside total variation, which is in [`super::distance`].

/// Shares of counts or weights; `None` where there is nothing.
fn shares(side: &[f64], cells: usize) -> Option<Vec<f64>> {
    let sum: f64 = side.iter().sum();
    (sum > 0.0).then(|| (0..cells).map(|i| side.get(i).map_or(0.0, |x| x / sum)).collect())
}

/// The Jensen–Shannon divergence in bits, 0 to 1 (Lin, IEEE Trans. Inf. Theory 37, 1991): how much an
/// answer tells about which of the two it comes from. `None` where a side is empty.
pub fn jensen_shannon(a: &[f64], b: &[f64]) -> Option<f64> {
    let cells = a.len().max(b.len());
    let (a, b) = (shares(a, cells)?, shares(b, cells)?);
    let half = |p: f64, q: f64| {
        let middle = f64::midpoint(p, q);
        if p > 0.0 { p * (p / middle).log2() } else { 0.0 }
    };
    let sum: f64 = a.iter().zip(&b).map(|(&p, &q)| half(p, q) + half(q, p)).sum();
    Some((sum / 2.0).clamp(0.0, 1.0))
}

/// The earth mover's distance between the points of a scale, divided by its length: by what share of
/// the scale answers would have to move on average, 0 to 1. `None` where a side is empty.
pub fn normalised_emd(a: &[f64], b: &[f64]) -> Option<f64> {
    let cells = a.len().max(b.len());
    let (a, b) = (shares(a, cells)?, shares(b, cells)?);
    let mut gap = 0.0;
    let moved: f64 = a
        .iter()
        .zip(&b)
        .map(|(p, q)| {
            gap += p - q;
            f64::abs(gap)
        })
        .sum();
    Some(if cells > 1 { moved / (cells - 1) as f64 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn they_agree_with_values_by_hand() {
        // all answers move over the whole scale
        assert_eq!(normalised_emd(&[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]), Some(1.0));
        // a fifth moves by one of two steps
        let moved = normalised_emd(&[0.5, 0.5, 0.0], &[0.3, 0.7, 0.0]).unwrap();
        assert!((moved - 0.1).abs() < 1e-12);
        assert_eq!(jensen_shannon(&[1.0, 0.0], &[0.0, 1.0]), Some(1.0));
        assert_eq!(jensen_shannon(&[], &[1.0]), None);
    }

    #[test]
    fn jensen_shannon_agrees_with_scipy() {
        // scipy 1.17: distance.jensenshannon(p, q, base=2) ** 2
        let found = jensen_shannon(&[0.1, 0.4, 0.5], &[0.3, 0.3, 0.4]).unwrap();

        assert!((found - REFERENCE).abs() < 1e-12, "{found}");
    }

    const REFERENCE: f64 = 0.046_930_300_568_985;

    proptest! {
        #[test]
        fn they_are_symmetric_and_zero_for_the_same(
            a in prop::collection::vec(0.1..9.0f64, 2..8),
            b in prop::collection::vec(0.1..9.0f64, 2..8),
        ) {
            for distance in [jensen_shannon, normalised_emd] {
                let apart = distance(&a, &b).unwrap();
                prop_assert!((0.0..=1.0).contains(&apart));
                prop_assert!((apart - distance(&b, &a).unwrap()).abs() < 1e-12);
                prop_assert!(distance(&a, &a).unwrap() < 1e-12);
            }
        }
    }
}
