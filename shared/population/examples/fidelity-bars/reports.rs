//! The fidelity report over people who are right, and over people who are wrong in one attribute.

use std::collections::BTreeMap;

use population::fidelity::{Expected, Observed, Overall, report};
use population::{Plan, Population};
use rand::RngExt;
use rand::seq::SliceRandom;
use shared::Seed;

const REPORTS: usize = 200;
const SEEDS: u64 = 8;
/// Attributes that are given to the wrong people.
const PERMUTED: [&str; 5] =
    ["activity", "income_bracket", "education", "age_group", "occupation_group"];

/// A person's category in each attribute.
type Person = Vec<Option<u16>>;

/// Prints how often perfect samples are called off, and how often permuted people are.
pub(crate) fn print() -> bool {
    println!("\nFidelity reports of Poland, 18 and over, no target");
    let mut held = perfect();
    for attribute in PERMUTED {
        let name = format!("1,000 with {attribute} of the wrong people called off");
        held &= all_are_off(&name, |expected, people, seed| {
            let known = expected.attributes.iter();
            let place = known.into_iter().position(|known| known.attribute == attribute);
            let everybody: Vec<usize> = (0..people.len()).collect();
            deal(people, &everybody, place.expect("it is known"), 1, seed);
        });
    }
    held & all_are_off(
        "1,000 with jobs dealt within groups called off",
        |expected, people, seed| {
            let group = expected.attributes.iter().position(|a| a.attribute == "occupation_group");
            let group = group.expect("it is known");
            for number in 0..expected.attributes[group].labels.len() {
                let is_here = |at: &usize| people[*at][group] == Some(number as u16);
                let here: Vec<usize> = (0..people.len()).filter(is_here).collect();
                deal(people, &here, expected.attributes.len(), expected.in_pairs_only.len(), seed);
            }
        },
    )
}

fn is_off(expected: &Expected, people: &[Person]) -> bool {
    let observed: Vec<Observed<'_>> =
        people.iter().map(|categories| Observed { categories, ..Observed::default() }).collect();
    let report = report(expected, &observed, &BTreeMap::new(), people.len() as u32);
    report.verdict == Overall::Off
}

fn people(population: &Population, number: u32) -> Vec<Person> {
    population.cards(0..number).iter().map(|card| population.categories(card)).collect()
}

/// People drawn at random from a large population of the plan. One in twenty may be off: of 200, more
/// than 17 are seen in 2 of 100 runs.
fn perfect() -> bool {
    let population = Population::new(&Plan::everyone(), Seed(3));
    let expected = population.expected();
    let everybody = people(&population, 30_000);
    let mut held = true;
    for number in [100, 300, 1_000] {
        let mut rng = Seed(number).rng();
        let mut draw = |_| everybody[rng.random_range(0..everybody.len())].clone();
        let off = (0..REPORTS)
            .filter(|_| is_off(&expected, &(0..number).map(&mut draw).collect::<Vec<_>>()))
            .count();
        let name = format!("perfect samples of {number} called off");
        held &= crate::at_most(&name, off, REPORTS, 17);
    }
    held
}

/// Of 1,000 people every seed must be off once they are changed.
fn all_are_off(name: &str, change: impl Fn(&Expected, &mut [Person], u64)) -> bool {
    let off = (1..=SEEDS).filter(|&seed| {
        let population = Population::new(&Plan::everyone(), Seed(seed));
        let expected = population.expected();
        let mut people = people(&population, 1_000);
        change(&expected, &mut people, seed);
        is_off(&expected, &people)
    });
    crate::at_least(name, off.count(), SEEDS as usize, SEEDS as usize)
}

/// Deals some attributes from this one on among these people.
fn deal(people: &mut [Person], among: &[usize], first: usize, number: usize, seed: u64) {
    let of = first..first + number;
    let mut values: Vec<Person> = among.iter().map(|at| people[*at][of.clone()].to_vec()).collect();
    values.shuffle(&mut Seed(seed).rng());
    for (at, value) in among.iter().zip(values) {
        people[*at][of.clone()].copy_from_slice(&value);
    }
}
