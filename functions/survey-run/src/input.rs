//! What a run and its shards are told when it starts: they never look at the survey again.

use serde::{Deserialize, Serialize};
use shared::id::{PersonaId, PopulationId, RunId, SurveyId};
use shared::persona::Card;
use shared::survey::{Design, Elicitation, Question};
use shared::{Language, Seed};
use utoipa::ToSchema;

/// The input that every shard of a run shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunInput {
    pub(crate) survey_id: SurveyId,
    pub(crate) title: String,
    pub(crate) questions: Vec<Question>,
    pub(crate) design: Design,
    pub(crate) language: Language,
    pub(crate) seed: Seed,
    /// How ratings are elicited where a question does not say.
    pub(crate) elicitation: Elicitation,
    /// The model whose embeddings passed the self-test, where ratings need it.
    #[serde(default)]
    pub(crate) embedding_model: Option<String>,
    /// How many people the project lacked for the survey's target.
    #[serde(default)]
    pub(crate) shortfall: u32,
    #[serde(default)]
    pub(crate) generating: Option<Generating>,
}

/// People who are generated for a survey: it begins to ask when their run has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Generating {
    /// The run that writes them: watch it at `/api/v1/runs/{run_id}`.
    pub(crate) run_id: RunId,
    pub(crate) population_id: PopulationId,
    /// The place of the first of them in the population.
    pub(crate) from: u32,
    /// How many.
    pub(crate) people: u32,
}

/// The input of one shard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Shard {
    /// People who were there when the run started.
    Existing(Vec<Invited>),
    /// People who were not: another run writes them first.
    Pending(Pending),
}

/// People of a population who follow one another, by another run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) population_id: PopulationId,
    /// The place of the first in the population.
    pub(crate) from: u32,
    pub(crate) people: u32,
    /// The number of the first in the run.
    pub(crate) item: u32,
    /// The place of the first in the survey's order of invitation.
    pub(crate) respondent: i32,
}

/// Somebody who is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Invited {
    /// Their number in the run, from 0.
    pub(crate) item: u32,
    /// Their place in the survey's order of invitation, from 0.
    pub(crate) respondent: i32,
    pub(crate) persona_id: PersonaId,
    pub(crate) card: Card,
    /// How they speak, in a few words.
    pub(crate) manner: String,
    /// The seed of their population: with their place in it, it is who they are whatever their id.
    pub(crate) population: Seed,
}

impl Invited {
    /// The seed of their answers in this survey. It does not depend on ids or on the order of
    /// invitation, so that the same person answers the same again.
    pub(crate) fn seed(&self, survey: Seed) -> Seed {
        survey.child("population", self.population.0).child("respondent", self.card.index.into())
    }
}
