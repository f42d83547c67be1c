//! What the labels of a target mean: age groups, genders, education, income, places, in Polish and
//! English, as the client and researchers write them.

use super::axis::{Attribute, BRACKETS, LEVELS};
use super::international;
use super::joint::VOIVODESHIPS;
use super::stratum::{Town, town_named};
use shared::persona::card::Gender;
use shared::text::fold::folded;

/// What one label stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Meaning {
    /// Years, both ends included.
    Ages(u8, u8),
    Gender(Gender),
    /// Levels of education, one bit each.
    Levels(u16),
    /// Income brackets, one bit each.
    Brackets(u8),
    /// A place.
    Locality(Locality),
    /// Everything that no other label of the category names.
    Rest,
}

/// What a label of the category `location` stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Locality {
    /// One Polish town.
    Town(&'static Town),
    Voivodeship(usize),
    /// Polish towns and cities.
    Urban,
    /// The country.
    Rural,
    /// A place of the international table.
    International(usize),
}

impl Locality {
    /// Whether only one of the two kinds of tables has it: international or not.
    pub(crate) fn is_international(self) -> Option<bool> {
        match self {
            Self::Town(_) | Self::Voivodeship(_) => Some(false),
            Self::International(_) => Some(true),
            Self::Urban | Self::Rural => None,
        }
    }
}

/// What a label means; `None` when it is not known.
pub(crate) fn of(attribute: Attribute, label: &str) -> Option<Meaning> {
    let label = folded(label);
    let rest =
        matches!(label.as_str(), "other" | "inne" | "inne miasta" | "other cities" | "pozostale");
    if rest && !matches!(attribute, Attribute::AgeGroup | Attribute::Gender) {
        return Some(Meaning::Rest);
    }
    match attribute {
        Attribute::AgeGroup => ages(&label).map(|(from, to)| Meaning::Ages(from, to)),
        Attribute::Gender => gender(&label).map(Meaning::Gender),
        Attribute::Education => levels(&label).map(Meaning::Levels),
        Attribute::IncomeBracket => bracket(&label).map(|index| Meaning::Brackets(1 << index)),
        Attribute::Location => locality(&label).map(Meaning::Locality),
    }
}

/// The rule that an unknown label breaks, with what would be known.
pub(crate) fn rule(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::AgeGroup => "must be an age group such as 25-34 or 55+",
        Attribute::Gender => {
            "must be female, male or non-binary (kobieta, mężczyzna, osoba niebinarna)"
        }
        Attribute::Education => {
            "must be a level of education such as wyższe, średnie, zawodowe, podstawowe, \
             Bachelor's degree or High school"
        }
        Attribute::IncomeBracket => {
            "must be an income bracket: < 3 000 zł, 3 000 - 5 000 zł, 5 000 - 7 500 zł, \
             7 500 - 10 000 zł, 10 000 - 15 000 zł, > 15 000 zł"
        }
        Attribute::Location => {
            "must be a Polish town, a voivodeship, urban, rural, Inne miasta, or a city of the \
             international table"
        }
    }
}

fn ages(label: &str) -> Option<(u8, u8)> {
    let label = label.trim_end_matches(" lat").trim_end_matches(" years").replace(' ', "");
    if let Some(from) = label.strip_suffix('+').or_else(|| label.strip_suffix("plus")) {
        return from.parse().ok().filter(|from| *from <= 120).map(|from| (from, u8::MAX));
    }
    let (from, to) = label.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn gender(label: &str) -> Option<Gender> {
    match label {
        "female" | "woman" | "women" | "kobieta" | "kobiety" | "f" | "k" => Some(Gender::Female),
        "male" | "man" | "men" | "mezczyzna" | "mezczyzni" | "m" => Some(Gender::Male),
        "non-binary" | "nonbinary" | "non binary" | "non_binary" | "osoba niebinarna"
        | "osoby niebinarne" | "niebinarna" | "other" | "inna" => Some(Gender::NonBinary),
        _ => None,
    }
}

/// Bits of the levels of education, in the order of `axis::EDUCATION`.
fn levels(label: &str) -> Option<u16> {
    const SECONDARY: u16 = 1 << 3 | 1 << 4 | 1 << 5;
    let bits = match label {
        "podstawowe" | "primary" | "primary education" => 1 << 0,
        "gimnazjalne" | "lower secondary" | "lower_secondary" => 1 << 1,
        "podstawowe i gimnazjalne" | "basic" => 0b11,
        "zawodowe"
        | "zasadnicze zawodowe"
        | "vocational"
        | "basic vocational"
        | "basic_vocational"
        | "trade school"
        | "zasadnicze" => 1 << 2,
        "srednie" | "secondary" | "secondary education" | "srednie i policealne" => SECONDARY,
        "srednie ogolnoksztalcace"
        | "ogolnoksztalcace"
        | "general secondary"
        | "general_secondary"
        | "high school"
        | "liceum" => 1 << 3,
        "srednie techniczne"
        | "techniczne"
        | "technical secondary"
        | "technical_secondary"
        | "technical school"
        | "technikum"
        | "srednie zawodowe" => 1 << 4,
        "policealne" | "post-secondary" | "post_secondary" | "some college" => 1 << 5,
        "wyzsze" | "higher" | "higher education" | "tertiary" | "university" | "college" => {
            1 << 6 | 1 << 7 | 1 << 8
        }
        "wyzsze licencjackie"
        | "licencjackie"
        | "licencjat"
        | "bachelor"
        | "bachelor's"
        | "bachelors"
        | "bachelor's degree"
        | "wyzsze inzynierskie" => 1 << 6,
        "wyzsze magisterskie"
        | "magisterskie"
        | "magister"
        | "master"
        | "master's"
        | "masters"
        | "master's degree" => 1 << 7,
        "doktorat" | "doctorate" | "phd" | "doctor" => 1 << 8,
        _ => return None,
    };
    debug_assert!(bits < 1 << LEVELS);
    Some(bits)
}

/// The bracket of a label in zloty a month or dollars a year: the digits and the sign decide.
fn bracket(label: &str) -> Option<usize> {
    const ZLOTY: [&str; BRACKETS] =
        ["<3000", "3000-5000", "5000-7500", "7500-10000", "10000-15000", ">15000"];
    const DOLLARS: [&str; BRACKETS] = ["<25", "25-50", "50-75", "75-100", "100-150", ">150"];
    let plain: String = label
        .replace("zl", "")
        .replace("pln", "")
        .replace("do ", "<")
        .replace("ponizej", "<")
        .replace("powyzej", ">")
        .replace("15 000+", ">15000")
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '<' | '>' | '-' | 'k' | '$'))
        .collect();
    if let Some(index) = ZLOTY.iter().position(|known| *known == plain) {
        return Some(index);
    }
    let dollars: String = plain.chars().filter(|c| !matches!(c, 'k' | '$')).collect();
    if !plain.contains(['k', '$']) {
        return None;
    }
    DOLLARS.iter().position(|known| *known == dollars)
}

fn locality(label: &str) -> Option<Locality> {
    match label {
        "wies" | "rural" | "village" | "country" | "countryside" | "tereny wiejskie" => {
            return Some(Locality::Rural);
        }
        "miasto" | "miasta" | "urban" | "town" | "city" => return Some(Locality::Urban),
        _ => {}
    }
    let region = label
        .trim_start_matches("wojewodztwo ")
        .trim_start_matches("woj. ")
        .trim_end_matches(" voivodeship");
    if let Some(index) = VOIVODESHIPS.iter().position(|known| folded(known) == region) {
        return Some(Locality::Voivodeship(index));
    }
    if let Some(town) = town_named(label.split(',').next().unwrap_or(label)) {
        return Some(Locality::Town(town));
    }
    let city = label.split(',').next().unwrap_or(label).trim();
    international::PLACES
        .iter()
        .position(|(town, _, _)| !town.is_empty() && folded(town) == city)
        .map(Locality::International)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_groups_are_ranges_or_open() {
        assert_eq!(ages("25-34"), Some((25, 34)));
        assert_eq!(ages("25 - 34"), Some((25, 34)));
        assert_eq!(ages("55+"), Some((55, 255)));
        assert_eq!(ages("old"), None);
    }

    #[test]
    fn the_clients_education_labels_are_known_in_both_languages() {
        for label in [
            "Podstawowe",
            "Gimnazjalne",
            "Zasadnicze zawodowe",
            "Średnie ogólnokształcące",
            "Średnie techniczne",
            "Policealne",
            "Wyższe licencjackie",
            "Wyższe magisterskie",
            "Doktorat",
            "High school",
            "Some college",
            "Bachelor's degree",
            "Master's degree",
            "Doctorate",
            "Other",
            "wyższe",
            "średnie",
            "zawodowe",
        ] {
            assert!(of(Attribute::Education, label).is_some(), "{label}");
        }
    }

    #[test]
    fn income_brackets_are_known_in_zloty_and_dollars() {
        let cases = [
            ("< 3 000 zł", 0),
            ("3 000 - 5 000 zł", 1),
            ("5 000 - 7 500", 2),
            ("7500-10000 PLN", 3),
            ("10 000 – 15 000 zł", 4),
            ("> 15 000 zł", 5),
            ("< $25k", 0),
            ("$25k-$50k", 1),
            ("> $150k", 5),
        ];
        for (label, expected) in cases {
            assert_eq!(bracket(&folded(label)), Some(expected), "{label}");
        }
        assert_eq!(bracket("2000-4000"), None);
    }

    #[test]
    fn places_are_towns_voivodeships_and_classes() {
        for label in
            ["Warszawa", "gdańsk", "Mazowieckie", "wieś", "rural", "Inne miasta", "New York, NY"]
        {
            assert!(of(Attribute::Location, label).is_some(), "{label}");
        }
        assert!(of(Attribute::Location, "Gotham").is_none());
    }
}
