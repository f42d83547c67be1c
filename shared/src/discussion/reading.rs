//! What an answer is about and how it sounds: by a model within a schema, or offline by rule.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sentiment::{Emotion, emotions, sentiment};
use crate::Language;
use crate::text::topic;

mod vocabulary;

pub use vocabulary::{Prompted, Vocabulary};

// Chosen by hand: an answer has at most 140 words.
/// The most concepts of one answer.
pub const MOST_CONCEPTS: usize = 8;

/// One thing that an answer speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// One or two words in the language of the answer.
    pub name: String,
    /// How it is spoken of, from -1 to 1.
    pub sentiment: f32,
}

/// One thing that is felt in an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Felt {
    /// What.
    pub emotion: Emotion,
    /// How strongly, from 0 to 1.
    pub intensity: f32,
}

/// What was read in one answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// From -1 to 1.
    pub sentiment: f32,
    pub concepts: Vec<Concept>,
    pub emotions: Vec<Felt>,
}

impl Reading {
    /// Within its bounds, whatever a model wrote.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let bound = |x: f32, low: f32| if x.is_finite() { x.clamp(low, 1.0) } else { 0.0 };
        self.sentiment = bound(self.sentiment, -1.0);
        self.concepts.truncate(MOST_CONCEPTS);
        for concept in &mut self.concepts {
            concept.sentiment = bound(concept.sentiment, -1.0);
            concept.name = super::context::cut(concept.name.trim(), 60).to_lowercase();
        }
        self.concepts.retain(|concept| !concept.name.is_empty());
        for felt in &mut self.emotions {
            felt.intensity = bound(felt.intensity, 0.0);
        }
        self
    }
}

/// Reads an answer by rule, within the concepts of its group.
pub fn read(text: &str, vocabulary: &Vocabulary, language: Language) -> Reading {
    let tone = sentiment(text, language);
    let mut concepts: Vec<Concept> = Vec::new();
    for sentence in text.split_inclusive(['.', '!', '?']) {
        let here = sentiment(sentence, language);
        for name in vocabulary.concepts(sentence) {
            if !concepts.iter().any(|concept| concept.name == name) {
                concepts.push(Concept { name: name.to_owned(), sentiment: here });
            }
        }
    }
    concepts.truncate(MOST_CONCEPTS);
    let felt = emotions(text, language).into_iter();
    let emotions = felt.map(|(emotion, intensity)| Felt { emotion, intensity }).collect();
    Reading { sentiment: tone, concepts, emotions }
}

/// Names that are forms of one word become one name: the shortest that was used in all of these.
pub fn merge_names<'a>(readings: impl IntoIterator<Item = &'a mut Reading>, language: Language) {
    let mut readings: Vec<&mut Reading> = readings.into_iter().collect();
    let mut by_stem: BTreeMap<String, String> = BTreeMap::new();
    for concept in readings.iter().flat_map(|reading| &reading.concepts) {
        let best = by_stem.entry(key(&concept.name, language)).or_insert(concept.name.clone());
        let shorter =
            (concept.name.chars().count(), &concept.name) < (best.chars().count(), &*best);
        if shorter {
            best.clone_from(&concept.name);
        }
    }
    for reading in &mut readings {
        for concept in &mut reading.concepts {
            if let Some(best) = by_stem.get(&key(&concept.name, language)) {
                concept.name.clone_from(best);
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        reading.concepts.retain(|concept| seen.insert(concept.name.clone()));
    }
}

/// What is the same for all forms of a concept's words.
pub fn key(name: &str, language: Language) -> String {
    topic::keys(name, language).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: [&str; 4] = [
        "Abonament mnie drażni. Za drogo.",
        "Z abonamentem jest tak, że się boję. Paczka przychodzi późno.",
        "Lubię, jak paczki przychodzą same, i abonament też.",
        "Mnie to nie dotyczy.",
    ];

    fn vocabulary(answers: &[&str]) -> Vocabulary {
        let answers: Vec<Prompted<'_>> =
            answers.iter().map(|text| Prompted { question: 0, text }).collect();
        Vocabulary::of(&answers, &[], &["Anna".to_owned()], Language::Polish)
    }

    #[test]
    fn inflected_forms_are_one_concept_and_a_single_mention_is_none() {
        let vocabulary = vocabulary(&ANSWERS);

        assert_eq!(vocabulary.names().collect::<Vec<_>>(), ["abonament", "paczka"]);
        let second = read(ANSWERS[1], &vocabulary, Language::Polish);
        let third = read(ANSWERS[2], &vocabulary, Language::Polish);
        assert!(second.concepts.iter().any(|c| c.name == "abonament"), "{second:?}");
        assert!(second.sentiment < 0.0 && third.sentiment > 0.0);
        assert_eq!(second.emotions[0].emotion, Emotion::Fear);
    }

    #[test]
    fn the_application_is_one_concept_in_every_case() {
        let answers = [
            "Ta aplikacja jest prosta.",
            "Mam już jedną aplikację.",
            "Bez aplikacji ani rusz.",
            "Nie rozmawiam z aplikacjami.",
            "Wolę sklep.",
            "Sklepu mi nie trzeba.",
            "Mnie to nie dotyczy.",
        ];

        let vocabulary = vocabulary(&answers);

        let held = |answer: &&str| {
            let read = read(answer, &vocabulary, Language::Polish);
            read.concepts.iter().any(|concept| concept.name == "aplikacja")
        };
        assert_eq!(answers.iter().filter(|answer| held(answer)).count(), 4);
        assert_eq!(vocabulary.names().collect::<Vec<_>>(), ["aplikacja", "sklep"]);
    }

    #[test]
    fn a_models_forms_of_one_word_are_merged() {
        let concept = |name: &str| Concept { name: name.to_owned(), sentiment: 0.5 };
        let reading = |names: &[&str]| Reading {
            sentiment: 7.0,
            concepts: names.iter().map(|name| concept(name)).collect(),
            emotions: Vec::new(),
        };
        let mut readings = [reading(&["cenami", "dostawa"]).bounded(), reading(&["cena", "ceny"])];

        merge_names(&mut readings, Language::Polish);

        assert_eq!(readings[0].sentiment, 1.0);
        assert_eq!(readings[0].concepts[0].name, "cena");
        assert_eq!(readings[1].concepts.len(), 1);
    }
}
