//! What people say to an open question, offline: an opening by where they stand, a reason by what
//! matters to them, and now and then a line about their life that their card bears out.
//!
//! The phrases are in `data/survey`: each stands alone, in the present tense and in words that fit
//! both sexes.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use shared::Language;
use shared::persona::Card;
use shared::persona::card::{Activity, Place};

const POLISH: &str = include_str!("../../data/respondent/open_answer.pl.txt");
const ENGLISH: &str = include_str!("../../data/respondent/open_answer.en.txt");

/// What may matter to a person, as the phrase files name it.
const MATTERS: [&str; 8] =
    ["price", "time", "quality", "trust", "habit", "nature", "health", "family"];

/// A few sentences by a person who stands somewhere between against (0) and for (1).
pub fn opinion(
    card: &Card,
    question: &str,
    position: f64,
    language: Language,
    rng: &mut ChaCha8Rng,
) -> String {
    let stance = match position {
        ..0.36 => "against",
        0.36..0.64 => "torn",
        _ => "for",
    };
    let about = matter(card, question, rng);
    let side = match stance {
        "torn" if rng.random_bool(0.5) => "for",
        "torn" => "against",
        side => side,
    };
    let mut said = Vec::new();
    // people who talk little give the reason only
    let talkative = f64::from(card.big_five.extraversion);
    if rng.random_bool((0.35 + 0.5 * talkative).clamp(0.0, 1.0)) {
        said.push(phrase(&format!("open.{stance}"), language, rng));
    }
    said.push(phrase(&format!("{about}.{side}"), language, rng));
    if rng.random_bool((0.5 * talkative).clamp(0.0, 1.0)) {
        let lives = lives(card);
        let life = lives.choose(rng).expect("everybody lives somewhere");
        said.push(phrase(&format!("life.{life}"), language, rng));
    }
    said.join(" ")
}

/// What the person argues with: what the question is about counts most, then their own card.
fn matter(card: &Card, question: &str, rng: &mut ChaCha8Rng) -> &'static str {
    let holds = |key: &str| f64::from(u8::from(card.values.iter().any(|value| value == key)));
    let asked = shared::text::fold::folded(question);
    let is_about = |beginnings: &[&str]| {
        let hit = asked
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)));
        f64::from(u8::from(hit))
    };
    let poor = if card.income_monthly_net < 4_000 { 1.0 } else { 0.0 };
    let old = if card.age >= 60 { 1.0 } else { 0.0 };
    let busy = if card.activity == Activity::Employed { 1.0 } else { 0.0 };
    // Chosen by hand: what the question is about counts as much as two traits of the card.
    let weights = [
        1.0 + poor + holds("thrift") + 2.0 * is_about(&["cen", "koszt", "price", "cost", "pay"]),
        0.6 + busy + 2.0 * is_about(&["czas", "dostaw", "time", "deliver"]),
        1.0 + 2.0 * is_about(&["jakos", "smak", "quality", "taste"]),
        0.5 + f64::from(card.big_five.neuroticism) + 2.0 * is_about(&["zauf", "trust", "obaw"]),
        0.4 + old + holds("tradition"),
        0.3 + 1.5 * holds("caring_for_nature") + 2.0 * is_about(&["eko", "organic", "natur"]),
        0.4 + holds("health") + 2.0 * is_about(&["zdrow", "health"]),
        0.3 + holds("family"),
    ];
    let total: f64 = weights.iter().sum();
    let mut left = rng.random::<f64>() * total;
    let index = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    MATTERS[index.unwrap_or(0)]
}

/// What is true of the person's life.
fn lives(card: &Card) -> Vec<&'static str> {
    let mut lives = vec![match card.place {
        Place::Urban => "town",
        Place::Rural => "village",
    }];
    match card.activity {
        Activity::Employed => lives.push("work"),
        Activity::Student => lives.push("student"),
        Activity::Retired => lives.push("retired"),
        Activity::Unemployed | Activity::Inactive => {}
    }
    if card.income_monthly_net < 3_000 {
        lives.push("little");
    }
    lives
}

fn phrase(key: &str, language: Language, rng: &mut ChaCha8Rng) -> &'static str {
    let lines: Vec<&str> = phrases(key, language).collect();
    lines.choose(rng).copied().unwrap_or_default()
}

/// The lines of a key: `key | sentence`.
fn phrases(key: &str, language: Language) -> impl Iterator<Item = &'static str> {
    let lines = language.pick(ENGLISH, POLISH).lines();
    lines.filter_map(move |line| line.strip_prefix(key)?.strip_prefix(" | "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use population::{Plan, Population};
    use shared::Seed;
    use shared::persona::check;

    fn said(language: Language) -> Vec<(Card, String)> {
        let question = "Co Pan/Pani o tym myśli?";
        Population::new(&Plan::everyone(), Seed(7))
            .cards(0..300)
            .into_iter()
            .map(|card| {
                let mut rng = Seed(2).child("speech", card.index.into()).rng();
                let position = rng.random();
                let text = opinion(&card, question, position, language, &mut rng);
                (card, text)
            })
            .collect()
    }

    #[test]
    fn every_key_has_phrases_in_both_languages() {
        for language in [Language::Polish, Language::English] {
            let sides = MATTERS
                .iter()
                .flat_map(|matter| ["for", "against"].map(|side| format!("{matter}.{side}")));
            let opens = ["against", "torn", "for"].map(|stance| format!("open.{stance}"));
            let lives = ["town", "village", "work", "student", "retired", "little"]
                .map(|life| format!("life.{life}"));
            for key in sides.chain(opens).chain(lives) {
                let lines: Vec<&str> = phrases(&key, language).collect();
                assert!(lines.len() >= 2, "{language:?} {key}: {lines:?}");
                for line in lines {
                    assert!(line.ends_with(['.', '!', '?']), "{line}");
                    assert!(line.chars().next().is_some_and(char::is_uppercase), "{line}");
                }
            }
        }
    }

    #[test]
    fn people_say_different_things_in_whole_sentences() {
        for language in [Language::Polish, Language::English] {
            let said = said(language);
            let distinct: BTreeSet<&String> = said.iter().map(|(_, text)| text).collect();
            assert!(distinct.len() > 150, "{language:?}: {}", distinct.len());
            assert!(said.iter().all(|(_, text)| text.split_whitespace().count() >= 3));
        }
    }

    #[test]
    fn nobody_speaks_in_the_forms_of_the_other_sex() {
        for (card, text) in said(Language::Polish) {
            let written = shared::persona::PersonaText {
                headline: format!("{} lat", card.age),
                background_story: text.clone(),
                communication_style: String::new(),
                decision_making_style: String::new(),
                typical_concerns: Vec::new(),
            };
            let wrong = check::check(&card, &written, Language::Polish);
            let forms: Vec<&str> = wrong.iter().map(check::Violation::code).collect();
            assert!(!forms.iter().any(|code| code.contains("form")), "{text}: {forms:?}");
        }
    }
}
