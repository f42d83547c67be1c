//! Stand-in.
use crate::persona::{Brief, Card, PersonaText};
use crate::{Language, Seed};
/// Stand-in.
pub fn write(card: &Card, _: &Brief, _: Language, seed: Seed) -> PersonaText {
    PersonaText {
        headline: format!("{} {}", card.first_name, card.age),
        background_story: format!("{} {} {} {}", card.first_name, card.surname, card.town, seed.0),
        communication_style: "x".to_owned(),
        decision_making_style: "x".to_owned(),
        typical_concerns: vec!["x".to_owned()],
    }
}
