//! Intervals of shares and means by formula.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The 97.5th percentile of the normal distribution: intervals hold in 95 of 100 samples.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// Wilson's score interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927), 95 %. It never leaves 0
/// to 1 and holds for small samples, where the textbook interval does not (Newcombe 1998).
///
/// `n` may be an effective size of a weighted sample. Nobody asked: anything is possible.
pub fn wilson(share: f64, n: f64) -> [f64; 2] {
    if n <= 0.0 {
        return [0.0, 1.0];
    }
    let z2 = Z_95 * Z_95;
    let centre = share + z2 / (2.0 * n);
    let half = Z_95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    let bound = |side: f64| ((centre + side * half) / (1.0 + z2 / n)).clamp(0.0, 1.0);
    [bound(-1.0), bound(1.0)]
}

/// Student's 95 % interval of a mean from the sample's standard deviation. `None` for fewer than two.
pub fn mean_interval(mean: f64, deviation: f64, n: f64) -> Option<[f64; 2]> {
    if n < 2.0 {
        return None;
    }
    let t = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(0.975);
    let half = t * deviation / n.sqrt();
    Some([mean - half, mean + half])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wilson_agrees_with_newcombes_published_examples() {
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        let table = [
            (81.0, 263.0, [0.2553, 0.3662]),
            (15.0, 148.0, [0.0624, 0.1605]),
            (0.0, 20.0, [0.0, 0.1611]),
            (1.0, 29.0, [0.0061, 0.1718]),
        ];

        for (successes, n, [low, high]) in table {
            let found = wilson(successes / n, n);
            assert!((found[0] - low).abs() < 5e-5, "{successes}/{n}: {found:?}");
            assert!((found[1] - high).abs() < 5e-5, "{successes}/{n}: {found:?}");
        }
    }

    #[test]
    fn a_mean_of_few_has_students_interval() {
        // scipy 1.17: stats.t.interval(0.95, 4, loc=3, scale=1.5811388/sqrt(5))
        let [low, high] = mean_interval(3.0, 1.581_138_8, 5.0).unwrap();

        assert!((low - 1.036_757).abs() < 1e-5 && (high - 4.963_243).abs() < 1e-5, "{low} {high}");
        assert_eq!(mean_interval(3.0, 0.0, 1.0), None);
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_share_and_narrows_with_n(share in 0.0..=1.0f64, n in 1.0..1e5f64) {
            let [low, high] = wilson(share, n);
            let [more_low, more_high] = wilson(share, n * 4.0);

            prop_assert!(low <= share + 1e-12 && share <= high + 1e-12);
            prop_assert!(more_high - more_low < high - low);
        }
    }
}
