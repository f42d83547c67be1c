//! What a run is told when it starts: it never looks at the project again.

use serde::{Deserialize, Serialize};
use shared::id::PopulationId;
use shared::persona::Brief;
use shared::persona::brief::FocusArea;
use shared::{Language, Seed};

use crate::store::ProjectRow;

/// The input that every shard of a run shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunInput {
    pub(crate) population_id: PopulationId,
    pub(crate) seed: Seed,
    pub(crate) language: Language,
    pub(crate) brief: Brief,
}

/// The study as the writer gets it.
pub(crate) fn of_project(
    project: &ProjectRow,
    focus_area: Option<FocusArea>,
    adversarial: bool,
) -> Brief {
    Brief {
        product: project.description.clone(),
        topic: Some(project.name.clone()),
        audience: project.target_audience.clone(),
        objectives: project.research_objectives.clone(),
        focus_area,
        adversarial,
    }
}
