//! Personas in PostgreSQL.

mod change;
mod read;
mod view;

pub(crate) use change::{Restore, delete, restore};
pub(crate) use read::{PersonaRow, count, get, list, role_in, segments, share};
pub(crate) use view::{Viewed, view_details};
