//! The comparison of two samples of answers to one question.

use rand::seq::SliceRandom;
use shared::Seed;
use shared::statistics::comparison::Agreement;
use shared::statistics::{Scale, compare};

const SIMULATION: [u64; 5] = [0, 14, 31, 5, 0];
const PEOPLE: [u64; 5] = [11, 9, 13, 10, 7];

/// Prints a simulation that must fail, and halves of people's answers that must pass.
pub(crate) fn print() -> bool {
    let mut held = simulation_against_people();
    println!("\nRandom halves of one question's answers");
    for sample in [PEOPLE, PEOPLE.map(|n| n * 8)] {
        held &= halves(&sample, Scale::Ordered);
        held &= halves(&sample, Scale::Nominal);
    }
    held
}

fn simulation_against_people() -> bool {
    let comparison = compare(&SIMULATION, &PEOPLE, Scale::Ordered, Seed(1));
    println!("Simulation 2:14, 3:31, 4:5 against 50 people 1:11, 2:9, 3:13, 4:10, 5:7");
    let measures = [
        ("total variation", comparison.total_variation, 0.46),
        ("ratio of deviations", comparison.deviation_ratio, 0.4385),
    ];
    let mut held = true;
    for (name, measure, known) in measures {
        let measure = measure.expect("the samples vary");
        let name = format!("{name}: chance {:.3}, p {:.4}", measure.chance, measure.p_value);
        let holds = (measure.value - known).abs() < 0.001;
        held &= crate::line(&name, &format!("{:.3}", measure.value), &format!("{known}"), holds);
    }
    let fails = matches!(comparison.verdict, Agreement::Fail { .. });
    held & crate::line("verdict", &format!("{:?}", comparison.verdict), "Fail", fails)
}

fn halves(sample: &[u64; 5], scale: Scale) -> bool {
    let answers: Vec<usize> =
        sample.iter().enumerate().flat_map(|(i, &n)| vec![i; n as usize]).collect();
    let passed = (0..100).filter(|&split| passes(&answers, scale, Seed(1).child("half", split)));
    let name = format!("halves of {} people that pass, {scale:?}", answers.len());
    crate::at_least(&name, passed.count(), 100, 93)
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
