//! The plan of a population: target and options put together, checked and raked. Everything that a
//! population is drawn from, apart from the seed.

use serde::{Deserialize, Serialize};

use super::ENGINE_VERSION;
use super::axis::{ACTIVITIES, Attribute, GROUPS, KINDS, OLDEST, YEARS, age};
use super::choice::Choices;
use super::options::{AdvancedOptions, chosen};
use super::rake::rake;
use super::site::Site;
use super::target::TargetDemographics;
use super::{ages, audience, categories, geography, taste};
use crate::error::{Error, Result};
use crate::fidelity::Provenance;
use crate::persona::card::Country;

/// A decided plan. It serialises, so that a population can be continued later; `engine_version` says
/// by which tables and rules it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// `ENGINE_VERSION` when the plan was made.
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
    pub(crate) sites: Vec<Site>,
    pub(crate) activities: [f64; ACTIVITIES],
    pub(crate) groups: [f64; GROUPS],
    pub(crate) industries: Vec<String>,
    pub(crate) axes: Vec<Axis>,
    pub(crate) taste: taste::Taste,
}

/// A targeted attribute: its labels, their shares, and the raked factors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Axis {
    pub(crate) attribute: Attribute,
    /// The field that asked for it.
    pub(crate) field: String,
    pub(crate) labels: Vec<String>,
    /// Wanted shares, adding up to 1.
    pub(crate) shares: Vec<f64>,
    /// The label of each of the axis' numbers.
    pub(crate) member: Vec<Option<u16>>,
    /// What raking multiplies each label by.
    pub(crate) factors: Vec<f64>,
    pub(crate) provenance: Provenance,
}

impl Plan {
    /// Puts a target and options together and rakes them onto the tables.
    ///
    /// # Errors
    /// `Error::Invalid` with the field and the reason when a label or option is not known, when
    /// wishes contradict each other, or when nobody is left.
    pub fn new(target: &TargetDemographics, options: &AdvancedOptions) -> Result<Self> {
        options.check()?;
        let mut choices = Choices::new(target, options)?;
        let country = geography::country(&choices)?;
        let bounds = ages::bounds(&mut choices)?;
        let (sites, places) = geography::sites(country, &mut choices)?;
        let mut axes = vec![];
        axes.extend(ages::axis(country, &mut choices, bounds)?);
        axes.extend(categories::gender(country, &mut choices)?);
        axes.extend(categories::education(country, &mut choices)?);
        axes.extend(categories::income(country, &mut choices)?);
        axes.extend(places);
        let mut plan = Self {
            engine_version: ENGINE_VERSION,
            country,
            age_min: bounds.0,
            age_max: bounds.1,
            years: ages::weights(&choices, bounds, &axes)?,
            kinds: categories::kinds(country, &axes),
            sites,
            activities: activities(&choices.audience),
            groups: groups(&mut choices)?,
            industries: choices.industries.clone(),
            taste: taste::Taste::new(country, &mut choices)?,
            narrowest: choices.narrowest.clone(),
            applied: choices.applied,
            axes,
        };
        rake(&mut plan)?;
        Ok(plan)
    }

    /// The plan of a country's adults as they are.
    pub fn everyone() -> Self {
        Self::new(&TargetDemographics::default(), &AdvancedOptions::default())
            .expect("no target contradicts nothing")
    }

    /// The axis of an attribute, where it is targeted.
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

fn activities(audience: &audience::Audience) -> [f64; ACTIVITIES] {
    let Some(bits) = audience.activities else {
        return [1.0; ACTIVITIES];
    };
    std::array::from_fn(|activity| f64::from(u8::from(bits & (1 << activity) != 0)))
}

/// How many times likelier occupations in a wanted industry are.
pub(crate) const INDUSTRY_WEIGHT: f64 = 12.0;

/// Factors on the groups: those that the description names, then as many times as their jobs lie in
/// the wanted industries.
fn groups(choices: &mut Choices<'_>) -> Result<[f64; GROUPS]> {
    for (index, text) in choices.options.industries.iter().flatten().enumerate() {
        let Some(industry) = super::options::industry(text) else {
            return Err(Error::invalid(
                format!("advanced_options.industries[{index}]"),
                format!("is not a known industry: use {}", known_industries()),
            ));
        };
        choices.applied.push(format!("occupations in {industry} (\"{text}\")"));
        choices.industries.push(industry.to_owned());
    }
    choices.industries.sort_unstable();
    choices.industries.dedup();
    let named = choices.audience.groups.unwrap_or([1.0; GROUPS]);
    Ok(std::array::from_fn(|group| named[group] * industry_factor(group, &choices.industries)))
}

fn industry_factor(group: usize, industries: &[String]) -> f64 {
    let jobs = &super::occupation::JOBS[group];
    let all: f64 = jobs.iter().map(|job| job.weight).sum();
    jobs.iter().map(|job| job.weight * job.industry_weight(industries)).sum::<f64>() / all
}

fn known_industries() -> String {
    super::options::INDUSTRIES.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ")
}

impl super::occupation::Job {
    /// `INDUSTRY_WEIGHT` for a job in one of these industries, otherwise 1.
    pub(crate) fn industry_weight(&self, industries: &[String]) -> f64 {
        let wanted = industries.iter().any(|industry| self.industries.contains(&industry.as_str()));
        if wanted { INDUSTRY_WEIGHT } else { 1.0 }
    }
}

/// A field of the options, as errors name it.
pub(crate) fn option_field(name: &str) -> String {
    format!("advanced_options.{name}")
}

/// One of a few words, or an error that names them.
pub(crate) fn one_of<'a>(
    option: Option<&'a String>,
    name: &str,
    known: &[&str],
) -> Result<Option<&'a str>> {
    match chosen(option) {
        Some(text) if !known.contains(&text) => {
            Err(Error::invalid(option_field(name), format!("must be one of {}", known.join(", "))))
        }
        other => Ok(other),
    }
}
