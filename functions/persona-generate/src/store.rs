//! Populations and the people in them, in PostgreSQL.

mod groundings;
mod personas;
mod populations;

pub(crate) use groundings::{Living, NewGrounding, grounding, insert_grounding, living};
pub(crate) use personas::{StoredPersona, insert_personas, settled, stored};
pub(crate) use populations::{
    PopulationRow, Twin, failures, latest_population, list_populations, lock, population,
    population_to_report, save_report, twins,
};
