//! One thing that was said, or that could not be.

use serde::{Deserialize, Serialize};

use super::turn_taking::Why;

/// What a turn is in the course of the discussion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The moderator reads a question of the guide.
    Question,
    /// A participant answers it before anybody has heard the others.
    Opening,
    /// A participant speaks in the discussion.
    Reply,
    /// The moderator asks further.
    Probe,
    /// The moderator ends a question.
    Close,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Question, Self::Opening, Self::Reply, Self::Probe, Self::Close];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Opening => "opening",
            Self::Reply => "reply",
            Self::Probe => "probe",
            Self::Close => "close",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether the moderator says it.
    pub fn is_moderator(self) -> bool {
        !matches!(self, Self::Opening | Self::Reply)
    }
}

/// What a participant does by speaking.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// Says what they think or tells what happened to them.
    Say,
    /// Agrees, with or without a reason.
    Agree,
    /// Objects.
    Object,
    /// Asks another participant.
    Ask,
    /// Answers another participant's question.
    Answer,
    /// Changes their mind.
    Change,
    /// Reacts in a few words.
    React,
}

impl Act {
    const ALL: [Self; 7] =
        [Self::Say, Self::Agree, Self::Object, Self::Ask, Self::Answer, Self::Change, Self::React];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Say => "say",
            Self::Agree => "agree",
            Self::Object => "object",
            Self::Ask => "ask",
            Self::Answer => "answer",
            Self::Change => "change",
            Self::React => "react",
        }
    }

    /// The act of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }
}

/// One turn of a discussion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Its place in the discussion: the natural key together with the run.
    pub number: u32,
    /// Which question of the guide it belongs to, from 0.
    pub question: u32,
    /// What it is.
    pub kind: Kind,
    /// Which participant, from 0; none is the moderator.
    pub speaker: Option<usize>,
    /// The turn that it takes up.
    pub reply_to: Option<u32>,
    /// The participant whom it asks something.
    pub to: Option<usize>,
    /// What the participant does by it.
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
