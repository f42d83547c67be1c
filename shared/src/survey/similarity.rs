//! Semantic similarity rating: a reaction in words, mapped onto a scale by how near it is to anchor
//! statements, one for each point (Maier and others, LLMs Reproduce Human Purchase Intent via Semantic
//! Similarity Elicitation of Likert Ratings, arXiv 2510.08338, 2025).
//!
//! For one set of anchors the probability of a point is proportional to the cosine similarity of the
//! reaction with the point's anchor, less the smallest of the set's similarities, plus ε for the
//! smallest itself. The sets are averaged. A temperature T other than 1 raises the result to 1/T. The
//! authors use ε = 0 and T = 1 with six sets and no further scaling; so do we, with five and four sets.

use serde::{Deserialize, Serialize};

use super::anchor::{anchors, negations};
use super::question::{BUILT_IN_POINTS, Construct};
use crate::Language;
use crate::knowledge::embedding::cosine;
use crate::statistics::spearman;

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

/// The mean of a distribution over the points of a scale that begins at 1.
fn mean_point(distribution: &[f64]) -> f64 {
    distribution.iter().zip(1_u32..).map(|(p, point)| p * f64::from(point)).sum()
}

/// Whether embeddings understand enough for the method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SelfTest {
    /// Whether statements are put in order: each set of anchors is rated by the other sets of its
    /// construct; Spearman's correlation of the ratings with the points that the anchors stand for, of the
    /// construct where it is smallest. Chance is 0.
    pub order: f64,
    /// How often a statement, and its paraphrase, is rated above its denial in nearly the same words, of the
    /// construct where that is least often. Chance is a half; embeddings that only count words may lie far
    /// below it.
    pub negation: f64,
    /// Whether both are high enough.
    pub passes: bool,
}

/// What `order` must reach: between what was measured of a small real embedding (0.82) and of one that counts
/// words (0.05), as `docs/statistics.md` has it.
pub const LEAST_ORDER: f64 = 0.5;
/// What `negation` must reach: between 1 and 0.25, from the same measurement.
pub const LEAST_NEGATION: f64 = 0.75;

/// What the self-test asks of a language: the statements to embed, all of them in one call.
pub fn test_statements(language: Language) -> Vec<&'static str> {
    let sets = Construct::ALL.into_iter().flat_map(|construct| anchors(construct, language));
    let triples = negations(language).iter().flatten();
    sets.flatten().chain(triples).copied().collect()
}

/// The self-test with the vectors of [`test_statements`], in their order.
pub fn test_vectors(vectors: &[Vec<f32>], language: Language) -> SelfTest {
    let (scales, triples) = taken_apart(vectors, language);
    self_test(&scales, &triples)
}

/// Sets of anchors, each a vector a point.
type Sets = Vec<Vec<Vec<f32>>>;

fn taken_apart(vectors: &[Vec<f32>], language: Language) -> (Vec<Sets>, Vec<[Vec<f32>; 3]>) {
    let count = negations(language).len() * 3;
    let (anchored, denials) = vectors.split_at(vectors.len().saturating_sub(count));
    let mut sets = anchored.chunks_exact(BUILT_IN_POINTS).map(<[_]>::to_vec);
    let scales = Construct::ALL.into_iter();
    let scales = scales.map(|one| sets.by_ref().take(anchors(one, language).len()).collect());
    let triples = denials.chunks_exact(3).filter_map(|triple| triple.to_vec().try_into().ok());
    (scales.collect(), triples.collect())
}

/// Holds embeddings against what the method asks of them. `scales` are the constructs' sets of anchors, each
/// from the lowest point up; `triples` a statement, its paraphrase in other words, and its denial in nearly
/// the same words. Both are looked at through the scale, as reactions are: cosines of the statements with each
/// other say nothing (every embedding that was tried has a denial nearer than a paraphrase).
pub fn self_test(scales: &[Sets], triples: &[[Vec<f32>; 3]]) -> SelfTest {
    let least = |of: &dyn Fn(&Sets) -> f64| scales.iter().map(of).reduce(f64::min).unwrap_or(0.0);
    let order = least(&|sets| order(sets).0);
    let negation = least(&|sets| negation(sets, triples));
    let passes = order >= LEAST_ORDER && negation >= LEAST_NEGATION;
    SelfTest { order, negation, passes }
}

/// What the self-test saw of one construct.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub construct: Construct,
    pub order: f64,
    /// The same of each set alone, in the order of [`anchors`].
    pub sets: Vec<f64>,
    pub negation: f64,
}

/// What the self-test sees of each construct, with the vectors of [`test_statements`]: for who chooses
/// embeddings or writes anchors.
pub fn seen(vectors: &[Vec<f32>], language: Language) -> Vec<Seen> {
    let (scales, triples) = taken_apart(vectors, language);
    let each = Construct::ALL.into_iter().zip(&scales);
    each.map(|(construct, scale)| {
        let (order, sets) = order(scale);
        Seen { construct, order, sets, negation: negation(scale, &triples) }
    })
    .collect()
}

/// How well each set's anchors are put in order by the other sets: all together, and each set alone.
fn order(sets: &[Vec<Vec<f32>>]) -> (f64, Vec<f64>) {
    let (mut points, mut ratings, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for (left_out, set) in sets.iter().enumerate() {
        let others = sets.iter().enumerate().filter(|(place, _)| *place != left_out);
        let others: Sets = others.map(|(_, set)| set.clone()).collect();
        let rated = set.iter().map(|anchor| rating(anchor, &others));
        let first = points.len();
        points.extend((1_u32..).take(set.len()).map(f64::from));
        ratings.extend(rated);
        alone.push(spearman(&points[first..], &ratings[first..]).unwrap_or(0.0));
    }
    (spearman(&points, &ratings).unwrap_or(0.0), alone)
}

fn rating(text: &[f32], sets: &[Vec<Vec<f32>>]) -> f64 {
    mean_point(&distribution(text, sets, Mapping::default()))
}

/// How often a statement or its paraphrase is rated above the denial.
fn negation(sets: &[Vec<Vec<f32>>], triples: &[[Vec<f32>; 3]]) -> f64 {
    let above = |[said, same, denied]: &[Vec<f32>; 3]| {
        let denied = rating(denied, sets);
        usize::from(rating(said, sets) > denied) + usize::from(rating(same, sets) > denied)
    };
    let right: usize = triples.iter().map(above).sum();
    if triples.is_empty() { 0.0 } else { right as f64 / (2 * triples.len()) as f64 }
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
        let scales = [vec![arc(5), arc(5)], vec![arc(5), arc(5), arc(5)]];
        let triples = [[at(0.9), at(0.8), at(0.1)], [at(0.6), at(0.5), at(0.3)]];

        let test = self_test(&scales, &triples);

        assert!((test.order - 1.0).abs() < 1e-9 && test.passes, "{test:?}");
        assert_eq!(test.negation, 1.0);
        let deaf = [[at(0.9), at(0.1), at(0.8)], [at(0.2), at(0.1), at(0.3)]];
        let test = self_test(&scales, &deaf);
        assert_eq!((test.negation, test.passes), (0.25, false));
    }

    #[test]
    fn one_construct_without_order_fails_the_test() {
        let shuffled = vec![at(0.5), at(1.0), at(0.0), at(0.25), at(0.75)];
        let scales = [vec![arc(5), arc(5)], vec![arc(5), shuffled]];
        let triples = [[at(0.9), at(0.8), at(0.1)]];

        let test = self_test(&scales, &triples);

        assert!(test.order < LEAST_ORDER && !test.passes, "{test:?}");
    }

    /// What `multilingual-e5-small` (4 bits, as a question) made of the statements: each with the bytes of its vector,
    /// -127 to 127 for the largest number of all.
    fn recorded(language: Language) -> Vec<(&'static str, Vec<f32>)> {
        let file = language.pick(
            include_str!("../../data/embeddings/e5-small.en.tsv"),
            include_str!("../../data/embeddings/e5-small.pl.tsv"),
        );
        let byte = |pair: &str| f32::from(u8::from_str_radix(pair, 16).unwrap().cast_signed());
        let vector = |hex: &str| (0..hex.len() / 2).map(|i| byte(&hex[2 * i..2 * i + 2])).collect();
        file.lines().filter_map(|line| line.split_once('\t')).map(|(t, v)| (t, vector(v))).collect()
    }

    #[test]
    fn recorded_vectors_of_a_small_real_embedding_pass_with_the_margins_of_the_docs() {
        for (language, orders) in
            [(Language::English, [0.83, 0.88, 0.82]), (Language::Polish, [0.82, 0.82, 0.88])]
        {
            let (texts, vectors): (Vec<&str>, Vec<Vec<f32>>) =
                recorded(language).into_iter().unzip();
            assert_eq!(texts, test_statements(language), "record the changed anchors anew");

            let test = test_vectors(&vectors, language);

            assert!(test.passes && test.negation == 1.0, "{language:?}: {test:?}");
            let found = seen(&vectors, language).into_iter().map(|one| one.order);
            for (found, documented) in found.zip(orders) {
                assert!((found - documented).abs() < 0.006, "{language:?}: {found}");
            }
        }
    }

    #[test]
    fn every_set_of_anchors_is_put_in_order_by_the_other_sets() {
        for language in [Language::English, Language::Polish] {
            let vectors: Vec<Vec<f32>> =
                recorded(language).into_iter().map(|(_, vector)| vector).collect();

            for one in seen(&vectors, language) {
                // 0.8 of five points: two pairs of neighbours changed places, and none lies further off
                let is_ordered = |set: &f64| *set >= 0.8 - 1e-9;
                assert!(one.sets.iter().all(is_ordered), "{language:?}: {one:?}");
            }
        }
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
            assert!(test.negation < 0.5 && test.order < LEAST_ORDER, "{language:?}: {test:?}");
        }
    }
}
