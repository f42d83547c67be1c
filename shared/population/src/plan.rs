//! The plan of a population: target and options put together, checked and raked. Everything that a
//! population is drawn from, apart from the seed.

mod build;

use serde::{Deserialize, Serialize};

use super::ages;
use super::axis::{ACTIVITIES, Attribute, Axis, GROUPS, KINDS, OLDEST, YEARS, age};
use super::options::AdvancedOptions;
use super::preferences::Preferences;
use super::stratum::Stratum;
use super::target::TargetDemographics;
use shared::persona::card::Country;

/// A decided plan. It serialises, so that a population can be continued later; `engine_version` says
/// by which tables and rules it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub engine_version: u32,
    /// Which tables.
    pub country: Country,
    /// The youngest age, included.
    pub age_min: u8,
    /// The oldest age, included.
    pub age_max: u8,
    /// What the options asked for and how it was understood, in English, for the record.
    pub applied: Vec<String>,
    /// The field that narrows the population most: named when nobody is left.
    pub(crate) narrowest: String,
    /// Factor on each year of age from `YOUNGEST`.
    pub(crate) years: Vec<f64>,
    /// Factor on each kind of sex and gender.
    pub(crate) kinds: [f64; KINDS],
    #[serde(rename = "sites")]
    pub(crate) strata: Vec<Stratum>,
    pub(crate) activities: [f64; ACTIVITIES],
    pub(crate) groups: [f64; GROUPS],
    pub(crate) industries: Vec<String>,
    pub(crate) axes: Vec<Axis>,
    #[serde(rename = "taste")]
    pub(crate) preferences: Preferences,
}

impl Plan {
    /// The plan of a country's adults as they are.
    pub fn everyone() -> Self {
        Self::new(&TargetDemographics::default(), &AdvancedOptions::default())
            .expect("no target contradicts nothing")
    }

    pub(crate) fn axis(&self, attribute: Attribute) -> Option<&Axis> {
        self.axes.iter().find(|axis| axis.attribute == attribute)
    }

    /// Age groups of the report: the target's, or the standard ones cut to the bounds.
    pub(crate) fn age_groups(&self) -> Vec<(String, u8, u8)> {
        let Some(axis) = self.axis(Attribute::AgeGroup) else {
            return ages::standard((self.age_min, self.age_max));
        };
        let ends = |label: usize| {
            let mut years = (0..YEARS).filter(|y| axis.member[*y] == Some(label as u16)).map(age);
            let first = years.next().unwrap_or(OLDEST);
            (first, years.next_back().unwrap_or(first))
        };
        axis.labels
            .iter()
            .enumerate()
            .map(|(index, label)| (label.clone(), ends(index).0, ends(index).1))
            .collect()
    }
}
