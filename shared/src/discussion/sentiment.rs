//! How an answer sounds, by a lexicon: words are matched whole, by their stems, and a negation before
//! one turns it round. For what a model cannot be asked, and to compare a model's reading with.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::text::words;

// All three chosen by hand.
/// Words back within which a negation counts.
const REACH: usize = 3;
/// What is left of a word's force when it is negated: `not good` is less bad than `bad`.
const NEGATED: f32 = -0.7;

/// Tones beyond which somebody is for or against something.
pub(crate) const SIDED: f32 = 0.15;

/// Scores and emotions of one language, by stem.
struct Lexicon {
    scores: BTreeMap<String, f32>,
    emotions: BTreeMap<String, Emotion>,
    negations: Vec<&'static str>,
}

/// What somebody feels, in a closed list: after Plutchik's eight basic emotions.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Emotion {
    Anger,
    Anticipation,
    Disgust,
    Fear,
    Joy,
    Sadness,
    Surprise,
    Trust,
}

impl Emotion {
    const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Anger, "anger", "złość"),
        (Self::Anticipation, "anticipation", "oczekiwanie"),
        (Self::Disgust, "disgust", "niechęć"),
        (Self::Fear, "fear", "obawa"),
        (Self::Joy, "joy", "radość"),
        (Self::Sadness, "sadness", "smutek"),
        (Self::Surprise, "surprise", "zaskoczenie"),
        (Self::Trust, "trust", "zaufanie"),
    ];

    /// The emotion of its English word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, english, _)| *english == word).map(|(emotion, ..)| emotion)
    }

    /// Its word in a language.
    pub fn word(self, language: Language) -> &'static str {
        let (_, english, polish) = Self::ALL[self as usize];
        language.pick(english, polish)
    }
}

static POLISH: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(include_str!("../../data/words/feeling.pl.txt"), Language::Polish)
});
static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(include_str!("../../data/words/feeling.en.txt"), Language::English)
});

impl Lexicon {
    /// Rows are `key: words`, where the key is a score from -3 to 3, an emotion, or `negation`.
    fn parse(file: &'static str, language: Language) -> Self {
        let mut lexicon =
            Self { scores: BTreeMap::new(), emotions: BTreeMap::new(), negations: Vec::new() };
        for row in file.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
            let (key, list) = row.split_once(": ").expect("a row is `key: words`");
            for word in list.split_whitespace() {
                let stem = words::stem(word, language);
                if key == "negation" {
                    lexicon.negations.push(word);
                } else if let Ok(score) = key.parse::<f32>() {
                    lexicon.scores.insert(stem, score / 3.0);
                } else {
                    let emotion = Emotion::parse(key).expect("a key is a score or an emotion");
                    lexicon.emotions.insert(stem, emotion);
                }
            }
        }
        lexicon
    }

    fn of(language: Language) -> &'static Self {
        language.pick(&*ENGLISH, &*POLISH)
    }

    /// The words of a text with their stems, and whether a negation stands before each.
    fn read(&self, text: &str, language: Language) -> Vec<(String, bool)> {
        let mut read: Vec<(String, bool)> = Vec::new();
        // A clause ends what a negation reaches.
        for clause in text.split([',', '.', ';', ':', '!', '?', '–', '\n']) {
            let mut since = usize::MAX;
            for word in words::tokens(clause) {
                let lower = word.to_lowercase().replace('’', "'");
                let negates = self.negations.contains(&lower.as_str()) || lower.ends_with("n't");
                since = if negates { 0 } else { since.saturating_add(1) };
                read.push((words::stem(&lower, language), (1..=REACH).contains(&since)));
            }
        }
        read
    }
}

/// How a text sounds: from -1 to 1, 0 where nothing in it has a tone.
pub fn sentiment(text: &str, language: Language) -> f32 {
    let lexicon = Lexicon::of(language);
    let (mut sum, mut weight) = (0.0, 0.0);
    for (stem, is_negated) in lexicon.read(text, language) {
        let Some(score) = lexicon.scores.get(&stem) else { continue };
        sum += if is_negated { score * NEGATED } else { *score };
        weight += score.abs();
    }
    // One mild word does not make a text extreme.
    (sum / (weight + 0.5_f32)).clamp(-1.0, 1.0)
}

/// What is felt in a text, each with its intensity from 0 to 1: its share of the words that show any.
/// What is negated is not felt.
pub fn emotions(text: &str, language: Language) -> BTreeMap<Emotion, f32> {
    let lexicon = Lexicon::of(language);
    let mut counts: BTreeMap<Emotion, f32> = BTreeMap::new();
    for (stem, is_negated) in lexicon.read(text, language) {
        let felt = lexicon.emotions.get(&stem).filter(|_| !is_negated);
        if let Some(emotion) = felt {
            *counts.entry(*emotion).or_default() += 1.0;
        }
    }
    let sum: f32 = counts.values().sum();
    counts.values_mut().for_each(|count| *count /= sum);
    counts
}

/// Whether a stem has a tone of its own: it says how, not what about.
pub fn has_tone(stem: &str, language: Language) -> bool {
    let lexicon = Lexicon::of(language);
    lexicon.scores.contains_key(stem) || lexicon.emotions.contains_key(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negation_turns_a_word_round_and_ends_with_its_clause() {
        for (language, good, bad, both) in [
            (
                Language::Polish,
                "To jest dobry pomysł.",
                "To nie jest dobry pomysł.",
                "Nie wiem, ale pomysł jest dobry.",
            ),
            (
                Language::English,
                "It is a good idea.",
                "It isn't a good idea.",
                "I do not know, but the idea is good.",
            ),
        ] {
            assert!(sentiment(good, language) > 0.2, "{good}");
            assert!(sentiment(bad, language) < -0.1, "{bad}");
            assert!(sentiment(both, language) > 0.2, "{both}");
        }
    }

    #[test]
    fn words_are_matched_whole() {
        let cases = [
            (Language::English, "I know the knobs."),
            (Language::English, "The likelihood of a dislocation."),
            (Language::Polish, "Złożyliśmy to w niedzielę."),
        ];

        for (language, text) in cases {
            assert_eq!(sentiment(text, language), 0.0, "{text}");
        }
    }

    #[test]
    fn inflected_words_are_found() {
        for text in ["Drogie to.", "To jest drogo.", "Boję się tego."] {
            assert!(sentiment(text, Language::Polish) < 0.0, "{text}");
        }
        let felt = emotions("Boję się, że zniknie. Nie ufam im.", Language::Polish);
        assert_eq!(felt.keys().collect::<Vec<_>>(), [&Emotion::Fear]);
    }
}
