//! What the person does: some form of a word of the title, or of the activity.

use super::{Violation, token::Token};
use crate::{
    Language,
    persona::{Card, card::Activity},
};

pub(super) fn check(
    card: &Card,
    headline: &[Token<'_>],
    story: &[Token<'_>],
    language: Language,
    found: &mut Vec<Violation>,
) {
    let title = language.pick(&card.occupation_en, &card.occupation);
    let stems: Vec<String> = match card.activity {
        Activity::Employed => title.split([' ', '/', '-', ',']).filter_map(stem).collect(),
        Activity::Retired => ["emery", "retire", "pension"].map(str::to_owned).to_vec(),
        Activity::Student => {
            ["stud", "ucz", "szko", "wykład", "school", "lectur"].map(str::to_owned).to_vec()
        }
        Activity::Unemployed | Activity::Inactive => return,
    };
    let mentioned = |token: &Token<'_>| stems.iter().any(|stem| token.lower.starts_with(stem));
    if !stems.is_empty() && !headline.iter().chain(story).any(mentioned) {
        found.push(Violation::OccupationMissing { expected: title.to_string() });
    }
}

/// What stays of a word in its other forms: four to seven letters.
fn stem(word: &str) -> Option<String> {
    let letters = word.chars().count();
    let kept = letters.saturating_sub(2).clamp(4, 7);
    (letters >= 2).then(|| word.to_lowercase().chars().take(kept).collect())
}
