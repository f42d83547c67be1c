use super::*;

fn expected() -> Expected {
    let attribute =
        |key: &str, labels: &[&str], probabilities: &[f64], provenance| ExpectedAttribute {
            attribute: key.to_owned(),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            probabilities: probabilities.to_vec(),
            provenance,
            source: "a table".to_owned(),
        };
    Expected {
        attributes: vec![
            attribute("gender", &["female", "male"], &[0.5, 0.5], Provenance::Official),
            attribute(
                "age_group",
                &["young", "middle", "old", "ancient"],
                &[0.3, 0.5, 0.2, 0.0],
                Provenance::Modelled,
            ),
        ],
        in_pairs_only: Vec::new(),
        pairs: vec![ExpectedPair {
            attributes: [0, 1],
            probabilities: vec![0.15, 0.25, 0.1, 0.0, 0.15, 0.25, 0.1, 0.0],
        }],
    }
}

/// People who follow the target as closely as their number allows.
fn quota(n: u16) -> Vec<[Option<u16>; 2]> {
    let ages = [0, 1, 1, 2, 0, 1, 1, 0, 1, 2];
    (0..n).map(|i| [Some(i / 10 % 2), Some(ages[usize::from(i % 10)])]).collect()
}

fn assess(people: &[[Option<u16>; 2]]) -> FidelityReport {
    let stories: Vec<String> =
        (0..people.len()).map(|i| format!("{i} lives and works in house number {i}")).collect();
    let observed: Vec<Observed<'_>> = people
        .iter()
        .zip(&stories)
        .map(|(categories, story)| Observed {
            categories,
            story,
            name: story,
            ..Observed::default()
        })
        .collect();
    report(&expected(), &observed, &BTreeMap::new(), people.len() as u32)
}

#[test]
fn a_quota_sample_of_200_fits_with_p_near_1() {
    let report = assess(&quota(200));

    assert_eq!(report.verdict, Overall::Fits);
    assert!(report.is_statistically_valid);
    assert!(report.p_values["gender"] > 0.99 && report.p_values["age"] > 0.99);
    assert_eq!(report.p_values.len(), 2);
    assert!(report.limits.contains(&Caveat::QuotaSample));
}

#[test]
fn a_lopsided_sample_is_off() {
    let women = vec![[Some(0), Some(1)]; 100];

    let report = assess(&women);

    assert_eq!(report.verdict, Overall::Off);
    assert!(!report.is_statistically_valid);
    assert!((report.attributes[0].fit.total_variation - 0.5).abs() < 1e-12);
    assert_eq!(report.pairs[0].fit.verdict, FitVerdict::Off);
}

#[test]
fn twenty_people_fit_but_prove_nothing() {
    let mut people = quota(20);
    people.sort_by_key(|person| person[1]);
    for (i, person) in people.iter_mut().enumerate() {
        person[0] = Some(i as u16 % 2);
    }

    let report = assess(&people);

    assert_eq!(report.verdict, Overall::TooFewPeople);
    assert_eq!(report.attributes[0].fit.verdict, FitVerdict::FitsWeakly);
    assert!((32..=50).contains(&report.people_needed), "{}", report.people_needed);
    assert!(!report.is_statistically_valid && !report.p_values.is_empty());
    assert!(report.limits.contains(&Caveat::SmallSample));
}

#[test]
fn four_people_are_not_testable_and_say_how_many_would_be() {
    let report =
        assess(&[[Some(0), Some(0)], [Some(1), Some(1)], [Some(0), Some(1)], [Some(1), Some(2)]]);

    assert_eq!(report.verdict, Overall::TooFewPeople);
    assert!(report.p_values.is_empty());
    assert_eq!(
        report.attributes[0].fit.chi_square,
        Test::NotTestable { why: shared::statistics::Untestable::TooFewPeople { needed: 10 } }
    );
}

#[test]
fn one_person_where_nobody_can_be_is_off() {
    for impossible in [3, 9] {
        let mut people = quota(200);
        people[0][1] = Some(impossible);

        let report = assess(&people);

        assert_eq!(report.attributes[1].fit.impossible, 1);
        assert_eq!(report.attributes[1].fit.verdict, FitVerdict::Off);
    }
}

#[test]
fn people_to_whom_an_attribute_does_not_apply_are_left_out_of_it() {
    let mut people = quota(200);
    people.extend([[Some(0), None], [Some(1), None]]);

    let report = assess(&people);

    assert_eq!(report.attributes[1].missing, 2);
    assert_eq!(report.attributes[1].fit.people, 200);
    assert_eq!(report.pairs[0].fit.people, 200);
}

#[test]
fn nobody_is_an_empty_report() {
    let report = assess(&[]);

    assert_eq!((report.verdict, report.people), (Overall::Empty, 0));
}

#[test]
fn failures_and_contradictions_are_counted_by_reason() {
    let person = Observed { contradictions: &["age", "place"], name: "Ola", ..Observed::default() };
    let failures = BTreeMap::from([("schema".to_owned(), 2), ("timeout".to_owned(), 1)]);

    let report = report(&expected(), &[person, person], &failures, 5);

    assert_eq!(report.failed.people, 3);
    assert_eq!((report.contradictions.people, report.contradictions.by_reason["age"]), (2, 2));
    assert!(report.limits.contains(&Caveat::SomeFailed));
    assert_eq!(report.diversity.distinct_names, 1);
}

#[test]
fn labels_are_the_callers() {
    let report = assess(&quota(20)).labelled(&|attribute, key| format!("{attribute}/{key}"));

    assert_eq!(report.attributes[0].display, "gender/");
    assert_eq!(report.attributes[0].categories[1].display, "gender/male");
    assert_eq!(report.pairs[0].display, ["gender/", "age_group/"]);
}

#[test]
fn the_report_survives_json() {
    let report = assess(&quota(50));

    let json = serde_json::to_string(&report).unwrap();
    let read: FidelityReport = serde_json::from_str(&json).unwrap();

    assert_eq!((read.verdict, read.limits), (report.verdict, report.limits));
    assert_eq!(read.attributes[0].categories.len(), 2);
}
