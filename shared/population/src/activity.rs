//! What people mainly do, given age, sex and education.
//!
//! There is no official table of activity by age and education in reach. The profiles below are
//! modelled; employment at 20-64 is then scaled to the official rate of each sex (labour force
//! survey 2024, Eurostat lfsa_ergan), and unemployment to the official rate of 2024 with the age
//! profile of 2018 (Statistics Poland, indicator 8.5.2).

use std::sync::LazyLock;

use super::axis::{ACTIVITIES, LEVELS, YEARS, isced};
use super::education::POLAND_LEVELS;
use super::joint::{POLAND, interpolate, years};
use shared::persona::card::Sex;

/// The chance of each activity by sex, single year and level of education.
pub(crate) type Activities = [[[[f64; ACTIVITIES]; LEVELS]; YEARS]; 2];

/// Activity where women retire at 60 and men at 65, as in Poland.
pub(crate) static POLAND_ACTIVITY: LazyLock<Box<Activities>> =
    LazyLock::new(|| Box::new(activities(RETIREMENT_AGE)));

/// Activity where both retire at 65, for countries without official tables.
pub(crate) static INTERNATIONAL_ACTIVITY: LazyLock<Box<Activities>> =
    LazyLock::new(|| Box::new(activities([65, 65])));

/// Statutory retirement ages in Poland: women 60, men 65.
pub const RETIREMENT_AGE: [u8; 2] = [60, 65];

/// The youngest pensioners: bridging pensions and teachers' benefits start at 55 (women) and 60
/// (men). Rarer and earlier rights (miners, uniformed services) are left out.
pub const EARLIEST_RETIREMENT: [u8; 2] = [55, 60];

/// The oldest student; later studies exist and are left out.
pub const OLDEST_STUDENT: u8 = 30;

/// The oldest person in paid work.
pub(crate) const OLDEST_WORKER: u8 = 84;

/// Employment at 20-64 in percent, women and men born in Poland or not but citizens of it (2024).
const EMPLOYED_20_64: [f64; 2] = [0.725, 0.839];

/// Unemployment by age, 2018, both sexes: the profile.
const UNEMPLOYMENT_2018: [(f64, f64); 5] =
    [(20.0, 0.117), (30.0, 0.043), (40.0, 0.029), (50.0, 0.029), (60.0, 0.025)];
/// The level of 2024 (2.8 %) over that of 2018 (3.8 %).
const UNEMPLOYMENT_LEVEL: f64 = 2.8 / 3.8;
/// Unemployment by ISCED level against the mean. Modelled.
const UNEMPLOYMENT_BY_LEVEL: [f64; 3] = [2.2, 1.1, 0.6];

/// Log odds of work by ISCED level against the middle one. Modelled: in every LFS year people with
/// tertiary education work far more often, and those with the lowest far less.
const WORK_LOG_ODDS: [f64; 3] = [-1.05, 0.0, 0.75];

/// Share of students by age. Modelled on school and university enrolment: compulsory schooling ends
/// at 18, general schools at 19, technical ones at 20, master's studies at 24.
const STUDENTS: [(f64, f64); 9] = [
    (18.0, 0.93),
    (19.0, 0.78),
    (20.0, 0.60),
    (22.0, 0.43),
    (23.0, 0.35),
    (24.0, 0.24),
    (25.0, 0.12),
    (27.0, 0.04),
    (30.0, 0.008),
];

/// Work among those who do not study. Modelled after the usual age profile of the survey.
const WORK: [&[(f64, f64)]; 2] = [
    &[
        (18.0, 0.40),
        (20.0, 0.62),
        (25.0, 0.78),
        (30.0, 0.80),
        (35.0, 0.83),
        (40.0, 0.87),
        (45.0, 0.88),
        (50.0, 0.85),
        (55.0, 0.77),
        (59.0, 0.66),
        (60.0, 0.36),
        (64.0, 0.17),
        (67.0, 0.09),
        (70.0, 0.045),
        (75.0, 0.015),
        (84.0, 0.003),
    ],
    &[
        (18.0, 0.45),
        (20.0, 0.74),
        (25.0, 0.91),
        (30.0, 0.945),
        (40.0, 0.95),
        (45.0, 0.93),
        (50.0, 0.90),
        (55.0, 0.84),
        (59.0, 0.76),
        (64.0, 0.58),
        (65.0, 0.29),
        (68.0, 0.16),
        (71.0, 0.08),
        (76.0, 0.03),
        (84.0, 0.006),
    ],
];

fn activities(retirement: [u8; 2]) -> Activities {
    let shifts: [f64; 2] = std::array::from_fn(|sex| calibrated(sex, retirement));
    std::array::from_fn(|sex| {
        std::array::from_fn(|year| {
            std::array::from_fn(|level| {
                chances(sex, super::axis::age(year), level, shifts[sex], retirement)
            })
        })
    })
}

/// The log odds that bring employment at 20-64 to the official rate. Fitted on Polish ages and
/// education, by halving.
fn calibrated(sex: usize, retirement: [u8; 2]) -> f64 {
    let (mut low, mut high) = (-3.0, 3.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if rate_20_64(sex, middle, retirement) < EMPLOYED_20_64[sex] {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

fn rate_20_64(sex: usize, shift: f64, retirement: [u8; 2]) -> f64 {
    let (mut employed, mut all) = (0.0, 0.0);
    for (year, age) in years().filter(|(_, age)| (20..65).contains(age)) {
        for level in 0..LEVELS {
            let people: f64 = (0..POLAND.len())
                .map(|t| POLAND[t][sex][year] * POLAND_LEVELS[t][sex][year][level])
                .sum();
            all += people;
            employed += people * chances(sex, age, level, shift, retirement)[0];
        }
    }
    employed / all
}

fn chances(
    sex: usize,
    age: u8,
    level: usize,
    shift: f64,
    retirement: [u8; 2],
) -> [f64; ACTIVITIES] {
    let student = student_share(age, level);
    let employed = (1.0 - student) * work_share(sex, age, level, shift);
    let unemployed = unemployed_share(sex, age, level, employed, retirement)
        .min((1.0 - student - employed).max(0.0));
    let rest = (1.0 - student - employed - unemployed).max(0.0);
    let retired = rest * retired_share(sex, age, retirement);
    [employed, unemployed, student, retired, rest - retired]
}

/// Students with this education. Modelled: at 18 and 19 those with primary school are still pupils,
/// from 22 a finished secondary school or a first degree leads on.
fn student_share(age: u8, level: usize) -> f64 {
    // Factors on the share at that age, by level of education; chosen by hand.
    const AT_SCHOOL: [f64; LEVELS] = [1.05, 1.05, 0.35, 0.95, 0.6, 0.5, 0.0, 0.0, 0.0];
    const LATER: [f64; LEVELS] = [0.12, 0.12, 0.12, 1.45, 1.0, 0.7, 1.25, 0.3, 0.0];
    if age > OLDEST_STUDENT {
        return 0.0;
    }
    let at_school = (22.0 - f64::from(age)).clamp(0.0, 3.0) / 3.0;
    let factor = at_school * AT_SCHOOL[level] + (1.0 - at_school) * LATER[level];
    // of every age and education some do something else; chosen by hand
    (interpolate(&STUDENTS, age.into()) * factor).min(0.985)
}

fn work_share(sex: usize, age: u8, level: usize, shift: f64) -> f64 {
    if age > OLDEST_WORKER {
        return 0.0;
    }
    let base = interpolate(WORK[sex], age.into());
    let log_odds = (base / (1.0 - base)).ln() + WORK_LOG_ODDS[isced(level)] + shift;
    1.0 / (1.0 + (-log_odds).exp())
}

fn unemployed_share(sex: usize, age: u8, level: usize, employed: f64, retirement: [u8; 2]) -> f64 {
    if age >= retirement[sex] {
        return 0.0;
    }
    let rate = interpolate(&UNEMPLOYMENT_2018, age.into())
        * UNEMPLOYMENT_LEVEL
        * UNEMPLOYMENT_BY_LEVEL[isced(level)];
    employed * rate / (1.0 - rate)
}

/// Pensioners among those who neither study nor work nor look for work. Modelled: nearly all from
/// the statutory age, few in the years in which only early pensions exist.
fn retired_share(sex: usize, age: u8, retirement: [u8; 2]) -> f64 {
    // Chosen by hand, as the shares from the statutory age on.
    const EARLY: f64 = 0.12;
    if age >= retirement[sex] {
        return if age >= retirement[sex] + 5 { 0.985 } else { 0.93 };
    }
    if age >= EARLIEST_RETIREMENT[sex] { EARLY } else { 0.0 }
}

/// Whether a pension at this age can be.
pub(crate) fn may_be_retired(sex: Sex, age: u8) -> bool {
    age >= EARLIEST_RETIREMENT[super::axis::sex_index(sex)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::year_index;

    #[test]
    fn employment_at_20_to_64_is_the_official_rate() {
        for (sex, rate) in EMPLOYED_20_64.into_iter().enumerate() {
            let shift = calibrated(sex, RETIREMENT_AGE);

            assert!((rate_20_64(sex, shift, RETIREMENT_AGE) - rate).abs() < 1e-6);
        }
    }

    #[test]
    fn about_seventeen_million_adults_work() {
        let employed: f64 = (0..2)
            .flat_map(|sex| years().map(move |(year, _)| (sex, year)))
            .flat_map(|(sex, year)| (0..LEVELS).map(move |level| (sex, year, level)))
            .map(|(sex, year, level)| {
                let people: f64 = (0..POLAND.len())
                    .map(|t| POLAND[t][sex][year] * POLAND_LEVELS[t][sex][year][level])
                    .sum();
                people * POLAND_ACTIVITY[sex][year][level][0]
            })
            .sum();

        assert!((16.4e6..18.4e6).contains(&employed), "{employed}");
    }

    #[test]
    fn chances_are_chances() {
        for table in [&POLAND_ACTIVITY, &INTERNATIONAL_ACTIVITY] {
            for chances in table.iter().flatten().flatten() {
                assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{chances:?}");
                assert!(chances.iter().all(|chance| *chance >= 0.0));
            }
        }
    }

    #[test]
    fn nobody_retires_at_22_and_nobody_studies_at_50() {
        for sex in 0..2 {
            for level in 0..LEVELS {
                assert_eq!(POLAND_ACTIVITY[sex][year_index(22)][level][3], 0.0);
                assert_eq!(POLAND_ACTIVITY[sex][year_index(50)][level][2], 0.0);
            }
        }
    }
}
