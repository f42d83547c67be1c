//! How sure a mean over questions is: percentile bootstrap over the questions.

use rand::RngExt;
use serde::{Deserialize, Serialize};
use shared::Seed;

use crate::measure::number;

/// How often the questions are drawn anew.
pub(crate) const DRAWS: usize = 2_000;
/// A standard error below this is rounding: every question has the same value.
const ROUNDING: f64 = 1e-9;

/// A mean with the interval that holds it in 95 of 100 repetitions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// By what was found in samples that were drawn anew: the middle 95 % of them. Some were drawn.
    pub(crate) fn of(mean: f64, mut drawn: Vec<f64>) -> Self {
        drawn.sort_by(f64::total_cmp);
        let count = drawn.len();
        Self { mean, low: drawn[count * 25 / 1000], high: drawn[count * 975 / 1000 - 1] }
    }

    /// Whether 0 lies outside: the difference is more than chance.
    pub fn is_clear(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// The mean of the values. The same seed draws the same questions for values of the same number, so
/// that intervals of two systems are over the same draws.
pub fn interval(values: &[f64], seed: Seed) -> Interval {
    let count = values.len();
    if count == 0 {
        return Interval { mean: 0.0, low: 0.0, high: 0.0 };
    }
    let mut rng = seed.child("bootstrap", 0).rng();
    let means: Vec<f64> = (0..DRAWS)
        .map(|_| {
            (0..count).map(|_| values[rng.random_range(0..count)]).sum::<f64>() / number(count)
        })
        .collect();
    Interval::of(mean(values), means)
}

/// The mean of what each question gains from one system over the other.
pub fn paired(one: &[f64], other: &[f64], seed: Seed) -> Interval {
    let differences: Vec<f64> = one.iter().zip(other).map(|(one, other)| one - other).collect();
    interval(&differences, seed)
}

/// The means of several lists with one value a question each, and intervals that hold all of them at once in 95 of
/// 100 repetitions: whoever picks the best of many by an interval of its own picks chance. Each interval is so many
/// of its own standard errors wide as the largest deviation of any list has in 95 of 100 draws (the max-statistic of
/// Romano and Wolf, Econometrica 73, 2005). The draws are those of [`interval`].
pub(crate) fn simultaneous(lists: &[Vec<f64>], seed: Seed) -> Vec<Interval> {
    let count = lists.first().map_or(0, Vec::len);
    let mut rng = seed.child("bootstrap", 0).rng();
    let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); lists.len()];
    for _ in 0..DRAWS {
        let chosen: Vec<usize> = (0..count).map(|_| rng.random_range(0..count)).collect();
        for (values, drawn) in lists.iter().zip(&mut drawn) {
            let sum: f64 = chosen.iter().map(|one| values[*one]).sum();
            drawn.push(sum / number(count.max(1)));
        }
    }
    let means: Vec<f64> = lists.iter().map(|values| mean(values)).collect();
    let errors: Vec<f64> =
        drawn.iter().zip(&means).map(|(drawn, middle)| standard_error(drawn, *middle)).collect();
    let largest: Vec<f64> = (0..DRAWS)
        .map(|draw| {
            let each =
                drawn.iter().zip(&means).zip(&errors).filter(|(_, error)| **error > ROUNDING);
            let sizes = each.map(|((drawn, middle), error)| (drawn[draw] - middle).abs() / error);
            sizes.fold(0.0, f64::max)
        })
        .collect();
    let reach = quantile(&largest, 0.95);
    let interval = |(mean, error): (&f64, &f64)| {
        let half = if *error > ROUNDING { reach * error } else { 0.0 };
        Interval { mean: *mean, low: mean - half, high: mean + half }
    };
    means.iter().zip(&errors).map(interval).collect()
}

/// How far means of drawn questions lie from their middle.
fn standard_error(drawn: &[f64], middle: f64) -> f64 {
    mean(&drawn.iter().map(|one| (one - middle).powi(2)).collect::<Vec<_>>()).sqrt()
}

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / number(values.len()) }
}

/// The value below which this share lies.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let place = (number(sorted.len().saturating_sub(1)) * share).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_mean_and_shrinks_with_more_questions() {
        let few: Vec<f64> = (0..20).map(|at| f64::from(at % 2)).collect();
        let many: Vec<f64> = (0..2000).map(|at| f64::from(at % 2)).collect();

        let (few, many) = (interval(&few, Seed(7)), interval(&many, Seed(7)));

        assert!((few.mean - 0.5).abs() < 1e-12 && few.low < 0.5 && few.high > 0.5);
        assert!(many.high - many.low < (few.high - few.low) / 5.0);
        assert_eq!(
            many,
            interval(&(0..2000).map(|at| f64::from(at % 2)).collect::<Vec<_>>(), Seed(7))
        );
    }

    #[test]
    fn intervals_that_hold_together_are_wider_and_of_one_list_alone_its_own() {
        let list = |step: usize| -> Vec<f64> {
            (0..100).map(|at| number(at * step % 101) / 101.0 - 0.3).collect()
        };
        let lists = Vec::from([1, 7, 29, 43, 58, 77].map(list));

        let own = interval(&lists[0], Seed(7));
        let alone = simultaneous(&lists[..1], Seed(7))[0];
        let together = simultaneous(&lists, Seed(7))[0];

        let width = |one: Interval| one.high - one.low;
        assert!((width(alone) / width(own) - 1.0).abs() < 0.1, "{alone:?} {own:?}");
        assert!(width(together) > 1.15 * width(alone), "{together:?} {alone:?}");
        assert!((together.mean - own.mean).abs() < 1e-12);
        let same = simultaneous(&[vec![0.25; 20], vec![0.0; 20]], Seed(7));
        assert!(same[0].is_clear() && !same[1].is_clear(), "{same:?}");
        assert_eq!(simultaneous(&[Vec::new()], Seed(7))[0].mean, 0.0);
    }

    #[test]
    fn a_small_gain_on_every_question_is_clear_though_the_systems_overlap() {
        let one: Vec<f64> = (0..50).map(|at| f64::from(at % 10) / 10.0).collect();
        let other: Vec<f64> = one.iter().map(|value| value + 0.01).collect();

        assert!(paired(&other, &one, Seed(1)).is_clear());
        assert!(interval(&one, Seed(1)).high > interval(&other, Seed(1)).low);
    }
}
