//! One thing that was said, or that could not be.

use serde::{Deserialize, Serialize};

use super::turn_taking::Why;

crate::words! {
    /// What a turn is in the course of the discussion.
    pub enum TurnKind {
        /// The moderator reads a question of the guide.
        Question = "question",
        /// A participant answers it before anybody has heard the others.
        Opening = "opening",
        /// A participant speaks in the discussion.
        Reply = "reply",
        /// The moderator asks further.
        Probe = "probe",
        /// The moderator ends a question.
        Close = "close",
    }
}

impl TurnKind {
    /// Whether the moderator says it.
    pub fn is_moderator(self) -> bool {
        !matches!(self, Self::Opening | Self::Reply)
    }
}

crate::words! {
    /// What a participant does by speaking.
    #[derive(schemars::JsonSchema)]
    pub enum Act {
        /// Says what they think or tells what happened to them.
        Say = "say",
        /// Agrees, with or without a reason.
        Agree = "agree",
        /// Objects.
        Object = "object",
        /// Asks another participant.
        Ask = "ask",
        /// Answers another participant's question.
        Answer = "answer",
        /// Changes their mind.
        Change = "change",
        /// Reacts in a few words.
        React = "react",
    }
}

/// One turn of a discussion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Its place in the discussion: the natural key together with the run.
    pub number: u32,
    /// Which question of the guide it belongs to, from 0.
    pub question: u32,
    pub kind: TurnKind,
    /// Which participant, from 0; none is the moderator.
    pub speaker: Option<usize>,
    pub reply_to: Option<u32>,
    pub to: Option<usize>,
    pub act: Option<Act>,
    /// From −2, strongly against what the question is about, to 2, strongly for it.
    pub stance: Option<i8>,
    /// The words; none where the turn is missing, for a reason that the run's failures tell.
    pub text: Option<String>,
    /// Why this speaker, in numbers.
    pub why: Option<Why>,
    /// How many answers for it were turned back because they contradicted the speaker's card.
    #[serde(default)]
    pub contradictions: u32,
}

impl Turn {
    /// The words, or none of them.
    pub fn words(&self) -> &str {
        self.text.as_deref().unwrap_or("")
    }

    /// Whether a participant said it, and it is there.
    pub fn is_said(&self) -> bool {
        self.speaker.is_some() && self.text.is_some()
    }
}
