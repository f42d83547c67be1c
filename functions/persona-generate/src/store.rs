//! Populations and the people in them, in PostgreSQL.

mod groundings;
mod personas;
mod populations;

pub(crate) use groundings::{Living, NewGrounding, grounding, insert_grounding, living};
pub(crate) use personas::{StoredPersona, insert_personas, settled, stored};
pub(crate) use populations::{
    NewPopulation, PopulationKey, PopulationRow, advance, failures, find_population,
    insert_population, latest_population, list_populations, lock_project, population,
    population_of_run, population_to_report, project, save_report,
};

pub(crate) use populations::ProjectRow;
