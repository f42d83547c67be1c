//! Design weights: respondents count so much that their attributes have the wished shares.

use std::collections::BTreeMap;

/// Rounds of adjustment at most; agreeing targets settle within a few.
const ROUNDS: usize = 100;
/// The largest error of a share that counts as met.
const TOLERANCE: f64 = 1e-6;
/// The largest and the smallest weight, as times the mean one: more would let a handful of people
/// speak for everybody (5 is usual in survey practice; Battaglia, Hoaglin, Frankel 2009).
const CAP: f64 = 5.0;

/// The attribute of every respondent and the share that each of its categories should have.
#[derive(Debug, Clone)]
pub struct Margin {
    /// The category of each respondent; `None` is left as it is.
    pub categories: Vec<Option<String>>,
    /// The wished shares; they are divided by their sum.
    pub targets: BTreeMap<String, f64>,
}

/// Weights of mean 1 with which every margin has its shares, by iterative proportional fitting
/// (Deming and Stephan, Annals of Mathematical Statistics 11, 1940), kept within a fifth and five times
/// the mean. A category without a respondent, or without a target, keeps its weight.
pub fn rake(people: usize, margins: &[Margin]) -> Vec<f64> {
    rake_cells(&vec![1.0; people], margins)
}

/// The same for people who are counted by their categories: one weight a cell, of which each stands for so many
/// people.
pub fn rake_cells(people: &[f64], margins: &[Margin]) -> Vec<f64> {
    let mut weights = vec![1.0; people.len()];
    for _ in 0..ROUNDS {
        let errors = margins.iter().map(|margin| step(&mut weights, people, margin));
        let worst = errors.fold(0.0, f64::max);
        for weight in &mut weights {
            *weight = weight.clamp(1.0 / CAP, CAP);
        }
        if worst < TOLERANCE {
            break;
        }
    }
    let sum: f64 = weights.iter().zip(people).map(|(weight, people)| weight * people).sum();
    let all: f64 = people.iter().sum();
    weights.iter().map(|weight| weight * all / sum).collect()
}

/// Brings one margin to its shares; returns the largest error that it had.
fn step(weights: &mut [f64], people: &[f64], margin: &Margin) -> f64 {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for ((weight, people), category) in weights.iter().zip(people).zip(&margin.categories) {
        let Some(category) = category.as_deref() else { continue };
        if margin.targets.contains_key(category) {
            *sums.entry(category).or_default() += weight * people;
        }
    }
    let total: f64 = sums.values().sum();
    let present: f64 = sums.keys().map(|key| margin.targets[*key]).sum();
    if total <= 0.0 || present <= 0.0 {
        return 0.0;
    }
    let factor = |category: &str| -> f64 {
        let share = sums[category] / total;
        let wished = margin.targets[category] / present;
        if share > 0.0 { wished / share } else { 1.0 }
    };
    let mut worst = 0.0_f64;
    let factors: BTreeMap<String, f64> =
        sums.keys().map(|key| ((*key).to_owned(), factor(key))).collect();
    for (key, sum) in &sums {
        worst = worst.max((sum / total - margin.targets[*key] / present).abs());
    }
    for (weight, category) in weights.iter_mut().zip(&margin.categories) {
        if let Some(factor) = category.as_ref().and_then(|category| factors.get(category)) {
            *weight *= factor;
        }
    }
    worst
}

/// How many equally weighted people say as much (Kish, Survey Sampling, 1965): (Σw)² / Σw².
pub fn effective_size(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin(categories: &str, targets: &[(&str, f64)]) -> Margin {
        Margin {
            categories: categories.chars().map(|c| Some(c.to_string())).collect(),
            targets: targets.iter().map(|(key, share)| ((*key).to_owned(), *share)).collect(),
        }
    }

    #[test]
    fn one_margin_is_post_stratification_by_hand() {
        let weights = rake(4, &[margin("aaab", &[("a", 0.5), ("b", 0.5)])]);

        for (weight, expected) in weights.iter().zip([2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.0]) {
            assert!((weight - expected).abs() < 1e-6, "{weights:?}");
        }
        // (4)² / (3 × 4/9 + 4) = 3
        assert!((effective_size(&weights) - 3.0).abs() < 1e-5);
    }

    #[test]
    fn two_margins_are_both_met() {
        let margins = [
            margin("aabbabbaab", &[("a", 0.3), ("b", 0.7)]),
            margin("xyxyyxyxxx", &[("x", 0.45), ("y", 0.55)]),
        ];

        let weights = rake(10, &margins);

        for (margin, key, wished) in [(&margins[0], "a", 0.3), (&margins[1], "y", 0.55)] {
            let held = |category: &Option<String>| category.as_deref() == Some(key);
            let pairs = weights.iter().zip(&margin.categories);
            let sum: f64 = pairs.filter(|(_, c)| held(c)).map(|(weight, _)| weight).sum();
            assert!((sum / 10.0 - wished).abs() < 1e-5, "{key}: {sum}");
        }
    }

    #[test]
    fn nobody_speaks_for_too_many_and_equal_weights_lose_nothing() {
        let crowd = format!("{}b", "a".repeat(99));
        let weights = rake(100, &[margin(&crowd, &[("a", 0.5), ("b", 0.5)])]);

        let most = weights.iter().copied().fold(0.0, f64::max);
        let least = weights.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(most / least <= CAP * CAP + 1e-9);
        assert_eq!(effective_size(&[1.0; 7]), 7.0);
        assert_eq!(effective_size(&[]), 0.0);
    }
}
