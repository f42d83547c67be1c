//! What a discussion is about and who takes part: stored with its run, and never read anew.

use serde::{Deserialize, Serialize};

use crate::id::PersonaId;
use crate::persona::{Brief, Card};
use crate::{Language, Seed};

crate::words! {
    /// How the participants are asked.
    #[derive(Default)]
    pub enum Mode {
        /// What do you think?
        #[default]
        Normal = "normal",
        /// What is wrong with it, and what would make it fail? Moderator and participants are told so.
        Adversarial = "adversarial",
    }
}

/// One of those who talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    pub persona_id: PersonaId,
    pub card: Card,
    /// Where their life is drawn from: that of the story that the offline writer told.
    pub life: Seed,
    pub story: String,
    pub manner: String,
    pub concerns: Vec<String>,
}

/// Everything that a run of a focus group is told when it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    pub language: Language,
    pub seed: Seed,
    pub mode: Mode,
    /// The project: its product, topic, audience and objectives.
    pub brief: Brief,
    pub name: String,
    pub description: Option<String>,
    /// What the researcher adds for the participants.
    pub context: Option<String>,
    /// The guide: what the moderator asks, in order.
    pub questions: Vec<String>,
    pub participants: Vec<Participant>,
}

impl Setting {
    /// The first name of a participant, with the first letter of the surname where two share it. Who was purged has
    /// none.
    pub fn name_of(&self, participant: usize) -> String {
        let card = &self.participants[participant].card;
        if card.first_name.is_empty() {
            return self.language.pick("removed", "osoba usunięta").to_owned();
        }
        let same = |other: &Participant| other.card.first_name == card.first_name;
        let shared = self.participants.iter().filter(|other| same(other)).count() > 1;
        match card.surname.chars().next().filter(|_| shared) {
            Some(letter) => format!("{} {letter}.", card.first_name),
            None => card.first_name.to_string(),
        }
    }

    /// What the project is called, short enough to say: the name before a colon or a dash.
    pub fn thing(&self) -> String {
        let name = self.brief.topic.as_deref().unwrap_or(&self.name);
        let head = name.split([':', '–', '—', '(', '\n']).next().unwrap_or(name);
        let clean: String = head
            .chars()
            .filter(|c| !c.is_control() && !"„”“\"«»*_#`<>{}[]|".contains(*c))
            .collect();
        let mut words = String::new();
        for word in clean.split_whitespace() {
            if words.chars().count() + word.chars().count() > 40 {
                break;
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        words.trim_end_matches([',', '-', '.', ' ']).to_owned()
    }
}
