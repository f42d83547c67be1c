//! How well a sample fits what it should be: pure statistics over categories.
//!
//! [`report`] holds a population against its target. Nothing here draws by chance that is not seeded: the same people give the same report.

pub mod assessment;
pub mod caveat;
pub mod diversity;
pub mod duplicate;
pub mod expected;
pub mod figures;
pub mod shingle;

pub use assessment::{Observed, report};
pub use caveat::Caveat;
pub use diversity::{Diversity, effective_number};
pub use duplicate::{NearDuplicates, near_duplicates};
pub use expected::{Expected, ExpectedAttribute, ExpectedPair, Provenance};
pub use figures::{AttributeFit, CategoryFit, FidelityReport, Fit, FitVerdict, Overall, PairFit};
