//! Measures how far populations are from what they should be, beside independent draws.

#[path = "jobs.rs"]
pub(crate) mod jobs;

use population::fidelity::Expected;
use population::{AdvancedOptions, Plan, Population, TargetDemographics};
use rand::RngExt;
use shared::Seed;
use shared::persona::Card;
use shared::persona::card::Sex;

/// Seeds that a bar is measured over; the worst counts.
pub(crate) const SEEDS: std::ops::RangeInclusive<u64> = 1..=8;

/// What a bar is about.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    /// One attribute.
    Marginal(&'static str),
    /// Two attributes together.
    Pair(&'static str, &'static str),
    /// Sex and job of people in work, held against the table of jobs.
    JobBySex,
}

/// How good is good enough.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// A total variation.
    AtMost(f64),
    /// A part of what independent draws give on average.
    OfIndependent(f64),
}

/// A bar that every seed must pass.
#[derive(Clone, Copy)]
pub(crate) struct Bar {
    pub(crate) people: u32,
    pub(crate) subject: Subject,
    pub(crate) limit: Limit,
}

/// A bar with what was measured.
pub(crate) struct Measured {
    pub(crate) bar: Bar,
    /// The largest total variation over the seeds.
    pub(crate) worst: f64,
    /// The mean over the seeds.
    pub(crate) mean: f64,
    /// The mean of independent draws of the same size.
    pub(crate) independent: f64,
    /// The largest that passes.
    pub(crate) limit: f64,
}

impl Measured {
    pub(crate) fn passes(&self) -> bool {
        self.worst <= self.limit
    }
}

pub(crate) const BARS: [Bar; 8] = [
    Bar { people: 100, subject: Subject::Marginal("age_group"), limit: Limit::AtMost(0.012) },
    Bar { people: 100, subject: Subject::Marginal("gender"), limit: Limit::AtMost(0.006) },
    Bar { people: 100, subject: Subject::Marginal("region"), limit: Limit::AtMost(0.035) },
    Bar {
        people: 1_000,
        subject: Subject::Pair("age_group", "gender"),
        limit: Limit::AtMost(0.003),
    },
    Bar { people: 1_000, subject: Subject::Pair("region", "place"), limit: Limit::AtMost(0.010) },
    Bar { people: 100, subject: Subject::Marginal("education"), limit: Limit::OfIndependent(0.5) },
    Bar {
        people: 100,
        subject: Subject::Marginal("occupation_group"),
        limit: Limit::OfIndependent(0.5),
    },
    Bar { people: 1_000, subject: Subject::JobBySex, limit: Limit::OfIndependent(0.5) },
];

/// The Polish population aged 20 and over, no target.
pub(crate) fn plan() -> Plan {
    let options = AdvancedOptions { age_min: Some(20), ..AdvancedOptions::default() };
    Plan::new(&TargetDemographics::default(), &options).expect("an age bound is no contradiction")
}

/// Measures every bar.
pub(crate) fn measure(plan: &Plan) -> Vec<Measured> {
    let populations: Vec<Population> =
        SEEDS.map(|seed| Population::new(plan, Seed(seed))).collect();
    let samples: Vec<Vec<Card>> = populations.iter().map(|p| p.cards(0..1_000)).collect();
    let expected = populations[0].expected();
    BARS.iter()
        .map(|bar| {
            let distances: Vec<f64> = populations
                .iter()
                .zip(&samples)
                .map(|(p, cards)| {
                    distance(&expected, bar.subject, (p, &cards[..bar.people as usize]))
                })
                .collect();
            let independent = independent(&expected, bar, &populations, &samples);
            Measured {
                bar: *bar,
                worst: distances.iter().copied().fold(0.0, f64::max),
                mean: distances.iter().sum::<f64>() / distances.len() as f64,
                independent,
                limit: match bar.limit {
                    Limit::AtMost(limit) => limit,
                    Limit::OfIndependent(part) => part * independent,
                },
            }
        })
        .collect()
}

/// Total variation between the sample and what is expected, among those to whom it applies.
fn distance(expected: &Expected, subject: Subject, (p, cards): (&Population, &[Card])) -> f64 {
    let probabilities = shares(expected, subject);
    let mut counts = vec![0.0; probabilities.len()];
    let mut all = 0.0;
    for cell in cards.iter().filter_map(|card| cell(expected, subject, p, card)) {
        counts[cell] += 1.0;
        all += 1.0;
    }
    variation(&counts, all, &probabilities)
}

/// The cell a person is in.
fn cell(expected: &Expected, subject: Subject, p: &Population, card: &Card) -> Option<usize> {
    if matches!(subject, Subject::JobBySex) {
        let job = jobs::number(card)?;
        return Some(job * 2 + usize::from(card.sex == Sex::Male));
    }
    let person = p.categories(card);
    attributes(expected, subject).iter().try_fold(0, |cell, attribute| {
        let columns = expected.attributes[*attribute].labels.len();
        person[*attribute].map(|category| cell * columns + usize::from(category))
    })
}

fn variation(counts: &[f64], all: f64, probabilities: &[f64]) -> f64 {
    counts.iter().zip(probabilities).map(|(count, p)| (count / all - p).abs()).sum::<f64>() / 2.0
}

/// Mean total variation of as many independent draws from the same shares.
fn independent(
    expected: &Expected,
    bar: &Bar,
    populations: &[Population],
    samples: &[Vec<Card>],
) -> f64 {
    const ROUNDS: u64 = 200;
    let probabilities = shares(expected, bar.subject);
    let applies = |p: &Population, cards: &[Card]| {
        let own = cards[..bar.people as usize].iter();
        own.filter(|card| cell(expected, bar.subject, p, card).is_some()).count()
    };
    let people = populations.iter().zip(samples).map(|(p, cards)| applies(p, cards)).sum::<usize>()
        / populations.len();
    let mut rng = Seed(99).rng();
    let mut sum = 0.0;
    for _ in 0..ROUNDS {
        let mut counts = vec![0.0; probabilities.len()];
        for _ in 0..people {
            let mut at: f64 = rng.random();
            let cell = probabilities.iter().position(|p| {
                at -= p;
                at <= 0.0
            });
            counts[cell.unwrap_or(probabilities.len() - 1)] += 1.0;
        }
        sum += variation(&counts, people as f64, &probabilities);
    }
    sum / ROUNDS as f64
}

/// The attributes a subject is about.
fn attributes(expected: &Expected, subject: Subject) -> Vec<usize> {
    let index = |name: &str| {
        expected.attributes.iter().position(|a| a.attribute == name).expect("a known attribute")
    };
    match subject {
        Subject::Marginal(name) => vec![index(name)],
        Subject::Pair(a, b) => vec![index(a), index(b)],
        Subject::JobBySex => vec![index("gender"), index("occupation_group")],
    }
}

fn shares(expected: &Expected, subject: Subject) -> Vec<f64> {
    let wanted = attributes(expected, subject);
    if let [one] = wanted[..] {
        return expected.attributes[one].probabilities.clone();
    }
    let pair = expected.pairs.iter().find(|pair| pair.attributes == wanted[..]);
    let pair = &pair.expect("a known pair").probabilities;
    match subject {
        Subject::JobBySex => jobs::shares(pair),
        _ => pair.clone(),
    }
}

pub(crate) fn name(bar: &Bar) -> String {
    match bar.subject {
        Subject::Marginal(name) => format!("n = {}, {name}", bar.people),
        Subject::Pair(a, b) => format!("n = {}, {a} × {b}", bar.people),
        Subject::JobBySex => format!("n = {}, job × sex, in work", bar.people),
    }
}
