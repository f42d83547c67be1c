//! Average gross earnings an hour by occupation group, sex and single year of age.
//!
//! Official: averages by group, by age and by sex, each alone (Statistics Poland, structure of
//! earnings, October 2022). Modelled: the three together, as factors fitted until the people in work
//! have all three averages at once; ages are interpolated between the middles of the table's.

use std::sync::LazyLock;

use super::activity::POLAND_ACTIVITY;
use super::axis::{CLASSES, GROUPS, LEVELS, MIDDLES, YEARS, at_class, class_of};
use super::education::POLAND_LEVELS;
use super::joint::{POLAND, years};
use super::occupation::GROUP_CHANCES;

/// Average gross earnings an hour, October 2022, groups 0 to 9. The armed forces are not in the
/// table: technicians' earnings and a tenth.
pub(super) const HOURLY: [f64; GROUPS] =
    [44.9, 74.43, 55.29, 40.81, 32.59, 26.02, 28.35, 31.77, 34.49, 25.38];
/// The same for everyone.
pub(super) const HOURLY_MEAN: f64 = 42.3;
/// The same by class of age; 65 and over is 57.5, a small selected group: taken as 55-59.
const HOURLY_BY_CLASS: [f64; MIDDLES.len()] = [29.22, 39.78, 45.09, 44.47, 40.81, 40.99, 40.81];
/// The first age of each class, and the one after the last.
const FIRST: [u8; MIDDLES.len() + 1] = [18, 25, 35, 45, 55, 60, 65, 96];
/// The same by sex: women, men.
const HOURLY_BY_SEX: [f64; 2] = [39.80, 44.62];
/// Farmers work on their own account, and soldiers are not in the table: neither moves the factors.
const OUTSIDE: [usize; 2] = [0, 6];

/// Average earnings by group, sex and year of age.
pub(super) static EARNINGS: LazyLock<Box<[[[f64; CLASSES]; 2]; GROUPS]>> = LazyLock::new(|| {
    let factors = Factors::fitted(&workers());
    Box::new(std::array::from_fn(|group| {
        std::array::from_fn(|sex| std::array::from_fn(|class| factors.of(group, sex, class)))
    }))
});

/// People in work by sex, year and group.
type Workers = [[[f64; GROUPS]; YEARS]; 2];

fn workers() -> Workers {
    let mut workers = [[[0.0; GROUPS]; YEARS]; 2];
    for sex in 0..2 {
        for (year, age) in years() {
            for level in 0..LEVELS {
                for (territory, people) in POLAND.iter().enumerate() {
                    let people = people[sex][year]
                        * POLAND_LEVELS[territory][sex][year][level]
                        * POLAND_ACTIVITY[sex][year][level][0];
                    let chances = &GROUP_CHANCES[class_of(age)][sex][territory % 2][level];
                    let own = workers[sex][year].iter_mut().zip(chances);
                    own.for_each(|(count, chance)| *count += people * chance);
                }
            }
        }
    }
    workers
}

struct Factors {
    groups: [f64; GROUPS],
    sexes: [f64; 2],
    ages: [f64; MIDDLES.len()],
    years: [f64; YEARS],
}

impl Factors {
    fn of(&self, group: usize, sex: usize, year: usize) -> f64 {
        self.groups[group] * self.sexes[sex] * self.years[year]
    }

    /// Iterative proportional fitting of averages.
    fn fitted(workers: &Workers) -> Self {
        const ROUNDS: usize = 60;
        let mut own = Self {
            groups: HOURLY,
            sexes: [1.0; 2],
            ages: [1.0; MIDDLES.len()],
            years: [1.0; YEARS],
        };
        for _ in 0..ROUNDS {
            let inside = |group: usize| !OUTSIDE.contains(&group);
            let mean = own.mean(workers, |_, _, group| inside(group));
            for class in 0..MIDDLES.len() {
                let ages = FIRST[class]..FIRST[class + 1];
                let here = |_, year, group| inside(group) && ages.contains(&super::axis::age(year));
                own.ages[class] *=
                    HOURLY_BY_CLASS[class] / HOURLY_MEAN * mean / own.mean(workers, here);
            }
            own.years = std::array::from_fn(|year| at_class(&own.ages, year));
            let mean = own.mean(workers, |_, _, group| inside(group));
            for (sex, wanted) in HOURLY_BY_SEX.into_iter().enumerate() {
                let here = own.mean(workers, |of, _, group| of == sex && inside(group));
                own.sexes[sex] *= wanted / HOURLY_MEAN * mean / here;
            }
            for group in (0..GROUPS).filter(|group| inside(*group)) {
                own.groups[group] *= HOURLY[group] / own.mean(workers, |_, _, of| of == group);
            }
        }
        own
    }

    /// The average earnings of those who count.
    fn mean(&self, workers: &Workers, counts: impl Fn(usize, usize, usize) -> bool) -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        for (sex, years) in workers.iter().enumerate() {
            for (year, groups) in years.iter().enumerate() {
                for (group, people) in groups.iter().enumerate() {
                    if counts(sex, year, group) {
                        sum += people * self.of(group, sex, year);
                        all += people;
                    }
                }
            }
        }
        sum / all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::year_index;

    #[test]
    fn groups_sexes_and_ages_have_the_published_averages_at_once() {
        let workers = workers();
        let own = Factors::fitted(&workers);
        let inside = |group: usize| !OUTSIDE.contains(&group);
        let mean = own.mean(&workers, |_, _, group| inside(group));

        for group in (1..GROUPS).filter(|group| inside(*group)) {
            let here = own.mean(&workers, |_, _, of| of == group);
            assert!((here / HOURLY[group] - 1.0).abs() < 1e-3, "{group}: {here}");
        }
        for (from, to, wanted) in [(25, 34, 39.78), (35, 44, 45.09), (45, 54, 44.47)] {
            let years = year_index(from)..=year_index(to);
            let here = own.mean(&workers, |_, year, group| years.contains(&year) && inside(group));
            assert!((here / mean - wanted / HOURLY_MEAN).abs() < 0.01, "{from}: {}", here / mean);
        }
        let [women, men] =
            [0, 1].map(|sex| own.mean(&workers, |of, _, group| of == sex && inside(group)));
        assert!((women / men - 39.80 / 44.62).abs() < 0.005, "{}", women / men);
    }

    #[test]
    fn pay_does_not_jump_from_one_year_to_the_next() {
        for sexes in EARNINGS.iter().flatten() {
            for pair in sexes.windows(2) {
                assert!((pair[1] / pair[0] - 1.0).abs() < 0.06, "{pair:?}");
            }
        }
    }
}
