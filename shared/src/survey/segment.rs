//! By what respondents are told apart: the attributes of their cards.

use serde::Deserialize;

use crate::Language;
use crate::persona::card::{Card, Country, Education, Gender, Place, Sex};
use crate::persona::label;
use crate::text::composed;

/// What reports tell a respondent apart by. It can be read from a whole card, of which it is the smallest
/// part: results hold as many of them as there are respondents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Profile {
    pub country: Country,
    pub sex: Sex,
    pub gender: Gender,
    pub age: u8,
    pub place: Place,
    pub education: Education,
    /// Net income a month in the country's currency.
    pub income_monthly_net: u32,
}

impl From<&Card> for Profile {
    fn from(card: &Card) -> Self {
        Self {
            country: card.country,
            sex: card.sex,
            gender: card.gender,
            age: card.age,
            place: card.place,
            education: card.education,
            income_monthly_net: card.income_monthly_net,
        }
    }
}

/// An attribute of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    Age,
    Sex,
    Education,
    Income,
    Place,
}

const AGES: [(&str, u8); 6] =
    [("18-24", 0), ("25-34", 25), ("35-44", 35), ("45-54", 45), ("55-64", 55), ("65+", 65)];

impl Attribute {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Age, Self::Sex, Self::Education, Self::Income, Self::Place];

    /// The stable word.
    pub fn key(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Sex => "sex",
            Self::Education => "education",
            Self::Income => "income",
            Self::Place => "place",
        }
    }

    /// Its column in a sheet of answers.
    pub fn column(self) -> String {
        format!("segment_{}", self.key())
    }

    /// The attribute of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.key() == word)
    }

    /// Its name for a reader.
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::Age => language.pick("Age", "Wiek"),
            Self::Sex => language.pick("Sex", "Płeć"),
            Self::Education => language.pick("Education", "Wykształcenie"),
            Self::Income => language.pick("Net income a month", "Dochód netto miesięcznie"),
            Self::Place => language.pick("Place", "Miejsce zamieszkania"),
        }
    }

    /// The keys of its categories, in their order.
    pub fn keys(self) -> Vec<&'static str> {
        match self {
            Self::Age => AGES.iter().map(|group| group.0).collect(),
            Self::Sex => vec!["female", "male"],
            Self::Education => vec!["primary", "vocational", "secondary", "higher"],
            Self::Income => label::BRACKET_KEYS.to_vec(),
            Self::Place => vec!["urban", "rural"],
        }
    }

    /// The names of each category: its key, then those that a sheet of answers writes in either language.
    pub fn names(self) -> Vec<Vec<&'static str>> {
        let languages = [Language::English, Language::Polish];
        let places = [Place::Urban, Place::Rural];
        let of = |(number, key): (usize, &'static str)| -> Vec<&'static str> {
            let shown = match self {
                Self::Income => [
                    label::income_bracket(Country::Poland, label::BRACKET_FROM[number]),
                    label::income_bracket(Country::International, label::BRACKET_FROM_USD[number]),
                ],
                Self::Place => languages.map(|language| label::place(places[number], language)),
                _ => languages.map(|language| word(key, language)),
            };
            [&[key], &shown[..]].concat()
        };
        self.keys().into_iter().enumerate().map(of).collect()
    }

    /// The key of the category that a text names, but for case and spaces.
    pub fn read(self, text: &str) -> Option<&'static str> {
        let form = |text: &str| composed(text).to_lowercase().replace(char::is_whitespace, "");
        let wanted = form(text);
        let named = self.names().into_iter().find(|names| names.iter().any(|n| form(n) == wanted));
        named.map(|names| names[0])
    }

    /// The category of a person.
    pub fn of(self, person: &Profile) -> &'static str {
        match self {
            Self::Age => age_group(person.age),
            Self::Sex => match person.sex {
                Sex::Female => "female",
                Sex::Male => "male",
            },
            Self::Education => level(person.education),
            Self::Income => label::BRACKET_KEYS[bracket(person)],
            Self::Place => match person.place {
                Place::Urban => "urban",
                Place::Rural => "rural",
            },
        }
    }

    /// A person's category for a reader.
    pub fn label(self, person: &Profile, language: Language) -> String {
        match self {
            Self::Income => {
                label::income_bracket(person.country, person.income_monthly_net).to_owned()
            }
            Self::Place => label::place(person.place, language).to_owned(),
            _ => word(self.of(person), language).to_owned(),
        }
    }
}

fn bracket(person: &Profile) -> usize {
    let from = match person.country {
        Country::Poland => &crate::persona::label::BRACKET_FROM,
        Country::International => &crate::persona::label::BRACKET_FROM_USD,
    };
    from.iter().rposition(|from| person.income_monthly_net >= *from).unwrap_or(0)
}

fn word(key: &'static str, language: Language) -> &'static str {
    match key {
        "female" => language.pick("Women", "Kobiety"),
        "male" => language.pick("Men", "Mężczyźni"),
        "primary" => language.pick("Primary", "Podstawowe"),
        "vocational" => language.pick("Vocational", "Zawodowe"),
        "secondary" => language.pick("Secondary", "Średnie"),
        "higher" => language.pick("Higher", "Wyższe"),
        other => other,
    }
}

fn age_group(age: u8) -> &'static str {
    AGES.iter().rev().find(|(_, from)| age >= *from).map_or("18-24", |group| group.0)
}

fn level(education: Education) -> &'static str {
    match education {
        Education::Primary | Education::LowerSecondary => "primary",
        Education::BasicVocational => "vocational",
        Education::GeneralSecondary | Education::TechnicalSecondary | Education::PostSecondary => {
            "secondary"
        }
        Education::Bachelor | Education::Master | Education::Doctorate => "higher",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Seed;
    use crate::persona::sample;

    #[test]
    fn everybody_has_a_known_category_of_every_attribute() {
        for card in sample::cards(300, Seed(4)) {
            let person = Profile::from(&card);
            assert_eq!(serde_json::from_value::<Profile>(json!(card)).unwrap(), person);
            for attribute in Attribute::ALL {
                assert!(attribute.keys().contains(&attribute.of(&person)), "{attribute:?}");
                assert!(!attribute.label(&person, Language::Polish).is_empty());
                assert_eq!(Attribute::parse(attribute.key()), Some(attribute));
                for language in [Language::English, Language::Polish] {
                    let shown = attribute.label(&person, language).to_uppercase();
                    assert_eq!(attribute.read(&shown), Some(attribute.of(&person)), "{shown}");
                }
                assert_eq!(attribute.read(attribute.of(&person)), Some(attribute.of(&person)));
                assert_eq!(attribute.read("18-29"), None);
            }
        }
    }

    #[test]
    fn age_groups_begin_where_they_say() {
        for (age, group) in
            [(18, "18-24"), (24, "18-24"), (25, "25-34"), (64, "55-64"), (90, "65+")]
        {
            assert_eq!(age_group(age), group);
        }
    }
}
