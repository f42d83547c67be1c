//! Prints the bars of the comparison of two samples with their measured figures:
//! `cargo run --release -p population --example fidelity-bars`

use std::collections::BTreeMap;
use std::time::Instant;

use population::fidelity::{
    Expected, ExpectedAttribute, Observed, Provenance, near_duplicates, report,
};
use rand::RngExt;
use rand::seq::SliceRandom;
use shared::Seed;
use shared::statistics::comparison::Agreement;
use shared::statistics::{Scale, compare};

const SIMULATION: [u64; 5] = [0, 14, 31, 5, 0];
const PEOPLE: [u64; 5] = [11, 9, 13, 10, 7];

fn main() {
    simulation_against_people();
    for sample in [PEOPLE, PEOPLE.map(|n| n * 8)] {
        halves(&sample, Scale::Ordered);
        halves(&sample, Scale::Nominal);
    }
    duplicates(100_000);
}

fn simulation_against_people() {
    let comparison = compare(&SIMULATION, &PEOPLE, Scale::Ordered, Seed(1));
    println!("simulation 2:14, 3:31, 4:5 against 50 people 1:11, 2:9, 3:13, 4:10, 5:7");
    let measures = [
        ("total variation      (bar 0.46)", comparison.total_variation),
        ("ratio of deviations  (bar 0.44)", comparison.deviation_ratio),
        ("Wasserstein distance, points   ", comparison.wasserstein),
    ];
    for (name, measure) in measures {
        let measure = measure.expect("the samples vary");
        println!(
            "  {name}  {:.3}   chance {:.3}   p {:.4}",
            measure.value, measure.chance, measure.p_value
        );
    }
    println!("  verdict (bar: fail)  {:?}", comparison.verdict);
}

fn halves(sample: &[u64; 5], scale: Scale) {
    let answers: Vec<usize> =
        sample.iter().enumerate().flat_map(|(i, &n)| vec![i; n as usize]).collect();
    let passed = (0..100).filter(|&split| passes(&answers, scale, Seed(1).child("half", split)));
    println!(
        "random halves of {} people, {scale:?}: {} of 100 pass (bar 93)",
        answers.len(),
        passed.count()
    );
}

fn passes(answers: &[usize], scale: Scale, seed: Seed) -> bool {
    let mut answers = answers.to_vec();
    answers.shuffle(&mut seed.rng());
    let mut halves = [[0; 5]; 2];
    for (i, answer) in answers.into_iter().enumerate() {
        halves[i % 2][answer] += 1;
    }
    compare(&halves[0], &halves[1], scale, seed).verdict == Agreement::Pass
}

/// Stories of 150 words over 3,000, each tenth the half of another.
fn duplicates(people: u64) {
    let story = |seed: u64, words: usize| -> String {
        let mut rng = Seed(seed).child("story", 0).rng();
        (0..words).map(|_| format!("w{} ", rng.random_range(0..3_000))).collect()
    };
    let mut stories: Vec<String> = (0..people).map(|i| story(i, 150)).collect();
    let planted = stories.len() / 20;
    for i in 0..planted {
        let kept: Vec<&str> = stories[i * 20].split(' ').take(90).collect();
        stories[i * 20 + 1] = kept.join(" ") + " " + &story(people + i as u64, 60);
    }
    let stories: Vec<&str> = stories.iter().map(String::as_str).collect();
    let start = Instant::now();
    let found = near_duplicates(&stories);
    println!(
        "near duplicates among {people} stories: {} of {} planted people in {:.1} s",
        found.people,
        2 * planted,
        start.elapsed().as_secs_f64()
    );
    whole_report(&stories);
}

fn whole_report(stories: &[&str]) {
    let attribute = |categories: usize| ExpectedAttribute {
        attribute: format!("of_{categories}"),
        labels: (0..categories).map(|label| label.to_string()).collect(),
        probabilities: vec![1.0 / categories as f64; categories],
        provenance: Provenance::Modelled,
        source: String::new(),
    };
    let expected =
        Expected { attributes: [2, 9, 16, 900].map(attribute).to_vec(), pairs: Vec::new() };
    let categories: Vec<[Option<u16>; 4]> =
        (0..stories.len()).map(|i| [2, 9, 16, 900].map(|n| Some((i % n) as u16))).collect();
    let observed: Vec<Observed<'_>> = categories
        .iter()
        .zip(stories)
        .map(|(categories, story)| Observed { categories, story, ..Observed::default() })
        .collect();
    let start = Instant::now();
    let report = report(&expected, &observed, &BTreeMap::new(), stories.len() as u32);
    println!(
        "whole report of {} people: {:?} in {:.1} s",
        report.people,
        report.verdict,
        start.elapsed().as_secs_f64()
    );
}
