//! A synthetic person: the card that code decides, and the text that is written from it.

pub mod brief;
pub mod card;
pub mod check;
pub mod text;

pub use brief::Brief;
pub use card::Card;
pub use text::PersonaText;
