//! What a run and its shards are told when it starts: they never look at the survey again.

use serde::{Deserialize, Serialize};
use shared::id::{PersonaId, SurveyId};
use shared::persona::Card;
use shared::survey::{Design, Elicitation, Question};
use shared::{Language, Seed};

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
