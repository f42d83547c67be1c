#![doc = include_str!("../README.md")]

mod chart;
pub mod csv;
pub mod discussion;
mod figures;
mod gallery;
pub mod html;
mod labels;
mod origin;
mod page;
pub mod persona_entry;
pub mod survey;
pub mod table;
mod words;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use csv::csv;
pub use discussion::{DiscussionReport, discussion_csv, discussion_html, discussion_lines};
pub use html::html;
pub use labels::word;
pub use persona_entry::PersonaEntry;
pub use table::table;

use population::fidelity::FidelityReport;
use shared::{Language, Seed};

/// A population, who is in it, how well it fits and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PopulationReport {
    /// What the population was made for.
    pub project: Project,
    /// The language of the project: that of the stories.
    pub language: Language,
    /// The seed that replays the same people.
    #[schema(value_type = u64)]
    pub seed: Seed,
    /// The version of the population engine.
    pub engine_version: String,
    /// Who wrote the texts, in words for a reader: `gemini-2.5-flash`, `offline writer 1`.
    pub model: String,
    /// Whether the texts come from the offline writer rather than from a language model.
    pub simulated: bool,
    /// When the report was made.
    pub generated_at: DateTime<Utc>,
    /// How well the people fit, with labels in the reader's language.
    pub fidelity: FidelityReport,
    /// The people.
    pub personas: Vec<PersonaEntry>,
}

/// The researcher's brief. Empty texts are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Project {
    pub name: String,
    /// What is asked about.
    pub description: String,
    /// Whom the project is about.
    pub audience: String,
    /// What it is to find out.
    pub objectives: String,
}

#[cfg(test)]
mod tests;
