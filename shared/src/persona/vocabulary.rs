//! Values and interests: stable keys with Polish and English labels, and who tends to hold them.
//!
//! The weights are ours: simple leanings by age, sex and one trait each, for people worth reading;
//! they come from no survey and reports call them modelled.

use std::sync::LazyLock;

use super::card::BigFive;
use crate::Language;
use crate::text::fold::folded;
use crate::text::table::{number, rows};

/// One value or interest.
#[derive(Debug, Clone)]
pub struct VocabularyEntry {
    /// Stable, language-neutral.
    pub key: &'static str,
    pub polish: &'static str,
    pub english: &'static str,
    /// `technology`, `lifestyle`, `finance`, `shopping` or `entertainment`; empty for values.
    pub focus: &'static str,
    /// Weight at 47, both sexes, middling traits.
    pub weight: f64,
    /// Leaning towards older people: the weight grows by this many tenths of a natural logarithm in
    /// twenty years.
    pub older: f64,
    /// Leaning towards women, in tenths of a natural logarithm; men get the opposite.
    pub female: f64,
    /// Index of a trait (openness, conscientiousness, extraversion, agreeableness, neuroticism) and
    /// the sign of the leaning.
    pub leaning: (usize, f64),
}

impl VocabularyEntry {
    /// The label in a language.
    pub fn label(&self, language: Language) -> &'static str {
        language.pick(self.english, self.polish)
    }
}

static VALUES: LazyLock<Vec<VocabularyEntry>> = LazyLock::new(|| {
    rows(include_str!("../../data/values.csv"))
        .map(|[key, polish, english, weight, older, female, leaning]| {
            entry([key, polish, english, "", weight, older, female, leaning])
        })
        .collect()
});

static INTERESTS: LazyLock<Vec<VocabularyEntry>> = LazyLock::new(|| {
    rows(include_str!("../../data/interests.csv"))
        .map(|[key, polish, english, weight, older, female, leaning, focus]| {
            entry([key, polish, english, focus, weight, older, female, leaning])
        })
        .collect()
});

fn entry(row: [&'static str; 8]) -> VocabularyEntry {
    let [key, polish, english, focus, weight, older, female, leaning] = row;
    let name = leaning.trim_start_matches('-');
    let index =
        BigFive::NAMES.iter().position(|known| *known == name).expect("a leaning is a trait");
    VocabularyEntry {
        key,
        polish,
        english,
        focus,
        weight: number(weight),
        older: number(older),
        female: number(female),
        leaning: (index, if leaning.starts_with('-') { -1.0 } else { 1.0 }),
    }
}

/// All values.
pub fn values() -> &'static [VocabularyEntry] {
    &VALUES
}

/// All interests.
pub fn interests() -> &'static [VocabularyEntry] {
    &INTERESTS
}

/// The entry of a key or of a label in either language.
pub fn find<'a>(entries: &'a [VocabularyEntry], text: &str) -> Option<&'a VocabularyEntry> {
    let text = folded(text);
    entries.iter().find(|entry| {
        entry.key == text || folded(entry.polish) == text || folded(entry.english) == text
    })
}

/// The label of a value's or interest's key; a researcher's own words are their own label.
pub fn label<'a>(entries: &'static [VocabularyEntry], key: &'a str, language: Language) -> &'a str {
    entries.iter().find(|entry| entry.key == key).map_or(key, |entry| entry.label(language))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_are_unique_and_labels_complete() {
        for entries in [values(), interests()] {
            let keys: BTreeSet<&str> = entries.iter().map(|entry| entry.key).collect();

            assert_eq!(keys.len(), entries.len());
            assert!(entries.iter().all(|entry| !entry.polish.is_empty() && entry.weight > 0.0));
        }
        assert!(values().len() >= 40 && interests().len() >= 70);
    }

    #[test]
    fn an_entry_is_found_by_key_and_by_either_label() {
        for text in ["mushroom_picking", "grzybobranie", "Mushroom picking"] {
            assert_eq!(find(interests(), text).unwrap().key, "mushroom_picking");
        }
        assert!(find(interests(), "lewitacja").is_none());
    }
}
