//! Personas in PostgreSQL.

mod change;
mod due;
mod edit;
mod import;
mod journey;
mod link;
mod list;
mod need;
mod read;
mod status;
mod view;

pub(crate) use change::{Restore, delete, restore};
pub(crate) use due::{Due, due_projects, lock_idle, may_pay, take_due};
pub(crate) use edit::edit;
pub(crate) use import::import;
pub(crate) use journey::{Claim, JourneyClaim, NewJourney, claim_journey};
pub(crate) use link::{Link, insert_link, links, revoke_link, sample_beside, seen};
pub(crate) use list::{Filter, count, list};
pub(crate) use need::{peopled_segments, population_seed, settled_items};
pub(crate) use read::{PersonaRow, Sampled, get, sample, segments, several, share};
pub(crate) use status::change_status;
pub(crate) use view::{Edition, Viewed, view_details};
