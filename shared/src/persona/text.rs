//! What is written about a person: by a language model or by the offline writer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The text of one persona. Every number and label beside it comes from the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonaText {
    /// One sentence that names the person's age and what drives them. At most 200 characters.
    pub headline: String,
    /// Three to five paragraphs, separated by a blank line.
    pub background_story: String,
    /// How the person speaks, in a few words.
    pub communication_style: String,
    /// How the person decides, in a few words.
    pub decision_making_style: String,
    /// Three to five worries of everyday life, a short sentence each.
    pub typical_concerns: Vec<String>,
}

/// The parts of a text that have no column of their own: `personas.manner`. A part that is absent is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manner {
    /// As in [`PersonaText`].
    pub communication_style: String,
    /// As in [`PersonaText`].
    pub decision_making_style: String,
    /// As in [`PersonaText`].
    pub typical_concerns: Vec<String>,
}

impl PersonaText {
    /// Its columns: the headline, the background story, and what has no column of its own.
    pub fn into_columns(self) -> (String, String, Manner) {
        let manner = Manner {
            communication_style: self.communication_style,
            decision_making_style: self.decision_making_style,
            typical_concerns: self.typical_concerns,
        };
        (self.headline, self.background_story, manner)
    }
}

impl Manner {
    /// All that is written about a person, with the parts that have columns.
    pub fn text(self, headline: String, background_story: String) -> PersonaText {
        PersonaText {
            headline,
            background_story,
            communication_style: self.communication_style,
            decision_making_style: self.decision_making_style,
            typical_concerns: self.typical_concerns,
        }
    }
}
