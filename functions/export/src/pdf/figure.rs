//! Metrics of a segment as cards: value and range, what they rest on, how they were made, and what they have to beat.

use shared::Language;
use shared::kpi::{Figure, KpiConfidence, KpiOutcome, Metric, Metrics, SourceKind};
use shared::text::number::{decimal, percent, whole};

use super::{Card, Part, minute};

/// A card for each metric, in the client's order; those without a source say why.
pub(super) fn cards(metrics: &Metrics, language: Language) -> Part {
    let cards = Metric::ALL.into_iter().filter_map(|metric| {
        let outcome = metrics.get(&metric)?;
        Some(card(metric, outcome, language))
    });
    Part::Cards { cards: cards.collect() }
}

fn card(metric: Metric, outcome: &KpiOutcome, language: Language) -> Card {
    let title = metric.name(language).to_owned();
    match outcome {
        KpiOutcome::Figure(figure) => {
            let value = Some(written(metric, figure.value, &figure.unit, language));
            Card { level: 2, title, value, lines: lines(metric, figure, language) }
        }
        KpiOutcome::Absent(absent) => {
            Card { level: 2, title, value: None, lines: vec![absent.absent_because.clone()] }
        }
    }
}

fn lines(metric: Metric, figure: &Figure, language: Language) -> Vec<String> {
    let write = |value| written(metric, value, &figure.unit, language);
    let range = match (figure.low, figure.high) {
        (Some(low), Some(high)) => language.pick(
            format!("Range: {} to {}", write(low), write(high)),
            format!("Zakres: od {} do {}", write(low), write(high)),
        ),
        _ => language.pick("No range can be given.", "Zakresu nie da się podać.").to_owned(),
    };
    let sources = figure
        .sources
        .iter()
        .map(|source| format!("{}: {}", kind(source.kind, language), source.name));
    let naive = figure.naive.map(|naive| match figure.is_told_apart {
        true => language.pick(
            format!(
                "The range leaves the guess out that all segments are alike: {}.",
                write(naive)
            ),
            format!(
                "Zakres nie obejmuje wartości wspólnej dla wszystkich segmentów: {}.",
                write(naive)
            ),
        ),
        false => language.pick(
            format!(
                "It cannot be told from the guess that all segments are alike: {}.",
                write(naive)
            ),
            format!(
                "Nie da się jej odróżnić od wartości wspólnej dla wszystkich segmentów: {}.",
                write(naive)
            ),
        ),
    });
    let beside = figure.benchmark.as_ref().filter(|_| !figure.is_benchmark());
    let published = beside.map(|one| {
        let (value, source) = (write(one.value), &one.source);
        language.pick(
            format!("Others have published: {value} ({source})"),
            format!("Opublikowali inni: {value} ({source})"),
        )
    });
    let confidence = match figure.confidence {
        KpiConfidence::High => language.pick("Confidence: high", "Pewność: wysoka"),
        KpiConfidence::Medium => language.pick("Confidence: medium", "Pewność: średnia"),
        KpiConfidence::Low => language.pick("Confidence: low", "Pewność: niska"),
    };
    let computed = minute(figure.computed_at);
    let computed = language.pick(format!("Computed: {computed}"), format!("Obliczono: {computed}"));
    std::iter::once(range)
        .chain(sources)
        .chain([figure.method.clone(), confidence.to_owned()])
        .chain(naive)
        .chain(published)
        .chain([computed])
        .collect()
}

fn kind(kind: SourceKind, language: Language) -> &'static str {
    match kind {
        SourceKind::OwnFigures => language.pick("Own figures", "Własne dane"),
        SourceKind::HumanAnswers => language.pick("People's answers", "Odpowiedzi ludzi"),
        SourceKind::SimulatedAnswers => language.pick("Simulated answers", "Symulowane odpowiedzi"),
        SourceKind::OfficialTable => language.pick("Official table", "Oficjalna tablica"),
        SourceKind::Benchmark => {
            language.pick("Benchmark, no finding", "Wskaźnik branżowy, nie wynik")
        }
    }
}

fn written(metric: Metric, value: f64, unit: &str, language: Language) -> String {
    let rounded = |value: f64| {
        let sign = if value < 0.0 && value.round() != 0.0 { "−" } else { "" };
        format!("{sign}{}", whole(value.abs().round() as u64, language))
    };
    match metric {
        Metric::SegmentSize => format!("{} {unit}", rounded(value)),
        Metric::ConversionRate => percent(value, language),
        Metric::RetentionRate => format!("{} {unit}", percent(value, language)),
        Metric::NpsScore => format!("{} {unit}", rounded(value)),
        Metric::Ltv | Metric::Cac => format!("{} {unit}", decimal(value, 2, language)),
        Metric::CacLtvRatio => format!("{}%", decimal(value, 1, language)),
    }
}
