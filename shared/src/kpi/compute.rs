//! The metrics of a segment from what the project has: its own figures first, then answers, official tables and
//! benchmarks.

use chrono::{DateTime, Utc};

use super::amount::Basis;
use super::figure::{
    BenchmarkFigure, Figure, KpiConfidence, KpiOutcome, KpiSource, Metric, Metrics, SourceKind,
};
use super::formula::{Ranged, cac_ltv_ratio};
use super::from_answers::{AnsweredQuestion, Respondents, count};
use super::inputs::{Inputs, Row};
use super::lacking::{UNKNOWN_TAX, lacking};
use super::own_figures;
use super::published::Published;
use super::reading::{Reading, differs};
use crate::Language;
use crate::persona::Market;
use crate::persona::Segment;
use crate::text::number::percent;

/// From so many people on their answers are of medium confidence: the size from which a segment of a survey is
/// not marked small either.
const ENOUGH_PEOPLE: f64 = 30.0;

/// What there is to compute from.
#[derive(Debug, Clone, Copy)]
pub struct MetricEvidence<'a> {
    pub inputs: Option<&'a Inputs>,
    /// Intentions to buy on five points, the best source first.
    pub intentions: &'a [AnsweredQuestion],
    /// Recommendations from 0 to 10, the best source first.
    pub recommendations: &'a [AnsweredQuestion],
    /// People of the segment; none where there are no official tables.
    pub market: Option<Market>,
}

/// When, and from what.
#[derive(Debug, Clone)]
pub struct Stamp {
    pub computed_at: DateTime<Utc>,
    pub inputs_hash: String,
}

struct FigureDraft {
    ranged: Ranged,
    unit: String,
    method: String,
    sources: Vec<KpiSource>,
    confidence: KpiConfidence,
    naive: Option<f64>,
    /// Whether a test finds it different from the others; true where none can be made.
    differs: bool,
}

struct Own {
    metric: Metric,
    of: fn(&Inputs, &Row) -> Option<Ranged>,
    /// In English and Polish.
    method: [&'static str; 2],
}

const CONVERSION: Own = Own {
    metric: Metric::ConversionRate,
    of: own_figures::conversion,
    method: [
        "Orders over visits; 95% interval of Wilson (1927).",
        "Zamówienia przez wizyty; przedział 95% Wilsona (1927).",
    ],
};
const RETENTION: Own = Own {
    metric: Metric::RetentionRate,
    of: own_figures::retention,
    method: [
        "1 − churn, raised to a year; 95% interval of Wilson (1927) where the number of customers is known.",
        "1 − odejścia, przeliczone na rok; przedział 95% Wilsona (1927), gdy znana jest liczba klientów.",
    ],
};
const LTV: Own = Own {
    metric: Metric::Ltv,
    of: own_figures::ltv,
    method: [
        "m · r / (1 + i − r) a year (Gupta and Lehmann 2003); the range is that of retention alone.",
        "m · r / (1 + i − r) rocznie (Gupta i Lehmann 2003); zakres wynika z samej retencji.",
    ],
};
const CAC: Own = Own {
    metric: Metric::Cac,
    of: own_figures::cac,
    method: [
        "Spend over new customers; exact 95% interval of a count (Garwood 1936).",
        "Wydatki przez nowych klientów; dokładny przedział 95% liczby zdarzeń (Garwood 1936).",
    ],
};

/// How answers are counted, in English and Polish.
const COUNTED: [&str; 2] = [
    "Whoever gave a whole distribution counts with all of it. Everybody counts once: the weights of a survey's \
     design are not applied, and answers of people and of simulations are never added up.",
    "Kto podał cały rozkład, liczy się z całym rozkładem. Każdy liczy się raz: wag z projektu ankiety nie \
     zastosowano, a odpowiedzi ludzi i symulacji nigdy nie są sumowane.",
];

/// Where nobody of the segment has answered, as in files of people.
const NO_SEGMENT: [&str; 2] = [
    " The answers name no segment: they are those of everybody who was asked.",
    " Odpowiedzi nie wskazują segmentu: to odpowiedzi wszystkich pytanych.",
];

/// Of fewer answers than a range takes.
const TOO_FEW: [&str; 2] = [
    " There are fewer than 10 answers: too few for a range, and for telling the segment from others.",
    " Odpowiedzi jest mniej niż 10: za mało na zakres i na odróżnienie segmentu od innych.",
];

/// When a segment is told from the others.
const COMPARED: [&str; 2] = [
    " It is told apart where the range leaves out the figure of all and a test against the other segments finds a \
     difference; the tests of all segments in both metrics of answers are corrected together (Holm 1979).",
    " Segment uznaje się za różny od innych, gdy zakres nie obejmuje wartości wszystkich, a test wobec pozostałych \
     segmentów wykazuje różnicę; testy wszystkich segmentów w obu wskaźnikach z odpowiedzi mają wspólną poprawkę \
     (Holm 1979).",
];

/// Every metric of a segment.
pub fn compute(
    segment: Segment,
    evidence: &MetricEvidence<'_>,
    stamp: &Stamp,
    language: Language,
) -> Metrics {
    let of = Computing { segment, evidence, language };
    Metric::ALL
        .into_iter()
        .map(|metric| {
            let draft = of.draft(metric).or_else(|| of.benchmark(metric));
            let outcome = match draft {
                Some(draft) => {
                    KpiOutcome::Figure(Box::new(draft.stamped(of.published(metric), stamp)))
                }
                None => KpiOutcome::absent(of.lacking(metric)),
            };
            (metric, outcome)
        })
        .collect()
}

impl FigureDraft {
    fn is_benchmark(&self) -> bool {
        self.sources.iter().all(|source| source.kind == SourceKind::Benchmark)
    }

    fn stamped(self, benchmark: Option<BenchmarkFigure>, stamp: &Stamp) -> Figure {
        let Ranged { value, low, high } = self.ranged;
        let leaves_out = |naive: f64| {
            low.is_some_and(|low| naive < low) || high.is_some_and(|high| naive > high)
        };
        Figure {
            value,
            low,
            high,
            unit: self.unit,
            method: self.method,
            sources: self.sources,
            confidence: self.confidence,
            is_told_apart: self.differs && self.naive.is_some_and(leaves_out),
            naive: self.naive,
            benchmark,
            computed_at: stamp.computed_at,
            inputs_hash: stamp.inputs_hash.clone(),
        }
    }
}

struct Computing<'a> {
    segment: Segment,
    evidence: &'a MetricEvidence<'a>,
    language: Language,
}

impl Computing<'_> {
    fn draft(&self, metric: Metric) -> Option<FigureDraft> {
        match metric {
            Metric::SegmentSize => self.size(),
            Metric::ConversionRate => self.own(&CONVERSION).or_else(|| self.intention()),
            Metric::RetentionRate => self.own(&RETENTION),
            Metric::NpsScore => self.recommendation(),
            Metric::Ltv => self.own(&LTV),
            Metric::Cac => self.own(&CAC),
            Metric::CacLtvRatio => self.ratio(),
        }
    }

    fn lacking(&self, metric: Metric) -> &'static str {
        let is_money = matches!(metric, Metric::Ltv | Metric::Cac | Metric::CacLtvRatio);
        match self.evidence.inputs {
            Some(inputs) if is_money && inputs.is_tax_unknown() => {
                self.language.pick(UNKNOWN_TAX[0], UNKNOWN_TAX[1])
            }
            _ => lacking(metric, self.language),
        }
    }

    fn say(&self, english: &str, polish: &str) -> String {
        self.language.pick(english, polish).to_owned()
    }

    /// The row of the segment, or else that of all, and what the formula makes of all.
    fn own(&self, own: &Own) -> Option<FigureDraft> {
        let inputs = self.evidence.inputs?;
        let all = inputs.of_all().and_then(|row| (own.of)(inputs, &row));
        let of_segment = inputs.of(self.segment).and_then(|row| (own.of)(inputs, row));
        let confidence =
            if of_segment.is_some() { KpiConfidence::High } else { KpiConfidence::Medium };
        let mut method = self.say(own.method[0], own.method[1]);
        if own.metric == Metric::Ltv
            && let Some(rate) = inputs.discount_rate
        {
            let rate = percent(rate, self.language);
            method += &self.language.pick(
                format!(" i = {rate}, the discount rate given."),
                format!(" i = {rate}, podana stopa dyskontowa."),
            );
        }
        if of_segment.is_none() {
            method += self.language.pick(
                " There is no figure of this segment: it is that of all customers.",
                " Nie ma danych o tym segmencie: to wartość dla wszystkich klientów.",
            );
        }
        Some(FigureDraft {
            ranged: of_segment.or(all)?,
            unit: self.unit(own.metric),
            method,
            sources: vec![KpiSource { kind: SourceKind::OwnFigures, name: self.own_name(inputs) }],
            confidence,
            naive: all.map(|all| all.value),
            differs: true,
        })
    }

    fn own_name(&self, inputs: &Inputs) -> String {
        let own = self.language.pick("The project's own figures", "Własne dane projektu");
        let currency = inputs.currency.as_str();
        match (inputs.basis, inputs.vat_rate) {
            (Basis::Net, _) => {
                let basis = self.language.pick("net of tax", "netto");
                format!("{own} ({currency}, {basis})")
            }
            (Basis::Gross, None) => {
                let basis = self.language.pick("with tax", "brutto");
                format!("{own} ({currency}, {basis})")
            }
            (Basis::Gross, Some(rate)) => {
                let basis = self.language.pick(
                    "given with tax, net = gross / (1 + the rate given)",
                    "podane brutto, netto = brutto / (1 + podana stawka)",
                );
                format!("{own} ({currency}, {basis}: {}%)", rate.percent())
            }
        }
    }

    fn unit(&self, metric: Metric) -> String {
        match metric {
            Metric::SegmentSize => self.say("people", "osoby"),
            Metric::ConversionRate => self.say("share", "udział"),
            Metric::RetentionRate => self.say("share a year", "udział rocznie"),
            Metric::NpsScore => self.say("points", "punkty"),
            Metric::CacLtvRatio => "%".to_owned(),
            Metric::Ltv | Metric::Cac => self
                .evidence
                .inputs
                .map_or_else(String::new, |inputs| inputs.currency.as_str().to_owned()),
        }
    }

    /// Of the project's own figures; where it has one of both only, the other is what others have published.
    fn ratio(&self) -> Option<FigureDraft> {
        let part = |own: &Own| self.own(own).or_else(|| self.benchmark(own.metric));
        let (cac, ltv) = (part(&CAC)?, part(&LTV)?);
        let published = [&cac, &ltv].map(FigureDraft::is_benchmark);
        // Of two published figures the ratio is nobody's finding either: one that somebody has published is better.
        if published == [true, true]
            && let Some(ratio) = self.benchmark(Metric::CacLtvRatio)
        {
            return Some(ratio);
        }
        let naive = cac.naive.zip(ltv.naive).and_then(|(cac, ltv)| {
            cac_ltv_ratio(Ranged::bare(cac), Ranged::bare(ltv)).map(|ratio| ratio.value)
        });
        let mut method = self.say(
            "cac / ltv × 100; the ends are those of both taken the worst way round.",
            "cac / ltv × 100; końce zakresu w najgorszym zestawieniu obu wartości.",
        );
        if published.contains(&true) {
            method += self.language.pick(
                " What the project has no figure of is a benchmark of others.",
                " Brakującą wartość projektu zastępuje wartość porównawcza z publikacji.",
            );
        }
        let mut sources = cac.sources;
        sources.extend(ltv.sources);
        sources.dedup();
        Some(FigureDraft {
            ranged: cac_ltv_ratio(cac.ranged, ltv.ranged)?,
            unit: self.unit(Metric::CacLtvRatio),
            method,
            sources,
            confidence: cac.confidence.max(ltv.confidence),
            naive,
            differs: true,
        })
    }

    fn size(&self) -> Option<FigureDraft> {
        let market = self.evidence.market?;
        Some(FigureDraft {
            ranged: Ranged::between(market.people, [0.0, market.most]),
            unit: self.unit(Metric::SegmentSize),
            method: self.say(
                "Official counts by voivodeship, age, sex and class of place, times modelled activity; no \
                 table counts activity by age and place, so the range is from nobody to everybody of these \
                 ages there.",
                "Oficjalna liczba osób według województwa, wieku, płci i miejsca, razy modelowana aktywność; \
                 żadna tablica nie liczy aktywności według wieku i miejsca, więc zakres sięga od nikogo do \
                 wszystkich w tym wieku.",
            ),
            sources: vec![KpiSource {
                kind: SourceKind::OfficialTable,
                name: self.say(
                    "Statistics Poland, population on 31 December 2024",
                    "GUS, ludność, stan na 31 grudnia 2024",
                ),
            }],
            confidence: KpiConfidence::Low,
            // all segments alike: everybody there in equal parts
            naive: Some(market.everybody / Segment::all().count() as f64),
            differs: true,
        })
    }

    /// Intentions to buy, read as a rate of trial.
    fn intention(&self) -> Option<FigureDraft> {
        let method = self.say(
            "Trial from stated intentions, 0.4 × top box + 0.2 × second box (Ulrich and Eppinger, Product \
             Design and Development); the range joins their ranges of both weights with sampling.",
            "Próba zakupu z deklaracji, 0,4 × najwyższa odpowiedź + 0,2 × druga (Ulrich i Eppinger, Product \
             Design and Development); zakres łączy ich zakresy wag z błędem próby.",
        );
        self.answers(Reading::Trial, &method)
    }

    fn recommendation(&self) -> Option<FigureDraft> {
        let method = self.say(
            "Promoters (9, 10) less detractors (0 to 6) in percent; adjusted 95% Wald interval (Rocks 2016).",
            "Promotorzy (9, 10) minus krytycy (0–6) w procentach; skorygowany przedział 95% Walda (Rocks \
             2016).",
        );
        self.answers(Reading::Promotion, &method)
    }

    /// What the best source says of the segment, or else of all who were asked.
    fn answers(&self, reading: Reading, method: &str) -> Option<FigureDraft> {
        let asked = reading.asked(self.evidence)?;
        let naive = reading.figure(&asked.all)?;
        let own = asked.segments.get(self.segment.id()).filter(|points| count(points) > 0.0);
        let ranged = own.and_then(|points| reading.figure(points)).unwrap_or(naive);
        let n = count(own.unwrap_or(&asked.all));
        let pick = |words: [&'static str; 2]| self.language.pick(words[0], words[1]);
        let mut method = format!("{method} {}", pick(COUNTED));
        if own.is_none() {
            method += pick(NO_SEGMENT);
        }
        if ranged.low.is_none() {
            method += pick(TOO_FEW);
        } else if own.is_some() {
            method += pick(COMPARED);
        }
        let (kind, is_people) = match asked.by {
            Respondents::People => (SourceKind::HumanAnswers, true),
            Respondents::Simulated => (SourceKind::SimulatedAnswers, false),
        };
        let name = format!("{}, {}, n = {n:.0}", asked.name, asked.at.format("%Y-%m-%d"));
        Some(FigureDraft {
            ranged,
            unit: self.unit(reading.metric()),
            method,
            sources: vec![KpiSource { kind, name }],
            confidence: match is_people && n >= ENOUGH_PEOPLE {
                true => KpiConfidence::Medium,
                false => KpiConfidence::Low,
            },
            naive: Some(naive.value),
            differs: own.is_some() && differs(self.evidence, reading, self.segment),
        })
    }

    /// What others have published of a metric: the project's choice, or else what Sight knows of its industry.
    fn published(&self, metric: Metric) -> Option<BenchmarkFigure> {
        let inputs = self.evidence.inputs?;
        let chosen = inputs.benchmarks.iter().find(|one| one.metric == metric).map(|one| {
            let source = format!("{}, {}", one.source, one.published_on);
            BenchmarkFigure { value: one.value, source }
        });
        let of_industry = || {
            let published = Published::of(inputs.industry?, metric)?;
            Some(BenchmarkFigure { value: published.value, source: published.source.to_owned() })
        };
        chosen.or_else(of_industry)
    }

    /// That in the place of a figure. It is the same for everybody, and so it is its own naive guess.
    fn benchmark(&self, metric: Metric) -> Option<FigureDraft> {
        let BenchmarkFigure { value, source } = self.published(metric)?;
        Some(FigureDraft {
            ranged: Ranged::bare(value),
            unit: self.unit(metric),
            method: self.say(
                "A benchmark of others, as published: no finding about this project.",
                "Wartość porównawcza z publikacji: nie jest wynikiem tego projektu.",
            ),
            sources: vec![KpiSource { kind: SourceKind::Benchmark, name: source }],
            confidence: KpiConfidence::Low,
            naive: Some(value),
            differs: true,
        })
    }
}
