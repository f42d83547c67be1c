//! How evenly people speak, and how differently.

use std::collections::BTreeMap;

use crate::discussion::setting::Setting;
use crate::discussion::turn::Turn;
use crate::text::words;

/// How many turns each participant has, also those with none.
pub(super) fn turns_by_speaker(participants: usize, said: &[&Turn]) -> Vec<usize> {
    let mut counts = vec![0; participants];
    for speaker in said.iter().filter_map(|turn| turn.speaker) {
        if let Some(count) = counts.get_mut(speaker) {
            *count += 1;
        }
    }
    counts
}

/// Gini coefficient: 0 everybody the same, towards 1 one alone. None without any turn.
pub(super) fn gini(counts: &[usize]) -> Option<f64> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let (n, sum) = (sorted.len() as f64, sorted.iter().sum::<usize>() as f64);
    if sum == 0.0 {
        return None;
    }
    let ranks = (1..).zip(&sorted).map(|(rank, count)| f64::from(rank) * *count as f64);
    Some(2.0 * ranks.sum::<f64>() / (n * sum) - (n + 1.0) / n)
}

/// How many pairs of speakers there are, and one less the mean cosine of their words: 0 all use the
/// same words, 1 no two share any.
pub(super) fn distinctiveness(setting: &Setting, said: &[&Turn]) -> (usize, Option<f64>) {
    let mut counts: Vec<BTreeMap<String, f64>> = vec![BTreeMap::new(); setting.participants.len()];
    for turn in said {
        let Some(own) = turn.speaker.and_then(|who| counts.get_mut(who)) else { continue };
        for stem in words::stems(turn.words(), setting.language) {
            *own.entry(stem).or_default() += 1.0;
        }
    }
    counts.retain(|own| !own.is_empty());
    let mut cosines = Vec::new();
    for (i, one) in counts.iter().enumerate() {
        cosines.extend(counts[..i].iter().map(|other| cosine(one, other)));
    }
    let mean = cosines.iter().sum::<f64>() / cosines.len().max(1) as f64;
    (cosines.len(), (!cosines.is_empty()).then_some(1.0 - mean))
}

fn cosine(a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>) -> f64 {
    let dot: f64 = a.iter().filter_map(|(stem, x)| Some(x * b.get(stem)?)).sum();
    let norm = |own: &BTreeMap<String, f64>| own.values().map(|x| x * x).sum::<f64>().sqrt();
    dot / (norm(a) * norm(b))
}
