//! How much a discussion is like people's: measured on what was said, beside what human groups do.
//!
//! Definitions, bands and their sources are in `docs/realism.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::setting::Setting;
use super::turn::{Act, Turn, TurnKind};
use crate::persona::check;
use crate::text::words;

mod chain;
mod spread;

pub use chain::takes_up;

/// Turns below this many words are short.
const SHORT: usize = 25;

/// What people do, and how far from it a discussion may be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Band {
    /// The least.
    pub low: f64,
    /// The median over five human groups.
    pub human: f64,
    /// The most.
    pub high: f64,
    /// Whether least and most are the groups' own; otherwise they are half and twice the median.
    pub is_range: bool,
}

/// One measure of a discussion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RealismMeasure {
    /// `median_words`, `short_share`, `chain_depth`, `moderator_share`, `turn_gini`,
    /// `distinctiveness`, `contradiction_share`, `drift_share`.
    ///
    /// A run turns back what contradicts the speaker's card and never stores it; `contradiction_share` is
    /// of the turns at which that happened.
    pub key: String,
    /// The figure; none where there is too little to measure.
    pub value: Option<f64>,
    /// Of how many turns, pairs or people.
    pub n: usize,
    /// What people do, where that is published.
    pub band: Option<Band>,
    /// Whether the figure lies outside of it.
    pub is_outside: bool,
}

/// The measures of one discussion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Realism {
    /// In the order in which they are shown.
    pub measures: Vec<RealismMeasure>,
    /// Participants' turns.
    pub turns: usize,
    /// Their words.
    pub words: usize,
    /// Turns that could not be had: opening answers and replies that the run failed at.
    pub missing: usize,
}

impl Realism {
    /// The figure of a key.
    pub fn value(&self, key: &str) -> Option<f64> {
        self.measures.iter().find(|measure| measure.key == key)?.value
    }

    /// The keys of figures outside the human band.
    pub fn outside(&self) -> Vec<&str> {
        let outside = self.measures.iter().filter(|measure| measure.is_outside);
        outside.map(|measure| measure.key.as_str()).collect()
    }
}

const fn range(low: f64, human: f64, high: f64) -> Option<Band> {
    Some(Band { low, human, high, is_range: true })
}

/// Where only a median is published, a factor of two around it.
const fn around(human: f64) -> Option<Band> {
    Some(Band { low: human / 2.0, human, high: human * 2.0, is_range: false })
}

/// Measures a discussion. `missing` are the turns that its run failed at, of which not all have a row.
pub fn realism(setting: &Setting, turns: &[Turn], missing: usize) -> Realism {
    let said: Vec<&Turn> = turns.iter().filter(|turn| turn.is_said()).collect();
    let lengths: Vec<usize> = said.iter().map(|turn| words::count(turn.words())).collect();
    let own: usize = lengths.iter().sum();
    let moderator: usize = turns
        .iter()
        .filter(|turn| turn.kind.is_moderator())
        .map(|turn| words::count(turn.words()))
        .sum();
    let count = |n: usize| n as f64;
    let some = |n: usize, value: f64| (n > 0).then_some(value);
    let short = lengths.iter().filter(|length| **length < SHORT).count();
    let by_speaker = spread::turns_by_speaker(setting.participants.len(), &said);
    let (chains, depth) = chain::depth(setting, turns);
    let (pairs, distinct) = spread::distinctiveness(setting, &said);
    let asked: Vec<&Turn> = turns.iter().filter(|turn| turn.speaker.is_some()).collect();
    let broken = asked.iter().filter(|turn| contradicted(setting, turn)).count();
    let (steps, flips) = drift(&said);
    let share = |part: usize, n: usize| some(n, count(part) / count(n.max(1)));
    let measures = vec![
        measure("median_words", median(&lengths), said.len(), range(22.0, 48.9, 90.0)),
        measure("short_share", share(short, said.len()), said.len(), range(0.04, 0.344, 0.53)),
        measure("chain_depth", some(chains, depth), chains, around(12.8)),
        measure("moderator_share", share(moderator, moderator + own), turns.len(), around(0.025)),
        measure("turn_gini", spread::gini(&by_speaker), by_speaker.len(), around(0.195)),
        measure("distinctiveness", distinct, pairs, None),
        measure("contradiction_share", share(broken, asked.len()), asked.len(), None),
        measure("drift_share", share(flips, steps), steps, None),
    ];
    Realism { measures, turns: said.len(), words: own, missing }
}

fn measure(key: &str, value: Option<f64>, n: usize, band: Option<Band>) -> RealismMeasure {
    let is_outside = match (value, band) {
        (Some(value), Some(band)) => !(band.low..=band.high).contains(&value),
        _ => false,
    };
    RealismMeasure { key: key.to_owned(), value, n, band, is_outside }
}

/// The middle value; of an even number the mean of the two in the middle.
fn median(values: &[usize]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle] as f64),
        _ => Some((sorted[middle - 1] + sorted[middle]) as f64 / 2.0),
    }
}

/// Whether somebody says, or first said, what is not so of their card: another age, another sex, another
/// home.
fn contradicted(setting: &Setting, turn: &Turn) -> bool {
    let Some(speaker) = turn.speaker else { return false };
    if turn.contradictions > 0 {
        return true;
    }
    let card = &setting.participants[speaker].card;
    !check::speech(card, turn.words(), setting.language).is_empty()
}

/// Steps from one turn of somebody to their next on the same question, and how many of them change
/// sides without a word about it.
fn drift(said: &[&Turn]) -> (usize, usize) {
    let mut last: BTreeMap<(u32, usize), i8> = BTreeMap::new();
    let (mut steps, mut flips) = (0, 0);
    for turn in said {
        let (Some(speaker), Some(stance)) = (turn.speaker, turn.stance) else { continue };
        if let Some(before) = last.insert((turn.question, speaker), stance) {
            steps += 1;
            let flipped = before.signum() * stance.signum() < 0;
            flips += usize::from(flipped && turn.act != Some(Act::Change));
        }
    }
    (steps, flips)
}

fn replies(turns: &[Turn], question: u32) -> impl Iterator<Item = &Turn> {
    turns.iter().filter(move |t| t.question == question && t.kind == TurnKind::Reply && t.is_said())
}
