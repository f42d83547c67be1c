//! Making a plan: target and options are put together, checked, and raked onto the tables.

use super::Plan;
use crate::axis::{ACTIVITIES, GROUPS};
use crate::choice::Choices;
use crate::options::{self, AdvancedOptions};
use crate::preferences::Preferences;
use crate::rake::{Patience, rake};
use crate::target::TargetDemographics;
use crate::{ENGINE_VERSION, ages, audience, categories, geography, jobs};
use shared::error::{Error, Result};

impl Plan {
    /// Puts a target and options together and rakes them onto the tables.
    ///
    /// # Errors
    /// `Error::Invalid` with the field and the reason when a label or option is not known, when
    /// wishes contradict each other, or when nobody is left.
    pub fn new(target: &TargetDemographics, options: &AdvancedOptions) -> Result<Self> {
        let mut plan = Self::before_raking(target, options)?;
        rake(&mut plan, Patience::Full)?;
        Ok(plan)
    }

    /// The same, with nothing raked yet.
    pub(crate) fn before_raking(
        target: &TargetDemographics,
        options: &AdvancedOptions,
    ) -> Result<Self> {
        options.check()?;
        let mut choices = Choices::new(target, options)?;
        let country = geography::country(&choices)?;
        let bounds = ages::bounds(&mut choices)?;
        let (strata, places) = geography::strata(country, &mut choices)?;
        let mut axes = vec![];
        axes.extend(ages::axis(country, &mut choices, bounds)?);
        axes.extend(categories::gender(country, &mut choices)?);
        axes.extend(categories::education(country, &mut choices)?);
        axes.extend(categories::income(country, &mut choices)?);
        axes.extend(places);
        Ok(Self {
            engine_version: ENGINE_VERSION,
            country,
            age_min: bounds.0,
            age_max: bounds.1,
            years: ages::weights(&choices, bounds, &axes)?,
            kinds: categories::kinds(country, &axes),
            strata,
            activities: activities(&choices.audience),
            groups: groups(&mut choices)?,
            industries: choices.industries.clone(),
            preferences: Preferences::new(country, &mut choices)?,
            narrowest: choices.narrowest.clone(),
            applied: choices.applied,
            axes,
        })
    }
}

fn activities(audience: &audience::Audience) -> [f64; ACTIVITIES] {
    let Some(bits) = audience.activities else {
        return [1.0; ACTIVITIES];
    };
    std::array::from_fn(|activity| f64::from(u8::from(bits & (1 << activity) != 0)))
}

/// Factors on the groups: those that the description names, then as many times as their jobs lie in
/// the wanted industries.
fn groups(choices: &mut Choices<'_>) -> Result<[f64; GROUPS]> {
    for (index, text) in choices.options.industries.iter().flatten().enumerate() {
        let Some(industry) = options::industry(text) else {
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
    Ok(std::array::from_fn(|group| {
        named[group] * jobs::industry_factor(group, &choices.industries)
    }))
}

fn known_industries() -> String {
    options::INDUSTRIES.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ")
}
