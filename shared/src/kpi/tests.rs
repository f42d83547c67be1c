//! What becomes of what a project has.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::*;
use crate::Language;
use crate::persona::{Market, Segment};

const TOWN: &str = "seg_mid_career_urban";

fn stamp() -> Stamp {
    Stamp { computed_at: DateTime::UNIX_EPOCH, inputs_hash: "h".to_owned() }
}

fn inputs() -> Inputs {
    let row = |segment: Option<&str>, customers: f64, churn: f64| Row {
        segment: segment.map(str::to_owned),
        revenue: Some(customers * 50.0),
        margin: Some(0.4),
        orders: Some(30.0),
        customers: Some(customers),
        churn: Some(churn),
        spend: Some(1_000.0),
        new_customers: Some(20.0),
        visits: Some(1_000.0),
    };
    Inputs {
        currency: Currency::parse("PLN").unwrap(),
        period: Period::Monthly,
        basis: Basis::Net,
        vat_rate: None,
        discount_rate: Some(0.1),
        figures: vec![row(Some(TOWN), 400.0, 0.02), row(None, 1_000.0, 0.05)],
        benchmarks: Vec::new(),
        industry: None,
    }
}

fn of(evidence: &MetricEvidence<'_>) -> Metrics {
    compute(Segment::parse(TOWN).unwrap(), evidence, &stamp(), Language::English)
}

const NOTHING: MetricEvidence<'static> =
    MetricEvidence { inputs: None, intentions: &[], recommendations: &[], market: None };

#[test]
fn without_a_source_every_metric_is_absent_and_says_what_it_needs() {
    for (metric, outcome) in of(&NOTHING) {
        let KpiOutcome::Absent(absent) = outcome else { panic!("{metric:?} was made up") };
        assert!(absent.absent_because.len() > 20, "{metric:?}");
    }
}

#[test]
fn own_figures_of_the_segment_stand_beside_those_of_all() {
    let inputs = inputs();
    let metrics = of(&MetricEvidence { inputs: Some(&inputs), ..NOTHING });

    let kept = metrics[&Metric::RetentionRate].figure().unwrap();
    assert!((kept.value - 0.98_f64.powi(12)).abs() < 1e-12);
    assert!((kept.naive.unwrap() - 0.95_f64.powi(12)).abs() < 1e-12);
    assert!(kept.is_told_apart, "{kept:?}");
    assert_eq!(kept.confidence, KpiConfidence::High);
    let bought = metrics[&Metric::ConversionRate].figure().unwrap();
    assert_eq!((bought.value, bought.naive), (0.03, Some(0.03)));
    assert!(!bought.is_told_apart, "it is the guess itself");
    let (cac, ltv) = (&metrics[&Metric::Cac], &metrics[&Metric::Ltv]);
    let ratio = metrics[&Metric::CacLtvRatio].figure().unwrap().value;
    let by_hand = cac.figure().unwrap().value / ltv.figure().unwrap().value * 100.0;
    assert!((ratio - by_hand).abs() < 1e-9);
    assert_eq!(ltv.figure().unwrap().unit, "PLN");
    let method = &ltv.figure().unwrap().method;
    assert!(method.contains("i = 10.0%, the discount rate given"), "{method}");
}

#[test]
fn a_segment_without_a_row_has_that_of_all_and_says_so() {
    let mut inputs = inputs();
    inputs.figures.remove(0);

    let metrics = of(&MetricEvidence { inputs: Some(&inputs), ..NOTHING });

    let kept = metrics[&Metric::RetentionRate].figure().unwrap();
    assert!(!kept.is_told_apart && kept.method.contains("all customers"), "{kept:?}");
    assert_eq!(kept.confidence, KpiConfidence::Medium);
}

fn asked(
    by: Respondents,
    segments: &[(&str, &[(i64, u32)])],
    all: &[(i64, u32)],
) -> AnsweredQuestion {
    let points = |points: &[(i64, u32)]| -> Points {
        points.iter().map(|&(point, people)| (point, f64::from(people))).collect()
    };
    let segments = segments.iter().map(|(id, one)| ((*id).to_owned(), points(one)));
    AnsweredQuestion {
        by,
        name: "Tea, q1".to_owned(),
        at: DateTime::UNIX_EPOCH,
        segments: segments.collect::<BTreeMap<_, _>>(),
        all: points(all),
    }
}

#[test]
fn peoples_answers_come_before_simulated_ones_and_both_after_own_figures() {
    let people = asked(Respondents::People, &[], &[(5, 40), (4, 20), (1, 40)]);
    let simulated =
        asked(Respondents::Simulated, &[(TOWN, &[(5, 9), (1, 1)])], &[(5, 10), (1, 90)]);
    let both = [people, simulated.clone()];

    let metrics = of(&MetricEvidence { intentions: &both, ..NOTHING });
    let trial = metrics[&Metric::ConversionRate].figure().unwrap();
    assert!((trial.value - 0.2).abs() < 1e-12, "{trial:?}");
    assert_eq!(trial.sources[0].kind, SourceKind::HumanAnswers);
    assert!(!trial.is_told_apart, "people name no segment");

    let own = inputs();
    let metrics = of(&MetricEvidence { inputs: Some(&own), intentions: &both, ..NOTHING });
    let bought = metrics[&Metric::ConversionRate].figure().unwrap();
    assert_eq!(bought.sources[0].kind, SourceKind::OwnFigures);

    let metrics = of(&MetricEvidence { intentions: &[simulated], ..NOTHING });
    let trial = metrics[&Metric::ConversionRate].figure().unwrap();
    assert!((trial.value - 0.36).abs() < 1e-12 && trial.confidence == KpiConfidence::Low);
}

#[test]
fn a_recommendation_is_promoters_less_detractors() {
    let asked = asked(
        Respondents::Simulated,
        &[(TOWN, &[(10, 60), (8, 20), (3, 20)])],
        &[(10, 60), (8, 20), (3, 120)],
    );

    let metrics = of(&MetricEvidence { recommendations: &[asked], ..NOTHING });

    let nps = metrics[&Metric::NpsScore].figure().unwrap();
    assert!((nps.value - 40.0).abs() < 1e-9 && (nps.naive.unwrap() + 30.0).abs() < 1e-9);
    assert!(nps.is_told_apart, "{nps:?}");
}

fn promotion(asked: &AnsweredQuestion) -> Figure {
    let metrics = of(&MetricEvidence { recommendations: std::slice::from_ref(asked), ..NOTHING });
    metrics[&Metric::NpsScore].figure().unwrap().clone()
}

#[test]
fn fewer_than_ten_answers_have_no_range_and_tell_nothing_apart() {
    for few in [1, 9] {
        let all = [(10, few), (3, 90)];
        let asked = [asked(Respondents::Simulated, &[(TOWN, &[(10, few)])], &all)];
        let evidence = MetricEvidence { intentions: &asked, recommendations: &asked, ..NOTHING };
        let town = Segment::parse(TOWN).unwrap();

        let english = compute(town, &evidence, &stamp(), Language::English);
        let polish = compute(town, &evidence, &stamp(), Language::Polish);

        for metric in [Metric::ConversionRate, Metric::NpsScore] {
            let figure = english[&metric].figure().unwrap();
            assert_eq!((figure.low, figure.high), (None, None), "{figure:?}");
            assert!(!figure.is_told_apart && figure.method.contains("fewer than 10"), "{figure:?}");
            let method = &polish[&metric].figure().unwrap().method;
            assert!(method.contains("mniej niż 10"), "{method}");
        }
    }
}

#[test]
fn identical_answers_have_a_range_that_is_no_point() {
    let all = [(10, 38), (8, 6), (3, 8)];

    let nps = promotion(&asked(Respondents::Simulated, &[(TOWN, &[(10, 12)])], &all));

    assert_eq!((nps.value, nps.high), (100.0, Some(100.0)));
    assert!((nps.low.unwrap() - 54.196).abs() < 0.01, "{nps:?}");
    assert!(nps.naive.unwrap() > nps.low.unwrap() && !nps.is_told_apart, "{nps:?}");
}

#[test]
fn what_chance_gives_one_of_twelve_segments_is_not_told_apart() {
    let own = [(10, 15), (8, 4), (3, 1)];
    let all = [(10, 125), (8, 59), (3, 56)];
    let alone = asked(Respondents::Simulated, &[(TOWN, &own)], &all);
    let mut one_of_twelve = alone.clone();
    for segment in Segment::all().filter(|segment| segment.id() != TOWN) {
        let points = [(10, 10.0), (8, 5.0), (3, 5.0)];
        one_of_twelve.segments.insert(segment.id().to_owned(), points.into());
    }

    let (alone, one_of_twelve) = (promotion(&alone), promotion(&one_of_twelve));

    // its p value is 0.0106: below 0.05 alone, and above it times twelve
    assert!(alone.is_told_apart && !one_of_twelve.is_told_apart, "{alone:?}");
    assert_eq!((alone.value, alone.low), (one_of_twelve.value, one_of_twelve.low));
}

#[test]
fn a_segment_is_compared_with_the_others_and_not_with_itself() {
    let own = [(10, 60), (3, 40)];

    let nps = promotion(&asked(Respondents::Simulated, &[(TOWN, &own)], &own));

    assert!(!nps.is_told_apart, "there are no others: {nps:?}");
}

#[test]
fn a_benchmark_is_called_one_and_never_beats_its_own_guess() {
    let benchmark = Benchmark {
        metric: Metric::RetentionRate,
        value: 0.6,
        source: "A trade body".to_owned(),
        published_on: chrono::NaiveDate::from_ymd_opt(2025, 5, 1).unwrap(),
    };
    let inputs = Inputs { figures: Vec::new(), benchmarks: vec![benchmark], ..inputs() };

    let metrics = of(&MetricEvidence { inputs: Some(&inputs), ..NOTHING });

    let kept = metrics[&Metric::RetentionRate].figure().unwrap();
    assert_eq!(kept.sources[0].kind, SourceKind::Benchmark);
    assert!(!kept.is_told_apart && kept.low.is_none());
    assert!(kept.sources[0].name.contains("2025-05-01"));
}

#[test]
fn an_industry_fills_what_nobody_else_does_and_the_projects_own_choice_comes_before_it() {
    let chosen = Benchmark {
        metric: Metric::NpsScore,
        value: 12.0,
        source: "A trade body".to_owned(),
        published_on: chrono::NaiveDate::from_ymd_opt(2025, 5, 1).unwrap(),
    };
    let grocer = Inputs { industry: Some(Industry::Retail), ..inputs() };
    let nps = |inputs: &Inputs| {
        let metrics = of(&MetricEvidence { inputs: Some(inputs), ..NOTHING });
        metrics[&Metric::NpsScore].figure().unwrap().clone()
    };

    let published = nps(&grocer);
    let own = nps(&Inputs { benchmarks: vec![chosen], ..grocer.clone() });
    let metrics = of(&MetricEvidence { inputs: Some(&grocer), ..NOTHING });

    assert_eq!(published.value, 29.0);
    assert_eq!(published.sources[0].kind, SourceKind::Benchmark);
    assert!(published.sources[0].name.contains("2024"), "{published:?}");
    assert!(!published.is_told_apart);
    assert_eq!(own.value, 12.0);
    let bought = metrics[&Metric::ConversionRate].figure().unwrap();
    assert_eq!(bought.sources[0].kind, SourceKind::OwnFigures, "own figures come first");
}

#[test]
fn the_size_of_a_segment_stands_beside_an_equal_part_of_everybody() {
    let market = |most| Some(Market { people: 9_000.0, most, everybody: 120_000.0 });

    let wide = of(&MetricEvidence { market: market(30_000.0), ..NOTHING });
    let narrow = of(&MetricEvidence { market: market(9_500.0), ..NOTHING });

    let size = wide[&Metric::SegmentSize].figure().unwrap();
    assert_eq!((size.value, size.naive), (9_000.0, Some(10_000.0)));
    assert!(!size.is_told_apart, "{size:?}");
    assert!(narrow[&Metric::SegmentSize].figure().unwrap().is_told_apart);
}

fn benchmark(metric: Metric, value: f64) -> Benchmark {
    Benchmark {
        metric,
        value,
        source: "A trade body".to_owned(),
        published_on: chrono::NaiveDate::from_ymd_opt(2025, 5, 1).unwrap(),
    }
}

#[test]
fn a_ratio_takes_a_benchmark_for_the_part_that_the_project_has_no_figure_of() {
    let mut mixed = inputs();
    mixed.benchmarks = vec![benchmark(Metric::Ltv, 200.0)];
    mixed.figures.iter_mut().for_each(|row| row.revenue = None);
    let all_published = Inputs {
        figures: Vec::new(),
        benchmarks: vec![benchmark(Metric::Ltv, 200.0), benchmark(Metric::Cac, 80.0)],
        ..inputs()
    };
    let mut with_ratio = all_published.clone();
    with_ratio.benchmarks.push(benchmark(Metric::CacLtvRatio, 33.0));
    let ratio = |inputs: &Inputs| {
        let metrics = of(&MetricEvidence { inputs: Some(inputs), ..NOTHING });
        metrics[&Metric::CacLtvRatio].figure().cloned()
    };

    let half = ratio(&mixed).unwrap();
    assert_eq!((half.value, half.naive, half.confidence), (25.0, Some(25.0), KpiConfidence::Low));
    let kinds: Vec<SourceKind> = half.sources.iter().map(|source| source.kind).collect();
    assert_eq!(kinds, [SourceKind::OwnFigures, SourceKind::Benchmark]);
    assert!(!half.is_benchmark() && half.method.contains("benchmark"), "{half:?}");
    let both = ratio(&all_published).unwrap();
    assert!(both.value == 40.0 && both.is_benchmark() && both.benchmark.is_none(), "{both:?}");
    assert_eq!(ratio(&with_ratio).unwrap().value, 33.0, "a published ratio is better");
    assert_eq!(ratio(&Inputs { benchmarks: Vec::new(), ..mixed }), None);
}

#[test]
fn a_published_figure_stands_beside_the_projects_own() {
    let inputs = Inputs { benchmarks: vec![benchmark(Metric::Cac, 80.0)], ..inputs() };

    let metrics = of(&MetricEvidence { inputs: Some(&inputs), ..NOTHING });

    let cac = metrics[&Metric::Cac].figure().unwrap();
    assert_eq!((cac.value, cac.benchmark.as_ref().unwrap().value), (50.0, 80.0));
    assert!(cac.benchmark.as_ref().unwrap().source.contains("2025-05-01"));
    assert!(!cac.is_benchmark() && cac.sources.len() == 1);
}

#[test]
fn amounts_with_tax_are_netted_by_the_rate_that_is_given_or_give_no_metric_of_money() {
    let gross = |vat_rate: Option<f64>| {
        let vat_rate = vat_rate.and_then(VatRate::parse);
        of(&MetricEvidence {
            inputs: Some(&Inputs { basis: Basis::Gross, vat_rate, ..inputs() }),
            ..NOTHING
        })
    };

    let (unknown, known) = (gross(None), gross(Some(0.25)));

    for metric in [Metric::Ltv, Metric::Cac, Metric::CacLtvRatio] {
        let KpiOutcome::Absent(absent) = &unknown[&metric] else { panic!("{metric:?}") };
        assert!(absent.absent_because.contains("vat_rate"), "{metric:?}: {absent:?}");
    }
    assert!(unknown[&Metric::RetentionRate].figure().is_some(), "it is no money");
    let net = of(&MetricEvidence { inputs: Some(&inputs()), ..NOTHING });
    let value = |of: &Metrics, metric| of[&metric].figure().unwrap().value;
    for metric in [Metric::Ltv, Metric::Cac] {
        let netted = value(&known, metric) * 1.25;
        assert!((netted / value(&net, metric) - 1.0).abs() < 1e-12, "{metric:?}");
    }
    let cac = known[&Metric::Cac].figure().unwrap();
    assert!(cac.sources[0].name.contains("25%"), "{cac:?}");
}
