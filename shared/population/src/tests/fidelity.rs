//! What the fidelity report sees of whole populations.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::fidelity::{Expected, Observed, Overall, report};
use crate::{AdvancedOptions, Plan, Population, TargetDemographics};
use shared::Seed;
use shared::persona::Card;

fn verdict(expected: &Expected, people: &[Vec<Option<u16>>]) -> Overall {
    let observed: Vec<Observed<'_>> =
        people.iter().map(|categories| Observed { categories, ..Observed::default() }).collect();
    report(expected, &observed, &BTreeMap::new(), people.len() as u32).verdict
}

fn categories(population: &Population, cards: &[Card]) -> Vec<Vec<Option<u16>>> {
    cards.iter().map(|card| population.categories(card)).collect()
}

/// Gives one attribute to the wrong people.
fn permuted(
    mut people: Vec<Vec<Option<u16>>>,
    attribute: usize,
    seed: u64,
) -> Vec<Vec<Option<u16>>> {
    let mut values: Vec<Option<u16>> = people.iter().map(|person| person[attribute]).collect();
    values.shuffle(&mut Seed(seed).rng());
    people.iter_mut().zip(values).for_each(|(person, value)| person[attribute] = value);
    people
}

#[test]
fn activity_or_income_of_the_wrong_people_does_not_fit() {
    for seed in 1..=4 {
        let population = Population::new(&Plan::everyone(), Seed(seed));
        let expected = population.expected();
        let people = categories(&population, &population.cards(0..1_000));

        assert_eq!(verdict(&expected, &people), Overall::Fits, "{seed}");
        for attribute in ["activity", "income_bracket", "education", "age_group"] {
            let place = expected.attributes.iter().position(|a| a.attribute == attribute).unwrap();
            let wrong = permuted(people.clone(), place, seed);
            assert_eq!(verdict(&expected, &wrong), Overall::Off, "{attribute} {seed}");
        }
    }
}

/// Within each occupation group, gives women the jobs of its men and men those of its women.
fn with_jobs_swapped(mut people: Vec<Vec<Option<u16>>>) -> Vec<Vec<Option<u16>>> {
    const GENDER: usize = 1;
    const GROUP: usize = 6;
    // its number and its class are the last two
    let job = people[0].len() - 2;
    let of = |people: &[Vec<Option<u16>>], group: usize, gender: u16| -> Vec<usize> {
        let is = |person: &Vec<Option<u16>>| {
            person[GROUP] == Some(group as u16) && person[GENDER] == Some(gender)
        };
        (0..people.len()).filter(|at| is(&people[*at])).collect()
    };
    for group in 0..10 {
        let both = [of(&people, group, 0), of(&people, group, 1)];
        if both.iter().any(Vec::is_empty) {
            continue;
        }
        let jobs =
            [0, 1].map(|sex| both[sex].iter().map(|at| people[*at][job]).collect::<Vec<_>>());
        for sex in 0..2 {
            for (at, other) in both[sex].iter().zip(jobs[1 - sex].iter().cycle()) {
                people[*at][job] = *other;
            }
        }
    }
    people
}

/// Deals the jobs of each occupation group among its people, whatever their sex.
fn with_jobs_dealt_anew(mut people: Vec<Vec<Option<u16>>>, seed: u64) -> Vec<Vec<Option<u16>>> {
    const GROUP: usize = 6;
    let job = people[0].len() - 2;
    for group in 0..10 {
        let here: Vec<usize> =
            (0..people.len()).filter(|at| people[*at][GROUP] == Some(group)).collect();
        let mut jobs: Vec<Vec<Option<u16>>> =
            here.iter().map(|at| people[*at][job..].to_vec()).collect();
        jobs.shuffle(&mut Seed(seed).rng());
        here.iter().zip(jobs).for_each(|(at, own)| people[*at][job..].copy_from_slice(&own));
    }
    people
}

#[test]
fn the_jobs_of_the_other_sex_do_not_fit() {
    for seed in 1..=4 {
        let population = Population::new(&Plan::everyone(), Seed(seed));
        let expected = population.expected();
        let people = categories(&population, &population.cards(0..1_000));

        assert_eq!(verdict(&expected, &people), Overall::Fits, "{seed}");
        let dealt = with_jobs_dealt_anew(people.clone(), seed);
        assert_eq!(verdict(&expected, &dealt), Overall::Off, "{seed}");
        assert_eq!(verdict(&expected, &with_jobs_swapped(people)), Overall::Off, "{seed}");
    }
}

#[test]
fn jobs_of_women_and_men_are_those_of_the_plan() {
    let industry: AdvancedOptions =
        serde_json::from_value(serde_json::json!({"industries": ["health"], "age_max": 40}))
            .unwrap();
    let industry = Plan::new(&TargetDemographics::default(), &industry).unwrap();
    for plan in [Plan::everyone(), industry] {
        let population = Population::new(&plan, Seed(6));
        let expected = population.expected();
        let pair = &expected.pairs[expected.pairs.len() - 2];
        let jobs = expected.in_pairs_only[0].labels.len();
        let mut counts = vec![0.0; pair.probabilities.len()];
        for person in categories(&population, &population.cards(0..40_000)) {
            let cell = |index: usize| person[pair.attributes[index]].map(usize::from);
            if let (Some(gender), Some(job)) = (cell(0), cell(1)) {
                counts[gender * jobs + job] += 1.0;
            }
        }
        let all: f64 = counts.iter().sum();
        let off = counts.iter().zip(&pair.probabilities).map(|(n, p)| (n / all - p).abs());
        let off = off.sum::<f64>() / 2.0;
        // as many independent draws would be off by 0.03
        assert!(off < 0.015, "{off}");
    }
}

#[test]
fn of_perfect_samples_at_most_one_in_twenty_is_called_off() {
    // a perfect sample: people drawn at random from a large population of the plan
    const REPORTS: u32 = 200;
    let population = Population::new(&Plan::everyone(), Seed(3));
    let expected = population.expected();
    let everybody = categories(&population, &population.cards(0..30_000));
    for people in [100, 1_000] {
        let mut rng = Seed(people).rng();
        let off = (0..REPORTS)
            .filter(|_| {
                let draw = |_| everybody[rng.random_range(0..everybody.len())].clone();
                let sample: Vec<_> = (0..people).map(draw).collect();
                verdict(&expected, &sample) == Overall::Off
            })
            .count();
        // 10 are expected at most; 18 of 200 would be seen once in 100 times
        assert!(off <= 17, "{off} of {REPORTS} reports of {people} people");
    }
}
