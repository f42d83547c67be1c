//! How much a population varies, against how much it should.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::Observed;
use super::expected::ExpectedAttribute;
use super::shingle::{jaccard, shingles};
use shared::Seed;
use shared::statistics::distance::weights;

/// Pairs of texts whose similarity is measured. Fewer people: every pair.
const PAIRS: usize = 2_000;
/// A sentence shorter than this many characters is shared by accident.
const SENTENCE: usize = 20;

/// How much the people differ from one another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Diversity {
    /// Different full names.
    pub distinct_names: u32,
    /// Different combinations of all attributes.
    pub distinct_combinations: u32,
    /// The mean Jaccard similarity of word-5-grams over `pairs_sampled` pairs, 0 to 1; absent with
    /// fewer than two people.
    pub mean_similarity: Option<f64>,
    /// Pairs that the mean rests on.
    pub pairs_sampled: u32,
    /// The largest share of people in whose stories one and the same sentence stands, 0 to 1.
    pub most_shared_sentence: f64,
    /// One line an attribute.
    pub attributes: Vec<AttributeDiversity>,
}

/// The variety of one attribute in effective numbers: how many equally frequent categories would
/// vary as much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttributeDiversity {
    /// The attribute's key.
    pub attribute: String,
    /// Of the people.
    pub observed: f64,
    /// Of as many independent draws from the target, on average.
    pub expected: f64,
}

/// The effective number of categories: the exponential of Shannon's entropy, Hill's number of order
/// 1 (Hill, Ecology 54, 1973). Takes probabilities or counts; nothing at all is 0.
pub fn effective_number(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return 0.0;
    }
    entropy(weights, sum).exp()
}

pub(super) fn of(
    attributes: &[ExpectedAttribute],
    counts: &[Vec<u64>],
    observed: &[Observed<'_>],
    seed: Seed,
) -> Diversity {
    let names: BTreeSet<&str> = observed.iter().map(|person| person.name).collect();
    let combinations: BTreeSet<&[Option<u16>]> =
        observed.iter().map(|person| person.categories).collect();
    let (mean_similarity, pairs_sampled) = mean_similarity(observed, seed);
    Diversity {
        distinct_names: names.len() as u32,
        distinct_combinations: combinations.len() as u32,
        mean_similarity,
        pairs_sampled,
        most_shared_sentence: most_shared_sentence(observed),
        attributes: attributes.iter().zip(counts).map(|(a, counts)| variety(a, counts)).collect(),
    }
}

fn variety(attribute: &ExpectedAttribute, counts: &[u64]) -> AttributeDiversity {
    let n: u64 = counts.iter().sum();
    AttributeDiversity {
        attribute: attribute.attribute.clone(),
        observed: effective_number(&weights(counts)),
        expected: expected_of_draws(&attribute.probabilities, n),
    }
}

/// Draws vary less than what they are drawn from: their entropy is smaller by (k − 1) / 2n on average
/// (Miller 1955).
fn expected_of_draws(probabilities: &[f64], n: u64) -> f64 {
    let sum: f64 = probabilities.iter().sum();
    if n == 0 || sum <= 0.0 {
        return 0.0;
    }
    let possible = probabilities.iter().filter(|&&p| p > 0.0).count() as f64;
    (entropy(probabilities, sum) - (possible - 1.0) / (2.0 * n as f64)).exp().max(1.0)
}

fn entropy(weights: &[f64], sum: f64) -> f64 {
    weights
        .iter()
        .filter(|&&weight| weight > 0.0)
        .map(|weight| {
            let share = weight / sum;
            -share * share.ln()
        })
        .sum()
}

fn mean_similarity(observed: &[Observed<'_>], seed: Seed) -> (Option<f64>, u32) {
    let pairs = pairs(observed.len(), seed);
    if pairs.is_empty() {
        return (None, 0);
    }
    let mut sets: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for i in pairs.iter().flat_map(|&(a, b)| [a, b]) {
        sets.entry(i).or_insert_with(|| shingles(observed[i].story));
    }
    let sum: f64 = pairs.iter().map(|(a, b)| jaccard(&sets[a], &sets[b])).sum();
    (Some(sum / pairs.len() as f64), pairs.len() as u32)
}

fn pairs(people: usize, seed: Seed) -> Vec<(usize, usize)> {
    let all = people * people.saturating_sub(1) / 2;
    if all <= PAIRS {
        return (0..people).flat_map(|a| (a + 1..people).map(move |b| (a, b))).collect();
    }
    let mut rng = seed.child("similarity", 0).rng();
    (0..PAIRS)
        .map(|_| {
            let a = rng.random_range(0..people);
            let b = (a + rng.random_range(1..people)) % people;
            (a, b)
        })
        .collect()
}

fn most_shared_sentence(observed: &[Observed<'_>]) -> f64 {
    let mut people: BTreeMap<&str, (u32, usize)> = BTreeMap::new();
    for (person, observed) in observed.iter().enumerate() {
        let sentences = observed.story.split(['.', '!', '?', '\n']).map(str::trim);
        for sentence in sentences.filter(|sentence| sentence.len() >= SENTENCE) {
            let (count, last) = people.entry(sentence).or_insert((0, usize::MAX));
            if *last != person {
                (*count, *last) = (*count + 1, person);
            }
        }
    }
    let most = people.values().map(|(count, _)| *count).max().unwrap_or(0);
    if most < 2 { 0.0 } else { f64::from(most) / observed.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_categories_count_fully_and_one_category_counts_once() {
        assert!((effective_number(&[0.25; 4]) - 4.0).abs() < 1e-9);
        assert!((effective_number(&[7.0, 0.0]) - 1.0).abs() < 1e-9);
        assert_eq!(effective_number(&[]), 0.0);
    }

    #[test]
    fn uneven_categories_count_less() {
        // entropy of 0.9, 0.1 is 0.3251 nats
        assert!((effective_number(&[0.9, 0.1]) - 0.3251_f64.exp()).abs() < 1e-3);
    }

    #[test]
    fn a_sentence_counts_once_a_person() {
        let shared = "I count every receipt at home. I count every receipt at home.";
        let own = "I live above the bakery on the square.";
        let people =
            [shared, shared, own, own].map(|story| Observed { story, ..Observed::default() });

        assert!((most_shared_sentence(&people) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_mean_similarity_of_copies_is_1_and_of_one_person_absent() {
        let copies = [Observed { story: "one two three four five", ..Observed::default() }; 3];

        assert_eq!(mean_similarity(&copies, Seed(1)), (Some(1.0), 3));
        assert_eq!(mean_similarity(&copies[..1], Seed(1)), (None, 0));
    }
}
