//! Statistics of answers: summaries, intervals, tests between groups, corrections for many tests,
//! distances of distributions, weights. Pure, and deterministic where chance is needed: it comes from
//! a seed.
//!
//! What two samples of categories say about each other as populations is in [`crate::fidelity`].

pub mod adjust;
pub mod association;
pub mod bootstrap;
pub mod divergence;
pub mod interval;
pub mod summary;
pub mod weight;

pub use adjust::{Correction, adjusted};
pub use association::{Association, independence, kruskal_wallis};
pub use bootstrap::{Interval, percentile_interval, weighted_mean_interval};
pub use divergence::{jensen_shannon, normalised_emd};
pub use interval::{mean_interval, wilson};
pub use summary::{Summary, median, mode};
pub use weight::{effective_size, rake};
