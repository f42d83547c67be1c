//! People who were written up in nearly the same words.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::shingle::{jaccard, shingles};
use shared::Seed;

/// Two texts that share this much of their word-5-grams are near duplicates. Independent texts on
/// one subject stay far below; one paragraph of three in common is 0.2.
pub const THRESHOLD: f64 = 0.3;
/// Up to this many texts every pair is looked at: the work grows with the square. Chosen by hand.
pub const EXACT_UP_TO: usize = 2_000;

/// MinHash with 64 bands of 2 rows (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive
/// Datasets, ch. 3): a pair at the threshold shares a band with probability 1 − (1 − 0.3²)⁶⁴ = 0.998.
const BANDS: usize = 64;
const ROWS: usize = 2;
const HASHES: usize = BANDS * ROWS;
/// In a crowded band a text is held against this many neighbours: the work stays linear, and in a
/// crowd of duplicates the nearest neighbour is one. Chosen by hand.
const NEIGHBOURS: usize = 16;
/// A candidate is compared exactly when its signature agrees in this many of 128 places: three
/// standard deviations below what the threshold gives.
const LIKELY: usize = 22;
/// How many pairs are named: more than anybody looks through, and some ten kilobytes of the report.
const CLOSEST: usize = 100;
/// Of pairs below the threshold only as many are named as make so many: they show how far the rest is from it.
const AT_LEAST: usize = 10;

/// Texts too much alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NearDuplicates {
    /// The Jaccard similarity of word-5-grams from which two texts count, 0 to 1.
    pub threshold: f64,
    /// People whose text has at least one near duplicate.
    pub people: u32,
    /// Pairs that were found. With more than 2,000 people a lower bound.
    pub pairs: u64,
    /// Whether every pair was looked at.
    pub exact: bool,
    /// The most similar pairs, at most 100, closest first; of those below the threshold only as many as make ten.
    pub closest: Vec<Twins>,
}

/// Two people by their place in the sample, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Twins {
    /// The earlier one.
    pub first: u32,
    /// The later one.
    pub second: u32,
    /// The Jaccard similarity of their word-5-grams, 0 to 1.
    pub jaccard: f64,
    /// Their numbers in the population, the earlier one's first. Absent in reports from before they were stated.
    #[serde(default)]
    pub numbers: Option<[u32; 2]>,
}

/// Finds the texts that are too much alike: all of them up to 2,000 texts; above that nearly all, in
/// time linear in the number of texts.
pub fn near_duplicates(texts: &[&str]) -> NearDuplicates {
    let sets: Vec<Vec<u32>> = texts.iter().map(|text| shingles(text)).collect();
    let exact = sets.len() <= EXACT_UP_TO;
    let mut found = Found::new(sets.len());
    if exact {
        every_pair(&sets, &mut found)
    } else {
        likely_pairs(&sets, &mut found)
    }
    found.into_report(exact)
}

struct Found {
    is_twin: Vec<bool>,
    pairs: u64,
    closest: Vec<Twins>,
}

impl Found {
    fn new(texts: usize) -> Self {
        Self { is_twin: vec![false; texts], pairs: 0, closest: Vec::new() }
    }

    fn see(&mut self, first: usize, second: usize, jaccard: f64) {
        if jaccard >= THRESHOLD {
            self.pairs += 1;
            self.is_twin[first] = true;
            self.is_twin[second] = true;
        }
        let full = self.closest.len() == CLOSEST;
        if jaccard <= 0.0 || (full && self.closest[CLOSEST - 1].jaccard >= jaccard) {
            return;
        }
        let at = self.closest.partition_point(|twins| twins.jaccard >= jaccard);
        let (first, second) = (first as u32, second as u32);
        self.closest.insert(at, Twins { first, second, jaccard, numbers: None });
        self.closest.truncate(CLOSEST);
    }

    fn into_report(mut self, exact: bool) -> NearDuplicates {
        let above = self.closest.iter().filter(|twins| twins.jaccard >= THRESHOLD).count();
        self.closest.truncate(above.max(AT_LEAST));
        NearDuplicates {
            threshold: THRESHOLD,
            people: self.is_twin.iter().filter(|&&twin| twin).count() as u32,
            pairs: self.pairs,
            exact,
            closest: self.closest,
        }
    }
}

/// Counts shared shingles through an inverted index: pairs that share nothing cost nothing.
fn every_pair(sets: &[Vec<u32>], found: &mut Found) {
    let mut postings: Vec<(u32, u32)> = sets
        .iter()
        .enumerate()
        .flat_map(|(text, set)| set.iter().map(move |&shingle| (shingle, text as u32)))
        .collect();
    postings.sort_unstable();
    let mut shared = vec![0u32; sets.len()];
    let mut touched: Vec<usize> = Vec::new();
    for (text, set) in sets.iter().enumerate() {
        for &shingle in set {
            let from = postings.partition_point(|&posting| posting <= (shingle, text as u32));
            for &(_, other) in postings[from..].iter().take_while(|posting| posting.0 == shingle) {
                if shared[other as usize] == 0 {
                    touched.push(other as usize);
                }
                shared[other as usize] += 1;
            }
        }
        touched.sort_unstable();
        for other in touched.drain(..) {
            let both = std::mem::take(&mut shared[other]) as usize;
            let all = set.len() + sets[other].len() - both;
            found.see(text, other, both as f64 / all as f64);
        }
    }
}

fn likely_pairs(sets: &[Vec<u32>], found: &mut Found) {
    let signatures = signatures(sets);
    let mut candidates: Vec<(u32, u32)> = Vec::new();
    for band in 0..BANDS {
        let mut order: Vec<([u32; ROWS], u32)> = signatures
            .iter()
            .enumerate()
            .filter(|(text, _)| !sets[*text].is_empty())
            .map(|(text, all)| ([all[band * ROWS], all[band * ROWS + 1]], text as u32))
            .collect();
        order.sort_unstable();
        for (place, (key, text)) in order.iter().enumerate() {
            let neighbours = order[place + 1..].iter().take(NEIGHBOURS);
            for (_, other) in neighbours.take_while(|neighbour| neighbour.0 == *key) {
                if agree(&signatures[*text as usize], &signatures[*other as usize]) {
                    candidates.push((*text, *other));
                }
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
    }
    for (first, second) in candidates {
        let (first, second) = (first as usize, second as usize);
        found.see(first, second, jaccard(&sets[first], &sets[second]));
    }
}

type Signature = [u32; HASHES];

fn agree(a: &Signature, b: &Signature) -> bool {
    a.iter().zip(b).filter(|(x, y)| x == y).count() >= LIKELY
}

/// The smallest value of each of 128 multiply-shift hashes (Dietzfelbinger et al. 1997). The hashes
/// are the same on every call.
fn signatures(sets: &[Vec<u32>]) -> Vec<Signature> {
    let mut rng = Seed(0).child("minhash", 0).rng();
    let hashes: Vec<(u64, u64)> =
        (0..HASHES).map(|_| (rng.random::<u64>() | 1, rng.random())).collect();
    sets.iter()
        .map(|set| {
            let mut smallest = [u32::MAX; HASHES];
            for (least, (factor, shift)) in smallest.iter_mut().zip(&hashes) {
                let hash = |&x: &u32| {
                    (u64::from(x).wrapping_mul(*factor).wrapping_add(*shift) >> 32) as u32
                };
                *least = set.iter().map(hash).min().unwrap_or(u32::MAX);
            }
            smallest
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u64, words: usize) -> String {
        let mut rng = Seed(seed).child("text", 0).rng();
        (0..words).map(|_| format!("w{} ", rng.random_range(0..5_000))).collect()
    }

    #[test]
    fn unlike_texts_have_no_duplicates() {
        let texts: Vec<String> = (0..50).map(|seed| text(seed, 100)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();

        let report = near_duplicates(&texts);

        assert_eq!((report.people, report.pairs, report.exact), (0, 0, true));
    }

    #[test]
    fn a_text_that_shares_half_its_words_with_another_is_found() {
        let (first, second) = (text(1, 100), text(2, 60));
        let copy = format!("{first} {second}");
        let other = text(3, 100);

        let report = near_duplicates(&[&first, &other, &copy]);

        assert_eq!((report.people, report.pairs), (2, 1));
        assert_eq!((report.closest[0].first, report.closest[0].second), (0, 2));
        assert!((report.closest[0].jaccard - 96.0 / 156.0).abs() < 1e-9, "{report:?}");
    }

    #[test]
    fn texts_without_words_are_nobodys_duplicates() {
        assert_eq!(near_duplicates(&["", "", "…"]).people, 0);
    }

    #[test]
    fn among_many_texts_the_planted_pairs_are_found() {
        let mut texts: Vec<String> = (0..3_000).map(|seed| text(seed, 60)).collect();
        for pair in 0..100 {
            // 36 of 60 words kept: 32 of 56 shingles, Jaccard 0.4
            let kept: Vec<&str> = texts[pair].split(' ').take(36).collect();
            texts[2_000 + pair] = format!("{} {}", kept.join(" "), text(9_000 + pair as u64, 24));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();

        let report = near_duplicates(&texts);

        assert!(!report.exact);
        assert!((198..=200).contains(&report.people), "{}", report.people);
    }

    #[test]
    fn a_crowd_of_copies_is_flagged_whole() {
        let copy = text(4, 40);

        assert_eq!(near_duplicates(&vec![copy.as_str(); 2_500]).people, 2_500);
    }

    #[test]
    fn of_many_pairs_the_closest_hundred_are_named_and_of_distant_ones_ten() {
        let copy = text(5, 40);
        let distant: Vec<String> =
            (0..30).map(|seed| format!("one two three four five {}", text(seed, 100))).collect();
        let distant: Vec<&str> = distant.iter().map(String::as_str).collect();

        let crowd = near_duplicates(&[copy.as_str(); 50]);
        let few = near_duplicates(&distant);

        assert_eq!((crowd.pairs, crowd.closest.len()), (50 * 49 / 2, 100));
        assert_eq!((few.pairs, few.closest.len()), (0, 10));
    }

    #[test]
    fn a_report_from_before_numbers_were_stated_is_read() {
        let before = r#"{ "first": 0, "second": 3, "jaccard": 0.5 }"#;

        let twins: Twins = serde_json::from_str(before).unwrap();

        assert_eq!((twins.second, twins.numbers), (3, None));
    }
}
