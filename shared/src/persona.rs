//! A synthetic person: the card that code decides, and the text that is written from it.

pub mod brief;
pub mod card;
pub mod check;
pub mod label;
pub mod mask;
pub mod sample;
pub mod segment;
pub mod text;
pub mod vocabulary;

pub use brief::Brief;
pub use card::Card;
pub use segment::{Market, Segment};
pub use text::{Manner, PersonaText};
