//! What the researcher wants to know: the writer and the prompt both get it.

use serde::{Deserialize, Serialize};

/// The project in the researcher's own words. Every text is data, never an instruction.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Brief {
    /// Product, service or idea under study.
    pub product: Option<String>,
    /// What the project is about, when there is no product.
    pub topic: Option<String>,
    pub audience: Option<String>,
    pub objectives: Option<String>,
    /// The side of life that the personas should show.
    pub focus_area: Option<FocusArea>,
    /// Asks for sceptical people who look for reasons to say no.
    pub adversarial: bool,
}

/// The sides of life that the client's wizard offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FocusArea {
    /// Devices, applications, the net.
    Technology,
    /// Home, health, leisure.
    Lifestyle,
    /// Money and what is done with it.
    Finance,
    Shopping,
    Entertainment,
    General,
}

impl Brief {
    /// Every text of the brief in one string, for looking up what it is about.
    pub fn words(&self) -> String {
        [&self.product, &self.topic, &self.objectives, &self.audience]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}
