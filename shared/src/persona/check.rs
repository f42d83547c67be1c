//! Checks what was written about a person against the card, whoever wrote it.
//!
//! The rules prefer a missed slip to a false alarm: other people in a story have ages, sexes and towns
//! of their own. Grammatical forms are judged by majority, over first-person verbs and over the verbs
//! whose subject is certain.

use serde::{Deserialize, Serialize};

use crate::{
    Language,
    persona::{Card, PersonaText},
};

mod age;
mod form;
mod occupation;
mod page;
mod place;
mod token;

/// What a text gets wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Violation {
    /// A field has no words.
    #[error("{field} is empty")]
    EmptyField { field: String },
    /// The story is too short or too long.
    #[error("the story has {words} words, expected {fewest} to {most}")]
    Length { words: usize, fewest: usize, most: usize },
    /// The story is not three to five paragraphs.
    #[error("the story has {count} paragraphs, expected 3 to 5 separated by a blank line")]
    Paragraphs { count: usize },
    /// The headline does not fit its place.
    #[error("the headline has {characters} characters, expected at most 200")]
    HeadlineLength { characters: usize },
    #[error("the headline does not state the age of {age}")]
    HeadlineWithoutAge { age: u8 },
    /// Another age than the card's is stated of the person.
    #[error("the text says the person is {stated}, the card says {expected}")]
    Age { stated: u8, expected: u8, excerpt: String },
    /// Polish forms of the other sex outnumber those of the person's own.
    #[error("{wrong} grammatical forms of the wrong sex against {right} of the right one")]
    Form { wrong: usize, right: usize, excerpt: String },
    /// Another city is named as the home.
    #[error("the text has the person live in {named}, the card says {expected}")]
    Place {
        named: String,
        /// The card's town, or the country.
        expected: String,
    },
    /// The person's own town is not named.
    #[error("the text does not name {expected}, where the person lives")]
    PlaceMissing { expected: String },
    /// What the person does is not mentioned.
    #[error("the text does not mention what the person does: {expected}")]
    OccupationMissing { expected: String },
    /// There are marks of a format where prose is expected.
    #[error("{field} contains markup: `{mark}`")]
    Markup { field: String, mark: String },
    /// The text is in another language.
    #[error("the text is not in {expected}")]
    Language { expected: String },
    /// There are too few or too many worries.
    #[error("{count} concerns, expected 3 to 5")]
    Concerns { count: usize },
}

impl Violation {
    /// A short stable word, to count by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyField { .. } => "empty_field",
            Self::Length { .. } => "length",
            Self::Paragraphs { .. } => "paragraphs",
            Self::HeadlineLength { .. } => "headline_length",
            Self::HeadlineWithoutAge { .. } => "headline_without_age",
            Self::Age { .. } => "age",
            Self::Form { .. } => "form",
            Self::Place { .. } => "place",
            Self::PlaceMissing { .. } => "place_missing",
            Self::OccupationMissing { .. } => "occupation_missing",
            Self::Markup { .. } => "markup",
            Self::Language { .. } => "language",
            Self::Concerns { .. } => "concerns",
        }
    }
}

/// Everything that the text gets wrong about the card; nothing if it may be shown.
pub fn check(card: &Card, text: &PersonaText, language: Language) -> Vec<Violation> {
    let headline = token::tokens(&text.headline);
    let story = token::tokens(&text.background_story);
    let mut found = page::check(text, language);
    age::check(card, &headline, &story, language, &mut found);
    if language == Language::Polish {
        form::check(card, &headline, &story, &mut found);
    }
    place::check(card, &headline, &story, &mut found);
    occupation::check(card, &headline, &story, language, &mut found);
    found
}

/// What spoken words of the person get wrong about the card: an age, the forms of the other sex, a home
/// in another city. Nothing has to be mentioned in speech.
pub fn speech(card: &Card, text: &str, language: Language) -> Vec<Violation> {
    let tokens = token::tokens(text);
    let mut found = Vec::new();
    age::check(card, &[], &tokens, language, &mut found);
    if language == Language::Polish {
        form::check(card, &[], &tokens, &mut found);
    }
    place::check(card, &[], &tokens, &mut found);
    let may_miss = |violation: &Violation| {
        matches!(violation, Violation::HeadlineWithoutAge { .. } | Violation::PlaceMissing { .. })
    };
    found.retain(|violation| !may_miss(violation));
    found
}

#[cfg(test)]
mod tests;
