//! Average gross earnings an hour by zone of pay, occupation group, sex and single year of age.
//!
//! Official: averages by group, by age and by sex, each alone (Statistics Poland, structure of
//! earnings, October 2022), and by voivodeship (2024). Modelled: all of them together, as factors fitted
//! until the people in work have all these averages at once; ages are interpolated between the middles of
//! the table's.

use std::sync::LazyLock;

use super::activity::POLAND_ACTIVITY;
use super::axis::{CLASSES, GROUPS, LEVELS, MIDDLES, YEARS, age, at_class, class_of};
use super::education::POLAND_LEVELS;
use super::joint::{POLAND, VOIVODESHIPS, years};
use super::occupation::GROUP_CHANCES;
use super::pay_zone::{PAY_ZONES, WAGES, WHOLE, pay_zone};

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

/// Average earnings by zone of pay, group, sex and year of age.
pub(super) type Earnings = [[[[f64; CLASSES]; 2]; GROUPS]; PAY_ZONES];

/// Those of Poland.
pub(super) static EARNINGS: LazyLock<Box<Earnings>> = LazyLock::new(|| {
    let factors = PayFactors::fitted(&workers());
    let mut earnings = Box::new([[[[0.0; CLASSES]; 2]; GROUPS]; PAY_ZONES]);
    for (zone, groups) in earnings.iter_mut().enumerate() {
        for (group, sexes) in groups.iter_mut().enumerate() {
            for (sex, classes) in sexes.iter_mut().enumerate() {
                *classes =
                    std::array::from_fn(|year| factors.of(&PaidWorker { zone, sex, year, group }));
            }
        }
    }
    earnings
});

/// People in work by voivodeship, sex, year and group.
type WorkersByZone = Vec<[[[f64; GROUPS]; YEARS]; 2]>;

/// Somebody in work.
struct PaidWorker {
    zone: usize,
    sex: usize,
    year: usize,
    group: usize,
}

impl PaidWorker {
    /// Whether the tables of earnings have them.
    fn is_counted(&self) -> bool {
        !OUTSIDE.contains(&self.group)
    }
}

fn workers() -> WorkersByZone {
    let mut workers = vec![[[[0.0; GROUPS]; YEARS]; 2]; VOIVODESHIPS.len()];
    for sex in 0..2 {
        for (year, age) in years() {
            for level in 0..LEVELS {
                for (territory, people) in POLAND.iter().enumerate() {
                    let people = people[sex][year]
                        * POLAND_LEVELS[territory][sex][year][level]
                        * POLAND_ACTIVITY[sex][year][level][0];
                    let chances = &GROUP_CHANCES[class_of(age)][sex][territory % 2][level];
                    let own = workers[territory / 2][sex][year].iter_mut().zip(chances);
                    own.for_each(|(count, chance)| *count += people * chance);
                }
            }
        }
    }
    workers
}

struct PayFactors {
    zones: [f64; PAY_ZONES],
    groups: [f64; GROUPS],
    sexes: [f64; 2],
    ages: [f64; MIDDLES.len()],
    years: [f64; YEARS],
}

impl PayFactors {
    fn of(&self, worker: &PaidWorker) -> f64 {
        let zone = if worker.is_counted() { self.zones[worker.zone] } else { 1.0 };
        zone * self.groups[worker.group] * self.sexes[worker.sex] * self.years[worker.year]
    }

    /// Iterative proportional fitting of averages.
    fn fitted(workers: &WorkersByZone) -> Self {
        // chosen by hand, with room: the tests hold the published averages
        const ROUNDS: usize = 60;
        let mut own = Self {
            zones: [1.0; PAY_ZONES],
            groups: HOURLY,
            sexes: [1.0; 2],
            ages: [1.0; MIDDLES.len()],
            years: [1.0; YEARS],
        };
        let wanted = zone_wages(workers);
        for _ in 0..ROUNDS {
            let mean = own.mean(workers, PaidWorker::is_counted);
            for class in 0..MIDDLES.len() {
                let ages = FIRST[class]..FIRST[class + 1];
                let here = |one: &PaidWorker| one.is_counted() && ages.contains(&age(one.year));
                own.ages[class] *=
                    HOURLY_BY_CLASS[class] / HOURLY_MEAN * mean / own.mean(workers, here);
            }
            own.years = std::array::from_fn(|year| at_class(&own.ages, year));
            let mean = own.mean(workers, PaidWorker::is_counted);
            for (sex, wanted) in HOURLY_BY_SEX.into_iter().enumerate() {
                let here = own.mean(workers, |one| one.sex == sex && one.is_counted());
                own.sexes[sex] *= wanted / HOURLY_MEAN * mean / here;
            }
            let mean = own.mean(workers, PaidWorker::is_counted);
            for zone in 1..PAY_ZONES {
                let here = own.mean(workers, |one| one.zone == zone && one.is_counted());
                own.zones[zone] *= wanted[zone] / wanted[WHOLE] * mean / here;
            }
            for group in (0..GROUPS).filter(|group| !OUTSIDE.contains(group)) {
                own.groups[group] *= HOURLY[group] / own.mean(workers, |one| one.group == group);
            }
        }
        own.zones[WHOLE] = own.whole(workers);
        own
    }

    /// What the zones come to for the country as a whole.
    fn whole(&self, workers: &WorkersByZone) -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        each(workers, |one, people| {
            if one.is_counted() {
                sum += people * self.zones[one.zone];
                all += people;
            }
        });
        sum / all
    }

    /// The average earnings of those who count.
    fn mean(&self, workers: &WorkersByZone, counts: impl Fn(&PaidWorker) -> bool) -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        each(workers, |one, people| {
            if counts(one) {
                sum += people * self.of(one);
                all += people;
            }
        });
        sum / all
    }
}

/// The average wage of each zone of pay by the people who work there, and of the whole country.
fn zone_wages(workers: &WorkersByZone) -> [f64; PAY_ZONES] {
    let (mut sums, mut people) = ([0.0; PAY_ZONES], [0.0; PAY_ZONES]);
    for (voivodeship, own) in workers.iter().enumerate() {
        let counted = own.iter().flatten().flat_map(|groups| groups.iter().enumerate());
        let counted = counted.filter(|(group, _)| !OUTSIDE.contains(group));
        let here: f64 = counted.map(|(_, people)| people).sum();
        for zone in [WHOLE, pay_zone(voivodeship)] {
            sums[zone] += here * WAGES[voivodeship];
            people[zone] += here;
        }
    }
    std::array::from_fn(|zone| sums[zone] / people[zone])
}

fn each(workers: &WorkersByZone, mut of: impl FnMut(&PaidWorker, f64)) {
    for (voivodeship, sexes) in workers.iter().enumerate() {
        let zone = pay_zone(voivodeship);
        for (sex, years) in sexes.iter().enumerate() {
            for (year, groups) in years.iter().enumerate() {
                for (group, people) in groups.iter().enumerate() {
                    of(&PaidWorker { zone, sex, year, group }, *people);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::year_index;

    #[test]
    fn groups_sexes_ages_and_zones_have_the_published_averages_at_once() {
        let workers = workers();
        let own = PayFactors::fitted(&workers);
        let mean = own.mean(&workers, PaidWorker::is_counted);
        let of = |counts: &dyn Fn(&PaidWorker) -> bool| {
            own.mean(&workers, |one| one.is_counted() && counts(one))
        };

        for group in (1..GROUPS).filter(|group| !OUTSIDE.contains(group)) {
            let here = of(&|one| one.group == group);
            assert!((here / HOURLY[group] - 1.0).abs() < 1e-3, "{group}: {here}");
        }
        for (from, to, wanted) in [(25, 34, 39.78), (35, 44, 45.09), (45, 54, 44.47)] {
            let years = year_index(from)..=year_index(to);
            let here = of(&|one| years.contains(&one.year));
            assert!((here / mean - wanted / HOURLY_MEAN).abs() < 0.01, "{from}: {}", here / mean);
        }
        let [women, men] = [0, 1].map(|sex| of(&|one| one.sex == sex));
        assert!((women / men - 39.80 / 44.62).abs() < 0.005, "{}", women / men);
        let wages = zone_wages(&workers);
        for zone in 1..PAY_ZONES {
            let here = of(&|one| one.zone == zone);
            assert!((here / mean - wages[zone] / wages[WHOLE]).abs() < 0.002, "{zone}");
        }
    }

    #[test]
    fn pay_does_not_jump_from_one_year_to_the_next() {
        for sexes in EARNINGS.iter().flatten().flatten() {
            for pair in sexes.windows(2) {
                assert!((pair[1] / pair[0] - 1.0).abs() < 0.06, "{pair:?}");
            }
        }
    }
}
