//! Embeddings: which model made them, and the one that needs no model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fusion::FusionWeights;
use crate::text::detect::detect;
pub use crate::text::rarity::FeatureKind;
use crate::text::rarity::rarity;
use crate::text::stem::Stemming;
use crate::{Language, Seed};

/// What made the vectors of an index. Vectors of two models cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbeddingModel {
    pub name: String,
    pub dimensions: u16,
}

impl EmbeddingModel {
    /// Whether it is [`OfflineEmbedding`].
    pub fn is_offline(&self) -> bool {
        self.name == OfflineEmbedding::NAME
    }

    /// What the retrievers of a hybrid search are worth with it, by what it was made for. Measured in
    /// `docs/retrieval.md`: the offline vectors are worth less than the words, those of a model made for
    /// retrieval as much, and with a model of which nothing is known three tenths do little harm.
    pub fn weights(&self) -> FusionWeights {
        match self.made_for() {
            MadeFor::Offline => FusionWeights::vector(0.2),
            MadeFor::Retrieval => FusionWeights::vector(0.5),
            MadeFor::Unknown => FusionWeights::vector(0.3),
        }
    }

    /// What it was made for, by its name: a family that its makers trained to find documents for questions. One
    /// that has to be told questions from documents counts only where it is told: without, it finds far less.
    pub fn made_for(&self) -> MadeFor {
        if self.is_offline() {
            return MadeFor::Offline;
        }
        let name = self.name.to_lowercase();
        let (model, sides) = name.split_once(" [").unwrap_or((&name, ""));
        let parts: Vec<&str> = model.split(|c: char| !c.is_alphanumeric()).collect();
        let is_of = |family: &&str| {
            let wanted: Vec<&str> = family.split('-').collect();
            parts.windows(wanted.len()).any(|found| found == wanted)
        };
        let is_told = !sides.is_empty();
        match FOR_RETRIEVAL.iter().any(&is_of)
            || is_told && FOR_RETRIEVAL_WHEN_TOLD.iter().any(&is_of)
        {
            true => MadeFor::Retrieval,
            false => MadeFor::Unknown,
        }
    }

    /// How many of the first that words find, the vectors' retriever looks around: see `docs/retrieval.md`. Not
    /// measured for vectors of a model, which know more than words.
    pub fn feedback(&self) -> usize {
        if self.is_offline() { OfflineEmbedding::FEEDBACK } else { 0 }
    }

    /// What words and nearness say of one passage by themselves: nearness above [`Background`] with a model.
    pub fn relevance(&self) -> FusionWeights {
        if self.is_offline() { OfflineEmbedding::RELEVANCE } else { FusionWeights::vector(0.5) }
    }
}

/// What an embedding was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeFor {
    /// [`OfflineEmbedding`]: words and their parts.
    Offline,
    /// Finding what answers a question.
    Retrieval,
    Unknown,
}

/// Families made for retrieval that take questions and documents alike, or are told apart by their providers'
/// own field, which is always sent. Each by its makers' page:
/// `text-embedding-3` (developers.openai.com/api/docs/guides/embeddings), `gemini-embedding`
/// (ai.google.dev/gemini-api/docs/embeddings, `RETRIEVAL_QUERY`), `bge` (huggingface.co/BAAI/bge-m3; the
/// instruction before questions is optional since v1.5), `gte` (huggingface.co/thenlper/gte-base).
const FOR_RETRIEVAL: [&str; 4] = ["text-embedding-3", "gemini-embedding", "bge", "gte"];
/// Families made for retrieval that need words or a field for each side:
/// `e5` (huggingface.co/intfloat/multilingual-e5-small), `nomic-embed`
/// (huggingface.co/nomic-ai/nomic-embed-text-v1.5), `voyage` (docs.voyageai.com/docs/embeddings,
/// `input_type`), `jina-embeddings` (huggingface.co/jinaai/jina-embeddings-v3, `task`).
const FOR_RETRIEVAL_WHEN_TOLD: [&str; 4] = ["e5", "nomic-embed", "voyage", "jina-embeddings"];

/// The cosine of the angle between two vectors; 0 where one of them is none.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    let length = (dot(a, a) * dot(b, b)).sqrt();
    if length > 0.0 { dot(a, b) / length } else { 0.0 }
}

/// Cosines of pairs of texts that have nothing to do with each other. Models differ: those of
/// multilingual-e5-small lie around 0.78, so that a cosine of 0.8 says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Background {
    pairs: u32,
    sum: f64,
    squares: f64,
}

/// Pairs that a mean and a spread take: those of eight texts.
const FEWEST_PAIRS: u32 = 28;
/// Spreads above the mean of unrelated pairs at which nearness begins to say something, and at which it says all
/// it can: of a normal distribution one pair in six lies above the first, and one in 740 above the second.
const BEGINS: f64 = 1.0;
const SAYS_ALL: f64 = 3.0;

impl Background {
    /// Adds a pair.
    pub fn add(&mut self, cosine: f64) {
        self.pairs += 1;
        self.sum += cosine;
        self.squares += cosine * cosine;
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            pairs: self.pairs + other.pairs,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }

    /// Whether there are pairs enough to know anything by them.
    pub fn is_enough(&self) -> bool {
        self.pairs >= FEWEST_PAIRS
    }

    /// How far a cosine lies above those of unrelated texts, 0 to 1. `None` with too few pairs to know.
    pub fn nearness(&self, cosine: f64) -> Option<f64> {
        if !self.is_enough() {
            return None;
        }
        let n = f64::from(self.pairs);
        let mean = self.sum / n;
        let spread = (self.squares / n - mean * mean).max(0.0).sqrt();
        let spreads = if spread > 0.0 { (cosine - mean) / spread } else { 0.0 };
        Some(((spreads - BEGINS) / (SAYS_ALL - BEGINS)).clamp(0.0, 1.0))
    }
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
    const FEEDBACK: usize = 3;
    /// Nearness to a question's few words says little beside the words.
    const RELEVANCE: FusionWeights = FusionWeights { vector: 0.1, keyword: 0.9 };
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
    fn weights_go_by_what_an_embedding_was_made_for() {
        let told = "[query query, document passage]";
        for (name, weight) in [
            (OfflineEmbedding::NAME, 0.2),
            ("text-embedding-3-small", 0.5),
            ("gemini-embedding-001", 0.5),
            ("BAAI/bge-m3", 0.5),
            ("thenlper/gte-base", 0.5),
            (&format!("intfloat/multilingual-e5-small {told}"), 0.5),
            ("multilingual-e5-small", 0.3),
            (&format!("nomic-embed-text {told}"), 0.5),
            (&format!("all-minilm {told}"), 0.3),
            ("text-embedding-30", 0.3),
            ("likeness-e51", 0.3),
        ] {
            let model = EmbeddingModel { name: name.to_owned(), dimensions: 8 };
            assert_eq!(model.weights(), FusionWeights::vector(weight), "{name}");
        }
    }

    #[test]
    fn nearness_is_counted_in_spreads_above_unrelated_texts() {
        let mut of = Background::default();
        (0..14).for_each(|_| of.add(0.76));
        assert_eq!(of.nearness(0.9), None, "too few pairs");
        (0..14).for_each(|_| of.add(0.80));

        // mean 0.78, spread 0.02
        let at = |cosine| of.nearness(cosine).unwrap();
        assert!(at(0.70).abs() < 1e-9 && at(0.80).abs() < 1e-9);
        assert!((at(0.82) - 0.5).abs() < 1e-9 && (at(0.84) - 1.0).abs() < 1e-9);
        assert_eq!(of.with(of).nearness(0.82), of.nearness(0.82));
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
