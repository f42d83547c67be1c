#![doc = include_str!("../README.md")]

pub mod account;
pub mod checks;
pub mod discussion;
pub mod error;
pub mod id;
pub mod insight;
pub mod knowledge;
pub mod kpi;
pub mod language;
pub mod money;
pub mod persona;
pub mod prompt;
pub mod role;
pub mod run;
pub mod seed;
pub mod statistics;
pub mod survey;
pub mod text;
mod words;

pub use checks::Checks;
pub use error::{Error, FieldError, Result};
pub use language::Language;
pub use money::Usd;
pub use seed::Seed;
