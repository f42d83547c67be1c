//! Evenly spread points between 0 and 1: every prefix covers the range as well as it can.

use shared::Seed;

/// A Kronecker sequence with a random start: the fractional parts of `start + k × step`. With the
/// golden ratio as step its discrepancy falls nearly as 1/n (Niederreiter 1992, Random Number
/// Generation and Quasi-Monte Carlo Methods, ch. 3).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sequence {
    next: f64,
    step: f64,
}

impl Sequence {
    /// (√5 − 1) / 2.
    pub(crate) const GOLDEN: f64 = 0.618_033_988_749_894_9;
    /// √2 − 1, which shares no period with the golden ratio.
    pub(crate) const SILVER: f64 = 0.414_213_562_373_095_1;
    /// √3 − 1.
    pub(crate) const THIRD: f64 = 0.732_050_807_568_877_2;

    /// A sequence that starts at a point of the seed's.
    pub(crate) fn new(seed: Seed, step: f64) -> Self {
        use rand::RngExt;
        Self { next: seed.rng().random(), step }
    }

    /// The next point.
    pub(crate) fn next(&mut self) -> f64 {
        let point = self.next;
        self.next = (self.next + self.step).fract();
        point
    }
}

/// Weights as a running sum, for drawing by a point between 0 and 1.
#[derive(Debug, Clone)]
pub(crate) struct Cumulative {
    pub(super) ends: Vec<f64>,
}

impl Cumulative {
    pub(crate) fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let mut ends: Vec<f64> = weights
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        ends.iter_mut().for_each(|end| *end /= sum);
        Self { ends }
    }

    /// The entry whose part of the cumulative holds the point.
    pub(crate) fn at(&self, point: f64) -> usize {
        self.ends.partition_point(|end| *end <= point).min(self.ends.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_covers_the_range() {
        let mut sequence = Sequence::new(Seed(3), Sequence::GOLDEN);
        let points: Vec<f64> = (0..100).map(|_| sequence.next()).collect();

        for prefix in [10, 50, 100] {
            let below = points[..prefix].iter().filter(|point| **point < 0.5).count();
            assert!(below.abs_diff(prefix / 2) <= 2);
        }
    }

    #[test]
    fn a_cumulative_distribution_never_gives_an_entry_without_weight() {
        let cumulative = Cumulative::new([0.0, 2.0, 0.0, 1.0, 0.0].into_iter());

        for point in [0.0, 0.3, 0.666, 0.667, 0.999] {
            assert!([1, 3].contains(&cumulative.at(point)), "{point}");
        }
    }
}
