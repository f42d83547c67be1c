//! What a segment is worth: seven metrics, each with its value, range, unit, method, sources and confidence, or
//! with the reason why there is none. No constant stands in for a figure: sources come in a fixed order, and
//! what has none stays empty.

mod amount;
mod compute;
mod figure;
pub mod formula;
mod from_answers;
mod inputs;
mod lacking;
mod own_figures;
mod published;
mod reading;
mod snapshot;
#[cfg(test)]
mod tests;

pub use amount::{Basis, Currency, Net, Period, VatRate, Yearly};
pub use compute::{MetricEvidence, Stamp, compute};
pub use figure::{
    Absent, BenchmarkFigure, Figure, KpiConfidence, KpiOutcome, KpiSource, Metric, Metrics,
    SourceKind,
};
pub use from_answers::{AnsweredQuestion, Points, Respondents};
pub use inputs::{Benchmark, Inputs, MOST_BENCHMARKS, Row};
pub use published::Industry;
pub use snapshot::{Computed, Holder, Snapshot};
