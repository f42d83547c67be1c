//! Joining what the retrievers of a search found: weighted reciprocal rank fusion.

use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

/// The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): how little the first
/// ranks differ.
pub const RANK_CONSTANT: f64 = 60.0;
/// How many chunks of one document come before others have had a turn.
pub const A_TURN: usize = 3;

/// What a retriever's ranks are worth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FusionWeights {
    pub vector: f64,
    pub keyword: f64,
}

impl FusionWeights {
    /// A weight for vectors and the rest for words.
    pub fn vector(vector: f64) -> Self {
        Self { vector, keyword: 1.0 - vector }
    }
}

/// One thing found, and where each retriever had it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fused<K> {
    pub key: K,
    /// The sum of `weight / (60 + rank)` over the retrievers.
    pub score: f64,
    /// Its rank among the words', from 1.
    pub keyword_rank: Option<u32>,
    /// Its rank among the vectors', from 1.
    pub vector_rank: Option<u32>,
}

/// Joins two rankings, best first. Equal scores keep the order of the words' ranking. A retriever of weight
/// 0 adds nothing, not even its finds.
pub fn fuse<K: Clone + Eq + Hash>(
    keyword: &[K],
    vector: &[K],
    weights: FusionWeights,
) -> Vec<Fused<K>> {
    let mut places = HashMap::new();
    let mut fused: Vec<Fused<K>> = Vec::new();
    let retrievers = [(keyword, weights.keyword, true), (vector, weights.vector, false)];
    for (found, weight, is_keyword) in retrievers.into_iter().filter(|(_, weight, _)| *weight > 0.0)
    {
        for (rank, key) in (1_u32..).zip(found) {
            let place = *places.entry(key.clone()).or_insert(fused.len());
            if place == fused.len() {
                let key = key.clone();
                fused.push(Fused { key, score: 0.0, keyword_rank: None, vector_rank: None });
            }
            let one = &mut fused[place];
            let seen = if is_keyword { &mut one.keyword_rank } else { &mut one.vector_rank };
            if seen.replace(rank).is_none() {
                one.score += weight / (RANK_CONSTANT + f64::from(rank));
            }
        }
    }
    fused.sort_by(|a, b| b.score.total_cmp(&a.score));
    fused
}

/// Reorders a ranking so that at most [`A_TURN`] of one document come before every other document had
/// its turn; then the next turn begins. Nothing is dropped.
pub fn take_turns<T, D: Eq + Hash>(ranked: Vec<T>, document: impl Fn(&T) -> D) -> Vec<T> {
    let mut seen: HashMap<D, usize> = HashMap::new();
    let mut turns: Vec<Vec<T>> = Vec::new();
    for one in ranked {
        let count = seen.entry(document(&one)).or_default();
        let turn = *count / A_TURN;
        *count += 1;
        if turn == turns.len() {
            turns.push(Vec::new());
        }
        turns[turn].push(one);
    }
    turns.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_arms_found_comes_before_what_one_did() {
        let fused = fuse(&["a", "b", "c"], &["c", "d"], FusionWeights::vector(0.5));

        let keys: Vec<_> = fused.iter().map(|one| one.key).collect();
        assert_eq!(keys, ["c", "a", "b", "d"]);
        assert_eq!((fused[0].keyword_rank, fused[0].vector_rank), (Some(3), Some(1)));
        assert!((fused[0].score - (0.5 / 63.0 + 0.5 / 61.0)).abs() < 1e-12);
    }

    #[test]
    fn a_weight_of_nothing_leaves_the_other_arm_as_it_is() {
        let keyword = ["a", "b"];
        let vector = ["x", "b", "y"];

        let by_words = fuse(&keyword, &vector, FusionWeights::vector(0.0));
        let by_vectors = fuse(&keyword, &vector, FusionWeights::vector(1.0));

        assert_eq!(by_words.iter().map(|one| one.key).collect::<Vec<_>>(), keyword);
        assert_eq!(by_vectors.iter().map(|one| one.key).collect::<Vec<_>>(), vector);
    }

    #[test]
    fn a_document_waits_after_three_until_others_had_their_turn() {
        let ranked = vec!["a1", "a2", "a3", "a4", "b1", "a5", "c1"];

        let fair = take_turns(ranked, |one| one.chars().next());

        assert_eq!(fair, ["a1", "a2", "a3", "b1", "c1", "a4", "a5"]);
    }
}
