use rand::seq::SliceRandom;

use crate::statistics::comparison::*;

/// Answers 1 to 5 of a simulation and of 50 people.
const SIMULATION: [u64; 5] = [0, 14, 31, 5, 0];
const PEOPLE: [u64; 5] = [11, 9, 13, 10, 7];

/// How many of 100 seeded random halves of a sample pass.
fn halves_that_pass(sample: &[u64], scale: Scale) -> usize {
    let answers: Vec<usize> =
        sample.iter().enumerate().flat_map(|(i, &n)| vec![i; n as usize]).collect();
    (0..100)
        .filter(|&split| {
            let seed = Seed(2_024).child("halves", split);
            let mut answers = answers.clone();
            answers.shuffle(&mut seed.rng());
            let mut halves = [vec![0; sample.len()], vec![0; sample.len()]];
            for (i, answer) in answers.into_iter().enumerate() {
                halves[i % 2][answer] += 1;
            }
            compare(&halves[0], &halves[1], scale, seed).verdict == Agreement::Pass
        })
        .count()
}

#[test]
fn a_simulation_that_avoids_the_ends_of_the_scale_fails() {
    let comparison = compare(&SIMULATION, &PEOPLE, Scale::Ordered, Seed(1));

    let apart = comparison.total_variation.unwrap();
    assert!((apart.value - 0.46).abs() < 1e-9, "{apart:?}");
    assert!(apart.p_value < 0.001, "{apart:?}");
    assert!((comparison.deviation_ratio.unwrap().value - 0.44).abs() < 0.005);
    let Agreement::Fail { because } = comparison.verdict else { panic!("it must fail") };
    assert!(because.contains(&Difference::TotalVariation));
    assert!(because.contains(&Difference::VariesLess));
}

#[test]
fn it_fails_as_names_too() {
    let comparison = compare(&SIMULATION, &PEOPLE, Scale::Nominal, Seed(1));

    assert!(matches!(comparison.verdict, Agreement::Fail { .. }));
    assert_eq!(comparison.wasserstein, None);
}

#[test]
fn random_halves_of_one_human_sample_pass() {
    let larger = PEOPLE.map(|n| n * 8);
    for (sample, scale) in [
        (&PEOPLE, Scale::Ordered),
        (&PEOPLE, Scale::Nominal),
        (&larger, Scale::Ordered),
        (&larger, Scale::Nominal),
    ] {
        let passed = halves_that_pass(sample, scale);
        assert!(passed >= 93, "{passed} of 100, {scale:?}");
    }
}

#[test]
fn a_shift_of_scores_is_found_and_its_size_is_the_distance() {
    let a: Vec<f64> = (0..40).map(|i| f64::from(i) / 10.0).collect();
    let b: Vec<f64> = a.iter().map(|x| x + 2.0).collect();

    let comparison = compare_scores(&a, &b, Seed(3));

    assert!((comparison.wasserstein.unwrap().value - 2.0).abs() < 1e-9);
    assert!((comparison.deviation_ratio.unwrap().value - 1.0).abs() < 1e-9);
    assert_eq!(comparison.verdict, Agreement::Fail { because: vec![Difference::Wasserstein] });
}

#[test]
fn a_handful_of_answers_is_too_few() {
    assert_eq!(compare(&[3, 3], &[20, 20], Scale::Nominal, Seed(1)).verdict, Agreement::TooFew);
    assert_eq!(compare(&[], &[], Scale::Ordered, Seed(1)).verdict, Agreement::TooFew);
    assert_eq!(compare_scores(&[f64::NAN], &[], Seed(1)).verdict, Agreement::TooFew);
}

#[test]
fn a_sample_that_does_not_vary_has_no_ratio_and_fails() {
    let comparison = compare(&[0, 0, 30], &[10, 10, 10], Scale::Ordered, Seed(1));
    let other_way = compare(&[10, 10, 10], &[0, 0, 30], Scale::Ordered, Seed(1));

    assert_eq!(comparison.deviation_ratio.unwrap().value, 0.0);
    assert_eq!(other_way.deviation_ratio, None);
    assert!(matches!(comparison.verdict, Agreement::Fail { .. }));
}

#[test]
fn the_same_seed_gives_the_same_comparison() {
    let compare = || compare(&SIMULATION, &PEOPLE, Scale::Ordered, Seed(9));

    assert_eq!(compare(), compare());
}
