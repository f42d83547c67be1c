//! What the group has heard, so that nobody says it again.

use std::collections::HashSet;

// Chosen by hand.
/// Words in a row that make a repetition.
const RUN: usize = 4;

/// Every run of words that was said.
#[derive(Default)]
pub(super) struct Heard(HashSet<u64>);

impl Heard {
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut heard = Self::default();
        texts.for_each(|text| heard.add(text));
        heard
    }

    pub(super) fn add(&mut self, text: &str) {
        self.0.extend(runs(text));
    }

    /// How many runs of a text were said before.
    pub(super) fn repeats(&self, text: &str) -> usize {
        runs(text).into_iter().filter(|run| self.0.contains(run)).count()
    }
}

/// The runs of a text; a text that is shorter is one run, so that nobody says `Exactly.` twice.
fn runs(text: &str) -> Vec<u64> {
    let words: Vec<String> = shared::text::words::tokens(text).map(str::to_lowercase).collect();
    if words.len() < RUN {
        return vec![hash(&words)];
    }
    words.windows(RUN).map(hash).collect()
}

/// FNV-1a: the same on every machine and release.
fn hash(words: &[String]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([b' ']));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
