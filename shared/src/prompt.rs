//! Prompts: files with a version in `shared/prompts`, and the data that goes with them.
//!
//! A person's card, the brief and passages of documents stand between tags, and the system text says
//! that they are data. What is the same for everybody of a run comes first and the person last, so that
//! providers, which bill a beginning that they have read before at a fraction, find a long one
//! (ai.google.dev/gemini-api/docs/caching, developers.openai.com/api/docs/guides/prompt-caching). Angle brackets inside the data become `‹` and `›`, so that nothing in it can
//! close a tag.

use std::fmt::Write;

use crate::{
    Language,
    persona::{Brief, Card},
};

mod insight;
mod knowledge;
mod portrait;
mod questionnaire;
mod summary;
mod turn;

pub use insight::{
    JOURNEY_VERSION, MESSAGES_VERSION, MOST_ANSWERS, NEEDS_VERSION, PromptPersona, journey,
    messages, needs,
};
pub use questionnaire::{SURVEY_VERSION, earlier, questionnaire};
pub use summary::{DIGEST_VERSION, SYNTHESIS_VERSION, digest, synthesis};
pub use turn::{TURN_VERSION, Task, turn};

pub use knowledge::{ANSWER_VERSION, FACTS_VERSION, answer, facts};

/// The version of the persona prompts; it changes with any word of theirs.
pub const PERSONA_VERSION: &str = "persona.v2";

// Chosen by hand.
/// The most characters of one text of the brief.
const LONGEST_TEXT: usize = 600;
/// The most characters of one passage: a whole chunk of a document, 384 tokens of four letters.
const LONGEST_PASSAGE: usize = 1_600;
const MOST_PASSAGES: usize = 5;

/// What a model gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Name and number of the files, recorded with each call.
    pub version: &'static str,
    pub system: String,
    pub user: String,
}

/// Asks for the text of one person. The context are passages that the person's world may draw on.
pub fn persona(card: &Card, brief: &Brief, language: Language, context: &[&str]) -> Prompt {
    let mut user = String::from("<brief>\n");
    let texts = [
        (language.pick("product", "produkt"), &brief.product),
        (language.pick("topic", "temat"), &brief.topic),
        (language.pick("audience", "odbiorcy"), &brief.audience),
        (language.pick("objectives", "cele"), &brief.objectives),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            line(&mut user, name, &data(text, LONGEST_TEXT));
        }
    }
    if let Some(focus) = brief.focus_area {
        line(&mut user, language.pick("focus", "obszar"), portrait::focus(focus, language));
    }
    let critical = if brief.adversarial { ("yes", "tak") } else { ("no", "nie") };
    let critical = language.pick(critical.0, critical.1);
    line(&mut user, language.pick("critical", "krytyczna"), critical);
    user.push_str("</brief>\n");
    for passage in context.iter().take(MOST_PASSAGES) {
        writeln!(user, "<context>\n{}\n</context>", data(passage, LONGEST_PASSAGE))
            .expect(INFALLIBLE);
    }
    user.push_str(&portrait::card(card, language));
    let system = language.pick(
        include_str!("../prompts/persona.v2.en.md"),
        include_str!("../prompts/persona.v2.pl.md"),
    );
    Prompt { version: PERSONA_VERSION, system: system.to_owned(), user }
}

const INFALLIBLE: &str = "writing to a string cannot fail";

fn line(out: &mut String, name: &str, value: &str) {
    writeln!(out, "{name}: {value}").expect(INFALLIBLE);
}

/// A foreign text as data: cut, and unable to close a tag.
fn data(text: &str, longest: usize) -> String {
    text.trim()
        .chars()
        .take(longest)
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests;
