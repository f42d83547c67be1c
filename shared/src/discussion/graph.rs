//! Who speaks of what, how, and who agrees with whom: the graph of a discussion, and what it shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::reading::{self, Reading};
use super::sentiment::Emotion;
use super::setting::Setting;
use super::turn::{Act, Turn};
use crate::id::{PersonaId, TurnId};

mod analysis;

pub use analysis::{
    Analytics, ConceptDifference, ConceptFigures, EmotionFigures, PersonFigures, Together,
    age_group, analytics,
};

/// A participant in the graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonNode {
    pub id: PersonaId,
    pub name: String,
    pub age: u8,
    /// As shown in the language of the project.
    pub gender: String,
    /// As shown in the language of the project.
    pub occupation: String,
    /// Town or country, as shown.
    pub place: String,
}

/// Somebody speaks of something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    pub person: PersonaId,
    pub concept: String,
    /// Their mean tone when they do, from -1 to 1.
    pub sentiment: f32,
    pub turns: Vec<TurnId>,
}

/// Somebody feels something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feeling {
    pub person: PersonaId,
    pub emotion: Emotion,
    /// How strongly on the average of these answers, from 0 to 1.
    pub intensity: f32,
    pub turns: Vec<TurnId>,
}

/// Somebody agrees with or objects to somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonRelation {
    pub from: PersonaId,
    pub to: PersonaId,
    pub agrees: bool,
    pub count: u32,
}

/// The graph of one discussion.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Graph {
    pub people: Vec<PersonNode>,
    pub mentions: Vec<Mention>,
    pub feelings: Vec<Feeling>,
    pub relations: Vec<PersonRelation>,
}

/// An answer with what was read in it.
#[derive(Debug, Clone)]
pub struct Read<'a> {
    pub id: TurnId,
    pub turn: &'a Turn,
    pub reading: &'a Reading,
}

#[derive(Default)]
struct Heard {
    tones: Vec<f32>,
    turns: Vec<TurnId>,
}

impl Heard {
    fn push(&mut self, tone: f32, turn: TurnId) {
        self.tones.push(tone);
        self.turns.push(turn);
    }
}

impl Graph {
    /// Of these answers. The same answers give the same graph.
    pub fn of(setting: &Setting, people: Vec<PersonNode>, answers: &[Read<'_>]) -> Self {
        let mut mentions: BTreeMap<(PersonaId, String), (Heard, String)> = BTreeMap::new();
        let mut feelings: BTreeMap<(PersonaId, Emotion), Heard> = BTreeMap::new();
        let mut relations: BTreeMap<(PersonaId, PersonaId, bool), u32> = BTreeMap::new();
        let by_number: BTreeMap<u32, &Turn> =
            answers.iter().map(|a| (a.turn.number, a.turn)).collect();
        let person = |who: usize| setting.participants[who].persona_id;
        for answer in answers {
            let Some(who) = answer.turn.speaker.map(person) else { continue };
            for concept in &answer.reading.concepts {
                let key = reading::key(&concept.name, setting.language);
                let entry = mentions
                    .entry((who, key))
                    .or_insert_with(|| (Heard::default(), concept.name.clone()));
                entry.0.push(concept.sentiment, answer.id);
            }
            for felt in &answer.reading.emotions {
                let entry = feelings.entry((who, felt.emotion)).or_default();
                entry.push(felt.intensity, answer.id);
            }
            let taken = answer.turn.reply_to.and_then(|number| by_number.get(&number));
            let other = taken.and_then(|turn| turn.speaker).map(person);
            let agrees = match answer.turn.act {
                Some(Act::Agree) => Some(true),
                Some(Act::Object) => Some(false),
                _ => None,
            };
            if let (Some(to), Some(agrees)) = (other.filter(|to| *to != who), agrees) {
                *relations.entry((who, to, agrees)).or_default() += 1;
            }
        }
        Self {
            people,
            mentions: mentions
                .into_iter()
                .map(|((person, _), (heard, concept))| Mention {
                    person,
                    concept,
                    sentiment: mean(&heard.tones),
                    turns: heard.turns,
                })
                .collect(),
            feelings: feelings
                .into_iter()
                .map(|((person, emotion), heard)| Feeling {
                    person,
                    emotion,
                    intensity: mean(&heard.tones),
                    turns: heard.turns,
                })
                .collect(),
            relations: relations
                .into_iter()
                .map(|((from, to, agrees), count)| PersonRelation { from, to, agrees, count })
                .collect(),
        }
    }

    /// The concepts, each once.
    pub fn concepts(&self) -> BTreeSet<&str> {
        self.mentions.iter().map(|mention| mention.concept.as_str()).collect()
    }

    /// The emotions, each once.
    pub fn emotions(&self) -> BTreeSet<Emotion> {
        self.feelings.iter().map(|feeling| feeling.emotion).collect()
    }

    /// The name of somebody.
    pub fn name(&self, id: PersonaId) -> &str {
        self.people.iter().find(|person| person.id == id).map_or("", |person| &person.name)
    }
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}
