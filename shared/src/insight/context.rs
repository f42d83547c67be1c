//! What of the retrieved passages goes into a prompt: the sentences that have most to do with what is asked.

use std::collections::BTreeSet;

use crate::Language;
use crate::text::sentence::sentences;
use crate::text::words::stems;

/// The sentences of these passages that share most with `about`, within so many characters, in their own order.
/// A sentence that shares nothing is left out: it is about something else.
pub fn relevant(passages: &[String], about: &str, language: Language, most: usize) -> String {
    let wanted: BTreeSet<String> = stems(about, language).into_iter().collect();
    let mut scored: Vec<(usize, f64, &str)> = passages
        .iter()
        .flat_map(|passage| sentences(passage))
        .enumerate()
        .map(|(place, sentence)| (place, score(sentence, &wanted, language), sentence))
        .filter(|(_, score, _)| *score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (mut left, mut chosen) = (most, BTreeSet::new());
    for (place, _, sentence) in scored {
        let length = sentence.chars().count() + 1;
        if length <= left + 1 && chosen.iter().all(|(_, known)| *known != sentence) {
            left = left.saturating_sub(length);
            chosen.insert((place, sentence));
        }
    }
    chosen.into_iter().map(|(_, sentence)| sentence).collect::<Vec<_>>().join(" ")
}

/// The share of what is wanted that the sentence has, and a little for a number: figures are what sources are
/// asked for.
fn score(sentence: &str, wanted: &BTreeSet<String>, language: Language) -> f64 {
    let own: BTreeSet<String> = stems(sentence, language).into_iter().collect();
    let shared = own.intersection(wanted).count() as f64;
    let has_number = sentence.chars().any(|c| c.is_ascii_digit());
    match shared {
        0.0 => 0.0,
        shared => shared / (own.len() as f64).sqrt() + if has_number { 0.25 } else { 0.0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_about_comes_first_and_the_rest_stays_out() {
        let passages = [
            "The museum opens at nine. Vegetable boxes are ordered by families with children."
                .to_owned(),
            "Subscribers of vegetable boxes decide within 14 days. Trams are late.".to_owned(),
        ];

        let found =
            relevant(&passages, "A subscription for vegetable boxes", Language::English, 500);

        assert!(found.starts_with("Vegetable boxes are ordered"), "{found}");
        assert!(found.ends_with("within 14 days."), "{found}");
        assert!(!found.contains("museum") && !found.contains("Trams"));
    }

    #[test]
    fn it_never_has_more_characters_than_allowed() {
        let passages: Vec<String> =
            (0..50).map(|n| format!("Skrzynka numer {n} z warzywami jest świeża.")).collect();

        for most in [0, 10, 45, 100, 500] {
            let found = relevant(&passages, "skrzynka z warzywami", Language::Polish, most);
            assert!(found.chars().count() <= most, "{most}: {found}");
        }
        assert_eq!(relevant(&[], "x", Language::Polish, 500), "");
    }
}
