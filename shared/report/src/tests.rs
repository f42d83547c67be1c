use std::collections::BTreeMap;

use super::*;
use population::fidelity::{
    Expected, ExpectedAttribute, ExpectedPair, Observed, Provenance, report,
};

const HOSTILE: &str = "<script>alert('\"&')</script>";

fn population(name: &str) -> PopulationReport {
    population_of(40, name)
}

fn population_of(people: u16, name: &str) -> PopulationReport {
    let expected = Expected {
        attributes: [("gender", Provenance::Official), ("activity", Provenance::Modelled)]
            .map(|(attribute, provenance)| ExpectedAttribute {
                attribute: attribute.to_owned(),
                labels: vec!["one".to_owned(), "other".to_owned()],
                probabilities: vec![0.5, 0.5],
                provenance,
                source: name.to_owned(),
            })
            .to_vec(),
        pairs: vec![ExpectedPair { attributes: [0, 1], probabilities: vec![0.25; 4] }],
        in_pairs_only: Vec::new(),
    };
    let categories: Vec<[Option<u16>; 2]> =
        (0..people).map(|i| [Some(i % 2), Some(i / 2 % 2)]).collect();
    let observed: Vec<Observed<'_>> = categories
        .iter()
        .map(|c| Observed { categories: c, name, ..Observed::default() })
        .collect();
    let failures = BTreeMap::from([(name.to_owned(), 1)]);
    let persona = PersonaEntry {
        name: name.to_owned(),
        headline: name.to_owned(),
        story: format!("{name}\n\n{name}"),
        values: vec![name.to_owned()],
        concerns: vec![name.to_owned()],
        ..PersonaEntry::default()
    };
    PopulationReport {
        project: Project { name: name.to_owned(), audience: name.to_owned(), ..Project::default() },
        language: Language::Polish,
        seed: Seed(7),
        engine_version: name.to_owned(),
        model: name.to_owned(),
        simulated: true,
        generated_at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        fidelity: report(&expected, &observed, &failures, 41).labelled(&|_, _| name.to_owned()),
        personas: vec![persona],
    }
}

#[test]
fn nothing_from_outside_becomes_markup() {
    for language in [Language::English, Language::Polish] {
        let page = html(&population(HOSTILE), language);

        assert!(!page.contains("<script"));
        assert!(page.matches("&lt;script&gt;").count() > 10);
    }
}

#[test]
fn of_nobody_nothing_is_said_to_fit() {
    let report = population_of(0, "Kawa");
    let (page, text) =
        (html(&report, Language::English), table(&report.fidelity, Language::English, 80));

    for said in [page, text] {
        assert!(said.contains("Nobody has been written yet."), "{said}");
        assert!(!said.contains("100.0%") && !said.contains("Target and achieved"), "{said}");
    }
}

#[test]
fn the_page_asks_for_nothing_from_elsewhere() {
    let page = html(&population("Kawa"), Language::Polish);

    for outside in ["http://", "https://", "src=", "href=", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn each_language_has_its_own_page() {
    let report = population("Kawa");

    let (english, polish) = (html(&report, Language::English), html(&report, Language::Polish));

    assert!(english.contains("<html lang=\"en\">") && english.contains("The people"));
    assert!(polish.contains("<html lang=\"pl\">") && polish.contains("Czego z tego nie wiadomo"));
    assert!(polish.contains("50,0%") && english.contains("50.0%"));
}

#[test]
fn the_page_says_that_texts_are_simulated_only_when_they_are() {
    let mut report = population("Kawa");
    assert!(html(&report, Language::English).contains("The texts are simulated"));

    report.simulated = false;
    assert!(!html(&report, Language::English).contains("simulated:"));
}

#[test]
fn every_limit_is_printed() {
    let report = population("Kawa");

    let page = html(&report, Language::Polish);
    let table = table(&report.fidelity, Language::Polish, 500);

    for limit in &report.fidelity.limits {
        assert!(page.contains(limit.sentence(Language::Polish)), "{limit:?}");
        assert!(table.contains(limit.sentence(Language::Polish)), "{limit:?}");
    }
}

#[test]
fn a_pair_says_what_it_is_held_against_and_its_corrected_p_value() {
    for (language, from, corrected) in [
        (Language::English, "modelled", "corrected for the whole report: p = "),
        (Language::Polish, "modelowane", "z poprawką na cały raport: p = "),
    ] {
        let report = population("Kawa");

        let (page, table) = (html(&report, language), table(&report.fidelity, language, 500));

        for said in [page, table] {
            let mut pairs = said.lines().filter(|line| line.contains("Kawa × Kawa"));
            assert!(pairs.any(|line| line.contains(from) && line.contains(corrected)), "{said}");
        }
    }
}

#[test]
fn no_line_of_the_table_is_wider_than_asked() {
    let report = population("Napoje roślinne w dużych miastach i na wsi");

    for width in [60, 80, 120] {
        let table = table(&report.fidelity, Language::Polish, width);
        let widest = table.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width, "{widest} > {width}\n{table}");
    }
}

#[test]
fn the_report_survives_json() {
    let report = population("Kawa");

    let read: PopulationReport =
        serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();

    assert_eq!(
        (read.seed, read.project, read.personas),
        (report.seed, report.project, report.personas)
    );
}
