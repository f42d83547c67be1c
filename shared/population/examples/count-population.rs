//! Hot paths of the engine, so many times: `cargo local bench` counts their instructions.

use std::collections::BTreeMap;
use std::hint::black_box;

use population::fidelity::{self, Observed};
use population::{AdvancedOptions, Plan, Population, TargetDemographics};
use shared::Seed;
use shared::persona::label;

const PEOPLE: u32 = 200;
/// A target on two attributes: raking has something to do.
const TARGET: [(&str, &[(&str, f64)]); 2] = [
    ("gender", &[("Kobieta", 0.6), ("Mężczyzna", 0.4)]),
    ("age_group", &[("25-34", 0.5), ("35-44", 0.3), ("45-54", 0.2)]),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let subject = arguments.next().expect("a subject");
    let times: u64 = arguments.next().and_then(|n| n.parse().ok()).expect("how often");
    let work = match subject.as_str() {
        "allocation" => allocation(),
        "raking" => raking(),
        "fidelity" => fidelity(),
        _ => panic!("no such subject"),
    };
    (0..times).for_each(work);
}

/// People drawn from a population that is ready.
fn allocation() -> Box<dyn Fn(u64)> {
    let population = Population::new(&Plan::everyone(), Seed(7));
    Box::new(move |_| drop(black_box(population.cards(0..PEOPLE))))
}

/// A researcher's target, raked onto the joint.
fn raking() -> Box<dyn Fn(u64)> {
    let weights = |pairs: &[(&str, f64)]| {
        pairs.iter().map(|(label, weight)| ((*label).to_owned(), *weight)).collect()
    };
    let target = TARGET.iter().map(|(name, pairs)| ((*name).to_owned(), weights(pairs))).collect();
    let target = TargetDemographics::parse(target).expect("labels that are known");
    Box::new(move |_| {
        let plan = Plan::new(&target, &AdvancedOptions::default()).expect("it can be met");
        black_box(Population::new(&plan, Seed(7)));
    })
}

/// A report over people with short stories.
fn fidelity() -> Box<dyn Fn(u64)> {
    let population = Population::new(&Plan::everyone(), Seed(7));
    let cards = population.cards(0..PEOPLE);
    let categories: Vec<_> = cards.iter().map(|card| population.categories(card)).collect();
    let names: Vec<_> = cards.iter().map(label::full_name).collect();
    let expected = population.expected();
    Box::new(move |_| {
        let people = categories.iter().zip(&names);
        let observed: Vec<Observed<'_>> = people
            .map(|(categories, name)| Observed {
                categories,
                story: name,
                name,
                contradictions: &[],
            })
            .collect();
        black_box(fidelity::report(&expected, &observed, &BTreeMap::new(), PEOPLE));
    })
}
