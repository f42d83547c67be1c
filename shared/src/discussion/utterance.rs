//! What a participant answers with, whoever speaks for them, and the rules that it must keep.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::turn::{Act, TurnKind};
use crate::Language;
use crate::persona::{Card, check};
use crate::text::words;

/// The most words of an opening answer. The longest human group's median turn had 90.
pub const LONGEST_OPENING: usize = 140;
/// The most words of a turn of the discussion.
pub const LONGEST_REPLY: usize = 120;

/// One thing that a participant says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Utterance {
    /// What you do by saying it.
    pub act: Act,
    /// Where you stand on what the question is about: -2 strongly against, 0 undecided, 2 strongly for.
    #[schemars(range(min = -2, max = 2))]
    pub stance: i8,
    /// The spoken words alone.
    pub text: String,
}

impl Utterance {
    /// Whether it says what is not so of the speaker's card: another age, another sex, another home.
    pub fn contradicts(&self, card: &Card, language: Language) -> bool {
        !check::speech(card, &self.text, language).is_empty()
    }

    /// What is wrong with it, in words for the model and the researcher that quote nothing of it.
    pub fn flaws(&self, card: &Card, kind: TurnKind, language: Language) -> Vec<String> {
        let mut flaws = Vec::new();
        let count = words::count(&self.text);
        let most = if kind == TurnKind::Opening { LONGEST_OPENING } else { LONGEST_REPLY };
        if count == 0 {
            flaws.push("the text is empty".to_owned());
        }
        if count > most {
            flaws.push(format!("the text has {count} words, at most {most} are spoken in one go"));
        }
        if !(-2..=2).contains(&self.stance) {
            flaws.push("stance must be between -2 and 2".to_owned());
        }
        let label = format!("{}:", card.first_name);
        let marks = ["**", "##", "```", "\n- ", "\n* ", "<", "{"];
        if marks.iter().any(|mark| self.text.contains(mark)) || self.text.starts_with(&label) {
            flaws.push("the text must be spoken words, without formatting or speaker".to_owned());
        }
        let broken = check::speech(card, &self.text, language);
        flaws.extend(broken.iter().map(|violation| match violation {
            // The excerpt stays out: reasons are stored and shown.
            check::Violation::Age { expected, .. } => {
                format!("the text says another age than {expected}, the speaker's own")
            }
            check::Violation::Form { .. } => {
                "grammatical forms do not agree with the speaker's gender".to_owned()
            }
            other => other.to_string(),
        }));
        flaws
    }
}
