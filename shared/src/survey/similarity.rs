//! Semantic similarity rating: a reaction in words, mapped onto a scale by how near it is to anchor
//! statements, one for each point (Maier and others, LLMs Reproduce Human Purchase Intent via Semantic
//! Similarity Elicitation of Likert Ratings, arXiv 2510.08338, 2025).
//!
//! For one set of anchors the probability of a point is proportional to the cosine similarity of the
//! reaction with the point's anchor, less the smallest of the set's similarities, plus ε for the
//! smallest itself. The sets are averaged. A temperature T other than 1 raises the result to 1/T. The
//! authors use ε = 0 and T = 1 with six sets and no further scaling; so do we.

use serde::{Deserialize, Serialize};

use super::anchor::{anchors, negations};
use super::question::Construct;
use crate::Language;
use crate::knowledge::embedding::cosine;

/// The floor and the temperature of the mapping.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mapping {
    /// Added to the point that is least similar, whose probability would be 0 otherwise.
    pub epsilon: f64,
    /// Below 1 sharpens, above 1 flattens.
    pub temperature: f64,
}

impl Default for Mapping {
    fn default() -> Self {
        Self { epsilon: 0.0, temperature: 1.0 }
    }
}

/// The distribution over the points of a scale of a reaction, from its similarities to each set of
/// anchors. Where all anchors of a set are equally similar it says nothing: every point is as likely.
pub fn distribution(reaction: &[f32], sets: &[Vec<Vec<f32>>], mapping: Mapping) -> Vec<f64> {
    let points = sets.first().map_or(0, Vec::len);
    let mut mean = vec![0.0; points];
    for set in sets {
        let similar: Vec<f64> = set.iter().map(|anchor| cosine(reaction, anchor)).collect();
        for (mean, p) in mean.iter_mut().zip(shares(&similar, mapping.epsilon)) {
            *mean += p / sets.len() as f64;
        }
    }
    tempered(&mean, mapping.temperature)
}

fn shares(similar: &[f64], epsilon: f64) -> Vec<f64> {
    let least = similar.iter().copied().fold(f64::INFINITY, f64::min);
    let lowest = similar.iter().position(|s| *s <= least);
    let above: Vec<f64> = similar
        .iter()
        .enumerate()
        .map(|(point, s)| s - least + if Some(point) == lowest { epsilon } else { 0.0 })
        .collect();
    let sum: f64 = above.iter().sum();
    if sum <= f64::EPSILON {
        return vec![1.0 / similar.len() as f64; similar.len()];
    }
    above.into_iter().map(|p| p / sum).collect()
}

fn tempered(shares: &[f64], temperature: f64) -> Vec<f64> {
    if (temperature - 1.0).abs() < f64::EPSILON {
        return shares.to_vec();
    }
    let raised: Vec<f64> = shares.iter().map(|p| p.powf(1.0 / temperature)).collect();
    let sum: f64 = raised.iter().sum();
    raised.into_iter().map(|p| p / sum).collect()
}

/// Whether embeddings understand enough for the method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SelfTest {
    /// How often, of all triples of anchors of one set, the nearer point of the scale is also the
    /// nearer in meaning. Chance is about a half.
    pub order: f64,
    /// How often a statement is nearer to its paraphrase than to its negation. Chance is about a half,
    /// and embeddings that only count words stay below it: a negation shares more words.
    pub negation: f64,
    /// Whether both are high enough.
    pub passes: bool,
}

/// What `order` must reach.
pub const LEAST_ORDER: f64 = 0.7;
/// What `negation` must reach.
pub const LEAST_NEGATION: f64 = 0.8;

/// What the self-test asks of a language: the statements to embed, all of them in one call.
pub fn test_statements(language: Language) -> Vec<&'static str> {
    let sets = Construct::ALL.into_iter().flat_map(|construct| anchors(construct, language));
    let triples = negations(language).iter().flatten();
    sets.flatten().chain(triples).copied().collect()
}

/// The self-test with the vectors of [`test_statements`], in their order.
pub fn test_vectors(vectors: &[Vec<f32>], language: Language) -> SelfTest {
    let count = negations(language).len() * 3;
    let (anchors, denials) = vectors.split_at(vectors.len().saturating_sub(count));
    let sets: Vec<Vec<Vec<f32>>> = anchors.chunks_exact(5).map(<[_]>::to_vec).collect();
    let triples: Vec<[Vec<f32>; 3]> =
        denials.chunks_exact(3).filter_map(|triple| triple.to_vec().try_into().ok()).collect();
    self_test(&sets, &triples)
}

/// Holds embeddings against what they must tell apart. `sets` are anchors from the lowest point up,
/// `triples` a statement, its paraphrase in other words, and its negation in nearly the same words.
pub fn self_test(sets: &[Vec<Vec<f32>>], triples: &[[Vec<f32>; 3]]) -> SelfTest {
    let (mut right, mut all) = (0_u32, 0_u32);
    for set in sets {
        for from in 0..set.len() {
            for near in 0..set.len() {
                for far in 0..set.len() {
                    let (close, wide) = (from.abs_diff(near), from.abs_diff(far));
                    let one_side = (near > from) == (far > from);
                    if close == 0 || close >= wide || !one_side {
                        continue;
                    }
                    all += 1;
                    let nearer = cosine(&set[from], &set[near]) > cosine(&set[from], &set[far]);
                    right += u32::from(nearer);
                }
            }
        }
    }
    let noticed = triples
        .iter()
        .filter(|[said, same, denied]| cosine(said, same) > cosine(said, denied))
        .count();
    let share = |n: f64, of: usize| if of > 0 { n / of as f64 } else { 0.0 };
    let order = share(f64::from(right), all as usize);
    let negation = share(noticed as f64, triples.len());
    let passes = order >= LEAST_ORDER && negation >= LEAST_NEGATION;
    SelfTest { order, negation, passes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::OfflineEmbedding;

    /// Anchors on a quarter of a circle: point i of k at i / (k − 1) of the way.
    fn arc(points: usize) -> Vec<Vec<f32>> {
        (0..points).map(|i| at(i as f64 / (points - 1) as f64)).collect()
    }

    fn at(share: f64) -> Vec<f32> {
        let angle = share * std::f64::consts::FRAC_PI_2;
        vec![angle.cos() as f32, angle.sin() as f32]
    }

    fn near(found: &[f64], expected: &[f64]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
        }
    }

    #[test]
    fn the_mapping_is_that_of_the_paper_by_hand() {
        // three orthogonal anchors, a reaction with similarities 0.8, 0.6, 0: 0.8/1.4, 0.6/1.4, 0
        let set = vec![vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
        let reaction = [0.8, 0.6, 0.0];

        let plain = distribution(&reaction, std::slice::from_ref(&set), Mapping::default());
        near(&plain, &[0.8 / 1.4, 0.6 / 1.4, 0.0]);

        let floor = Mapping { epsilon: 0.1, temperature: 1.0 };
        near(
            &distribution(&reaction, std::slice::from_ref(&set), floor),
            &[0.8 / 1.5, 0.6 / 1.5, 0.1 / 1.5],
        );

        // T = 0.5 squares: 0.64 and 0.36
        let sharp = Mapping { epsilon: 0.0, temperature: 0.5 };
        near(&distribution(&reaction, &[set], sharp), &[0.64, 0.36, 0.0]);
    }

    #[test]
    fn sets_are_averaged_and_a_mute_one_says_nothing() {
        let clear = vec![vec![1.0, 0.0], vec![0.0, 1.0]];
        let mute = vec![vec![0.0, 1.0], vec![0.0, 1.0]];

        let found = distribution(&[1.0, 0.0], &[clear, mute], Mapping::default());

        near(&found, &[0.75, 0.25]);
    }

    #[test]
    fn a_reaction_moves_over_the_scale_as_its_meaning_does() {
        let means: Vec<f64> = (0..=10)
            .map(|i| {
                let shares = distribution(&at(f64::from(i) / 10.0), &[arc(5)], Mapping::default());
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                shares.iter().enumerate().map(|(point, p)| (point + 1) as f64 * p).sum()
            })
            .collect();

        assert!(means.windows(2).all(|pair| pair[0] < pair[1]), "{means:?}");
        assert!((means[0] + means[10] - 6.0).abs() < 1e-6, "symmetric: {means:?}");
    }

    #[test]
    fn embeddings_that_know_order_and_negation_pass() {
        let triples = [[at(0.9), at(0.8), at(0.1)], [at(0.2), at(0.1), at(0.9)]];

        let test = self_test(&[arc(5)], &triples);

        assert_eq!(test, SelfTest { order: 1.0, negation: 1.0, passes: true });
        let backwards = [[at(0.9), at(0.1), at(0.8)]];
        assert!(!self_test(&[arc(5)], &backwards).passes);
    }

    #[test]
    fn hashed_embeddings_do_not_pass() {
        let hashed = OfflineEmbedding::new(768);
        for language in [Language::Polish, Language::English] {
            let statements = test_statements(language);
            let vectors: Vec<Vec<f32>> =
                statements.iter().map(|text| hashed.embed(text, language)).collect();

            let test = test_vectors(&vectors, language);

            assert!(statements.len() <= 100, "one call");

            assert!(!test.passes, "{language:?}: {test:?}");
            assert!(test.negation < 0.5, "a negation shares the words: {test:?}");
        }
    }
}
