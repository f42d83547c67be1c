//! Stand-in.
use super::{Card, PersonaText};
use crate::Language;
/// Stand-in.
#[derive(Debug, Clone)]
pub enum Violation {
    /// Stand-in.
    Empty,
}
impl Violation {
    /// Stand-in.
    pub fn code(&self) -> &'static str {
        "empty"
    }
}
impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("empty")
    }
}
/// Stand-in.
pub fn check(_: &Card, text: &PersonaText, _: Language) -> Vec<Violation> {
    if text.background_story.is_empty() { vec![Violation::Empty] } else { Vec::new() }
}
