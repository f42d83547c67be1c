//! How many people it would take where there are too few to notice anything.

use super::{MOST_CHANCE, MOST_CHANCE_RATIO};
use crate::statistics::comparison::Comparison;

/// By how many times more answers chance would move a question's figures no further than a pass allows: what
/// chance moves falls with the root of their number. Above 1 the question is too blunt.
pub(super) fn times_more(tests: &Comparison) -> f64 {
    let variation = tests.total_variation.map(|measure| measure.chance / MOST_CHANCE);
    // a ratio by its logarithm, which chance makes larger or smaller alike
    let ratio = tests.deviation_ratio.map(|ratio| ratio.chance.ln() / MOST_CHANCE_RATIO.ln());
    variation.into_iter().chain(ratio).map(|over| over * over).fold(0.0, f64::max)
}

/// So many people on each side are worth `times` as much as the answers that there are, where as large a part of them
/// answers. Rounded up to tens: what chance moves is itself measured in a sample.
pub(super) fn people_needed(times: f64, answers: [u64; 2], people: [u64; 2]) -> u64 {
    let [own, theirs] = [0, 1].map(|side| answers[side] as f64 / people[side].max(1) as f64);
    let worth = alike(answers[0] as f64, answers[1] as f64);
    (times * worth / alike(own, theirs) / 10.0).ceil() as u64 * 10
}

/// Two equal sides of this size are worth as much as sides of these: their harmonic mean.
fn alike(own: f64, theirs: f64) -> f64 {
    2.0 * own * theirs / (own + theirs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use crate::statistics::{Scale, compare};

    #[test]
    fn sides_of_one_size_grow_by_what_is_missing() {
        assert_eq!(people_needed(2.0, [50, 50], [50, 50]), 100);
        assert_eq!(people_needed(2.31, [50, 50], [50, 50]), 120, "up to tens");
    }

    #[test]
    fn a_large_side_is_worth_little_beside_a_small_one_and_blanks_take_more_people() {
        // by hand: 1,000 and 50 are worth 2 * 50,000 / 1,050 = 95.2 on each side
        assert_eq!(people_needed(1.5, [1_000, 50], [1_000, 50]), 150);
        // by hand: a half and all of equal sides answer, so that each person is worth two thirds
        assert_eq!(people_needed(1.46, [50, 100], [100, 100]), 150);
        assert_eq!(people_needed(1.46, [50, 50], [100, 100]), 150);
    }

    #[test]
    fn as_many_people_as_are_said_to_be_needed_are_not_too_few() {
        let few: [u64; 5] = [2, 5, 8, 6, 4];
        let tests = compare(&few, &few, Scale::Ordered, Seed(1));
        let times = times_more(&tests);

        let needed = people_needed(times, [25, 25], [25, 25]);
        let many = few.map(|count| count * needed / 25);
        let again = times_more(&compare(&many, &many, Scale::Ordered, Seed(2)));

        assert!(times > 1.0 && (40..=80).contains(&needed), "{times} {needed}");
        assert!(again <= 1.1, "{again} with {needed}");
    }
}
