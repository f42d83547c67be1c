//! An answer out of numbered sources: what of it may stay.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::numbers;
use super::lucene;
use crate::Language;
use crate::text::detect::detect;
use crate::text::sentence::sentences;
use crate::text::stem::Stemming;

/// Below this share of the question's words a source does not answer it, for the offline writer.
const LEAST_COVERAGE: f64 = 0.5;
const MOST_SENTENCES: usize = 3;

/// What a model answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    /// False when the sources do not answer the question.
    pub answered: bool,
    /// At most six sentences, each with the numbers of its sources: `… [1][3].`
    pub answer: String,
    /// The numbers that were used.
    pub sources: Vec<u32>,
}

/// What of an answer stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// The sentences that stay; empty when the documents do not say.
    pub text: String,
    pub cited: BTreeSet<u32>,
    pub dropped: u32,
}

/// "The documents do not say" is an answer.
pub fn silence(language: Language) -> &'static str {
    language.pick("The documents do not say.", "Dokumenty o tym nie mówią.")
}

/// Keeps the sentences that cite a source that exists and whose every number is in a source that they
/// cite. The first source is 1.
pub fn checked(draft: &Draft, sources: &[String]) -> Checked {
    let mut checked = Checked::default();
    if !draft.answered {
        return checked;
    }
    for sentence in with_citations(&draft.answer) {
        let (words, cited) = citations(&sentence);
        let exist = cited.iter().all(|&number| (1..=sources.len()).contains(&(number as usize)));
        let known: BTreeSet<String> = cited
            .iter()
            .filter_map(|&number| sources.get((number as usize).checked_sub(1)?))
            .flat_map(|source| numbers(source))
            .collect();
        if cited.is_empty() || !exist || !numbers(&words).is_subset(&known) {
            checked.dropped += 1;
            continue;
        }
        if !checked.text.is_empty() {
            checked.text.push(' ');
        }
        checked.text.push_str(sentence.trim());
        checked.cited.extend(cited);
    }
    checked
}

/// The sentences of an answer. Numbers in brackets behind a full stop belong to the sentence before it.
fn with_citations(answer: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for sentence in sentences(answer) {
        let mut rest = sentence.trim();
        while let Some(end) = leading_citation(rest) {
            match all.last_mut() {
                Some(before) => before.push_str(&rest[..end]),
                None => break,
            }
            rest = rest[end..].trim_start();
        }
        if !rest.is_empty() {
            all.push(rest.to_owned());
        }
    }
    all
}

fn leading_citation(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(']')?;
    let is_numbers = inner[..end].chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '));
    (end > 0 && is_numbers).then_some(end + 2)
}

/// A sentence without its citations, and what it cites.
fn citations(sentence: &str) -> (String, BTreeSet<u32>) {
    let (mut words, mut cited) = (String::new(), BTreeSet::new());
    let mut rest = sentence;
    while let Some(at) = rest.find('[') {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        match leading_citation(rest) {
            Some(end) => {
                let numbers =
                    rest[1..end - 1].split([',', ' ']).filter(|number| !number.is_empty());
                // a number too large for one is that of no source
                cited.extend(numbers.map(|number| number.parse().unwrap_or(u32::MAX)));
                rest = &rest[end..];
            }
            None => {
                words.push('[');
                rest = &rest[1..];
            }
        }
    }
    words.push_str(rest);
    (words, cited)
}

/// The sentences of the sources that have most of the question's words, copied with their numbers.
pub fn offline(question: &str, sources: &[String]) -> Draft {
    let terms = lucene::terms(question, Stemming::default());
    let mut found: Vec<(f64, usize, &str)> = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let language = detect(source).unwrap_or_default();
        for sentence in sentences(source) {
            let share = lucene::coverage(&terms, sentence, language, Stemming::default());
            if share >= LEAST_COVERAGE && sentence.trim().ends_with(['.', '!', '?']) {
                found.push((share, index, sentence.trim()));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.truncate(MOST_SENTENCES);
    let cite = |(_, index, sentence): &(f64, usize, &str)| {
        let (words, stop) = sentence.split_at(sentence.len() - 1);
        format!("{words} [{}]{stop}", index + 1)
    };
    let answer: Vec<String> = found.iter().map(cite).collect();
    Draft {
        answered: !answer.is_empty(),
        answer: answer.join(" "),
        sources: found.iter().map(|(_, index, _)| *index as u32 + 1).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(answer: &str) -> Draft {
        Draft { answered: true, answer: answer.to_owned(), sources: Vec::new() }
    }

    #[test]
    fn a_number_that_no_source_can_have_is_cited_too() {
        let (words, cited) = citations("Kawa drożeje [1, 2][99999999999].");

        assert_eq!(words, "Kawa drożeje .");
        assert_eq!(cited, BTreeSet::from([1, 2, u32::MAX]));
    }

    #[test]
    fn what_cites_nothing_or_nobody_or_another_number_does_not_stay() {
        let sources = ["Kawę pije 82% dorosłych.".to_owned(), "Herbatę pije 60%.".to_owned()];
        let answer = "Kawę pije 82% osób [1]. Herbatę pije 82% [2]. Soki są modne. \
                      Wodę piją wszyscy [3]. Obie są popularne. [1][2]";

        let checked = checked(&draft(answer), &sources);

        assert_eq!(checked.text, "Kawę pije 82% osób [1]. Obie są popularne.[1][2]");
        assert_eq!(checked.cited, BTreeSet::from([1, 2]));
        assert_eq!(checked.dropped, 3);
    }

    #[test]
    fn silence_is_an_answer() {
        let silent = Draft { answered: false, answer: "Coś [1].".to_owned(), sources: vec![1] };

        assert_eq!(checked(&silent, &["Coś.".to_owned()]), Checked::default());
    }

    #[test]
    fn offline_copies_what_has_the_questions_words_and_is_silent_otherwise() {
        let sources = ["Rynek\nKawę ziarnistą pije 40% dorosłych. Mleko drożeje.".to_owned()];

        let found = offline("Ile osób pije kawę ziarnistą?", &sources);
        let none = offline("Kto kupuje samochody elektryczne?", &sources);

        assert!(found.answer.contains("40% dorosłych [1]."), "{found:?}");
        assert!(!none.answered);
        assert_eq!(checked(&found, &sources).cited, BTreeSet::from([1]));
    }
}
