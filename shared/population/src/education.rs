//! Education given age, sex and place.
//!
//! Official: three levels (ISCED 0-2, 3-4, 5-8) by age and sex, and tertiary education by
//! voivodeship (labour force survey, Eurostat edat_lfse_03, edat_lfs_9912, edat_lfse_04). Modelled:
//! single years within the survey's bands (a line that keeps their shares), the step between town
//! and country, the years below 25, and how three levels split into nine.

use std::sync::LazyLock;

use super::axis::{EDUCATION, LEVELS, REFERENCE_YEAR, YEARS, isced, year_index};
use super::curve::{self, Band};
use super::joint::{self, POLAND, VOIVODESHIPS};
use shared::persona::card::Education;
use shared::text::table::{number, rows};

/// The chance of each level by sex and single year.
pub(crate) type Levels = [[[f64; LEVELS]; YEARS]; 2];

/// The chance of each level in every territory, numbered as in `joint`.
pub(crate) static POLAND_LEVELS: LazyLock<Vec<Levels>> = LazyLock::new(levels);

/// The first and last birth year of those who can have finished a gimnazjum: the school existed
/// from 1999 to 2019, for pupils of 13 to 16.
pub(crate) const GIMNAZJUM: (u16, u16) = (1986, 2003);

/// The youngest age of each level: the regular length of Polish schooling from seven. A technikum
/// ends at 20.
pub(crate) const YOUNGEST_AT: [u8; LEVELS] = [15, 16, 18, 18, 20, 20, 22, 23, 27];

/// Whether a person of this age can have finished this level.
pub(crate) fn is_possible(level: Education, age: u8) -> bool {
    let birth = REFERENCE_YEAR - u16::from(age);
    age >= YOUNGEST_AT[level as usize]
        && (level != Education::LowerSecondary || (GIMNAZJUM.0..=GIMNAZJUM.1).contains(&birth))
}

const BANDS: [(u8, u8); 7] = [(20, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 74), (75, 95)];

/// One row of the survey, or one year of age: shares of the three levels, and of general schools
/// within the middle one.
#[derive(Clone, Copy, Default)]
struct Survey {
    shares: [f64; 3],
    general: f64,
}

/// One sex by single years of age.
type Years = [Survey; YEARS];

/// Odds of the three levels in the country against the town before raking. Modelled: in the census
/// of 2021 tertiary education is about half as common in the country.
const RURAL_ODDS: [f64; 3] = [1.35, 1.0, 0.42];

fn levels() -> Vec<Levels> {
    let survey = survey();
    let odds = place_odds(&survey);
    (0..POLAND.len())
        .map(|territory| {
            std::array::from_fn(|sex| {
                std::array::from_fn(|year| {
                    let age = super::axis::age(year);
                    let own = &survey[sex][year];
                    nine(&tilted(own.shares, &odds[territory]), own.general, sex, age)
                })
            })
        })
        .collect()
}

fn survey() -> [Years; 2] {
    let bands = bands();
    std::array::from_fn(|sex| single_years(&bands[sex], sex))
}

fn bands() -> [[Survey; BANDS.len()]; 2] {
    let mut survey = [[Survey::default(); BANDS.len()]; 2];
    let mut next = [0; 2];
    for [sex, _, _, _, low, middle, high, general] in
        rows(include_str!("../../data/poland-education.csv"))
    {
        let sex = usize::from(sex == "M");
        survey[sex][next[sex]] = Survey {
            shares: [number(low), number(middle), number(high)].map(|percent| percent / 100.0),
            general: number(general),
        };
        next[sex] += 1;
    }
    survey
}

/// How many times each of the three levels is likelier in a territory than in the country as a
/// whole: town and country by the model, scaled until each voivodeship keeps its rank in tertiary
/// education (2019) and the nation keeps the survey's shares.
fn place_odds(survey: &[Years; 2]) -> Vec<[f64; 3]> {
    let tertiary = tertiary_targets(survey);
    let mut odds: Vec<[f64; 3]> =
        (0..POLAND.len()).map(|t| if t % 2 == 1 { RURAL_ODDS } else { [1.0; 3] }).collect();
    for _ in 0..60 {
        let means = means(survey, &odds);
        for voivodeship in 0..VOIVODESHIPS.len() {
            let share = tertiary_share(survey, &odds, voivodeship);
            let step =
                (tertiary[voivodeship] / (1.0 - tertiary[voivodeship])) / (share / (1.0 - share));
            odds[voivodeship * 2][2] *= step;
            odds[voivodeship * 2 + 1][2] *= step;
        }
        for territory in &mut odds {
            territory[0] *= means.1[0] / means.0[0];
        }
    }
    odds
}

/// The tertiary share of each voivodeship at 25-64, the 2019 table lifted to the survey's level.
fn tertiary_targets(survey: &[Years; 2]) -> Vec<f64> {
    let mut table = vec![0.0; VOIVODESHIPS.len()];
    for [voivodeship, percent] in rows(include_str!("../../data/poland-tertiary-2019.csv")) {
        let index = VOIVODESHIPS.iter().position(|known| *known == voivodeship);
        table[index.expect("every voivodeship of the table")] = number(percent) / 100.0;
    }
    let flat = vec![[1.0; 3]; POLAND.len()];
    let (_, national) = means(survey, &flat);
    let weights: Vec<f64> = (0..VOIVODESHIPS.len()).map(working_age).collect();
    let mean = table.iter().zip(&weights).map(|(share, weight)| share * weight).sum::<f64>()
        / weights.iter().sum::<f64>();
    // no voivodeship comes near the bound, which keeps a share a share
    table.into_iter().map(|share| (share * national[2] / mean).min(0.9)).collect()
}

fn working_age(voivodeship: usize) -> f64 {
    cells(voivodeship).map(|(_, _, _, people)| people).sum()
}

/// People aged 25-64 of a voivodeship: territory, sex, age, count.
fn cells(voivodeship: usize) -> impl Iterator<Item = (usize, usize, u8, f64)> {
    [voivodeship * 2, voivodeship * 2 + 1].into_iter().flat_map(|territory| {
        (0..2).flat_map(move |sex| {
            joint::years()
                .filter(|(_, age)| (25..65).contains(age))
                .map(move |(year, age)| (territory, sex, age, POLAND[territory][sex][year]))
        })
    })
}

fn tertiary_share(survey: &[Years; 2], odds: &[[f64; 3]], voivodeship: usize) -> f64 {
    let (mut tertiary, mut all) = (0.0, 0.0);
    for (territory, sex, age, people) in cells(voivodeship) {
        tertiary += people * tilted(survey[sex][year_index(age)].shares, &odds[territory])[2];
        all += people;
    }
    tertiary / all
}

/// Shares of the three levels at 25-64 with these odds, and as the survey has them.
fn means(survey: &[Years; 2], odds: &[[f64; 3]]) -> ([f64; 3], [f64; 3]) {
    let (mut with, mut without, mut all) = ([0.0; 3], [0.0; 3], 0.0);
    for (territory, sex, age, people) in (0..VOIVODESHIPS.len()).flat_map(cells) {
        let plain = survey[sex][year_index(age)].shares;
        let tilted = tilted(plain, &odds[territory]);
        for level in 0..3 {
            with[level] += people * tilted[level];
            without[level] += people * plain[level];
        }
        all += people;
    }
    (with.map(|share| share / all), without.map(|share| share / all))
}

fn tilted(shares: [f64; 3], odds: &[f64; 3]) -> [f64; 3] {
    let tilted: [f64; 3] = std::array::from_fn(|level| shares[level] * odds[level]);
    let whole: f64 = tilted.iter().sum();
    tilted.map(|share| share / whole)
}

/// Where the lines over single years bend: the middles of the bands, except that most degrees of the
/// youngest are finished by 27.
const KNOTS: [f64; BANDS.len() - 1] = [27.0, 39.5, 49.5, 59.5, 69.5, 84.0];

/// The survey's shares by single years: below 25 by the schools, from there a line that keeps the
/// shares of each band. People are cohorts: those of 45 went to the schools of those of 44.
fn single_years(bands: &[Survey; BANDS.len()], sex: usize) -> Years {
    let people = |age: u8| POLAND.iter().map(|pyramid| pyramid[sex][year_index(age)]).sum();
    let line = |part: &dyn Fn(&Survey) -> f64| {
        let own: Vec<Band> = BANDS
            .into_iter()
            .zip(bands)
            .skip(1)
            .map(|((from, to), band)| Band { from, to, mean: part(band) })
            .collect();
        let last = Survey { shares: shares_below_25(bands, 24), general: bands[0].general };
        curve::through(&own, &KNOTS, Some((24.0, part(&last))), people)
    };
    let low = line(&|row| row.shares[0]);
    let high = line(&|row| row.shares[2]);
    let general = line(&|row| row.shares[1] * row.general);
    std::array::from_fn(|year| {
        let age = super::axis::age(year);
        if age < 25 {
            return Survey { shares: shares_below_25(bands, age), general: bands[0].general };
        }
        let at = |line: &[(f64, f64)]| joint::interpolate(line, age.into()).max(0.0);
        let (low, high) = (at(&low), at(&high));
        let middle = 1.0 - low - high;
        Survey { shares: [low, middle, high], general: at(&general) / middle }
    })
}

/// Below 25 the group's shares are spread over its years as people finish school: modelled, with the
/// group's mean kept.
fn shares_below_25(survey: &[Survey; BANDS.len()], age: u8) -> [f64; 3] {
    // Factors for 20 to 24; chosen by hand so that their mean is 1.
    const LOW: [f64; 5] = [1.30, 1.10, 0.95, 0.85, 0.80];
    const HIGH: [f64; 5] = [0.0, 0.0, 0.85, 1.70, 2.45];
    // At 18 and 19 few have finished a secondary school; chosen by hand.
    match age {
        18 => [0.92, 0.08, 0.0],
        19 => [0.45, 0.55, 0.0],
        _ => {
            let step = usize::from(age - 20);
            let low = survey[0].shares[0] * LOW[step];
            let high = survey[0].shares[2] * HIGH[step];
            [low, 1.0 - low - high, high]
        }
    }
}

/// Splits three levels into nine. Modelled, except the share of general schools; the shares of primary schools and of
/// post-secondary ones, which more women attend, were chosen by hand.
fn nine(shares: &[f64; 3], general: f64, sex: usize, age: u8) -> [f64; LEVELS] {
    let vocational = 1.0 - general;
    let basic = basic_share(sex, age);
    let post = if sex == 0 { 0.11 } else { 0.03 };
    let tertiary = tertiary_split(age);
    let within = [
        0.30,
        0.70,
        vocational * basic,
        general,
        vocational * (1.0 - basic - post),
        vocational * post,
        tertiary[0],
        tertiary[1],
        tertiary[2],
    ];
    let mut whole = [0.0; 3];
    for level in 0..LEVELS {
        if is_possible(EDUCATION[level], age) {
            whole[isced(level)] += within[level];
        }
    }
    std::array::from_fn(|level| {
        if !is_possible(EDUCATION[level], age) {
            return 0.0;
        }
        shares[isced(level)] * within[level] / whole[isced(level)]
    })
}

/// The share of basic vocational schools (zasadnicze zawodowe) among vocational ones. Modelled: it
/// falls from about half of the oldest to a quarter of the youngest, and is higher among men.
fn basic_share(sex: usize, age: u8) -> f64 {
    let women =
        joint::interpolate(&[(22.0, 0.20), (40.0, 0.34), (60.0, 0.45), (80.0, 0.50)], age.into());
    if sex == 0 { women } else { women + 0.12 }
}

/// Bachelor, master and doctorate among those with tertiary education. Modelled: a first degree of
/// its own is common only after the reform of the late 1990s; about 1.5 % hold a doctorate.
fn tertiary_split(age: u8) -> [f64; 3] {
    let bachelor = joint::interpolate(
        &[(22.0, 0.97), (24.0, 0.62), (26.0, 0.36), (35.0, 0.26), (50.0, 0.17), (70.0, 0.08)],
        age.into(),
    );
    let doctorate = joint::interpolate(&[(27.0, 0.003), (35.0, 0.016), (60.0, 0.024)], age.into());
    [bachelor, 1.0 - bachelor - doctorate, doctorate]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(
        territory: impl Fn(usize) -> bool,
        level: usize,
        ages: std::ops::RangeInclusive<u8>,
    ) -> f64 {
        let (mut some, mut all) = (0.0, 0.0);
        for (index, levels) in POLAND_LEVELS.iter().enumerate().filter(|(t, _)| territory(*t)) {
            for sex in 0..2 {
                for age in ages.clone() {
                    let people = POLAND[index][sex][year_index(age)];
                    all += people;
                    some += people
                        * (0..LEVELS)
                            .filter(|l| isced(*l) == level)
                            .map(|l| levels[sex][year_index(age)][l])
                            .sum::<f64>();
                }
            }
        }
        some / all
    }

    #[test]
    fn chances_are_chances() {
        for levels in POLAND_LEVELS.iter().flatten().flatten() {
            assert!((levels.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(levels.iter().all(|chance| *chance >= 0.0));
        }
    }

    #[test]
    fn the_nation_keeps_the_shares_of_the_survey() {
        let survey = survey();
        let (_, national) = means(&survey, &vec![[1.0; 3]; POLAND.len()]);

        for (level, official) in national.into_iter().enumerate() {
            let modelled = share(|_| true, level, 25..=64);
            assert!((modelled - official).abs() < 0.004, "{level}: {modelled}");
        }
    }

    /// The share of a level at one age, one sex.
    fn at(sex: usize, level: usize, age: u8) -> f64 {
        let year = year_index(age);
        let (mut some, mut all) = (0.0, 0.0);
        for (levels, people) in POLAND_LEVELS.iter().zip(POLAND.iter()) {
            let own = (0..LEVELS).filter(|l| isced(*l) == level).map(|l| levels[sex][year][l]);
            some += people[sex][year] * own.sum::<f64>();
            all += people[sex][year];
        }
        some / all
    }

    #[test]
    fn neighbouring_years_from_24_are_about_as_educated() {
        for sex in 0..2 {
            for level in 0..3 {
                for age in 24..95 {
                    let reach = if age < 27 { 0.13 } else { 0.045 };
                    let step = at(sex, level, age + 1) - at(sex, level, age);
                    assert!(step.abs() < reach, "sex {sex}, level {level}, {age}: {step}");
                }
            }
        }
    }

    #[test]
    fn every_band_keeps_the_shares_of_the_survey() {
        let bands = bands();
        for (sex, rows) in bands.iter().enumerate() {
            for ((from, to), row) in BANDS.into_iter().zip(rows) {
                let people = |age: u8| POLAND.iter().map(|p| p[sex][year_index(age)]).sum::<f64>();
                let all: f64 = (from..=to).map(people).sum();
                for level in 0..3 {
                    let own: f64 = (from..=to).map(|age| people(age) * at(sex, level, age)).sum();
                    let off = own / all - row.shares[level];
                    assert!(off.abs() < 0.02, "sex {sex}, {from}-{to}, level {level}: {off}");
                }
            }
        }
    }

    #[test]
    fn mazowieckie_has_more_graduates_than_any_other_voivodeship_and_the_country_fewer() {
        let by_voivodeship: Vec<f64> = (0..16).map(|v| share(|t| t / 2 == v, 2, 25..=64)).collect();

        assert!(by_voivodeship.iter().all(|share| *share <= by_voivodeship[6]));
        assert!(share(|t| t % 2 == 1, 2, 25..=64) < 0.7 * share(|t| t % 2 == 0, 2, 25..=64));
    }

    #[test]
    fn a_gimnazjum_is_only_for_those_born_from_1986_to_2003() {
        assert!(is_possible(Education::LowerSecondary, 38));
        assert!(!is_possible(Education::LowerSecondary, 39));
        assert!(!is_possible(Education::LowerSecondary, 20));
        assert!(is_possible(Education::LowerSecondary, 21));
    }
}
