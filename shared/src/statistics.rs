//! Statistics of answers: summaries, intervals, tests between groups, corrections for many tests,
//! distances of distributions, weights. Pure, and deterministic where chance is needed: it comes from
//! a seed. [`compare`] holds two samples of categories against each other.

pub mod adjust;
pub mod association;
pub mod bootstrap;
pub mod chi_square;
pub mod comparison;
pub mod distance;
pub mod divergence;
pub mod interval;
pub mod noise;
pub mod power;
pub mod rank;
pub mod summary;
pub mod trinomial;
pub mod weight;

pub use adjust::{Correction, adjusted};
pub use association::{Association, independence, kruskal_wallis};
pub use bootstrap::{Interval, Resamples};
pub use chi_square::{ChiSquare, Test, Untestable, goodness_of_fit};
pub use comparison::{Comparison, Scale, compare, compare_scores};
pub use distance::total_variation;
pub use divergence::{jensen_shannon, normalised_emd};
pub use interval::{mean_interval, wilson};
pub use noise::{Chance, NoiseFloor, noise_floor};
pub use power::{Power, chi_square_power};
pub use rank::spearman;
pub use summary::{SampleSummary, mode, quantile};
pub use trinomial::Trinomial;
pub use weight::{effective_size, rake};
