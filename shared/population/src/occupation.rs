//! Occupation groups given sex, education and place.
//!
//! Official: ISCO-08 major groups by sex and three levels of education (labour force survey 2023,
//! Eurostat lfsa_egised). Modelled: nine levels, age and place, with the official totals kept.

use std::sync::LazyLock;

use super::activity::POLAND_ACTIVITY;
use super::axis::{CLASSES, GROUPS, LEVELS, MIDDLES, age, at_class, class_of, isced};
use super::education::POLAND_LEVELS;
use super::jobs::PENSION_OF_SERVICE;
use super::joint::{POLAND, years};
use shared::persona::card::OccupationGroup;
use shared::text::table::{number, rows, small};

/// The chance of each group among people in work: class of age, sex, place, level.
pub(crate) type Groups = [[[[[f64; GROUPS]; LEVELS]; 2]; 2]; CLASSES];

/// Groups as the survey counts them, raked over level, age and place.
pub(crate) static GROUP_CHANCES: LazyLock<Box<Groups>> = LazyLock::new(groups);

/// How likely each group is with a level, before raking to the official totals. Modelled: basic
/// vocational schools lead to trades and machines, general ones to offices and shops, technical ones
/// to technicians' work, and the higher the degree the more professionals.
const BY_LEVEL: [[f64; GROUPS]; LEVELS] = [
    [1.0, 1.0, 1.0, 0.8, 0.8, 1.0, 1.2, 0.9, 1.0, 1.3],
    [1.0, 1.0, 1.0, 1.2, 1.2, 1.1, 0.7, 1.1, 1.0, 0.9],
    [0.7, 0.4, 0.0, 0.25, 0.4, 0.9, 1.3, 1.7, 1.5, 1.4],
    [1.0, 1.3, 1.6, 1.4, 2.0, 1.5, 0.6, 0.35, 0.6, 0.8],
    [1.3, 1.3, 1.4, 1.5, 1.1, 0.9, 1.0, 0.9, 0.9, 0.7],
    [0.8, 1.2, 1.4, 2.2, 1.6, 1.2, 0.7, 0.4, 0.5, 0.6],
    [1.2, 0.8, 0.7, 1.5, 1.5, 1.6, 1.3, 1.5, 1.5, 1.6],
    [1.0, 1.1, 1.15, 0.8, 0.8, 0.7, 0.8, 0.7, 0.7, 0.6],
    [0.3, 1.2, 1.8, 0.2, 0.1, 0.05, 0.1, 0.0, 0.0, 0.0],
];

/// The country against the town. Modelled: farming is rural.
const RURAL: [f64; GROUPS] = [1.0, 0.75, 0.75, 0.8, 0.85, 0.95, 14.0, 1.3, 1.3, 1.15];

/// Groups by class of age, interpolated between their middles. Modelled: few managers below 25, no
/// soldiers past 55.
const BY_CLASS: [[f64; GROUPS]; MIDDLES.len()] = [
    [1.0, 0.15, 0.7, 0.8, 1.2, 1.7, 0.5, 1.0, 0.9, 1.5],
    [1.3, 0.6, 1.1, 1.1, 1.1, 1.1, 0.6, 1.0, 0.9, 0.9],
    [1.2, 1.1, 1.1, 1.0, 1.0, 0.9, 0.8, 1.0, 1.0, 0.8],
    [0.6, 1.3, 1.0, 1.0, 0.9, 0.9, 1.1, 1.0, 1.1, 0.9],
    [0.2, 1.2, 0.9, 0.9, 0.9, 1.0, 1.5, 1.0, 1.1, 1.2],
    [0.0, 1.1, 0.9, 0.9, 0.9, 1.0, 1.7, 0.9, 1.0, 1.2],
    [0.0, 1.2, 1.1, 0.8, 0.8, 0.9, 2.0, 0.7, 0.7, 1.0],
];

/// The same by single years.
static AGE_FIT: LazyLock<[[f64; GROUPS]; CLASSES]> = LazyLock::new(|| {
    std::array::from_fn(|class| {
        let mut fit = std::array::from_fn(|group| at_class(&BY_CLASS.map(|row| row[group]), class));
        if age(class) >= PENSION_OF_SERVICE {
            fit[OccupationGroup::ArmedForces as usize] = 0.0;
        }
        fit
    })
});

/// People in work by class of age, place and level, one sex.
type WorkersByClass = [[[f64; LEVELS]; 2]; CLASSES];

fn groups() -> Box<Groups> {
    let official = official();
    let workers: [WorkersByClass; 2] = std::array::from_fn(workers);
    let mut chances = Box::new([[[[[0.0; GROUPS]; LEVELS]; 2]; 2]; CLASSES]);
    for sex in 0..2 {
        for (level, official) in official[sex].iter().enumerate() {
            let scale = raked(official, &workers[sex], level);
            for class in 0..CLASSES {
                for place in 0..2 {
                    for fine in (0..LEVELS).filter(|fine| isced(*fine) == level) {
                        chances[class][sex][place][fine] = cell(&scale, class, place, fine);
                    }
                }
            }
        }
    }
    chances
}

/// Shares of the groups by sex and ISCED level.
fn official() -> [[[f64; GROUPS]; 3]; 2] {
    counts().map(|levels| {
        levels.map(|groups| {
            let all: f64 = groups.iter().sum();
            groups.map(|count| count / all)
        })
    })
}

pub(super) fn women() -> [f64; GROUPS] {
    let counts = counts();
    let of = |sex: usize, group: usize| counts[sex].iter().map(|level| level[group]).sum::<f64>();
    std::array::from_fn(|group| of(0, group) / (of(0, group) + of(1, group)))
}

/// Thousands of people in work by sex, ISCED level and group.
fn counts() -> [[[f64; GROUPS]; 3]; 2] {
    let mut counts = [[[0.0; GROUPS]; 3]; 2];
    for [sex, level, group, thousands] in
        rows(include_str!("../../data/poland-occupation-groups-2023.csv"))
    {
        let level = ["ED0-2", "ED3_4", "ED5-8"].iter().position(|known| *known == level);
        counts[usize::from(sex == "M")][level.expect("a level of the table")]
            [usize::from(small(group))] = number(thousands);
    }
    counts
}

fn workers(sex: usize) -> WorkersByClass {
    let mut workers = [[[0.0; LEVELS]; 2]; CLASSES];
    for (year, age) in years() {
        for territory in 0..POLAND.len() {
            for level in 0..LEVELS {
                workers[class_of(age)][territory % 2][level] += POLAND[territory][sex][year]
                    * POLAND_LEVELS[territory][sex][year][level]
                    * POLAND_ACTIVITY[sex][year][level][0];
            }
        }
    }
    workers
}

/// Scales of the groups with which the model's workers of one ISCED level add up to the official
/// shares: iterative proportional fitting.
fn raked(official: &[f64; GROUPS], workers: &WorkersByClass, level: usize) -> [f64; GROUPS] {
    let mut scale = *official;
    for _ in 0..200 {
        let (mut counts, mut all) = ([0.0; GROUPS], 0.0);
        for (class, places) in workers.iter().enumerate() {
            for (place, levels) in places.iter().enumerate() {
                for fine in (0..LEVELS).filter(|fine| isced(*fine) == level) {
                    all += levels[fine];
                    for (count, chance) in counts.iter_mut().zip(cell(&scale, class, place, fine)) {
                        *count += levels[fine] * chance;
                    }
                }
            }
        }
        for group in 0..GROUPS {
            if counts[group] > 0.0 {
                scale[group] *= official[group] * all / counts[group];
            }
        }
    }
    scale
}

fn cell(scale: &[f64; GROUPS], class: usize, place: usize, level: usize) -> [f64; GROUPS] {
    let chances: [f64; GROUPS] = std::array::from_fn(|group| {
        let rural = if place == 1 { RURAL[group] } else { 1.0 };
        scale[group] * BY_LEVEL[level][group] * AGE_FIT[class][group] * rural
    });
    let all: f64 = chances.iter().sum();
    chances.map(|chance| chance / all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::EDUCATION;
    use crate::education;
    use crate::jobs::JOBS;

    #[test]
    fn groups_by_sex_and_level_are_the_official_shares() {
        for (sex, official) in official().iter().enumerate() {
            let workers = workers(sex);
            for (level, shares) in official.iter().enumerate() {
                let counts = shares_of(sex, &workers, level);
                for (count, share) in counts.into_iter().zip(shares) {
                    assert!((count - share).abs() < 1e-3);
                }
            }
        }
    }

    /// Shares of the groups among the model's workers of one ISCED level.
    fn shares_of(sex: usize, workers: &WorkersByClass, level: usize) -> [f64; GROUPS] {
        let (mut counts, mut all) = ([0.0; GROUPS], 0.0);
        for (class, places) in workers.iter().enumerate() {
            for (place, levels) in places.iter().enumerate() {
                for fine in (0..LEVELS).filter(|fine| isced(*fine) == level) {
                    all += levels[fine];
                    let chances = GROUP_CHANCES[class][sex][place][fine];
                    counts.iter_mut().zip(chances).for_each(|(c, p)| *c += levels[fine] * p);
                }
            }
        }
        counts.map(|count| count / all)
    }

    #[test]
    fn everyone_who_can_be_in_a_group_finds_a_job_in_it() {
        for (year, age) in (0..super::super::axis::YEARS).map(|year| (year, age(year))) {
            for level in (0..LEVELS).filter(|l| education::is_possible(EDUCATION[*l], age)) {
                for sex in 0..2 {
                    for group in 0..GROUPS {
                        let chance = (0..2)
                            .map(|place| GROUP_CHANCES[class_of(age)][sex][place][level][group])
                            .sum::<f64>();
                        let suits = JOBS[group].iter().any(|job| {
                            job.is_open_to(level, age, false)
                                && (0..2).all(|place| job.suits_place(place == 1, Some(8)))
                        });
                        assert!(
                            chance == 0.0 || suits || POLAND_ACTIVITY[sex][year][level][0] == 0.0,
                            "group {group} level {level} age {age}",
                        );
                    }
                }
            }
        }
    }
}
