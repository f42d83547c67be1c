//! Near duplicates among many stories, and the time of a whole report.

use std::collections::BTreeMap;
use std::time::Instant;

use population::fidelity::{
    Expected, ExpectedAttribute, Observed, Provenance, near_duplicates, report,
};
use rand::RngExt;
use shared::Seed;

const PEOPLE: u64 = 100_000;

/// Stories of 150 words over 3,000, each tenth the half of another.
pub(crate) fn print() -> bool {
    println!("\nNear duplicates and a whole report of {PEOPLE} people");
    let story = |seed: u64, words: usize| -> String {
        let mut rng = Seed(seed).child("story", 0).rng();
        (0..words).map(|_| format!("w{} ", rng.random_range(0..3_000))).collect()
    };
    let mut stories: Vec<String> = (0..PEOPLE).map(|i| story(i, 150)).collect();
    let planted = stories.len() / 20;
    for i in 0..planted {
        let kept: Vec<&str> = stories[i * 20].split(' ').take(90).collect();
        stories[i * 20 + 1] = kept.join(" ") + " " + &story(PEOPLE + i as u64, 60);
    }
    let stories: Vec<&str> = stories.iter().map(String::as_str).collect();
    let start = Instant::now();
    let found = near_duplicates(&stories);
    let seconds = start.elapsed().as_secs_f64();
    let name = format!("planted people that are found, in {seconds:.1} s");
    let held = crate::at_least(&name, found.people as usize, 2 * planted, 2 * planted * 99 / 100);
    whole_report(&stories);
    held
}

fn whole_report(stories: &[&str]) {
    let attribute = |categories: usize| ExpectedAttribute {
        attribute: format!("of_{categories}"),
        labels: (0..categories).map(|label| label.to_string()).collect(),
        probabilities: vec![1.0 / categories as f64; categories],
        provenance: Provenance::Modelled,
        source: String::new(),
    };
    let attributes = [2, 9, 16, 900].map(attribute).to_vec();
    let expected = Expected { attributes, ..Expected::default() };
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
        "  whole report of {} people: {:?} in {:.1} s",
        report.people,
        report.verdict,
        start.elapsed().as_secs_f64()
    );
}
