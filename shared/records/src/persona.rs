//! A persona as its functions share it: who may do what with it.

use shared::id::PersonaId;

use crate::subject::{Of, subject};

/// A persona, deleted or not.
pub enum Persona {}

subject!(Persona, PersonaId, "persona_id", "Persona", "persona", "personas", "");

/// The route's persona, and what its caller may do with it.
pub type OfPersona<L> = Of<Persona, L>;
