#![doc = include_str!("../README.md")]

mod baseline;
mod bench;
mod bootstrap;
mod collection;
mod command;
mod evaluate;
mod experiment;
mod frequencies;
mod indexed;
mod measure;
mod page;
mod passages;
mod ratings;
mod report;
mod table;
#[cfg(test)]
mod tests;

pub use baseline::{Baseline, Drop};
pub use bench::Figures;
pub use bootstrap::{Interval, interval, paired};
pub use collection::{Collection, Question, Text};
pub use command::{Command, work};
pub use evaluate::{Options, evaluate};
pub use indexed::Chunker;
pub use measure::Measure;
pub use report::Report;
