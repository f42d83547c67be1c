//! What needs no card: fields, lengths, marks of a format, the language.

use super::Violation;
use crate::{Language, persona::PersonaText};

/// Words of a story: models are asked for 180 to 400, and get room on both sides.
const WORDS: std::ops::RangeInclusive<usize> = 120..=650;
const PARAGRAPHS: std::ops::RangeInclusive<usize> = 3..=5;
const CONCERNS: std::ops::RangeInclusive<usize> = 3..=5;
const LONGEST_HEADLINE: usize = 200;

const MARKS: [&str; 10] = ["```", "**", "##", "\":", "{\"", "</", "\n- ", "\n* ", "\n1. ", "["];

/// Words that one language has in every paragraph and the other has not.
const POLISH: &str = "i|w|na|się|z|że|nie|do|jest|ma|po|co|jak|za|od|a";
const ENGLISH: &str = "the|and|of|to|is|in|that|with|for|on|has|at|from|it|an|be";

pub(super) fn check(text: &PersonaText, language: Language) -> Vec<Violation> {
    let fields = [
        ("headline", text.headline.as_str()),
        ("background_story", text.background_story.as_str()),
        ("communication_style", text.communication_style.as_str()),
        ("decision_making_style", text.decision_making_style.as_str()),
    ];
    let concerns =
        text.typical_concerns.iter().map(|concern| ("typical_concerns", concern.as_str()));
    let mut found: Vec<Violation> =
        fields.into_iter().chain(concerns).filter_map(|(name, text)| field(name, text)).collect();
    found.extend(measures(text));
    if !is_in(language, &text.background_story) {
        found.push(Violation::Language { expected: language.as_str().to_owned() });
    }
    found
}

fn field(name: &str, text: &str) -> Option<Violation> {
    if text.trim().is_empty() {
        return Some(Violation::EmptyField { field: name.to_owned() });
    }
    let mark = MARKS
        .iter()
        .find(|mark| text.contains(**mark) || text.starts_with(mark.trim_start_matches('\n')))?;
    Some(Violation::Markup { field: name.to_owned(), mark: mark.trim().to_owned() })
}

fn measures(text: &PersonaText) -> Vec<Violation> {
    let story = &text.background_story;
    let words = story.split_whitespace().count();
    let count = story.split("\n\n").filter(|block| !block.trim().is_empty()).count();
    let characters = text.headline.chars().count();
    let concerns = text.typical_concerns.len();
    let checks = [
        (!WORDS.contains(&words)).then_some(Violation::Length {
            words,
            fewest: *WORDS.start(),
            most: *WORDS.end(),
        }),
        (!PARAGRAPHS.contains(&count)).then_some(Violation::Paragraphs { count }),
        (characters > LONGEST_HEADLINE).then_some(Violation::HeadlineLength { characters }),
        (!CONCERNS.contains(&concerns)).then_some(Violation::Concerns { count: concerns }),
    ];
    checks.into_iter().flatten().collect()
}

fn is_in(language: Language, story: &str) -> bool {
    let count = |list: &str| {
        story
            .split_whitespace()
            .filter(|word| list.split('|').any(|known| known.eq_ignore_ascii_case(word)))
            .count()
    };
    let (polish, english) = (count(POLISH), count(ENGLISH));
    match language {
        Language::English => english >= polish,
        Language::Polish => polish >= english,
    }
}
