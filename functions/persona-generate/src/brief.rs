//! What a run is told when it starts: it never looks at the project again.

use serde::{Deserialize, Serialize};
use shared::id::PopulationId;
use shared::persona::Brief;
use shared::population::AdvancedOptions;
use shared::{Language, Seed};

use crate::store::ProjectRow;

/// The input that every shard of a run shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunInput {
    pub(crate) population_id: PopulationId,
    pub(crate) seed: Seed,
    pub(crate) language: Language,
    pub(crate) brief: Brief,
    /// Whether people are grounded in documents. Runs from before there were any say nothing.
    #[serde(default)]
    pub(crate) use_rag: bool,
}

/// The study as the writer gets it.
pub(crate) fn of_project(
    project: &ProjectRow,
    options: &AdvancedOptions,
    adversarial: bool,
) -> Brief {
    // The plan has checked the word: what is not known here is refused there.
    let focus_area = options.focus_area.clone().map(serde_json::Value::String);
    let focus_area = focus_area.and_then(|word| serde_json::from_value(word).ok());
    Brief {
        product: project.description.clone(),
        topic: Some(project.name.clone()),
        audience: audience(project, options),
        objectives: project.research_objectives.clone(),
        focus_area,
        adversarial,
    }
}

/// Whom the study is about, and whom this request adds to that.
fn audience(project: &ProjectRow, options: &AdvancedOptions) -> Option<String> {
    let parts = [&project.target_audience, &options.target_audience_description];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}
