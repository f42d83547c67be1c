//! What an answer is about and how it sounds: by a model within a schema, or offline by rule.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sentiment::{Emotion, emotions, has_tone, sentiment};
use crate::Language;
use crate::text::words;

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
    /// What it speaks of.
    pub concepts: Vec<Concept>,
    /// What is felt.
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

/// Reads an answer by rule. `names` are the stems that make a concept of this group ([`vocabulary`]).
pub fn read(text: &str, names: &BTreeMap<String, String>, language: Language) -> Reading {
    let tone = sentiment(text, language);
    let mut concepts: Vec<Concept> = Vec::new();
    for sentence in text.split_inclusive(['.', '!', '?']) {
        let here = sentiment(sentence, language);
        for (_, stem) in words::meaningful(sentence, language) {
            let Some(name) = names.get(&stem) else { continue };
            if !concepts.iter().any(|concept| concept.name == *name) {
                concepts.push(Concept { name: name.clone(), sentiment: here });
            }
        }
    }
    concepts.truncate(MOST_CONCEPTS);
    let felt = emotions(text, language).into_iter();
    let emotions = felt.map(|(emotion, intensity)| Felt { emotion, intensity }).collect();
    Reading { sentiment: tone, concepts, emotions }
}

/// The words that a group talks about: stems that at least two answers have and that say what, not how,
/// each with the form that was used most. Inflected forms of a word are one concept.
pub fn vocabulary<'a>(
    answers: impl Iterator<Item = &'a str>,
    others: &[String],
    language: Language,
) -> BTreeMap<String, String> {
    let mut forms: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut heard: BTreeMap<String, usize> = BTreeMap::new();
    let mut answers_in_all = 0_usize;
    for answer in answers {
        answers_in_all += 1;
        let mut here: Vec<String> = Vec::new();
        for (word, stem) in words::meaningful(answer, language) {
            *forms.entry(stem.clone()).or_default().entry(word).or_default() += 1;
            here.push(stem);
        }
        here.sort();
        here.dedup();
        here.into_iter().for_each(|stem| *heard.entry(stem).or_default() += 1);
    }
    // Names of people are nobody's topic, and a word that is in most answers divides nothing.
    let people: Vec<String> =
        others.iter().map(|name| words::stem(&name.to_lowercase(), language)).collect();
    let most = (answers_in_all * 2).div_ceil(3).max(2);
    heard
        .into_iter()
        .filter(|(stem, count)| (2..=most).contains(count) && !people.contains(stem))
        .filter(|(stem, _)| !has_tone(stem, language) && stem.chars().count() >= 3)
        .filter_map(|(stem, _)| {
            let name = forms.get(&stem)?.iter().max_by_key(|(form, n)| {
                (**n, std::cmp::Reverse(form.chars().count()), std::cmp::Reverse(*form))
            })?;
            Some((stem, name.0.clone()))
        })
        .collect()
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
    let stems: Vec<String> =
        words::tokens(name).map(|word| words::stem(&word.to_lowercase(), language)).collect();
    stems.join(" ")
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

    #[test]
    fn inflected_forms_are_one_concept_and_a_single_mention_is_none() {
        let names = vocabulary(ANSWERS.into_iter(), &["Anna".to_owned()], Language::Polish);

        let mut concepts: Vec<&str> = names.values().map(String::as_str).collect();
        concepts.retain(|name| name.starts_with("abonament") || name.starts_with("paczk"));
        assert_eq!(concepts.len(), 2, "{names:?}");
        let second = read(ANSWERS[1], &names, Language::Polish);
        let third = read(ANSWERS[2], &names, Language::Polish);
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

        let names = vocabulary(answers.into_iter(), &[], Language::Polish);

        let held = |answer: &&str| {
            let read = read(answer, &names, Language::Polish);
            read.concepts.iter().any(|concept| concept.name.starts_with("aplikacj"))
        };
        assert_eq!(answers.iter().filter(|answer| held(answer)).count(), 4, "{names:?}");
        assert_eq!(names.values().filter(|name| name.starts_with("aplikacj")).count(), 1);
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
