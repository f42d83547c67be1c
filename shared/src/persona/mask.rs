//! Masking: what leaves the building says who somebody is no closer than an initial, a band of age and a region.

mod address;
mod name;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use crate::Language;
use crate::persona::card::Card;
use crate::persona::label;
use crate::text::fold::plain;
use crate::text::unit::{Unit, is_part, last_word, unit};

use name::{Case, Names};

/// Width of a band of age in years, from [`FIRST_BAND`] on: the groups that official tables use.
const BAND: u8 = 10;
/// Where the second band begins; younger adults are one.
const FIRST_BAND: u8 = 25;
/// From here on all ages are one band.
const LAST_BAND: u8 = 65;

/// What stands in the place of a town, and of a name that has no initial.
pub const PLACE: &str = "[…]";

/// The initials of a person: "P. K.".
pub fn initials(card: &Card) -> String {
    let names =
        [&card.first_name, &card.surname].into_iter().filter(|name| !name.trim().is_empty());
    names.map(|name| name::initial(name)).collect::<Vec<_>>().join(" ")
}

/// The initials of a name that is written in words: "Anna Maria Nowak" is "A. M. N.".
pub fn initials_of(full_name: &str) -> String {
    full_name.split_whitespace().map(name::initial).collect::<Vec<_>>().join(" ")
}

/// The band that an age lies in: "25–34", "65+".
pub fn age_band(age: u8) -> String {
    match age {
        ..FIRST_BAND => "18–24".to_owned(),
        LAST_BAND.. => "65+".to_owned(),
        _ => {
            let from = FIRST_BAND + (age - FIRST_BAND) / BAND * BAND;
            format!("{from}–{}", from + BAND - 1)
        }
    }
}

/// An e-mail address of which the first letter and the domain's end are left: `a***@…`.
pub fn email(address: &str) -> String {
    let first = address.chars().find(|letter| letter.is_alphanumeric());
    format!("{}***@…", first.map(String::from).unwrap_or_default())
}

/// Where somebody lives, without the town.
pub fn location(card: &Card, language: Language) -> String {
    let region = label::region(&card.region, language);
    format!("{region}, {}", label::place(card.place, language))
}

/// The names and towns of everybody who is in a file. Cheap to clone.
///
/// They are known by a capital letter: in small letters a `wilk` is a wolf. Alphabets without case have no such sign.
#[derive(Debug, Clone, Default)]
pub struct Everybody(Arc<Names>);

impl Everybody {
    /// Of these names and towns, each once however often it comes.
    pub fn new<'a>(
        names: impl IntoIterator<Item = &'a str>,
        towns: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut all = Names::default();
        names.into_iter().for_each(|one| all.add_name(one, Case::Capital));
        towns.into_iter().for_each(|one| all.add_town(one));
        Self(Arc::new(all))
    }

    /// Of the people of these cards.
    pub fn of<'a>(cards: impl IntoIterator<Item = &'a Card> + Clone) -> Self {
        let names = cards.clone().into_iter().flat_map(|card| [&*card.first_name, &*card.surname]);
        Self::new(names, cards.into_iter().map(|card| &*card.town))
    }

    /// A text without them and without e-mail addresses: what a researcher wrote, a title, a label. Numbers stay.
    pub fn apply(&self, text: &str) -> String {
        let text = self.0.without_signs(address::without(text));
        name::replaced(&text, |word, _| self.0.instead(word).map(Cow::Borrowed))
    }
}

/// Takes people's names, towns, ages and e-mail addresses out of what they said or what was written about them.
///
/// An age is a number: what it counts tells it from a price or a distance, and so a number with a unit stays, other
/// than years.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    own: Names,
    ages: Vec<Age>,
    others: Everybody,
}

/// A number that is masked where it is an age.
#[derive(Debug, Clone)]
struct Age {
    years: String,
    band: String,
    /// Whether the text is by or about whoever has it; of others it is an age where it is said to be one.
    is_own: bool,
}

/// Words before a number of years that make it a time and nobody's age. Folded.
const SINCE: [&str; 17] = [
    "od",
    "przez",
    "za",
    "po",
    "przed",
    "ponad",
    "ostatnich",
    "ostatnie",
    "for",
    "since",
    "in",
    "within",
    "after",
    "over",
    "past",
    "last",
    "next",
];
/// Words behind it that do the same.
const AGO: [&str; 3] = ["temu", "ago", "later"];
/// Words before a number that make it an age.
const AGED: [&str; 5] = ["lat", "wiek", "wieku", "age", "aged"];

impl Mask {
    /// Of these people: a text about one may name another.
    pub fn of<'a>(cards: impl IntoIterator<Item = &'a Card>) -> Self {
        Self::default().with(cards, true)
    }

    /// And of these, whom the text may name: their ages are known only where they are said to be ages.
    #[must_use]
    pub fn naming<'a>(self, cards: impl IntoIterator<Item = &'a Card>) -> Self {
        self.with(cards, false)
    }

    /// And of the names and towns of these.
    #[must_use]
    pub fn beside(self, others: &Everybody) -> Self {
        Self { others: others.clone(), ..self }
    }

    fn with<'a>(mut self, cards: impl IntoIterator<Item = &'a Card>, is_own: bool) -> Self {
        for card in cards {
            self.own.add_name(&card.first_name, Case::Any);
            self.own.add_name(&card.surname, Case::Any);
            self.own.add_town(&card.town);
            let years = card.age.to_string();
            if !self.ages.iter().any(|known| known.years == years) {
                self.ages.push(Age { years, band: age_band(card.age), is_own });
            }
        }
        self
    }

    /// The text without them. Whoever is masked too often loses a word; whoever is masked too seldom is known, so
    /// every form that a name may take is masked, and capitalised words that look like one.
    pub fn apply(&self, text: &str) -> String {
        self.replaced(text, Names::instead)
    }

    /// The same of a label in small letters, such as a concept: no capital tells a name from a word there, so every form
    /// of every name is masked.
    pub fn apply_to_label(&self, label: &str) -> String {
        self.replaced(label, Names::instead_in_any_case)
    }

    fn replaced(
        &self,
        text: &str,
        instead: for<'a> fn(&'a Names, &str) -> Option<&'a str>,
    ) -> String {
        let others: &Names = &self.others.0;
        let text = others.without_signs(self.own.without_signs(address::without(text)));
        name::replaced(&text, |word, beside| {
            let name = instead(&self.own, word).or_else(|| instead(others, word));
            name.map(Cow::Borrowed).or_else(|| self.band(word, beside))
        })
    }

    /// What stands in the place of a word that says somebody's age: `37`, or `37lat`.
    fn band(&self, word: &str, (before, after): (&str, &str)) -> Option<Cow<'_, str>> {
        if !word.starts_with(char::is_numeric) {
            return None;
        }
        let word = name::key(word);
        let end = word.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(word.len());
        let (years, rest) = word.split_at(end);
        let age = self.ages.iter().find(|age| age.years == years)?;
        let is_age = match (rest, unit(before, after)) {
            ("", Some(Unit::Year)) => age.is_own || !is_time(before, after),
            ("", Some(_)) => false,
            ("", None) if is_part(before, after) => false,
            ("", None) => age.is_own || self.is_aged(before),
            (rest, _) => {
                unit("", rest) == Some(Unit::Year) && (age.is_own || !is_time(before, after))
            }
        };
        match is_age {
            true if rest.is_empty() => Some(Cow::Borrowed(&age.band)),
            true => Some(Cow::Owned(format!("{}{rest}", age.band))),
            false => None,
        }
    }

    /// Whether a number behind this is somebody's age: "wiek: 52", "Jan (52)".
    fn is_aged(&self, before: &str) -> bool {
        let word = word_before(before);
        AGED.contains(&&*plain(word)) || self.own.instead(word).is_some()
    }
}

/// The word before a number, behind whatever parts them.
fn word_before(before: &str) -> &str {
    last_word(before.trim_end_matches(|sign: char| !sign.is_alphanumeric()))
}

/// Whether years are how long something takes: "od 20 lat", "20 years ago".
fn is_time(before: &str, after: &str) -> bool {
    let behind = after.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_ago = behind.take(2).any(|word| AGO.contains(&&*plain(word)));
    is_ago || SINCE.contains(&&*plain(word_before(before)))
}
