//! The fidelity report as a value: what is stored, sent and printed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::caveat::Caveat;
use super::diversity::Diversity;
use super::duplicate::NearDuplicates;
use super::expected::Provenance;
use shared::statistics::chi_square::Test;
use shared::statistics::noise::NoiseFloor;

/// The shape of the report. Raised when a reader of the old one would misread the new one.
pub const VERSION: u16 = 1;

/// How well a population fits its target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FidelityReport {
    /// The shape of this report.
    pub version: u16,
    /// People asked for.
    pub requested: u32,
    /// People in the report: those who were written and stored.
    pub people: u32,
    /// The verdict on the whole.
    pub verdict: Overall,
    /// About how many people it takes for every attribute to be tested by a test that would notice a
    /// large deviation; 0 where nothing is to be tested.
    pub people_needed: u64,
    /// One fit an attribute, in the target's order.
    pub attributes: Vec<AttributeFit>,
    /// One fit a pair of attributes.
    pub pairs: Vec<PairFit>,
    /// How much the people differ from one another.
    pub diversity: Diversity,
    /// People who were written up in nearly the same words.
    pub near_duplicates: NearDuplicates,
    /// People whose text contradicts their card.
    pub contradictions: Tally,
    /// People who could not be written, by reason.
    pub failed: Tally,
    /// What the report cannot tell.
    pub limits: Vec<Caveat>,
    /// Chi-square by the project's keys (`age`, `gender`, `education`, `income`, `location`): only
    /// those that could be tested.
    pub chi_square_statistic: BTreeMap<String, f64>,
    /// The p values of the same tests.
    pub p_values: BTreeMap<String, f64>,
    /// Whether the verdict is a proof of fit: nothing deviates, and at least one attribute was held
    /// against a test that would have noticed.
    pub is_statistically_valid: bool,
}

impl FidelityReport {
    /// The report with the caller's labels. The label of an attribute itself is asked for with an
    /// empty key.
    pub fn labelled(mut self, label: &dyn Fn(&str, &str) -> String) -> Self {
        for fit in &mut self.attributes {
            fit.display = label(&fit.attribute, "");
            for category in &mut fit.categories {
                category.display = label(&fit.attribute, &category.key);
            }
        }
        for pair in &mut self.pairs {
            pair.display = pair.attributes.each_ref().map(|attribute| label(attribute, ""));
        }
        self
    }

    /// The fit of an attribute.
    pub fn attribute(&self, key: &str) -> Option<&AttributeFit> {
        self.attributes.iter().find(|fit| fit.attribute == key)
    }
}

/// The verdict on a population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overall {
    /// Every attribute fits, and each was tested by a test that would have noticed.
    Fits,
    /// Nothing deviates; some attributes could not be tested well.
    FitsInPart,
    /// Nothing deviates, but there are too few people for any test to have noticed.
    TooFewPeople,
    /// At least one attribute or pair deviates.
    Off,
    /// There is nobody.
    Empty,
}

/// The verdict on one attribute or pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FitVerdict {
    /// Not further off than chance, by a test that would have noticed.
    Fits,
    /// Not further off than chance, but the test is weak: its power against a large deviation is
    /// below 0.8.
    FitsWeakly,
    /// Not further off than chance, and not testable by chi-square.
    FitsUntested,
    /// Further off than the whole report of a perfect sample is in 95 of 100 cases, or with people
    /// where nobody can be.
    Off,
}

/// Distance, noise and test of one distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fit {
    /// People with a value.
    pub people: u32,
    /// The share of people who would have to change category, 0 to 1.
    pub total_variation: f64,
    /// What chance alone would show in as many independent draws.
    pub noise_floor: NoiseFloor,
    /// The chi-square test of fit.
    pub chi_square: Test,
    /// The share of perfect samples in whose whole report anything deviates as much as this does: of
    /// the two tests here (distance, chi-square) the smaller p value, corrected by Holm for all
    /// tests of the report. Absent in reports from before it was stated.
    #[serde(default)]
    pub adjusted_p_value: Option<f64>,
    /// People in categories that the target gives no chance.
    pub impossible: u32,
    /// The verdict.
    pub verdict: FitVerdict,
}

/// The fit of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttributeFit {
    /// The attribute's key.
    pub attribute: String,
    /// The attribute's name for a reader.
    pub display: String,
    /// How far the target can be relied on.
    pub provenance: Provenance,
    /// The table and its date.
    pub source: String,
    /// People without a value: the attribute does not apply to them.
    pub missing: u32,
    /// One line a category, in the target's order.
    pub categories: Vec<CategoryFit>,
    /// The figures.
    pub fit: Fit,
}

/// One category of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CategoryFit {
    /// The category's key.
    pub key: String,
    /// The category's name for a reader.
    pub display: String,
    /// The target's share, 0 to 1.
    pub target: f64,
    /// The share of the people, 0 to 1.
    pub achieved: f64,
    /// People expected: the target's share of those with a value.
    pub expected: f64,
    /// People observed.
    pub observed: u64,
    /// Where 95 of 100 independent draws would put the share: the target ± 1.96 √(p(1 − p)/n), kept
    /// within 0 and 1.
    pub noise: [f64; 2],
}

/// The fit of two attributes together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PairFit {
    /// The attributes' keys.
    pub attributes: [String; 2],
    /// Their names for a reader.
    pub display: [String; 2],
    /// Cells of the joint distribution.
    pub cells: u32,
    /// How far the expected pair can be relied on: no further than either attribute. Absent in
    /// reports from before it was stated.
    #[serde(default)]
    pub provenance: Option<Provenance>,
    /// The figures.
    pub fit: Fit,
}

/// People counted by a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tally {
    /// People concerned, each once.
    pub people: u32,
    /// Occurrences by rule or reason.
    pub by_reason: BTreeMap<String, u32>,
}
