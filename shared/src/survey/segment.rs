//! By what respondents are told apart: the attributes of their cards.

use crate::Language;
use crate::persona::card::{Card, Education, Place, Sex};
use crate::persona::label;

/// An attribute of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// In six groups.
    Age,
    /// In the register.
    Sex,
    /// In four levels.
    Education,
    /// In brackets.
    Income,
    /// Town or country.
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

    /// The category of a person.
    pub fn of(self, card: &Card) -> &'static str {
        match self {
            Self::Age => age_group(card.age),
            Self::Sex => match card.sex {
                Sex::Female => "female",
                Sex::Male => "male",
            },
            Self::Education => level(card.education),
            Self::Income => label::BRACKET_KEYS[bracket(card)],
            Self::Place => match card.place {
                Place::Urban => "urban",
                Place::Rural => "rural",
            },
        }
    }

    /// A person's category for a reader.
    pub fn label(self, card: &Card, language: Language) -> String {
        match self {
            Self::Income => label::income_bracket(card.country, card.income_monthly_net).to_owned(),
            Self::Place => label::place(card.place, language).to_owned(),
            _ => word(self.of(card), language).to_owned(),
        }
    }
}

fn bracket(card: &Card) -> usize {
    let from = match card.country {
        crate::persona::card::Country::Poland => &crate::population::BRACKET_FROM,
        crate::persona::card::Country::International => &crate::population::BRACKET_FROM_USD,
    };
    from.iter().rposition(|from| card.income_monthly_net >= *from).unwrap_or(0)
}

fn word(key: &str, language: Language) -> &str {
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
    use super::*;
    use crate::Seed;
    use crate::population::{Plan, Population};

    #[test]
    fn everybody_has_a_known_category_of_every_attribute() {
        for card in Population::new(&Plan::everyone(), Seed(4)).cards(0..300) {
            for attribute in Attribute::ALL {
                assert!(attribute.keys().contains(&attribute.of(&card)), "{attribute:?}");
                assert!(!attribute.label(&card, Language::Polish).is_empty());
                assert_eq!(Attribute::parse(attribute.key()), Some(attribute));
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
