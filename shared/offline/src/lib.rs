#![doc = include_str!("../README.md")]

pub mod discussion;
pub mod insight;
pub mod open_answer;
pub mod opinion;
pub mod participant;
pub mod respondent;
pub mod sample;
pub mod writer;

pub use discussion::discuss;
pub use participant::{Openings, speak};
