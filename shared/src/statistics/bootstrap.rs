//! Intervals by resampling, for figures that have no formula.

use rand::RngExt;

use crate::Seed;

/// Resamples behind each interval: the 2.5th percentile rests on 25 of them.
pub const RESAMPLES: usize = 1_000;

/// A figure and the interval that holds in 95 of 100 samples.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Interval {
    /// Of the sample.
    pub value: f64,
    /// Its lower and its upper end.
    pub interval: [f64; 2],
}

/// The percentile interval of a figure of counts (Efron and Tibshirani, An Introduction to the
/// Bootstrap, 1993, ch. 13): each side is drawn again from itself, [`RESAMPLES`] times. Resamples on
/// which the figure is not finite are left out; `None` where the figure itself is not.
pub fn percentile_interval(
    sides: &[&[u64]],
    figure: &dyn Fn(&[Vec<u64>]) -> f64,
    seed: Seed,
) -> Option<Interval> {
    let own: Vec<Vec<u64>> = sides.iter().map(|side| side.to_vec()).collect();
    let value = figure(&own);
    if !value.is_finite() {
        return None;
    }
    let mut rng = seed.child("bootstrap", 0).rng();
    let mut drawn = own.clone();
    let figures = (0..RESAMPLES).map(|_| {
        for (side, drawn) in own.iter().zip(&mut drawn) {
            redraw(side, drawn, &mut rng);
        }
        figure(&drawn)
    });
    between(value, figures.collect())
}

/// The figure of the sample with the percentiles of those of its resamples.
fn between(value: f64, mut figures: Vec<f64>) -> Option<Interval> {
    figures.retain(|figure| figure.is_finite());
    figures.sort_by(f64::total_cmp);
    let last = figures.len().checked_sub(1)?;
    let at = |share: f64| figures[(share * last as f64).round() as usize];
    Some(Interval { value, interval: [at(0.025), at(0.975)] })
}

/// As many answers as there are, each drawn from all of them.
fn redraw(side: &[u64], drawn: &mut [u64], rng: &mut impl rand::Rng) {
    drawn.fill(0);
    let n: u64 = side.iter().sum();
    for _ in 0..n {
        let mut left = rng.random_range(0..n);
        for (count, drawn) in side.iter().zip(drawn.iter_mut()) {
            if left < *count {
                *drawn += 1;
                break;
            }
            left -= count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(sides: &[Vec<u64>]) -> f64 {
        sides[0][0] as f64 / sides[0].iter().sum::<u64>() as f64
    }

    #[test]
    fn a_shares_interval_is_about_wilsons() {
        let found = percentile_interval(&[&[120, 280]], &share, Seed(3)).unwrap();

        let wilson = crate::statistics::wilson(0.3, 400.0);
        assert_eq!(found.value, 0.3);
        assert!((found.interval[0] - wilson[0]).abs() < 0.01, "{found:?} {wilson:?}");
        assert!((found.interval[1] - wilson[1]).abs() < 0.01, "{found:?} {wilson:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_and_nothing_gives_none() {
        let of = |seed| percentile_interval(&[&[5, 7, 9]], &share, Seed(seed));

        assert_eq!(of(1), of(1));
        assert_eq!(percentile_interval(&[&[0, 0]], &share, Seed(1)), None);
    }
}
