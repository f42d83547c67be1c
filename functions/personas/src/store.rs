//! Personas in PostgreSQL.

mod change;
mod read;

pub(crate) use change::{Restore, delete, restore};
pub(crate) use read::{PersonaRow, audit_log, count, get, list, role_in, segments};
