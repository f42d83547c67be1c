//! What every answer has in common: extractors, problem documents, large bodies, layers, health and docs.

mod docs;
mod extract;
mod health;
mod large_bodies;
mod layers;
mod multipart;
mod nul;
mod paged;
mod problem;
#[cfg(test)]
mod tests;

pub use docs::public as public_docs;
pub use extract::{Json, Path, Query};
pub use health::{Probe, Probes};
pub use large_bodies::LargeBodies;
pub use layers::{TimeLimit, layered, request_id};
pub use multipart::{Multipart, Part, Untaken, piecewise};
pub use nul::refuse_nul;
pub use paged::Paged;
pub use problem::Problem;
