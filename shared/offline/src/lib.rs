#![doc = include_str!("../README.md")]

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
