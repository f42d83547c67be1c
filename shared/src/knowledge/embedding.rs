//! Embeddings: which model made them, and the one that needs no model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fusion::Weights;
use crate::text::detect::detect;
pub use crate::text::rarity::FeatureKind;
use crate::text::rarity::rarity;
use crate::text::stem::Stemming;
use crate::{Language, Seed};

/// What made the vectors of an index. Vectors of two models cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbeddingModel {
    /// The provider's name of it.
    pub name: String,
    /// The length of its vectors.
    pub dimensions: u16,
}

impl EmbeddingModel {
    /// Whether it is [`OfflineEmbedding`].
    pub fn is_offline(&self) -> bool {
        self.name == OfflineEmbedding::NAME
    }

    /// What the arms of a hybrid search are worth with it.
    pub fn weights(&self) -> Weights {
        Weights::vector(0.5)
    }

    /// How many of the first that words find, the vectors' arm looks around: see `docs/retrieval.md`. Not
    /// measured for vectors of a model, which know more than words.
    pub fn feedback(&self) -> usize {
        if self.is_offline() { OfflineEmbedding::FEEDBACK } else { 0 }
    }

    /// What words and nearness say of one passage by themselves.
    pub fn relevance(&self) -> Weights {
        if self.is_offline() { OfflineEmbedding::RELEVANCE } else { Weights::vector(0.5) }
    }
}

/// The cosine of the angle between two vectors; 0 where one of them is none.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    let length = (dot(a, a) * dot(b, b)).sqrt();
    if length > 0.0 { dot(a, b) / length } else { 0.0 }
}

/// The embedding that needs no model: stems and their groups of letters, hashed by a seed into a vector
/// of fixed length (feature hashing, Weinberger et al. 2009).
///
/// It knows no meaning: two texts are near when they share words or parts of words, which adds to a
/// search by words what its stems miss. Rare features weigh more than common ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfflineEmbedding {
    dimensions: u16,
    stemming: Stemming,
}

/// What the groups of letters weigh, all together, to the words' 1.
const LETTERS: f32 = 1.0;
/// How long groups of letters are; a word's beginning and end are letters too.
const GROUPS: std::ops::RangeInclusive<usize> = 3..=5;

impl OfflineEmbedding {
    /// Its name. A change that moves vectors changes the name, so that an index of the old ones is
    /// noticed.
    pub const NAME: &'static str = "offline-hash-1";
    /// See [`EmbeddingModel::feedback`].
    const FEEDBACK: usize = 3;
    /// Nearness to a question's few words says little beside the words.
    const RELEVANCE: Weights = Weights { vector: 0.1, keyword: 0.9 };
    /// Where its hashes begin.
    const SEED: Seed = Seed(0x5167_6874);

    /// One of this length.
    pub fn new(dimensions: u16) -> Self {
        Self { dimensions: dimensions.max(1), stemming: Stemming::default() }
    }

    /// Its name and length.
    pub fn model(&self) -> EmbeddingModel {
        EmbeddingModel { name: Self::NAME.to_owned(), dimensions: self.dimensions }
    }

    /// The embedding of a text in a language, of length 1. A text without words has one too, far from
    /// all others.
    pub fn embed(&self, text: &str, language: Language) -> Vec<f32> {
        let words = self.family(FeatureKind::Word, text, language);
        let letters = self.family(FeatureKind::Letters, text, language);
        let both = words.iter().zip(&letters);
        let mut vector: Vec<f32> = both.map(|(word, group)| word + LETTERS * group).collect();
        if !normalize(&mut vector) {
            vector[0] = 1.0;
        }
        vector
    }

    /// The features of a text that a vector is made of, each as often as it occurs.
    pub fn features(&self, kind: FeatureKind, text: &str, language: Language) -> Vec<String> {
        let stems = self.stemming.stems(text, language);
        match kind {
            FeatureKind::Word => stems,
            FeatureKind::Letters => stems.iter().flat_map(|stem| groups(stem)).collect(),
        }
    }

    /// The embedding of a question, by the language that it is in. When that cannot be told it lies
    /// between both, since documents of both lie in one index.
    pub fn embed_question(&self, question: &str) -> Vec<f32> {
        if let Some(language) = detect(question) {
            return self.embed(question, language);
        }
        let polish = self.embed(question, Language::Polish);
        let english = self.embed(question, Language::English);
        let mut both: Vec<f32> =
            polish.iter().zip(&english).map(|(one, other)| one + other).collect();
        normalize(&mut both);
        both
    }

    /// The features of one kind, hashed, of length 1.
    fn family(&self, kind: FeatureKind, text: &str, language: Language) -> Vec<f32> {
        let mut counts = BTreeMap::<String, u16>::new();
        for feature in self.features(kind, text, language) {
            let count = counts.entry(feature).or_default();
            *count = count.saturating_add(1);
        }
        let mut vector = vec![0.0; usize::from(self.dimensions)];
        let seed = Self::SEED.child(kind.letter(), 0);
        for (feature, count) in counts {
            let hash = hash(seed, &feature);
            let place = hash % u64::from(self.dimensions);
            let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
            let weight = (1.0 + f32::from(count).ln()) * rarity(kind, &feature, language);
            vector[usize::try_from(place).expect("a place is below a u16")] += sign * weight;
        }
        normalize(&mut vector);
        vector
    }
}

fn hash(seed: Seed, feature: &str) -> u64 {
    seed.child(feature, 0).0
}

fn groups(stem: &str) -> Vec<String> {
    let letters: Vec<char> = std::iter::once('^').chain(stem.chars()).chain(['$']).collect();
    let of_length = |length| letters.windows(length).map(|group| group.iter().collect());
    GROUPS.flat_map(of_length).collect()
}

fn normalize(vector: &mut [f32]) -> bool {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
    length > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: &str, b: &str, language: Language) -> f32 {
        let model = OfflineEmbedding::new(768);
        let (a, b) = (model.embed(a, language), model.embed(b, language));
        a.iter().zip(&b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn related_texts_are_nearer_than_strangers() {
        let question = "zakupy w dyskoncie";
        let related = "Konsumenci coraz częściej robią zakupy w dyskontach.";
        let stranger = "Telewizja linearna traci młodych widzów.";

        let (related, stranger) =
            (near(question, related, Language::Polish), near(question, stranger, Language::Polish));

        assert!(related > stranger + 0.2, "{related} {stranger}");
    }

    #[test]
    fn parts_of_words_bring_together_what_stems_do_not() {
        let whole = near("superfoods", "a superfood smoothie", Language::English);
        let part = near("microbrewery", "brewery", Language::English);
        let none = near("microbrewery", "toothpaste", Language::English);

        assert!(whole > 0.3 && part > none + 0.1, "{whole} {part} {none}");
    }

    #[test]
    fn every_text_has_the_same_vector_of_length_one_each_time() {
        let model = OfflineEmbedding::new(64);
        for text in ["", "?!", "Ceny", "Prices rose by 3.5 %"] {
            let vector = model.embed(text, Language::Polish);
            let length: f32 = vector.iter().map(|value| value * value).sum();
            assert!((length - 1.0).abs() < 1e-5, "{text}");
            assert_eq!(vector, model.embed(text, Language::Polish));
        }
    }
}
