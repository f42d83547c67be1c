//! Answers in three classes, and how many more of them lie above than below: promoters less detractors.

use statrs::distribution::{ContinuousCDF, Normal};

use super::bootstrap::Interval;
use super::interval::Z_95;

/// Answers that are added before a variance is taken: a quarter of them above, half between, a quarter below. So
/// answers that are all the same leave room for chance as well. With three of them Wald's interval holds about as often
/// as it says (Rocks, Interval Estimation for the "Net Promoter Score", The American Statistician 70(4), 2016).
const ADDED: f64 = 3.0;

/// Answers in three classes. They may be parts of people: what distributions put on each class, or shares of the
/// effective size of a weighted sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trinomial {
    /// Above, as promoters.
    pub above: f64,
    /// Between, as passives.
    pub between: f64,
    /// Below, as detractors.
    pub below: f64,
}

impl Trinomial {
    /// How many answers there are.
    pub fn size(self) -> f64 {
        self.above + self.between + self.below
    }

    /// What is left of all answers without a part of them.
    #[must_use]
    pub fn without(self, part: Self) -> Self {
        Self {
            above: (self.above - part.above).max(0.0),
            between: (self.between - part.between).max(0.0),
            below: (self.below - part.below).max(0.0),
        }
    }

    /// Those above less those below in percent of all, −100 to 100, with the adjusted Wald interval (Rocks 2016), which
    /// is never a point. None where nobody answered.
    pub fn score(self) -> Option<Interval> {
        if self.size() <= 0.0 {
            return None;
        }
        let value = (self.above - self.below) / self.size();
        let (mean, variance) = self.adjusted();
        let half = Z_95 * variance.sqrt();
        // of one or two answers the adjusted mean lies so far inside that the interval would miss the score
        let low = (mean - half).max(-1.0).min(value);
        let high = (mean + half).min(1.0).max(value);
        Some(Interval { value: value * 100.0, interval: [low * 100.0, high * 100.0] })
    }

    /// The chance that two groups of the same opinion are so far apart, by the normal distribution: both sides with the
    /// answers that the interval adds, as Agresti and Caffo (The American Statistician 54(4), 2000) do with two
    /// shares. None where nobody answered on a side.
    pub fn p_value(self, other: Self) -> Option<f64> {
        if self.size() <= 0.0 || other.size() <= 0.0 {
            return None;
        }
        let ((one, its), (two, theirs)) = (self.adjusted(), other.adjusted());
        let distance = (one - two).abs() / (its + theirs).sqrt();
        Some((2.0 * Normal::standard().sf(distance)).min(1.0))
    }

    /// The mean of −1, 0 and 1 with the added answers, and its variance.
    fn adjusted(self) -> (f64, f64) {
        let n = self.size() + ADDED;
        let mean = (self.above - self.below) / n;
        let squares = (self.above + self.below + ADDED / 2.0) / n;
        (mean, (squares - mean * mean) / n)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use statrs::function::factorial::ln_factorial;

    use super::*;

    fn of([above, between, below]: [f64; 3]) -> Trinomial {
        Trinomial { above, between, below }
    }

    #[test]
    fn scores_and_tests_agree_with_values_by_hand() {
        // 30 / 103 = 0.291262; its variance (71.5 / 103 − 0.291262²) / 103 = 0.00591593
        let found = of([50.0, 30.0, 20.0]).score().unwrap();
        assert!((found.value - 30.0).abs() < 1e-9, "{found:?}");
        let [low, high] = found.interval;
        assert!((low - 14.0511).abs() < 1e-3 && (high - 44.2013).abs() < 1e-3, "{found:?}");
        // 10 / 103 with 0.00664805 beside it: 0.194175 / 0.112089 = 1.73232
        let p = of([50.0, 30.0, 20.0]).p_value(of([40.0, 30.0, 30.0])).unwrap();
        assert!((p - 0.083_216).abs() < 1e-5, "{p}");
        assert_eq!(of([0.0; 3]).score(), None);
        assert_eq!(of([1.0; 3]).p_value(of([0.0; 3])), None);
    }

    #[test]
    fn answers_that_are_all_the_same_have_an_interval() {
        // 12 / 15 = 0.8; (0.9 − 0.64) / 15 has the root 0.131656
        let found = of([12.0, 0.0, 0.0]).score().unwrap();

        assert_eq!((found.value, found.interval[1]), (100.0, 100.0));
        assert!((found.interval[0] - 54.1959).abs() < 1e-3, "{found:?}");
        let one = of([0.0, 0.0, 1.0]).score().unwrap();
        assert!(one.interval[0] == -100.0 && one.interval[1] > 40.0, "{one:?}");
    }

    /// Every way in which so many may answer, with its chance.
    fn samples(n: u32, shares: [f64; 3]) -> Vec<(Trinomial, f64)> {
        let pairs = (0..=n).flat_map(|above| (0..=n - above).map(move |between| (above, between)));
        let sample = |(above, between): (u32, u32)| {
            let counts = [above, between, n - above - between];
            let parts = counts.iter().zip(shares).map(|(count, share)| {
                f64::from(*count) * share.ln() - ln_factorial(u64::from(*count))
            });
            let chance = (ln_factorial(u64::from(n)) + parts.sum::<f64>()).exp();
            (of(counts.map(f64::from)), chance)
        };
        pairs.map(sample).collect()
    }

    #[test]
    fn an_interval_holds_in_about_95_of_100_samples() {
        for (n, shares) in [(10, [0.5, 0.3, 0.2]), (10, [0.9, 0.05, 0.05]), (30, [0.5, 0.3, 0.2])] {
            let truth = (shares[0] - shares[2]) * 100.0;
            let holds = |answers: &Trinomial| {
                let [low, high] = answers.score().unwrap().interval;
                low <= truth && truth <= high
            };

            let all = samples(n, shares);
            let share: f64 = all.iter().filter(|(a, _)| holds(a)).map(|(_, chance)| chance).sum();

            assert!((0.94..0.98).contains(&share), "{n} {shares:?}: {share}");
        }
    }

    #[test]
    fn groups_of_the_same_opinion_are_told_apart_in_at_most_5_of_100_samples() {
        for shares in [[0.5, 0.3, 0.2], [0.9, 0.05, 0.05], [0.3, 0.4, 0.3]] {
            let (few, more) = (samples(10, shares), samples(30, shares));

            let pairs = few.iter().flat_map(|one| more.iter().map(move |two| (one, two)));
            let apart = pairs.filter(|(one, two)| one.0.p_value(two.0).unwrap() < 0.05);
            let share: f64 = apart.map(|(one, two)| one.1 * two.1).sum();

            assert!(share <= 0.05, "{shares:?}: {share}");
        }
    }

    proptest! {
        #[test]
        fn a_score_lies_in_its_interval_which_is_never_a_point(
            above in 0.0..200.0f64, between in 0.0..200.0f64, below in 0.0..200.0f64,
        ) {
            let answers = of([above, between, below]);
            prop_assume!(answers.size() > 0.0);

            let found = answers.score().unwrap();

            let [low, high] = found.interval;
            prop_assert!(low <= found.value && found.value <= high && low < high, "{found:?}");
            prop_assert!(-100.0 <= low && high <= 100.0, "{found:?}");
        }
    }
}
