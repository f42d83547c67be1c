//! What a persona is worth to a researcher in words: needs, the way to a purchase, messages. A model or the
//! simulator drafts them; here is what a draft must keep, and what code makes of it.

pub mod claim;
pub mod context;
pub mod journey;
pub mod message;
pub mod need;

pub use journey::{Journey, JourneyDraft, JourneySummary};
pub use message::{MessageDraft, Order};
pub use need::{NeedTheme, NeedsAndPains, NeedsDraft, SegmentNeeds};

use schemars::Schema;
use schemars::transform::{RecursiveTransform, Transform};

use crate::Language;
use crate::text::{composed, detect, fold};

/// A schema without its descriptions: the prompt has said what is wanted, and each costs tokens.
pub(crate) fn bare(schema: &mut Schema) {
    RecursiveTransform(|schema: &mut Schema| {
        schema.remove("description");
    })
    .transform(schema);
}

/// A text as it is stored and counted: letters and marks are one, white space is one blank, and nothing is in it
/// that no text may have.
pub fn clean(text: &str) -> String {
    let composed = composed(text);
    let words = composed.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Rules of a list of short texts, told by its name: how many, how long, and none twice.
fn list_flaws(
    name: &str,
    texts: &[String],
    (fewest, most): (usize, usize),
    longest: usize,
    flaws: &mut Vec<String>,
) {
    if !(fewest..=most).contains(&texts.len()) {
        flaws.push(format!("{name} must have {fewest} to {most} entries"));
    }
    for text in texts {
        text_flaws(name, text, longest, flaws);
    }
    let mut known: Vec<String> = texts.iter().map(|text| fold::plain(&clean(text))).collect();
    known.sort_unstable();
    if known.windows(2).any(|pair| pair[0] == pair[1]) {
        flaws.push(format!("{name} says the same twice"));
    }
}

/// Rules of one text: it says something, and it fits its place. Counted in characters of the composed text.
fn text_flaws(name: &str, text: &str, longest: usize, flaws: &mut Vec<String>) {
    let text = clean(text);
    let letters = text.chars().count();
    if !text.chars().any(char::is_alphanumeric) {
        flaws.push(format!("{name} has an empty text"));
    } else if letters > longest {
        flaws.push(format!(
            "{name} has a text of {letters} characters, at most {longest} are allowed"
        ));
    }
}

/// The rule that all of it is in the project's language. What cannot be told passes.
fn language_flaw(texts: &str, language: Language, flaws: &mut Vec<String>) {
    if detect(texts).is_some_and(|found| found != language) {
        flaws.push(format!("the texts must be in {}", language.pick("English", "Polish")));
    }
}

#[cfg(test)]
mod tests;
