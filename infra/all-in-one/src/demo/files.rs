//! What the demo leaves behind: a page, a table, the data.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use report::{self, PersonaEntry, PopulationReport, Project};
use serde_json::Value;
use shared::Language;

/// Where the results lie.
pub(super) struct PopulationFiles {
    pub(super) page: PathBuf,
    pub(super) csv: PathBuf,
    pub(super) json: PathBuf,
    pub(super) report: PathBuf,
}

impl PopulationFiles {
    /// Writes the page, the personas as CSV and JSON, and the fidelity report as JSON.
    pub(super) fn write(
        folder: &Path,
        report: &PopulationReport,
        language: Language,
    ) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        let files = Self {
            page: folder.join("population.html"),
            csv: folder.join("personas.csv"),
            json: folder.join("personas.json"),
            report: folder.join("fidelity.json"),
        };
        fs::write(&files.page, report::html(report, language))?;
        fs::write(&files.csv, report::csv(&report.personas))?;
        fs::write(&files.json, serde_json::to_vec_pretty(&report.personas)?)?;
        fs::write(&files.report, serde_json::to_vec_pretty(&report.fidelity)?)?;
        Ok(files)
    }
}

pub(super) fn project(brief: &Value) -> Project {
    Project {
        name: text(brief, "name"),
        description: text(brief, "description"),
        audience: text(brief, "target_audience"),
        objectives: text(brief, "research_objectives"),
    }
}

/// A persona of the API's list as the page shows it.
pub(super) fn entry(persona: &Value) -> PersonaEntry {
    let score = |key: &str| persona[key].as_f64().unwrap_or_default() as f32;
    let number = |key: &str| persona[key].as_u64().unwrap_or_default();
    PersonaEntry {
        number: u32::try_from(number("population_index") + 1).unwrap_or(u32::MAX),
        name: text(persona, "full_name"),
        age: u8::try_from(number("age")).unwrap_or(u8::MAX),
        gender: text(persona, "gender"),
        place: text(persona, "location"),
        education: text(persona, "education_level"),
        occupation: text(persona, "occupation"),
        income: text(persona, "income_bracket"),
        big_five: ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"]
            .map(score),
        values: texts(persona, "values"),
        interests: texts(persona, "interests"),
        headline: text(persona, "headline"),
        story: text(persona, "background_story"),
        communication_style: text(persona, "communication_style"),
        decision_making_style: text(persona, "decision_making_style"),
        concerns: texts(persona, "typical_concerns"),
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let items = value[key].as_array().into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
