//! Focus groups: who speaks next, what a participant is told, what they said and how it is measured.
//!
//! A discussion is a list of [`Turn`]s with numbers that are known before it begins ([`Schedule`]). What
//! happens at a number follows from the [`Setting`] and the turns before it, so that a run that broke
//! off goes on with the same next turn, and a run is repeated by its seed.

pub mod context;
pub mod graph;
pub mod graph_question;
pub mod how_made;
pub mod moderator;
pub mod quote;
pub mod reading;
pub mod realism;
pub mod schedule;
pub mod sentiment;
pub mod setting;
pub mod summary;
pub mod turn;
pub mod turn_taking;
pub mod utterance;

pub use realism::{Realism, realism};
pub use schedule::{Schedule, TurnPlace};
pub use setting::{Mode, Participant, Setting};
pub use turn::{Act, Turn, TurnKind};
pub use turn_taking::{Next, Why, next};
pub use utterance::Utterance;

/// The version of the rules here; it changes when the same seed would give another discussion.
pub const RULES_VERSION: u32 = 1;

#[cfg(test)]
mod tests;
