//! The background of the offline embedding: in how many passages of the own collection words and
//! groups of letters are.

use std::collections::{BTreeMap, BTreeSet};

use shared::knowledge::OfflineEmbedding;
use shared::knowledge::embedding::FeatureKind;
use shared::text::detect;

use crate::collection::Collection;

/// The table, as it lies in `shared/data/knowledge/frequencies.tsv`.
pub(crate) fn table(collection: &Collection) -> String {
    let embedding = OfflineEmbedding::new(1);
    let mut counts: BTreeMap<(&str, FeatureKind, String), u32> = BTreeMap::new();
    for text in &collection.texts {
        let whole = format!("{} {}", text.title, text.text);
        let language = detect(&whole).unwrap_or_default();
        for kind in [FeatureKind::Word, FeatureKind::Letters] {
            let features: BTreeSet<String> =
                embedding.features(kind, &whole, language).into_iter().collect();
            for feature in features {
                *counts.entry((language.as_str(), kind, feature)).or_default() += 1;
            }
        }
    }
    let mut table = "language\tkind\tfeature\tpassages\n".to_owned();
    for ((language, kind, feature), count) in counts {
        if count >= kind.least() {
            table.push_str(&format!("{language}\t{}\t{feature}\t{count}\n", kind.letter()));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_embedding_has_the_table_of_the_present_collection() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("collection");
        let collection = Collection::read(&own).unwrap();

        let written = include_str!("../../../shared/data/knowledge/frequencies.tsv");

        assert!(
            table(&collection) == written,
            "run `retrieval-eval frequencies` and name a new model"
        );
    }
}
