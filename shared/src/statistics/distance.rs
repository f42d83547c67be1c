//! How far two distributions are apart.

/// The total variation distance of two distributions over the same categories: half the sum of the
/// absolute differences, the share of people who would have to change category. 0 to 1.
///
/// Takes probabilities or counts: each side is divided by its own sum. The shorter side is read as
/// ending in zeros. Two empty sides are 0 apart, an empty and a non-empty one 1.
pub fn total_variation(a: &[f64], b: &[f64]) -> f64 {
    let (sum_a, sum_b): (f64, f64) = (a.iter().sum(), b.iter().sum());
    match (sum_a > 0.0, sum_b > 0.0) {
        (false, false) => return 0.0,
        (true, true) => {}
        _ => return 1.0,
    }
    let share = |side: &[f64], sum: f64, i: usize| side.get(i).map_or(0.0, |x| x / sum);
    let apart: f64 =
        (0..a.len().max(b.len())).map(|i| (share(a, sum_a, i) - share(b, sum_b, i)).abs()).sum();
    (apart / 2.0).clamp(0.0, 1.0)
}

/// Counts as the numbers that [`total_variation`] takes. Exact below 2^53.
pub fn weights(counts: &[u64]) -> Vec<f64> {
    counts.iter().map(|&count| count as f64).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_half_the_sum_of_the_differences() {
        let table: [(&[f64], &[f64], f64); 5] = [
            (&[0.5, 0.5], &[0.5, 0.5], 0.0),
            (&[0.7, 0.3], &[0.5, 0.5], 0.2),
            (&[1.0, 0.0], &[0.0, 1.0], 1.0),
            (&[3.0, 1.0], &[1.0, 1.0, 2.0], 0.5),
            (&[0.0, 14.0, 31.0, 5.0, 0.0], &[11.0, 9.0, 13.0, 10.0, 7.0], 0.46),
        ];

        for (a, b, expected) in table {
            assert!((total_variation(a, b) - expected).abs() < 1e-12, "{a:?} {b:?}");
        }
    }

    #[test]
    fn nobody_is_as_far_from_somebody_as_can_be() {
        assert_eq!(total_variation(&[], &[1.0]), 1.0);
        assert_eq!(total_variation(&[0.0], &[]), 0.0);
    }

    proptest! {
        #[test]
        fn it_is_symmetric_and_between_0_and_1(
            a in prop::collection::vec(0.0..100.0f64, 0..12),
            b in prop::collection::vec(0.0..100.0f64, 0..12),
        ) {
            let distance = total_variation(&a, &b);

            prop_assert!((0.0..=1.0).contains(&distance));
            prop_assert!((distance - total_variation(&b, &a)).abs() < 1e-12);
        }

        #[test]
        fn a_distribution_is_not_apart_from_itself(
            a in prop::collection::vec(0.0..100.0f64, 0..12),
        ) {
            prop_assert!(total_variation(&a, &a) < 1e-12);
        }
    }
}
