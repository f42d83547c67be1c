//! Shares with n and an interval.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Material;
use crate::discussion::reading::Reading;
use crate::discussion::sentiment::SIDED;
use crate::id::{PersonaId, TurnId};

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_964;

/// How many people, of how many, and between which shares the truth would lie for a sample of people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SummaryShare {
    /// `positive`, `neutral` or `negative`.
    pub label: String,
    /// How many.
    pub people: usize,
    /// Of how many.
    pub n: usize,
    pub share: f64,
    /// The 95 % interval's lower end (Wilson's score interval).
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// People by the mean tone of their answers.
pub fn shares(material: &Material, readings: &BTreeMap<TurnId, Reading>) -> Vec<SummaryShare> {
    let tones = tones(material, readings);
    let count = |keep: fn(f32) -> bool| tones.values().filter(|tone| keep(**tone)).count();
    let n = tones.len();
    [
        ("positive", count(|tone| tone > SIDED)),
        ("neutral", count(|tone| (-SIDED..=SIDED).contains(&tone))),
        ("negative", count(|tone| tone < -SIDED)),
    ]
    .into_iter()
    .map(|(label, people)| {
        let (low, high) = wilson(people, n);
        let share = people as f64 / n.max(1) as f64;
        SummaryShare { label: label.to_owned(), people, n, share, low, high }
    })
    .collect()
}

pub(super) fn tones(
    material: &Material,
    readings: &BTreeMap<TurnId, Reading>,
) -> BTreeMap<PersonaId, f32> {
    let mut all: BTreeMap<PersonaId, Vec<f32>> = BTreeMap::new();
    for answer in &material.answers {
        if let Some(reading) = readings.get(&answer.id) {
            all.entry(answer.person).or_default().push(reading.sentiment);
        }
    }
    let mean = |tones: Vec<f32>| tones.iter().sum::<f32>() / tones.len() as f32;
    all.into_iter().map(|(person, tones)| (person, mean(tones))).collect()
}

/// Wilson's score interval at 95 %: E. B. Wilson, Journal of the American Statistical Association 22
/// (1927), pp. 209–212.
fn wilson(people: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (n as f64, people as f64 / n as f64);
    let (z2, centre) = (Z * Z, p + Z * Z / (2.0 * n));
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    (((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_that_of_the_tables() {
        // R: prop.test(4, 10, correct = FALSE)$conf.int
        let (low, high) = wilson(4, 10);

        assert!((low - 0.168_180).abs() < 1e-5, "{low}");
        assert!((high - 0.687_326).abs() < 1e-5, "{high}");
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
