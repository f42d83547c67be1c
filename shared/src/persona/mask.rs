//! Masking: what leaves the building says who somebody is no closer than an initial, a band of age and a region.

mod address;
mod name;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::Language;
use crate::persona::card::Card;
use crate::persona::label;

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
        name::replaced(&text, |word| self.0.instead(word))
    }
}

/// Takes people's names, towns, ages and e-mail addresses out of what they said or what was written about them.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    own: Names,
    ages: Vec<(String, String)>,
    others: Everybody,
}

impl Mask {
    /// Of these people: a text about one may name another.
    pub fn of<'a>(cards: impl IntoIterator<Item = &'a Card>) -> Self {
        let mut mask = Self::default();
        for card in cards {
            mask.add(card);
        }
        mask
    }

    /// And of the names and towns of these.
    #[must_use]
    pub fn beside(self, others: &Everybody) -> Self {
        Self { others: others.clone(), ..self }
    }

    fn add(&mut self, card: &Card) {
        self.own.add_name(&card.first_name, Case::Any);
        self.own.add_name(&card.surname, Case::Any);
        self.own.add_town(&card.town);
        let age = (card.age.to_string(), age_band(card.age));
        if !self.ages.contains(&age) {
            self.ages.push(age);
        }
    }

    /// The text without them. Whoever is masked too often loses a word; whoever is masked too seldom is known, so
    /// every form that a name may take is masked, and capitalised words that look like one.
    pub fn apply(&self, text: &str) -> String {
        let others = &self.others.0;
        let text = others.without_signs(self.own.without_signs(address::without(text)));
        name::replaced(&text, |word| {
            self.own.instead(word).or_else(|| others.instead(word)).or_else(|| self.band(word))
        })
    }

    /// The band of somebody's age.
    fn band(&self, word: &str) -> Option<&str> {
        self.ages.iter().find(|(age, _)| age == word).map(|(_, band)| band.as_str())
    }
}
