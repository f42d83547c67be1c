//! Names that fit sex and birth year, and surnames in the form of the sex.
//!
//! Surnames: PESEL register 2020, with the deceased. First names: `first_names`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::first_names::FIRST_NAMES;
use super::low_discrepancy::{Cumulative, Sequence};
use shared::Seed;
use shared::persona::card::{Country, Sex};
use shared::text::first_name::ENGLISH;
use shared::text::table::{number, rows};

struct Surnames {
    names: Vec<&'static str>,
    cumulative: Cumulative,
}

static SURNAMES: LazyLock<[Surnames; 2]> = LazyLock::new(|| std::array::from_fn(surnames));

/// Living people with one of the most frequent 1,000 surnames: about 31 % (register notes). The
/// list ends at 3,000; the many rarer names are stood for by those from 1,001 to 3,000.
const HEAD: usize = 1_000;
const HEAD_SHARE: f64 = 0.31;

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
    let cumulative = Cumulative::new(counts.iter().enumerate().map(weight));
    Surnames { names, cumulative }
}

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
            return (at(&ENGLISH[sex], first), at(&ENGLISH_LAST, last));
        }
        let names = &FIRST_NAMES[sex];
        let surnames = &SURNAMES[sex];
        (
            names.names[names.cumulatives[year].at(first)],
            surnames.names[surnames.cumulative.at(last)],
        )
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

    #[test]
    fn surnames_agree_with_the_sex() {
        for (index, sex) in [Sex::Female, Sex::Male].into_iter().enumerate() {
            assert!(SURNAMES[index].names.iter().all(|name| !has_the_wrong_form(name, sex)));
        }
    }

    #[test]
    fn nowak_is_as_frequent_as_in_the_register() {
        let nowak = SURNAMES[1].cumulative.ends[0];

        assert!((0.002..0.009).contains(&nowak), "{nowak}");
    }
}
