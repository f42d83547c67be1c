//! What a population should look like: the distributions that its personas are held against.

use serde::{Deserialize, Serialize};

/// The marginals and pairs of a population after its target has been raked on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    pub attributes: Vec<ExpectedAttribute>,
    /// Attributes with too many categories for a test of their own: they are looked at in pairs only.
    pub in_pairs_only: Vec<ExpectedAttribute>,
    /// Joint distributions of two of all these attributes.
    pub pairs: Vec<ExpectedPair>,
}

impl Expected {
    pub(crate) fn attribute(&self, index: usize) -> &ExpectedAttribute {
        let own = self.attributes.len();
        self.attributes.get(index).unwrap_or_else(|| &self.in_pairs_only[index - own])
    }
}

/// The expected distribution of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectedAttribute {
    /// `age_group`, `gender`, `region`, `place`, `education`, `activity`, `occupation_group`,
    /// `income_bracket`, `location`; in pairs only `job` and `women_in_job` (tenths of women in the job).
    pub attribute: String,
    /// Category keys (stable, language-neutral), in their natural order.
    pub labels: Vec<String>,
    /// As many as labels, each finite and at least 0, summing to 1.
    pub probabilities: Vec<f64>,
    pub provenance: Provenance,
    /// The table and its date, in words for a report: `Statistics Poland, population 2024`.
    pub source: String,
}

/// The expected joint distribution of two attributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectedPair {
    /// Indexes into `Expected::attributes`, and from their number on into `Expected::in_pairs_only`.
    pub attributes: [usize; 2],
    /// Row by row: `probabilities[i * columns + j]`; sums to 1.
    pub probabilities: Vec<f64>,
}

/// How far a number can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// A table of a statistical office.
    Official,
    /// A documented model of ours where no official table exists.
    Modelled,
    /// A table that is not official.
    NotOfficial,
    /// The researcher's own target.
    Target,
}
