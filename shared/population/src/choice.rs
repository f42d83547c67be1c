//! What a caller chose, read once: the project's categories, the run's options and the description.

use super::audience::{self, Audience};
use super::axis::Attribute;
use super::options::{AdvancedOptions, chosen};
use super::options::{one_of, option_field};
use super::target::{Category, TargetDemographics, Weights};
use shared::error::Result;

/// The presets of the wizard.
const PRESETS: [&str; 5] = ["gen-z", "millennials", "gen-x", "boomers", "diverse"];

/// The choices of one plan, and what has been made of them.
pub(crate) struct Choices<'a> {
    pub(crate) options: &'a AdvancedOptions,
    pub(crate) audience: Audience,
    pub(crate) preset: Option<&'a str>,
    pub(crate) industries: Vec<String>,
    pub(crate) applied: Vec<String>,
    /// The field that narrows the population most.
    pub(crate) narrowest: String,
    target: Vec<Category>,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(target: &TargetDemographics, options: &'a AdvancedOptions) -> Result<Self> {
        let audience = chosen(options.target_audience_description.as_ref())
            .map(audience::read)
            .unwrap_or_default();
        let preset = one_of(options.demographic_preset.as_ref(), "demographic_preset", &PRESETS)?;
        let mut applied = audience.applied.clone();
        applied.extend(preset.map(|preset| format!("preset {preset}")));
        let industries = audience.industries.iter().map(|key| (*key).to_owned()).collect();
        let narrowest = if audience.applied.is_empty() {
            "target_demographics".to_owned()
        } else {
            option_field("target_audience_description")
        };
        let target = target.categories()?;
        Ok(Self { options, audience, preset, industries, applied, narrowest, target })
    }

    /// The project's category of an attribute.
    pub(crate) fn target(&self, attribute: Attribute) -> Option<&Category> {
        self.target.iter().find(|category| category.attribute == attribute)
    }

    /// The run's own weights of an attribute, or the project's. Says so when the run's replace them.
    pub(crate) fn category(
        &mut self,
        attribute: Attribute,
        name: &str,
        weights: Option<&Weights>,
    ) -> Result<Option<Category>> {
        let Some(weights) = weights.filter(|weights| !weights.is_empty()) else {
            return Ok(self.target(attribute).cloned());
        };
        self.replace(attribute, name);
        Category::parse(attribute, option_field(name), weights).map(Some)
    }

    /// Notes that an option takes the place of the project's target.
    pub(crate) fn replace(&mut self, attribute: Attribute, name: &str) {
        let replaced = self.target(attribute).is_some();
        let suffix = if replaced { " in place of the study's target" } else { "" };
        self.applied.push(format!("{name} sets {}{suffix}", attribute.name()));
    }
}
