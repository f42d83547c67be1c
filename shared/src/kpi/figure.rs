//! One metric as it is shown.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Language;

crate::words! {
    /// What is measured, by the words that the client knows.
    #[derive(PartialOrd, Ord)]
    #[schema(as = KpiMetric)]
    pub enum Metric {
        /// People of the segment.
        SegmentSize = "segment_size",
        /// Of those who look, how many buy.
        ConversionRate = "conversion_rate",
        /// Of those who bought, how many are still there after a year.
        RetentionRate = "retention_rate",
        /// Promoters less detractors, −100 to 100.
        NpsScore = "nps_score",
        /// What a customer brings in a lifetime.
        Ltv = "ltv",
        /// What it costs to win a customer.
        Cac = "cac",
        /// `cac` in percent of `ltv`.
        CacLtvRatio = "cac_ltv_ratio",
    }
}

impl Metric {
    /// In a few words.
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::SegmentSize => language.pick("Segment size", "Wielkość segmentu"),
            Self::ConversionRate => language.pick("Conversion", "Konwersja"),
            Self::RetentionRate => language.pick("Retention", "Retencja"),
            Self::NpsScore => "NPS",
            Self::Ltv => "LTV",
            Self::Cac => "CAC",
            Self::CacLtvRatio => "CAC / LTV",
        }
    }
}

crate::words! {
    /// How far a figure may be trusted. The order of sources decides, never a score.
    ///
    /// Ordered from the most to the least.
    #[derive(PartialOrd, Ord)]
    pub enum KpiConfidence {
        /// The project's own figures of this segment.
        High = "high",
        /// The project's own figures of all customers, or answers of thirty people or more.
        Medium = "medium",
        /// Simulated answers, few people, models, benchmarks.
        Low = "low",
    }
}

crate::words! {
    /// Where a figure comes from.
    ///
    /// In the order in which they are asked.
    #[derive(PartialOrd, Ord)]
    #[schema(as = KpiSourceKind)]
    pub enum SourceKind {
        /// The project's own figures.
        OwnFigures = "own_figures",
        /// Answers of people, uploaded.
        HumanAnswers = "human_answers",
        /// Answers of simulated respondents.
        SimulatedAnswers = "simulated_answers",
        /// Official tables, and models on them.
        OfficialTable = "official_table",
        /// Somebody else's published figure: never a finding about this project.
        Benchmark = "benchmark",
    }
}

/// A source by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KpiSource {
    /// What kind.
    pub kind: SourceKind,
    /// Which, with its date.
    pub name: String,
}

/// What others have published about a metric, for a figure to be held against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiComparison)]
pub struct BenchmarkFigure {
    /// In the metric's unit.
    pub value: f64,
    /// Who published it, when, and whom it is about.
    pub source: String,
}

/// A metric that has a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiFigure)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// The lower end of its range; none where the source says nothing that a range could rest on, as fewer than ten
    /// answers do.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// `people`, `share`, `share a year`, `points`, `%`, or a currency.
    pub unit: String,
    /// The formula by name, and what the range is.
    pub method: String,
    /// Where it comes from.
    pub sources: Vec<KpiSource>,
    /// How far to trust it.
    pub confidence: KpiConfidence,
    /// The guess that it has to beat: the same for all segments alike. None where there is nothing else to
    /// hold it against.
    pub naive: Option<f64>,
    /// Whether the range leaves the naive guess out and, of answers, a test against the other segments finds a
    /// difference; the tests of all segments in both metrics of answers are corrected together (Holm 1979). Where it is
    /// false, the figure says nothing about this segment that it does not say about everybody. The guess of own figures
    /// has the segment in it, and nothing is corrected: by chance one segment of twenty may be told apart.
    pub is_told_apart: bool,
    /// What others have published about it, where the project brings that or names its industry. Of a figure that
    /// is a benchmark, the same once more.
    #[serde(default)]
    pub benchmark: Option<BenchmarkFigure>,
    /// When it was computed.
    pub computed_at: DateTime<Utc>,
    /// Another one wherever anything is different that it was computed from.
    pub inputs_hash: String,
}

impl Figure {
    /// Whether it is nothing but what others have published.
    pub fn is_benchmark(&self) -> bool {
        self.sources.iter().all(|source| source.kind == SourceKind::Benchmark)
    }
}

/// A metric that has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiAbsent)]
pub struct Absent {
    /// What would be needed.
    pub absent_because: String,
}

/// A figure, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum KpiOutcome {
    /// It has a source.
    Figure(Box<Figure>),
    /// It has none.
    Absent(Absent),
}

impl KpiOutcome {
    /// The figure, where there is one.
    pub fn figure(&self) -> Option<&Figure> {
        match self {
            Self::Figure(figure) => Some(figure),
            Self::Absent(_) => None,
        }
    }

    pub(super) fn absent(because: &str) -> Self {
        Self::Absent(Absent { absent_because: because.to_owned() })
    }
}

/// Every metric of a segment.
pub type Metrics = BTreeMap<Metric, KpiOutcome>;
