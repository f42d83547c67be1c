//! How much the texts of a population repeat one another.

use std::collections::{HashMap, HashSet};

/// What two measures say about a set of stories.
#[derive(Debug, Clone, PartialEq)]
pub struct Variety {
    /// The largest Jaccard index of word 5-grams over all pairs: shared by all, 0 none, 1 equal.
    pub worst_overlap: f64,
    /// The share of stories that have the most widespread sentence.
    pub worst_share: f64,
    /// That sentence.
    pub commonest: String,
}

/// The bar for `worst_overlap`.
pub const MOST_OVERLAP: f64 = 0.3;
/// The bar for `worst_share`.
pub const MOST_SHARED: f64 = 0.05;

impl Variety {
    /// Measures the stories.
    pub fn of(stories: &[&str]) -> Self {
        let grams: Vec<HashSet<[&str; 5]>> =
            stories.iter().map(|story| five_grams(story)).collect();
        let pairs = (0..grams.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let worst_overlap = pairs.map(|(a, b)| overlap(&grams[a], &grams[b])).fold(0.0, f64::max);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for story in stories {
            for sentence in sentences(story).collect::<HashSet<_>>() {
                *counts.entry(sentence).or_default() += 1;
            }
        }
        let commonest = counts.into_iter().max_by_key(|(sentence, count)| (*count, *sentence));
        let (commonest, count) = commonest.unwrap_or(("", 0));
        Self {
            worst_overlap,
            worst_share: count as f64 / stories.len().max(1) as f64,
            commonest: commonest.to_owned(),
        }
    }

    /// Whether both bars are met.
    pub fn passes(&self) -> bool {
        self.worst_overlap <= MOST_OVERLAP && self.worst_share <= MOST_SHARED
    }
}

fn five_grams(story: &str) -> HashSet<[&str; 5]> {
    let words: Vec<&str> = story.split_whitespace().collect();
    words.windows(5).filter_map(|window| window.try_into().ok()).collect()
}

fn overlap(a: &HashSet<[&str; 5]>, b: &HashSet<[&str; 5]>) -> f64 {
    let shared = a.intersection(b).count();
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

fn sentences(story: &str) -> impl Iterator<Item = &str> {
    story.lines().flat_map(|line| {
        let mut last = ' ';
        line.split(move |c: char| {
            let ends = c == ' ' && matches!(last, '.' | '!' | '?');
            last = c;
            ends
        })
        .filter(|sentence| !sentence.is_empty())
    })
}
