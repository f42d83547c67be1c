//! How rare a word or a group of letters is: inverse document frequency over a background of passages
//! of our own, half of them Polish, half English.
//!
//! A vector must not depend on what else is in its index, or every new document would move all the
//! others; so the frequencies are fixed and part of the model. `retrieval-eval frequencies` makes the
//! table anew; a change of it is a change of the model and of its name.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::Language;

/// Passages of each language in the background.
const PASSAGES: f32 = 64.0;
/// In how many passages a feature that the table leaves out is taken to be.
const SELDOM: f32 = 1.0;
/// Language, kind (`w` a stem, `l` a group of letters), feature, in how many passages.
const TABLE: &str = include_str!("../../data/knowledge/frequencies.tsv");

static FREQUENCIES: LazyLock<HashMap<(&str, &str, &str), f32>> = LazyLock::new(|| {
    let rows = TABLE.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().expect("the table has four columns");
        let key = (cell(), cell(), cell());
        (key, cell().parse().expect("a frequency is a number"))
    });
    rows.collect()
});

/// What a feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeatureKind {
    Word,
    /// A group of a stem's letters.
    Letters,
}

impl FeatureKind {
    /// Its letter in the table.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Word => "w",
            Self::Letters => "l",
        }
    }

    /// From how many passages on a feature is in the table: groups are many.
    pub fn least(self) -> u32 {
        match self {
            Self::Word => 2,
            Self::Letters => 4,
        }
    }
}

/// The logarithm of how many passages there are for each that has the feature.
pub fn rarity(kind: FeatureKind, feature: &str, language: Language) -> f32 {
    let key = (language.as_str(), kind.letter(), feature);
    let passages = FREQUENCIES.get(&key).copied().unwrap_or(SELDOM);
    ((PASSAGES + 1.0) / (passages + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_word_weighs_less_than_a_rare_one() {
        let common = rarity(FeatureKind::Word, "year", Language::English);
        let rare = rarity(FeatureKind::Word, "aeroelast", Language::English);

        assert!(0.0 < common && common < rare - 0.5, "{common} {rare}");
    }

    #[test]
    fn every_row_is_of_a_language_and_below_the_number_of_passages() {
        assert!(FREQUENCIES.len() > 500);
        for ((language, kind, feature), passages) in FREQUENCIES.iter() {
            assert!(Language::parse(language).is_some() && ["w", "l"].contains(kind), "{feature}");
            assert!((2.0..=PASSAGES).contains(passages), "{feature}");
        }
    }
}
