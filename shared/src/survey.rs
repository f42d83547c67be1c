//! Surveys: what is asked, of whom, in which order, and what the answers say.
//!
//! A survey is a list of [`Question`]s and a [`Design`]. For each respondent an [`order()`] is drawn,
//! questions are cut into [`logic::calls`], each call has a [`schema`] of its own, and what comes back
//! is read strictly: what is outside the options is invalid and counted, never mapped to something.

pub mod anchor;
pub mod answer;
pub mod answers_csv;
pub mod caveat;
pub mod check;
pub mod human_comparison;
pub mod instrument;
pub mod logic;
pub mod masked;
pub mod order;
pub mod question;
pub mod reply;
pub mod result;
pub mod sample;
pub mod schema;
mod schema_size;
pub mod segment;
pub mod similarity;
pub mod theme;

pub use answer::{Answers, Response, State};
pub use check::check;
pub use order::{Presented, order};
pub use question::{Condition, Construct, Design, Elicitation, Question, QuestionKind};
pub use schema::Asked;
pub use segment::Attribute;
