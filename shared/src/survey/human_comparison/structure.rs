//! Whether answers hang together as people's do: who likes it buys it.
//!
//! Shares of single questions can be right while every answer is given by the wrong person; the
//! correlations of questions are then gone.

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::{Answers, Part, Verdict};
use crate::Seed;
use crate::statistics::Scale;
use crate::statistics::comparison::FEWEST;
use crate::statistics::noise::p_value_by_chance;

/// Pairs of questions of both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Structure {
    /// How many columns the correlations are of: a scale is one, a choice one an option.
    pub columns: u32,
    /// The root of the mean squared difference of the two sides' correlations.
    pub distance: f64,
    /// What 95 of 100 random divisions of all respondents stay below.
    pub chance: f64,
    /// The mean size (root of the mean square) of the simulation's correlations and of people's.
    pub strength: [f64; 2],
    /// The share of random divisions that are at least as far apart.
    pub p_value: f64,
    /// The same, corrected for all tests of the survey.
    pub adjusted_p_value: f64,
    /// The verdict.
    pub verdict: Verdict,
}

/// Random divisions of the respondents.
const DIVISIONS: usize = 500;
/// Of larger samples, and wider surveys, the first columns and as many people are looked at.
const MOST_COLUMNS: usize = 30;
const MOST_PEOPLE: usize = 1_000;

/// One number a person, `NaN` where there is no answer.
type Row = Vec<f64>;

/// Compares the correlations. `None` with fewer than two questions, or too few people on a side.
pub(super) fn compare(
    parts: &[Part<'_>],
    simulated: &[&Answers],
    people: &[&Answers],
    seed: Seed,
) -> Option<Structure> {
    let columns: usize = parts.iter().map(Part::columns).sum::<usize>().min(MOST_COLUMNS);
    if parts.len() < 2 || simulated.len().min(people.len()) < FEWEST as usize {
        return None;
    }
    let rows = |side: &[&Answers], name: &str| -> Vec<Row> {
        let mut own: Vec<Row> = side.iter().map(|answers| row(parts, answers, columns)).collect();
        own.shuffle(&mut seed.child(name, 0).rng());
        own.truncate(MOST_PEOPLE);
        own
    };
    let (own, theirs) = (rows(simulated, "simulated"), rows(people, "people"));
    let correlations = [&own, &theirs].map(|side| {
        let side: Vec<&Row> = side.iter().collect();
        self::correlations(&side, columns)
    });
    let distance = apart(&correlations[0], &correlations[1]);
    let mut by_chance = divisions(&own, &theirs, columns, seed);
    let p_value = p_value_by_chance(distance, &by_chance);
    by_chance.sort_by(f64::total_cmp);
    Some(Structure {
        columns: columns as u32,
        distance,
        chance: by_chance[DIVISIONS * 95 / 100],
        strength: correlations.map(|own| apart(&own, &vec![0.0; own.len()])),
        p_value,
        adjusted_p_value: p_value,
        verdict: Verdict::TooFewToNotice,
    })
}

impl Part<'_> {
    /// A scale and a yes or no are one column, other choices one an option.
    fn columns(&self) -> usize {
        if self.scale == Scale::Ordered || self.keys.len() == 2 { 1 } else { self.keys.len() }
    }
}

fn row(parts: &[Part<'_>], answers: &Answers, columns: usize) -> Row {
    let mut row = Vec::with_capacity(columns);
    for part in parts {
        let chosen = (part.pick)(answers);
        let place = chosen.first().and_then(|key| part.keys.iter().position(|known| known == key));
        let numbers = part.columns();
        row.extend((0..numbers).map(|number| match place {
            None => f64::NAN,
            Some(place) if numbers == 1 => place as f64,
            Some(place) => f64::from(u8::from(place == number)),
        }));
    }
    row.truncate(columns);
    row
}

/// The correlations of every two columns; without an answer, a person counts as average.
fn correlations(rows: &[&Row], columns: usize) -> Vec<f64> {
    let scores: Vec<Vec<f64>> = (0..columns).map(|column| standardised(rows, column)).collect();
    let mut own = Vec::with_capacity(columns * (columns - 1) / 2);
    for (i, a) in scores.iter().enumerate() {
        for b in &scores[i + 1..] {
            own.push(a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>());
        }
    }
    own
}

/// Deviations from the mean, their squares adding up to 1; zeros where nothing varies.
fn standardised(rows: &[&Row], column: usize) -> Vec<f64> {
    let known = || rows.iter().map(|row| row[column]).filter(|value| value.is_finite());
    let mean = known().sum::<f64>() / known().count().max(1) as f64;
    let size = known().map(|value| (value - mean).powi(2)).sum::<f64>().sqrt();
    let score = |value: f64| {
        if size > 0.0 && value.is_finite() { (value - mean) / size } else { 0.0 }
    };
    rows.iter().map(|row| score(row[column])).collect()
}

/// The root of the mean squared difference.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
    (sum / a.len().max(1) as f64).sqrt()
}

/// How far apart the sides are when everybody is dealt to them at random.
fn divisions(own: &[Row], theirs: &[Row], columns: usize, seed: Seed) -> Vec<f64> {
    let mut all: Vec<&Row> = own.iter().chain(theirs).collect();
    let mut rng = seed.child("divisions", 0).rng();
    (0..DIVISIONS)
        .map(|_| {
            all.shuffle(&mut rng);
            let (first, second) = all.split_at(own.len());
            apart(&correlations(first, columns), &correlations(second, columns))
        })
        .collect()
}
