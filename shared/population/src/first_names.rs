//! First names by birth year.
//!
//! Born from 2000 on: registered births by year and name. Born before: modelled. The years just
//! before 2000 continue the births of 2000 to 2003; each earlier name has a peak and a width of its
//! own; and both are raked to the register: living bearers by name, people by birth year. PESEL
//! register (2024) and names given 2000-2019, Ministry of Digital Affairs.

use std::sync::LazyLock;

use super::axis::{REFERENCE_YEAR, YEARS, age};
use super::joint::POLAND;
use super::low_discrepancy::Cumulative;
use shared::text::table::{number, rows};

/// First names of one sex.
pub(super) struct FirstNames {
    pub(super) names: Vec<&'static str>,
    /// By year of age.
    pub(super) cumulatives: Vec<Cumulative>,
}

pub(super) static FIRST_NAMES: LazyLock<[FirstNames; 2]> =
    LazyLock::new(|| std::array::from_fn(first_names));

/// The first birth year with registered births.
const REGISTERED: u16 = 2000;
/// From this year to 1999 births are continued backwards; before it, names have their peaks.
const CONTINUED: u16 = 1997;
/// The year of age of those born in 1999, and in the year before `CONTINUED`.
const BEFORE: usize = (REFERENCE_YEAR - REGISTERED + 1) as usize - super::axis::YOUNGEST as usize;
const PEAKED: usize = BEFORE + (REGISTERED - CONTINUED) as usize;

/// A name's counts: living, born 2000-2019, living and dead in 2018, and births of 2000 to 2003.
struct Name {
    name: &'static str,
    living: f64,
    young: f64,
    with_dead: f64,
    births: [f64; 4],
}

fn first_names(sex: usize) -> FirstNames {
    let letter = ["F", "M"][sex];
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
fn names(letter: &str, births: &[(u16, &'static str, f64)]) -> Vec<Name> {
    let born = |name: &str| {
        std::array::from_fn(|year| {
            let year = REGISTERED + year as u16;
            births.iter().find(|b| b.0 == year && b.1 == name).map_or(0.0, |b| b.2)
        })
    };
    let mut names: Vec<Name> = rows(include_str!("../../data/poland-first-names.csv"))
        .filter(|row: &[&str; 5]| row[0] == letter)
        .map(|[_, name, living, young, with_dead]| Name {
            name,
            living: number(living),
            young: number(young),
            with_dead: if with_dead.is_empty() { number(living) } else { number(with_dead) },
            births: born(name),
        })
        .collect();
    for (_, name, _) in births {
        if !names.iter().any(|known| known.name == *name) {
            let births = born(name);
            names.push(Name { name, living: 0.0, young: 0.0, with_dead: 0.0, births });
        }
    }
    names
}

/// Fills in the years of those born before 2000.
fn older(names: &[Name], sex: usize, weights: &mut [Vec<f64>]) {
    let older: f64 = names.iter().map(Name::older).sum();
    let people = |year: usize| POLAND.iter().map(|pyramid| pyramid[sex][year]).sum::<f64>();
    let everybody: f64 = (BEFORE..YEARS).map(people).sum();
    let of_year: Vec<f64> = (0..YEARS).map(|year| people(year) / everybody * older).collect();
    let mut left: Vec<f64> = names.iter().map(Name::older).collect();
    for year in BEFORE..PEAKED {
        weights[year] = names.iter().map(|name| name.continued(birth(year))).collect();
        scale(&mut weights[year], of_year[year]);
        for (left, own) in left.iter_mut().zip(&mut weights[year]) {
            *left = (*left - *own).max(0.05 * *left);
        }
    }
    for (year, own) in weights.iter_mut().enumerate().skip(PEAKED) {
        *own = names.iter().map(|name| name.seed(birth(year))).collect();
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

/// When the bearers of a name were born: the middle and the spread of a normal curve.
struct Peak {
    middle: f64,
    spread: f64,
}

impl Name {
    /// Living people of this name born before 2000.
    fn older(&self) -> f64 {
        (self.living - self.young).max(0.0)
    }

    /// Mean births a year in 2000 and 2001, and how they change from year to year (logarithm).
    fn start(&self) -> Option<(f64, f64)> {
        let early = f64::midpoint(self.births[0], self.births[1]);
        let late = f64::midpoint(self.births[2], self.births[3]);
        (early > 0.0 && late > 0.0).then(|| (early, (late / early).ln() / 2.0))
    }

    /// Births in the last years before 2000: those of 2000 and 2001, with their trend.
    fn continued(&self, birth: f64) -> f64 {
        const STEEPEST: f64 = 0.15;
        let Some((births, trend)) = self.start() else { return self.births[0] * 0.5 };
        births * ((birth - 2000.5) * trend.clamp(-STEEPEST, STEEPEST)).exp()
    }

    /// Bearers born in this year before raking: the name's own curve, and near 2000 what was born
    /// then.
    fn seed(&self, birth: f64) -> f64 {
        let Peak { middle, spread } = self.peak();
        let distance = (birth - middle) / spread;
        let own = self.older() / spread * (-distance * distance / 2.0).exp();
        let near = (-((2000.0 - birth) / 6.0).powi(2)).exp();
        let both = near * self.continued(birth).max(1.0).ln() + (1.0 - near) * own.max(1e-9).ln();
        if self.older() > 0.0 { both.exp() } else { 0.0 }
    }

    /// A name that was going out of use in 2000 has the normal curve that goes through its births of
    /// 2000, falls there as they fell, and has as many bearers as live; one whose births hardly
    /// changed, the curve of a usual spread through its births. The others: by the share who have
    /// died, and the share born from 2000 on.
    fn peak(&self) -> Peak {
        const CALM: f64 = 0.06;
        const USUAL: f64 = 9.0;
        match self.start() {
            Some((births, trend)) if trend < -CALM && births < self.older() => {
                let spread = self.spread_through(births, trend);
                let middle = 2000.0 + trend * spread * spread;
                Peak { middle: middle.clamp(1928.0, 1996.0), spread }
            }
            Some((births, trend)) if trend < CALM && self.dead() <= 0.25 => {
                let higher = self.older() / (USUAL * std::f64::consts::TAU.sqrt() * births);
                let away = USUAL * (2.0 * higher.ln().max(0.0)).sqrt();
                Peak { middle: (2000.0 - away).clamp(1928.0, 1996.0), spread: USUAL }
            }
            _ => self.peak_by_age(),
        }
    }

    /// The share of bearers who had died.
    fn dead(&self) -> f64 {
        (1.0 - self.living / self.with_dead.max(1.0)).max(0.0)
    }

    /// The spread at which the curve's height at 2000 is `births`: halving, as the height falls with
    /// the spread.
    fn spread_through(&self, births: f64, trend: f64) -> f64 {
        let height = |spread: f64| {
            let away = trend * spread;
            self.older() / (spread * std::f64::consts::TAU.sqrt()) * (-away * away / 2.0).exp()
        };
        let (mut low, mut high) = (5.0, 16.0);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if height(middle) > births {
                low = middle;
            } else {
                high = middle;
            }
        }
        f64::midpoint(low, high)
    }

    /// Checked by eye against names whose time is well known (Stanisława, Grażyna, Krystyna).
    fn peak_by_age(&self) -> Peak {
        let dead = self.dead();
        let young = (self.young / self.living).clamp(0.002, 0.6);
        let by_young = 1966.0 + 12.0 * (young / 0.01).log10();
        let by_dead = 75.0 * (dead - 0.05).max(0.0);
        // a name that both died out and came back: its older bearers are old
        let middle = if dead > 0.25 { 1972.0 - by_dead } else { by_young - by_dead };
        Peak { middle: middle.clamp(1928.0, 1994.0), spread: 10.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::year_index;

    /// A name's share of those born in one year.
    fn shares(sex: usize, year: usize) -> Vec<f64> {
        let ends = &FIRST_NAMES[sex].cumulatives[year].ends;
        let before = std::iter::once(&0.0).chain(ends);
        ends.iter().zip(before).map(|(end, before)| end - before).collect()
    }

    fn share(sex: usize, name: &str, age: u8) -> f64 {
        let index = FIRST_NAMES[sex].names.iter().position(|known| *known == name).unwrap();
        shares(sex, year_index(age))[index]
    }

    /// Shares of everybody born in these years of age.
    fn mean(sex: usize, ages: std::ops::RangeInclusive<u8>) -> Vec<f64> {
        let mut sums = vec![0.0; FIRST_NAMES[sex].names.len()];
        let mut all = 0.0;
        for year in ages.map(year_index) {
            let people: f64 = POLAND.iter().map(|pyramid| pyramid[sex][year]).sum();
            sums.iter_mut().zip(shares(sex, year)).for_each(|(sum, share)| *sum += people * share);
            all += people;
        }
        sums.into_iter().map(|sum| sum / all).collect()
    }

    fn variation(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0
    }

    #[test]
    fn names_have_their_time() {
        let older_than: [(usize, &str, u8, u8); 8] = [
            (0, "Stanisława", 80, 40),
            (0, "Krystyna", 72, 40),
            (0, "Julia", 20, 60),
            (0, "Agnieszka", 46, 80),
            (1, "Zdzisław", 74, 30),
            (1, "Mateusz", 30, 70),
            (1, "Kacper", 20, 50),
            (1, "Łukasz", 38, 62),
        ];
        for (sex, name, more, fewer) in older_than {
            assert!(
                share(sex, name, more) > 3.0 * share(sex, name, fewer),
                "{name}: {} {}",
                share(sex, name, more),
                share(sex, name, fewer)
            );
        }
    }

    #[test]
    fn those_born_from_1997_to_1999_are_named_nearly_as_those_of_2000_and_2001() {
        for sex in 0..2 {
            let off = variation(&mean(sex, 25..=27), &mean(sex, 23..=24));
            assert!(off <= 0.20, "sex {sex}: {off}");
        }
        assert!(share(0, "Hanna", 26) < 0.01);
    }

    #[test]
    fn every_name_has_as_many_bearers_as_the_register() {
        for (sex, letter) in ["F", "M"].into_iter().enumerate() {
            let mut wanted: Vec<f64> = names(letter, &[]).iter().map(Name::older).collect();
            wanted.resize(FIRST_NAMES[sex].names.len(), 0.0);
            scale(&mut wanted, 1.0);
            let off = variation(&mean(sex, 25..=95), &wanted);
            assert!(off < 0.02, "sex {sex}: {off}");
        }
    }
}
