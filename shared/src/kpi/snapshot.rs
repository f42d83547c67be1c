//! The metrics of a segment as the client reads them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Figure, KpiConfidence, KpiOutcome, Metric, Metrics, SourceKind};
use crate::Language;
use crate::id::{PersonaId, PopulationId, ProjectId};
use crate::persona::Segment;

/// The metrics of a persona's segment: plain numbers as the client reads them, and beside each in `metrics` its
/// range, unit, method, sources, confidence and the naive guess, or why there is none.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = KpiSnapshot)]
pub struct Snapshot {
    persona_id: PersonaId,
    project_id: ProjectId,
    population_id: PopulationId,
    segment_id: &'static str,
    segment_name: &'static str,
    /// Grows with every computation.
    version: i64,
    segment_size: Option<i64>,
    conversion_rate: Option<f64>,
    retention_rate: Option<f64>,
    nps_score: Option<f64>,
    ltv: Option<f64>,
    cac: Option<f64>,
    cac_ltv_ratio: Option<f64>,
    /// What others have published about these metrics: beside figures of the project, or in their place.
    benchmarks: BTreeMap<Metric, f64>,
    data_sources: BTreeSet<String>,
    /// How far to trust them all, 0 to 1: the mean of what each metric's confidence is counted as, 1 for high, 2/3 for
    /// medium, 1/3 for low, 0 for an absent one. An order put into numbers: no probability.
    confidence_score: f64,
    /// The kinds of their sources in the order in which they are asked, joined by `+`, such as
    /// `own_figures+official_table`; `none` where every metric is absent. Each metric's formula is in `metrics`.
    calculation_method: String,
    timestamp: DateTime<Utc>,
    /// Another one wherever anything is different that it was computed from.
    inputs_hash: String,
    #[schema(value_type = BTreeMap<String, super::KpiOutcome>)]
    metrics: Metrics,
}

/// Metrics as they were computed.
#[derive(Debug, Clone)]
pub struct Computed {
    pub version: i64,
    /// In hexadecimal digits; another one wherever anything is different that they were computed from.
    pub inputs_hash: String,
    pub metrics: Metrics,
    pub computed_at: DateTime<Utc>,
}

/// Whose metrics they are.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    /// Who stands for the segment.
    pub persona_id: PersonaId,
    pub project_id: ProjectId,
    pub population_id: PopulationId,
    pub segment: Segment,
    pub language: Language,
}

impl Snapshot {
    /// What was computed of the segment of a persona.
    pub fn new(of: Holder, computed: Computed) -> Self {
        let metrics = computed.metrics;
        let value = |metric| metrics.get(&metric)?.figure().map(|figure| figure.value);
        let figures = || metrics.iter().filter_map(|(metric, one)| Some((*metric, one.figure()?)));
        Self {
            persona_id: of.persona_id,
            project_id: of.project_id,
            population_id: of.population_id,
            segment_id: of.segment.id(),
            segment_name: of.segment.name(of.language),
            version: computed.version,
            segment_size: value(Metric::SegmentSize).map(|people| people.round() as i64),
            conversion_rate: value(Metric::ConversionRate),
            retention_rate: value(Metric::RetentionRate),
            nps_score: value(Metric::NpsScore),
            ltv: value(Metric::Ltv),
            cac: value(Metric::Cac),
            cac_ltv_ratio: value(Metric::CacLtvRatio),
            benchmarks: figures()
                .filter_map(|(metric, figure)| Some((metric, published(figure)?)))
                .collect(),
            data_sources: figures()
                .flat_map(|(_, figure)| figure.sources.iter().map(|source| source.name.clone()))
                .collect(),
            confidence_score: confidence_score(&metrics),
            calculation_method: calculation_method(&metrics),
            timestamp: computed.computed_at,
            inputs_hash: computed.inputs_hash,
            metrics,
        }
    }

    /// Grows with every computation.
    pub fn version(&self) -> i64 {
        self.version
    }
}

/// What others have published. A figure of an earlier release has none beside it.
fn published(figure: &Figure) -> Option<f64> {
    let beside = figure.benchmark.as_ref().map(|benchmark| benchmark.value);
    beside.or_else(|| figure.is_benchmark().then_some(figure.value))
}

fn confidence_score(metrics: &Metrics) -> f64 {
    let of = |outcome: &KpiOutcome| match outcome.figure().map(|figure| figure.confidence) {
        Some(KpiConfidence::High) => 3,
        Some(KpiConfidence::Medium) => 2,
        Some(KpiConfidence::Low) => 1,
        None => 0,
    };
    let thirds: u32 = metrics.values().map(of).sum();
    f64::from(thirds) / (3.0 * Metric::ALL.len() as f64)
}

fn calculation_method(metrics: &Metrics) -> String {
    let figures = metrics.values().filter_map(KpiOutcome::figure);
    let kinds: BTreeSet<SourceKind> =
        figures.flat_map(|figure| figure.sources.iter().map(|source| source.kind)).collect();
    match kinds.is_empty() {
        true => "none".to_owned(),
        false => kinds.into_iter().map(SourceKind::as_str).collect::<Vec<_>>().join("+"),
    }
}
