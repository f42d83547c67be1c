//! What the defaults measured on the project's own collection when they were chosen.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::Context;
use platform::model::Embedder;
use records::knowledge::Knowledge;
use serde::{Deserialize, Serialize};
use shared::knowledge::ChunkSizes;
use shared::knowledge::fusion::FusionWeights;

use crate::bootstrap::mean;
use crate::collection::{Collection, Question};
use crate::experiment::Scores;
use crate::indexed::{Chunker, Indexed};
use crate::measure::Measure;

/// The most that a measure may drop.
const TOLERANCE: f64 = 0.01;

/// The means of the retrievers and of the hybrid, by name and measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline(pub BTreeMap<String, BTreeMap<Measure, f64>>);

/// A measure that dropped.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{measure} of {system} dropped from {was:.4} to {is:.4}, by more than {TOLERANCE}")]
pub struct Drop {
    pub system: String,
    pub measure: &'static str,
    /// In the baseline.
    pub was: f64,
    /// Now.
    pub is: f64,
}

impl Baseline {
    /// Measures the retrievers and the default hybrid on a collection.
    pub async fn measure(
        knowledge: &Knowledge,
        embedder: &Embedder,
        collection: &Collection,
    ) -> anyhow::Result<Self> {
        let questions: Vec<&Question> =
            collection.questions.iter().filter(|question| !question.answers.is_empty()).collect();
        let chunker = Chunker::Semantic(ChunkSizes::default());
        let indexed = Indexed::write(knowledge, embedder, collection, chunker).await?;
        let asked = indexed.ask(&questions).await?;
        indexed.remove().await?;
        let systems = [
            ("keyword", FusionWeights::vector(0.0)),
            ("vector", FusionWeights::vector(1.0)),
            ("hybrid", knowledge.model().weights()),
        ];
        let means = systems.into_iter().map(|(name, weights)| {
            let scores = Scores::measure(name, &questions, &asked, weights);
            let means = scores.of.iter().map(|(measure, values)| (*measure, mean(values)));
            (name.to_owned(), means.collect())
        });
        Ok(Self(means.collect()))
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// When the file is missing or malformed.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// Writes it.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Holds what was measured against this.
    ///
    /// # Errors
    /// The first measure that dropped by more than the tolerance, or is gone.
    pub fn hold(&self, measured: &Self) -> Result<(), Drop> {
        for (system, measures) in &self.0 {
            for (measure, was) in measures {
                let is = measured.0.get(system).and_then(|one| one.get(measure));
                let is = is.copied().unwrap_or(0.0);
                if is < was - TOLERANCE {
                    let system = system.clone();
                    return Err(Drop { system, measure: measure.name(), was: *was, is });
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (system, measures) in &self.0 {
            write!(f, "{system:<10}")?;
            for (measure, mean) in measures {
                write!(f, "{} {mean:.4}  ", measure.name())?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64) -> Baseline {
        Baseline([("hybrid".to_owned(), [(Measure::Ndcg10, value)].into())].into())
    }

    #[test]
    fn a_drop_over_the_tolerance_is_told_and_one_within_is_not() {
        let baseline = of(0.8);

        assert!(baseline.hold(&of(0.795)).is_ok());
        assert!(baseline.hold(&of(0.9)).is_ok());
        let drop = baseline.hold(&of(0.78)).unwrap_err();
        assert_eq!((drop.system.as_str(), drop.measure), ("hybrid", "nDCG@10"));
        assert!(baseline.hold(&Baseline(BTreeMap::new())).is_err());
    }
}
