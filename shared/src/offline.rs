//! The simulator that stands in a language model's place: it writes people up, lets them talk and has them
//! answer surveys. Deterministic and seeded; what it says shows the product and is evidence of nothing.

pub mod insight;
pub mod open_answer;
pub mod opinion;
pub mod participant;
pub mod respondent;
pub mod sample;
pub mod whole_discussion;
pub mod writer;

pub use participant::{Openings, speak};
pub use whole_discussion::rehearse;
