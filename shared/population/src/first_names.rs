//! First names by birth year.
//!
//! Born from 2000 on: registered births by year and name. Born before: modelled. The years just
//! before 2000 continue the births of 2000 to 2003; each earlier name has a wave of its own (`wave`);
//! and both are raked to the register: living bearers by name, people by birth year. PESEL register
//! (2024, and with the deceased 2018) and names given 2000-2019, Ministry of Digital Affairs.

mod wave;

use std::sync::LazyLock;

use super::axis::{REFERENCE_YEAR, YEARS, age};
use super::joint::POLAND;
use super::low_discrepancy::Cumulative;
use shared::persona::card::Sex;
use shared::statistics::total_variation;
use shared::text::table::{number, rows};
use wave::{Cohorts, Wave};

pub(super) struct FirstNames {
    pub(super) names: Vec<&'static str>,
    /// By year of age.
    pub(super) cumulatives: Vec<Cumulative>,
}

pub(super) static FIRST_NAMES: LazyLock<[FirstNames; 2]> =
    LazyLock::new(|| std::array::from_fn(first_names));

/// The sexes as the tables write them.
const LETTERS: [&str; 2] = ["F", "M"];
/// The first birth year with registered births.
const REGISTERED: u16 = 2000;
/// From this year to 1999 births are continued backwards; before it, names have their waves.
const CONTINUED: u16 = 1997;
/// The year of age of those born in 1999, and in the year before `CONTINUED`.
const BEFORE: usize = (REFERENCE_YEAR - REGISTERED + 1) as usize - super::axis::YOUNGEST as usize;
const PEAKED: usize = BEFORE + (REGISTERED - CONTINUED) as usize;

/// Births of 2020 to 2023 over those of 2019 (Statistics Poland: 355, 331, 305 and 272 thousand, after
/// 375): born since the list of births ends, and in the register of early 2024.
const SINCE_2019: f64 = (355.0 + 331.0 + 305.0 + 272.0) / 375.0;

/// What the register and the lists of births say of a name.
struct Register {
    name: &'static str,
    living: f64,
    /// Born from 2000 to 2019, and in 2019.
    young: f64,
    youngest: f64,
    /// Living and dead in 2018.
    with_dead: f64,
    /// Births of 2000 to 2003; 0 where the name is not listed.
    births: [f64; 4],
}

fn first_names(sex: usize) -> FirstNames {
    let letter = LETTERS[sex];
    let births: Vec<(u16, &'static str, f64)> =
        rows(include_str!("../../data/poland-first-names-births-2000-2006.csv"))
            .filter(|row: &[&str; 4]| row[1] == letter)
            .map(|[year, _, name, births]| (number(year) as u16, name, number(births)))
            .collect();
    let names = names(letter, &births);
    let mut weights = vec![vec![0.0; names.len()]; YEARS];
    for (birth, name, count) in &births {
        let year = usize::from(REFERENCE_YEAR - birth).checked_sub(super::axis::YOUNGEST.into());
        let index =
            names.iter().position(|known| known.name == *name).expect("every name is listed");
        if let Some(year) = year {
            weights[year][index] = *count;
        }
    }
    older(&names, sex, &mut weights);
    let cumulatives = weights.into_iter().map(|own| Cumulative::new(own.into_iter())).collect();
    FirstNames { names: names.into_iter().map(|name| name.name).collect(), cumulatives }
}

/// The register's names, then those of the births that it does not list.
fn names(letter: &str, births: &[(u16, &'static str, f64)]) -> Vec<Register> {
    let born = |name: &str| {
        std::array::from_fn(|year| {
            let year = REGISTERED + year as u16;
            births.iter().find(|b| b.0 == year && b.1 == name).map_or(0.0, |b| b.2)
        })
    };
    let of_2019: Vec<[&str; 3]> =
        rows(include_str!("../../data/poland-first-names-births-2019.csv")).collect();
    let youngest = |name: &str| {
        let row = of_2019.iter().find(|row| row[0] == letter && row[1] == name);
        row.map_or(0.0, |row| number(row[2]))
    };
    let mut names: Vec<Register> = rows(include_str!("../../data/poland-first-names.csv"))
        .filter(|row: &[&str; 5]| row[0] == letter)
        .map(|[_, name, living, young, with_dead]| Register {
            name,
            living: number(living),
            young: number(young),
            youngest: youngest(name),
            with_dead: if with_dead.is_empty() { number(living) } else { number(with_dead) },
            births: born(name),
        })
        .collect();
    for (_, name, _) in births {
        if !names.iter().any(|known| known.name == *name) {
            let births = born(name);
            let none = 0.0;
            names.push(Register {
                name,
                living: none,
                young: none,
                youngest: none,
                with_dead: none,
                births,
            });
        }
    }
    names
}

/// Fills in the years of those born before 2000.
fn older(names: &[Register], sex: usize, weights: &mut [Vec<f64>]) {
    let older: f64 = names.iter().map(Register::older).sum();
    let people = |year: usize| POLAND.iter().map(|pyramid| pyramid[sex][year]).sum::<f64>();
    let everybody: f64 = (BEFORE..YEARS).map(people).sum();
    let of_year: Vec<f64> = (0..YEARS).map(|year| people(year) / everybody * older).collect();
    let mut left: Vec<f64> = names.iter().map(Register::older).collect();
    for year in BEFORE..PEAKED {
        weights[year] = names.iter().map(|name| name.continued(birth(year))).collect();
        scale(&mut weights[year], of_year[year]);
        for (left, own) in left.iter_mut().zip(&mut weights[year]) {
            *left = (*left - *own).max(0.05 * *left);
        }
    }
    let cohorts = Cohorts::new(sex);
    let waves: Vec<Option<Wave>> =
        names.iter().map(|name| (name.older() > 0.0).then(|| cohorts.wave(name))).collect();
    for (year, own) in weights.iter_mut().enumerate().skip(PEAKED) {
        let share = |wave: &Option<Wave>| wave.map_or(0.0, |wave| wave.share(birth(year)));
        *own = waves.iter().map(share).collect();
        scale(own, of_year[year]);
    }
    rake(&mut weights[PEAKED..], &left, &of_year[PEAKED..]);
}

fn birth(year: usize) -> f64 {
    f64::from(REFERENCE_YEAR - u16::from(age(year)))
}

fn scale(own: &mut [f64], to: f64) {
    let all: f64 = own.iter().sum();
    own.iter_mut().for_each(|count| *count *= to / all);
}

/// Iterative proportional fitting of names by year; the years are met last.
fn rake(weights: &mut [Vec<f64>], of_name: &[f64], of_year: &[f64]) {
    // the years are met at the end of each round, the register's totals nearer with each
    const ROUNDS: usize = 100;
    for _ in 0..ROUNDS {
        for (index, wanted) in of_name.iter().enumerate() {
            let all: f64 = weights.iter().map(|year| year[index]).sum();
            if all > 0.0 {
                weights.iter_mut().for_each(|year| year[index] *= wanted / all);
            }
        }
        for (year, people) in weights.iter_mut().zip(of_year) {
            scale(year, *people);
        }
    }
}

impl Register {
    /// Living people of this name born before 2000. No more than ever were in 2018: who is above that
    /// has come from abroad since.
    fn older(&self) -> f64 {
        self.resident().clamp(0.0, self.ever())
    }

    fn resident(&self) -> f64 {
        self.living - self.young - SINCE_2019 * self.youngest
    }

    /// People of this name born before 2000 who were ever in the register, by 2018.
    fn ever(&self) -> f64 {
        (self.with_dead - (self.young - self.youngest)).max(0.0)
    }

    /// Whether more live than ever were.
    fn have_come(&self) -> bool {
        self.resident() > self.ever()
    }

    /// Births in the last years before 2000: those of 2000 and 2001, with their trend.
    fn continued(&self, birth: f64) -> f64 {
        // a year, in logarithms; chosen by hand: two years say little of a rare name's trend
        const STEEPEST: f64 = 0.15;
        let early = f64::midpoint(self.births[0], self.births[1]);
        let late = f64::midpoint(self.births[2], self.births[3]);
        if early <= 0.0 || late <= 0.0 {
            // a name that came or went in these years; chosen by hand
            return self.births[0] * 0.5;
        }
        let trend = (late / early).ln() / 2.0;
        early * ((birth - 2000.5) * trend.clamp(-STEEPEST, STEEPEST)).exp()
    }
}

/// How far first names are from what is known of them, as total variations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameFit {
    /// Names of those born from 1997 to 1999 against those of 2000 and 2001, which are registered.
    pub before_2000: f64,
    /// Bearers of each name who were born before 2000, against the register.
    pub totals: f64,
}

/// How far the first names of one sex are from what is known of them.
pub fn name_fit(sex: Sex) -> NameFit {
    let index = super::axis::sex_index(sex);
    let mut wanted: Vec<f64> = names(LETTERS[index], &[]).iter().map(Register::older).collect();
    wanted.resize(FIRST_NAMES[index].names.len(), 0.0);
    scale(&mut wanted, 1.0);
    let oldest = super::axis::OLDEST;
    NameFit {
        before_2000: total_variation(&mean(index, 25..=27), &mean(index, 23..=24)),
        totals: total_variation(&mean(index, 25..=oldest), &wanted),
    }
}

/// Each name's share of those born in one year.
fn shares(sex: usize, year: usize) -> Vec<f64> {
    let ends = &FIRST_NAMES[sex].cumulatives[year].ends;
    let before = std::iter::once(&0.0).chain(ends);
    ends.iter().zip(before).map(|(end, before)| end - before).collect()
}

/// Each name's share of everybody of these ages.
fn mean(sex: usize, ages: std::ops::RangeInclusive<u8>) -> Vec<f64> {
    let mut sums = vec![0.0; FIRST_NAMES[sex].names.len()];
    for year in ages.map(super::axis::year_index) {
        let people: f64 = POLAND.iter().map(|pyramid| pyramid[sex][year]).sum();
        sums.iter_mut().zip(shares(sex, year)).for_each(|(sum, share)| *sum += people * share);
    }
    scale(&mut sums, 1.0);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::year_index;

    fn share(sex: usize, name: &str, age: u8) -> f64 {
        let index = FIRST_NAMES[sex].names.iter().position(|known| *known == name).unwrap();
        shares(sex, year_index(age))[index]
    }

    #[test]
    fn names_have_their_time() {
        let older_than: [(usize, &str, u8, u8); 9] = [
            (0, "Stanisława", 80, 40),
            (0, "Krystyna", 72, 40),
            (0, "Julia", 20, 60),
            (0, "Agnieszka", 46, 70),
            (1, "Damian", 35, 60),
            (1, "Zdzisław", 74, 30),
            (1, "Mateusz", 30, 70),
            (1, "Kacper", 20, 50),
            (1, "Łukasz", 38, 62),
        ];
        for name in ["Barbara", "Małgorzata"] {
            assert!(share(0, name, 66) > share(0, name, 46), "{name}");
        }
        for (sex, name, more, fewer) in older_than {
            assert!(
                share(sex, name, more) > 3.0 * share(sex, name, fewer),
                "{name}: {} {}",
                share(sex, name, more),
                share(sex, name, fewer)
            );
        }
    }

    /// The median year of birth of a name's bearers of 25 and over.
    fn median(sex: usize, name: &str) -> f64 {
        let index = FIRST_NAMES[sex].names.iter().position(|known| *known == name).unwrap();
        let people = |year: usize| POLAND.iter().map(|pyramid| pyramid[sex][year]).sum::<f64>();
        let of_year: Vec<f64> =
            (BEFORE..YEARS).map(|year| people(year) * shares(sex, year)[index]).collect();
        let all: f64 = of_year.iter().sum();
        let mut passed = 0.0;
        let year = of_year.iter().position(|own| {
            passed += own;
            passed >= all / 2.0
        });
        birth(BEFORE + year.unwrap())
    }

    #[test]
    fn names_that_lost_as_many_bearers_and_are_hardly_given_any_more_are_as_old() {
        for (sex, letter) in LETTERS.into_iter().enumerate() {
            let all = names(letter, &[]);
            let gone = |name: &&Register| {
                let births = number_of_births(letter, name.name);
                name.older() > 40_000.0 && births < 0.0025 * name.older()
            };
            let dead = |name: &Register| 1.0 - name.older() / name.ever();
            let mut gone: Vec<&Register> = all.iter().filter(gone).collect();
            gone.sort_by(|a, b| dead(a).total_cmp(&dead(b)));
            assert!(gone.len() > 30, "{}", gone.len());
            for (i, a) in gone.iter().enumerate() {
                for b in gone[i + 1..].iter().take_while(|b| dead(b) - dead(a) < 0.02) {
                    let apart = median(sex, a.name) - median(sex, b.name);
                    assert!(apart.abs() <= 10.0, "{} {} {apart}", a.name, b.name);
                }
            }
        }
    }

    /// Births in 2000.
    fn number_of_births(letter: &str, name: &str) -> f64 {
        rows(include_str!("../../data/poland-first-names-births-2000-2006.csv"))
            .find(|row: &[&str; 4]| row[0] == "2000" && row[1] == letter && row[2] == name)
            .map_or(0.0, |row| number(row[3]))
    }

    #[test]
    fn well_known_names_have_their_median_where_it_is_known_to_be() {
        // nearly every Pole knows these; no table says it
        let known = [
            (0, "Krystyna", 1943..=1953),
            (0, "Barbara", 1947..=1959),
            (0, "Elżbieta", 1949..=1961),
            (0, "Grażyna", 1953..=1964),
            (0, "Małgorzata", 1958..=1969),
            (0, "Agnieszka", 1971..=1981),
            (0, "Katarzyna", 1975..=1986),
            (0, "Natalia", 1986..=1996),
            (1, "Zbigniew", 1950..=1962),
            (1, "Andrzej", 1953..=1965),
            (1, "Marek", 1958..=1972),
            (1, "Marcin", 1975..=1986),
            (1, "Łukasz", 1980..=1990),
            (1, "Mateusz", 1986..=1995),
            (1, "Leon", 1935..=1955),
        ];
        for (sex, name, years) in known {
            let median = median(sex, name) as i32;
            assert!(years.contains(&median), "{name}: {median}");
        }
    }

    #[test]
    fn names_that_came_back_have_old_bearers_and_hardly_any_in_between() {
        let back = [(0, "Helena"), (0, "Antonina"), (1, "Leon"), (1, "Antoni"), (1, "Franciszek")];
        for (sex, name) in back {
            assert!(share(sex, name, 80) > 4.0 * share(sex, name, 46), "{name}");
        }
        for (sex, name) in [(0, "Pola"), (1, "Oliwier"), (1, "Nikodem")] {
            assert!(share(sex, name, 46) < 0.0005, "{name} {}", share(sex, name, 46));
        }
    }

    #[test]
    fn names_that_came_late_are_rarer_among_men_of_60_to_64_than_among_boys_of_2019() {
        // in the early sixties they had not come, in 2019 they had gone: what is registered of 2019 is
        // the most that can be (Łukasz: 562 of 189,419 boys, so 2 men of 60 to 64 in 20,000 people)
        let boys: Vec<(&str, f64)> =
            rows(include_str!("../../data/poland-first-names-births-2019.csv"))
                .filter(|row: &[&str; 3]| row[0] == LETTERS[1])
                .map(|[_, name, births]| (name, number(births)))
                .collect();
        let all: f64 = boys.iter().map(|(_, births)| births).sum();
        let men = mean(1, 60..=64);
        for late in ["Łukasz", "Marcin", "Damian"] {
            let index = FIRST_NAMES[1].names.iter().position(|known| *known == late).unwrap();
            let (_, births) = boys.iter().find(|(name, _)| *name == late).unwrap();
            assert!(men[index] < births / all, "{late}: {} {}", men[index], births / all);
        }
    }

    #[test]
    fn names_are_near_what_is_known_of_them() {
        for sex in [Sex::Female, Sex::Male] {
            let fit = name_fit(sex);
            assert!(fit.before_2000 <= 0.20 && fit.totals < 0.02, "{sex:?}: {fit:?}");
        }
        assert!(share(0, "Hanna", 26) < 0.01);
    }
}
