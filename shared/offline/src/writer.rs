//! The offline writer: what a person's card says, told as a story without any model or network.
//!
//! It is a stochastic grammar. `data/writer` holds the phrases of each language, each with the tags
//! that a person must have for it to be true; a life that fits the card is drawn first, so that every
//! sentence agrees with every other. The same card, brief, language and seed give the same text.

use std::sync::LazyLock;

use shared::{
    Language, Seed,
    persona::{Brief, Card, PersonaText, brief::FocusArea},
};

mod child;
mod english;
pub(crate) mod fact;
pub(crate) mod grammar;
pub(crate) mod life;
pub(crate) mod lookup;
mod names;
pub(crate) mod person;
pub(crate) mod realiser;
pub mod repetition;
mod story;
pub(crate) mod tag;
mod work;

#[cfg(test)]
mod tests;

use fact::Fact;
use grammar::Grammar;
use life::Life;
use lookup::{SUBJECTS, VALUES};
use realiser::{Realiser, finish};

macro_rules! grammar {
    ($($file:literal),*) => {
        Grammar::parse(&[$(include_str!(concat!("../../data/writer/", $file))),*])
            .expect("the phrase files keep to the notation")
    };
}

static POLISH: LazyLock<Grammar> = LazyLock::new(|| {
    grammar!(
        "pl/opening.txt",
        "pl/household.txt",
        "pl/path.txt",
        "pl/work.txt",
        "pl/money.txt",
        "pl/trait.txt",
        "pl/value.txt",
        "pl/interest.txt",
        "pl/subject.txt",
        "pl/manner.txt"
    )
});
static ENGLISH: LazyLock<Grammar> = LazyLock::new(|| {
    grammar!(
        "en/opening.txt",
        "en/household.txt",
        "en/path.txt",
        "en/work.txt",
        "en/money.txt",
        "en/trait.txt",
        "en/value.txt",
        "en/interest.txt",
        "en/subject.txt",
        "en/manner.txt"
    )
});

/// The longest headline, in characters; the card on the client's list has room for no more.
const LONGEST_HEADLINE: usize = 200;

/// Writes one person up. The texts of many people differ by their lives and by the seed.
pub fn write(card: &Card, brief: &Brief, language: Language, seed: Seed) -> PersonaText {
    let own = seed.child("writer", u64::from(card.index));
    let life = Life::draw(card, own.child("life", 0).rng());
    let facts = person::facts(card, &life, brief, language, &mut own.child("facts", 0).rng());
    let mut realiser = Realiser::new(
        language.pick(&*ENGLISH, &*POLISH),
        facts,
        person::tags(card, &life, brief),
        person::form(card),
        own.child("words", language as u64).rng(),
    );
    let background_story = story::write(card, &mut realiser, life.field.key, subject(brief));
    PersonaText {
        headline: headline(card, &mut realiser),
        background_story,
        communication_style: bare(&mut realiser, "speech"),
        decision_making_style: bare(&mut realiser, "decision"),
        typical_concerns: concerns(&mut realiser),
    }
}

/// The part of life that the project is about, as the phrase files name it.
pub(crate) fn subject(brief: &Brief) -> &'static str {
    SUBJECTS.find(&brief.words()).unwrap_or(match brief.focus_area {
        Some(FocusArea::Technology) => "tech",
        Some(FocusArea::Lifestyle) => "health",
        Some(FocusArea::Finance) => "finance",
        Some(FocusArea::Shopping) => "shopping",
        Some(FocusArea::Entertainment) => "entertainment",
        Some(FocusArea::General) | None => "general",
    })
}

fn headline(card: &Card, realiser: &mut Realiser<'_>) -> String {
    let motive = card
        .values
        .iter()
        .filter_map(|value| VALUES.find(value))
        .find_map(|key| realiser.phrase(&format!("motive.{key}")))
        .or_else(|| realiser.phrase("motive"))
        .expect("every person has a motive");
    realiser.set(Fact::Motive, motive);
    (0..8)
        .filter_map(|_| realiser.sentence("headline"))
        .find(|headline| headline.chars().count() <= LONGEST_HEADLINE)
        .unwrap_or_else(|| finish(&realiser.phrase("headline.short").expect("it asks for nothing")))
}

/// A few words without capital and full stop.
fn bare(realiser: &mut Realiser<'_>, rule: &str) -> String {
    realiser.phrase(rule).expect("each style has a line that asks for nothing")
}

fn concerns(realiser: &mut Realiser<'_>) -> Vec<String> {
    let wanted = 3 + realiser.below(3);
    (0..wanted).filter_map(|_| realiser.sentence("concern")).collect()
}
