//! What the fidelity report sees of whole populations.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::fidelity::{Expected, Observed, Overall, report};
use crate::{Plan, Population};
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
