//! Metrics and what they come from in PostgreSQL.

mod inputs;
mod snapshot;
mod sources;
mod stale;

pub(crate) use inputs::{InputsRow, head, inputs, language, save_inputs};
pub(crate) use snapshot::{NewSnapshot, Place, checked, history, place, places, save};
pub(crate) use sources::{AnswersRow, answers, asking_surveys};
pub(crate) use stale::{Stale, populations, populations_of, stale_projects};
