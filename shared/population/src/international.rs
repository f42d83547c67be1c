//! The tables for countries without official ones here: labelled not official everywhere.
//!
//! Marginals of age, gender, place, education and income as the product has always shown them for
//! the United States; the joint distribution is their product, raked so that nobody is impossible.

use super::axis::{BRACKETS, LEVELS, YEARS, age};
use super::education::{Levels, is_possible};
use super::joint::Pyramid;
use shared::persona::card::{Place, Text};

/// Territories: town (empty: several), state, share.
pub(crate) const PLACES: [(&str, &str, f64); 12] = [
    ("New York", "NY", 0.15),
    ("Los Angeles", "CA", 0.12),
    ("Chicago", "IL", 0.10),
    ("Houston", "TX", 0.08),
    ("Phoenix", "AZ", 0.06),
    ("Philadelphia", "PA", 0.06),
    ("San Antonio", "TX", 0.05),
    ("San Diego", "CA", 0.05),
    ("Dallas", "TX", 0.05),
    ("San Jose", "CA", 0.04),
    ("", "Other", 0.16),
    ("", "Rural", 0.08),
];

/// The territory of people outside the named cities.
pub(crate) const OTHER: usize = 10;
/// The territory of the countryside, a third of the table's "Other".
pub(crate) const RURAL: usize = 11;

const OTHER_TOWNS: [&str; 10] = [
    "Columbus",
    "Denver",
    "Seattle",
    "Nashville",
    "Boston",
    "Detroit",
    "Memphis",
    "Portland",
    "Milwaukee",
    "Omaha",
];

/// First year, last year, share.
pub(crate) const AGES: [(u8, u8, f64); 6] = [
    (18, 24, 0.15),
    (25, 34, 0.25),
    (35, 44, 0.20),
    (45, 54, 0.18),
    (55, 64, 0.12),
    (65, 85, 0.10),
];

/// Women, men, non-binary people (halved between the sexes of the register).
pub(crate) const KIND_SHARES: [f64; 4] = [0.49, 0.49, 0.01, 0.01];

/// High school .25, some college .20, bachelor's .30, master's .15, doctorate .05, other .05 (as
/// primary and basic vocational).
pub(crate) const EDUCATION: [f64; LEVELS] = [0.02, 0.0, 0.03, 0.25, 0.0, 0.20, 0.30, 0.15, 0.05];

/// Income from `< $25k` to `> $150k` a year.
pub(crate) const INCOME: [f64; BRACKETS] = [0.15, 0.20, 0.22, 0.18, 0.15, 0.10];

/// Town or country.
pub(crate) fn place(territory: usize) -> Place {
    if territory == RURAL { Place::Rural } else { Place::Urban }
}

/// The towns of a territory with equal weights.
pub(crate) fn towns(territory: usize) -> Vec<(Text, f64)> {
    match territory {
        RURAL => Vec::new(),
        OTHER => OTHER_TOWNS.iter().map(|town| (Text::Borrowed(*town), 1.0)).collect(),
        _ => vec![(Text::Borrowed(PLACES[territory].0), 1.0)],
    }
}

/// People of a territory, as shares.
pub(crate) fn pyramid(territory: usize) -> Pyramid {
    let mut years = [0.0; YEARS];
    for (year, people) in years.iter_mut().enumerate() {
        let age = age(year);
        if let Some((from, to, share)) =
            AGES.iter().find(|(from, to, _)| (*from..=*to).contains(&age))
        {
            *people = share / f64::from(to - from + 1) * PLACES[territory].2;
        }
    }
    [years; 2]
}

/// Education where the age allows, in the table's proportions.
pub(crate) fn levels() -> Levels {
    let at = |age: u8| -> [f64; LEVELS] {
        let possible: [f64; LEVELS] = std::array::from_fn(|level| {
            if is_possible(super::axis::EDUCATION[level], age) { EDUCATION[level] } else { 0.0 }
        });
        let all: f64 = possible.iter().sum();
        possible.map(|share| share / all)
    };
    std::array::from_fn(|_| std::array::from_fn(|year| at(age(year))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        let shares = [
            PLACES.iter().map(|place| place.2).sum::<f64>(),
            AGES.iter().map(|group| group.2).sum(),
            KIND_SHARES.iter().sum(),
            EDUCATION.iter().sum(),
            INCOME.iter().sum(),
        ];

        for share in shares {
            assert!((share - 1.0).abs() < 1e-9, "{share}");
        }
    }
}
