//! The metrics of a segment as the client reads them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Figure, Metric, Metrics, SourceKind};
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
    /// Metrics that rest on published figures of others.
    benchmarks: BTreeMap<Metric, f64>,
    data_sources: BTreeSet<String>,
    timestamp: DateTime<Utc>,
    /// SHA-256 of everything that it was computed from.
    inputs_hash: String,
    #[schema(value_type = BTreeMap<String, super::Outcome>)]
    metrics: Metrics,
}

/// Metrics as they were computed.
#[derive(Debug, Clone)]
pub struct Computed {
    /// Grows with every computation.
    pub version: i64,
    /// SHA-256, in hexadecimal digits, of everything that they were computed from.
    pub inputs_hash: String,
    /// All seven.
    pub metrics: Metrics,
    /// When.
    pub computed_at: DateTime<Utc>,
}

/// Whose metrics they are.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    /// Who stands for the segment.
    pub persona_id: PersonaId,
    /// The study.
    pub project_id: ProjectId,
    /// The segment's population.
    pub population_id: PopulationId,
    /// The segment.
    pub segment: Segment,
    /// The persona's.
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
                .filter(|(_, figure)| is_benchmark(figure))
                .map(|(metric, figure)| (metric, figure.value))
                .collect(),
            data_sources: figures()
                .flat_map(|(_, figure)| figure.sources.iter().map(|source| source.name.clone()))
                .collect(),
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

fn is_benchmark(figure: &Figure) -> bool {
    figure.sources.iter().any(|source| source.kind == SourceKind::Benchmark)
}
