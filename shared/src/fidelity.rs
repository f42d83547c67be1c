//! How well a sample fits what it should be: pure statistics over categories.

pub mod expected;

pub use expected::{Expected, ExpectedAttribute, ExpectedPair, Provenance};
