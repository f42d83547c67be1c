//! Stand-in.
use crate::Language;
use crate::persona::{Brief, Card};
/// Stand-in.
pub struct Prompt {
    /// v
    pub version: &'static str,
    /// s
    pub system: String,
    /// u
    pub user: String,
}
/// Stand-in.
pub fn persona(card: &Card, _: &Brief, _: Language, _: &[&str]) -> Prompt {
    Prompt { version: "persona.v1", system: String::new(), user: card.first_name.to_string() }
}
