//! How well a sample fits what it should be: pure statistics over categories.
//!
//! [`report`] holds a population against its target, [`compare`] holds two samples against each
//! other. Nothing here draws by chance that is not seeded: the same people give the same report.

pub mod assessment;
pub mod chi_square;
pub mod comparison;
pub mod distance;
pub mod diversity;
pub mod duplicate;
pub mod expected;
pub mod figures;
pub mod limit;
pub mod noise;
pub mod power;
pub mod shingle;

pub use assessment::{Observed, report};
pub use chi_square::{ChiSquare, Test, Untestable, goodness_of_fit};
pub use comparison::{Comparison, Scale, compare, compare_scores};
pub use distance::total_variation;
pub use diversity::{Diversity, effective_number};
pub use duplicate::{NearDuplicates, near_duplicates};
pub use expected::{Expected, ExpectedAttribute, ExpectedPair, Provenance};
pub use figures::{AttributeFit, CategoryFit, FidelityReport, Fit, Overall, PairFit, Verdict};
pub use limit::Limit;
pub use noise::{NoiseFloor, noise_floor};
pub use power::{Power, chi_square_power};
