//! Stand-in until the engine lands.
use std::collections::BTreeMap;
use std::ops::Range;

use crate::fidelity::Expected;
use crate::persona::Card;
use crate::{Result, Seed};
use serde::{Deserialize, Serialize};

/// Stand-in.
pub const ENGINE_VERSION: u32 = 1;

/// Stand-in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TargetDemographics(pub BTreeMap<String, BTreeMap<String, f64>>);
impl TargetDemographics {
    /// Stand-in.
    pub fn parse(map: BTreeMap<String, BTreeMap<String, f64>>) -> Result<Self> {
        Ok(Self(map))
    }
}
/// Stand-in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdvancedOptions {
    /// x
    pub focus_area: Option<String>,
}
/// Stand-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {}
impl Plan {
    /// Stand-in.
    pub fn new(_: &TargetDemographics, _: &AdvancedOptions) -> Result<Self> {
        Ok(Self {})
    }
}
/// Stand-in.
pub struct Population {}
impl Population {
    /// Stand-in.
    pub fn new(_: &Plan, _: Seed) -> Self {
        Self {}
    }
    /// Stand-in.
    pub fn cards(&self, _: Range<u32>) -> Vec<Card> {
        Vec::new()
    }
    /// Stand-in.
    pub fn expected(&self) -> Expected {
        Expected { attributes: Vec::new(), pairs: Vec::new() }
    }
    /// Stand-in.
    pub fn categories(&self, _: &Card) -> Vec<Option<u16>> {
        Vec::new()
    }
}
