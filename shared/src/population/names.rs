//! Names that fit sex and birth year, and surnames in the form of the sex.
//!
//! Born from 2000 on: registered births by year and name. Born before: the living bearers who were
//! not born from 2000 on, spread over birth years by a model. PESEL register (2024) and names given
//! 2000-2019, Ministry of Digital Affairs; surnames: PESEL register 2020, with the deceased.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::axis::{REFERENCE_YEAR, YEARS, age};
use super::sequence::{Sequence, Wheel};
use crate::Seed;
use crate::persona::card::{Country, Sex};
use crate::text::table::{number, rows};

/// First names of one sex.
struct FirstNames {
    names: Vec<&'static str>,
    /// By year of age.
    wheels: Vec<Wheel>,
}

struct Surnames {
    names: Vec<&'static str>,
    wheel: Wheel,
}

static FIRST_NAMES: LazyLock<[FirstNames; 2]> = LazyLock::new(|| std::array::from_fn(first_names));
static SURNAMES: LazyLock<[Surnames; 2]> = LazyLock::new(|| std::array::from_fn(surnames));

/// Living people with one of the most frequent 1,000 surnames: about 31 % (register notes). The
/// list ends at 3,000; the many rarer names are stood for by those from 1,001 to 3,000.
const HEAD: usize = 1_000;
const HEAD_SHARE: f64 = 0.31;

/// A bearer count: name, living, born 2000-2019, living and dead in 2018.
struct Bearers {
    name: &'static str,
    living: f64,
    young: f64,
    with_dead: f64,
}

fn first_names(sex: usize) -> FirstNames {
    let letter = ["F", "M"][sex];
    let bearers: Vec<Bearers> = rows(include_str!("../../data/poland-first-names.csv"))
        .filter(|row: &[&str; 5]| row[0] == letter)
        .map(|[_, name, living, young, with_dead]| Bearers {
            name,
            living: number(living),
            young: number(young),
            with_dead: if with_dead.is_empty() { number(living) } else { number(with_dead) },
        })
        .collect();
    let births: Vec<(u16, &'static str, f64)> =
        rows(include_str!("../../data/poland-first-names-births-2000-2006.csv"))
            .filter(|row: &[&str; 4]| row[1] == letter)
            .map(|[year, _, name, births]| (number(year) as u16, name, number(births)))
            .collect();
    let mut names: Vec<&'static str> = bearers.iter().map(|bearer| bearer.name).collect();
    for (_, name, _) in &births {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let wheels = (0..YEARS)
        .map(|year| {
            let birth = REFERENCE_YEAR - u16::from(age(year));
            Wheel::new(weights(&names, &bearers, &births, birth).into_iter())
        })
        .collect();
    FirstNames { names, wheels }
}

fn weights(
    names: &[&'static str],
    bearers: &[Bearers],
    births: &[(u16, &'static str, f64)],
    birth: u16,
) -> Vec<f64> {
    if birth >= 2000 {
        let mut weights = vec![0.0; names.len()];
        for (_, name, births) in births.iter().filter(|(year, _, _)| *year == birth) {
            let index = names.iter().position(|known| known == name).expect("every name is listed");
            weights[index] = *births;
        }
        return weights;
    }
    let mut weights: Vec<f64> =
        bearers.iter().map(|bearer| bearer.older() * bearer.popularity(birth)).collect();
    weights.resize(names.len(), 0.0);
    weights
}

impl Bearers {
    /// Living people of this name born before 2000.
    fn older(&self) -> f64 {
        (self.living - self.young).max(0.0)
    }

    /// How the name's bearers born before 2000 spread over birth years: a normal curve. Modelled on
    /// two signs of age: the share who have died, and the share born from 2000 on. Checked by eye
    /// against names whose time is well known (Stanisława, Grażyna, Agnieszka, Karolina).
    fn popularity(&self, birth: u16) -> f64 {
        const SPREAD: f64 = 11.0;
        let dead = (1.0 - self.living / self.with_dead).max(0.0);
        let young = (self.young / self.living).clamp(0.002, 0.6);
        let by_young = 1966.0 + 12.0 * (young / 0.01).log10();
        let by_dead = 75.0 * (dead - 0.05).max(0.0);
        // a name that both died out and came back: its older bearers are old
        let middle = if dead > 0.25 { 1972.0 - by_dead } else { by_young - by_dead };
        let distance = (f64::from(birth) - middle.clamp(1928.0, 1994.0)) / SPREAD;
        (-distance * distance / 2.0).exp()
    }
}

fn surnames(sex: usize) -> Surnames {
    let letter = ["F", "M"][sex];
    let (names, counts): (Vec<_>, Vec<_>) = rows(include_str!("../../data/poland-surnames.csv"))
        .filter(|row: &[&str; 3]| row[0] == letter)
        .filter(|row| sex == 1 || !is_adjectival(row[1], ["ski", "cki", "dzki"]))
        .map(|[_, name, count]| (name, number(count)))
        .unzip();
    let head: f64 = counts[..HEAD].iter().sum();
    let tail: f64 = counts[HEAD..].iter().sum();
    let lift = (1.0 - HEAD_SHARE) / HEAD_SHARE * head / tail;
    let weight = |(rank, count): (usize, &f64)| if rank < HEAD { *count } else { count * lift };
    let wheel = Wheel::new(counts.iter().enumerate().map(weight));
    Surnames { names, wheel }
}

const ENGLISH_FIRST: [[&str; 30]; 2] = [
    [
        "Emma",
        "Olivia",
        "Sophia",
        "Ava",
        "Mia",
        "Emily",
        "Abigail",
        "Madison",
        "Elizabeth",
        "Grace",
        "Jessica",
        "Ashley",
        "Amanda",
        "Sarah",
        "Jennifer",
        "Melissa",
        "Nicole",
        "Stephanie",
        "Rebecca",
        "Laura",
        "Michelle",
        "Kimberly",
        "Lisa",
        "Angela",
        "Karen",
        "Susan",
        "Linda",
        "Patricia",
        "Barbara",
        "Maria",
    ],
    [
        "Liam",
        "Noah",
        "Ethan",
        "Mason",
        "Jacob",
        "Michael",
        "Daniel",
        "Alexander",
        "Matthew",
        "Joshua",
        "Christopher",
        "Andrew",
        "Tyler",
        "Brandon",
        "Justin",
        "Ryan",
        "Jason",
        "Brian",
        "Kevin",
        "Eric",
        "Steven",
        "Mark",
        "Jeffrey",
        "Scott",
        "Thomas",
        "Richard",
        "Robert",
        "James",
        "William",
        "Carlos",
    ],
];

const ENGLISH_LAST: [&str; 40] = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Garcia",
    "Miller",
    "Davis",
    "Rodriguez",
    "Martinez",
    "Hernandez",
    "Lopez",
    "Gonzalez",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Lee",
    "Perez",
    "Thompson",
    "White",
    "Harris",
    "Sanchez",
    "Clark",
    "Ramirez",
    "Lewis",
    "Robinson",
    "Walker",
    "Young",
    "Allen",
    "King",
    "Wright",
    "Scott",
    "Torres",
    "Nguyen",
    "Hill",
    "Flores",
];

/// Draws names, one sequence a sex, so that frequent names come as often as they should.
pub(crate) struct Names {
    country: Country,
    first: [Sequence; 2],
    last: [Sequence; 2],
}

impl Names {
    pub(crate) fn new(country: Country, seed: Seed) -> Self {
        let start = |name, sex: usize, step| Sequence::new(seed.child(name, sex as u64), step);
        Self {
            country,
            first: std::array::from_fn(|sex| start("first name", sex, Sequence::GOLDEN)),
            last: std::array::from_fn(|sex| start("surname", sex, Sequence::SILVER)),
        }
    }

    /// First name and surname.
    pub(crate) fn draw(&mut self, sex: usize, year: usize) -> (&'static str, &'static str) {
        let (first, last) = (self.first[sex].next(), self.last[sex].next());
        if self.country == Country::International {
            let at =
                |names: &[&'static str], point: f64| names[(point * names.len() as f64) as usize];
            return (at(&ENGLISH_FIRST[sex], first), at(&ENGLISH_LAST, last));
        }
        let names = &FIRST_NAMES[sex];
        let surnames = &SURNAMES[sex];
        (names.names[names.wheels[year].at(first)], surnames.names[surnames.wheel.at(last)])
    }
}

/// Whether a Polish first name is known for the other sex only.
pub(crate) fn is_of_the_other_sex(name: &str, sex: Sex) -> bool {
    let own = super::axis::sex_index(sex);
    !FIRST_NAMES[own].names.contains(&name) && FIRST_NAMES[1 - own].names.contains(&name)
}

/// Whether a surname has the adjectival form of the other sex: -ski for a woman; -ska for a man,
/// unless men bear it as a noun (Brzóska).
pub(crate) fn has_the_wrong_form(surname: &str, sex: Sex) -> bool {
    match sex {
        Sex::Female => is_adjectival(surname, ["ski", "cki", "dzki"]),
        Sex::Male => {
            is_adjectival(surname, ["ska", "cka", "dzka"]) && !MENS_NOUNS.contains(surname)
        }
    }
}

fn is_adjectival(surname: &str, endings: [&str; 3]) -> bool {
    endings.iter().any(|ending| surname.ends_with(ending))
}

/// Men's surnames that end like women's adjectives.
static MENS_NOUNS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let names = SURNAMES[1].names.iter().copied();
    names.filter(|name| is_adjectival(name, ["ska", "cka", "dzka"])).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::axis::year_index;

    fn share(sex: usize, name: &str, age: u8) -> f64 {
        let names = &FIRST_NAMES[sex];
        let index = names.names.iter().position(|known| *known == name).unwrap();
        let ends = &names.wheels[year_index(age)].ends;
        ends[index] - if index == 0 { 0.0 } else { ends[index - 1] }
    }

    #[test]
    fn names_have_their_time() {
        let older_than: [(usize, &str, u8, u8); 7] = [
            (0, "Stanisława", 80, 40),
            (0, "Krystyna", 72, 40),
            (0, "Julia", 20, 60),
            (0, "Agnieszka", 46, 80),
            (1, "Zdzisław", 74, 30),
            (1, "Mateusz", 30, 70),
            (1, "Kacper", 20, 50),
        ];
        for (sex, name, more, fewer) in older_than {
            assert!(share(sex, name, more) > 3.0 * share(sex, name, fewer), "{name}");
        }
    }

    #[test]
    fn surnames_agree_with_the_sex() {
        for (index, sex) in [Sex::Female, Sex::Male].into_iter().enumerate() {
            assert!(SURNAMES[index].names.iter().all(|name| !has_the_wrong_form(name, sex)));
        }
    }

    #[test]
    fn nowak_is_as_frequent_as_in_the_register() {
        let nowak = SURNAMES[1].wheel.ends[0];

        assert!((0.002..0.009).contains(&nowak), "{nowak}");
    }
}
