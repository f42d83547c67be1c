//! Who takes up whom: the depth of an exchange.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::replies;
use crate::Language;
use crate::discussion::setting::Setting;
use crate::discussion::turn::Turn;
use crate::text::words;

/// A turn this short cannot but react to what was said.
const REACTION: usize = 8;

static POLISH: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("../../../data/words/reply.pl.txt").split_whitespace().collect());
static ENGLISH: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("../../../data/words/reply.en.txt").split_whitespace().collect());

/// How many questions were discussed, and the mean depth of the deepest exchange of each.
pub(super) fn depth(setting: &Setting, turns: &[Turn]) -> (usize, f64) {
    let all: BTreeMap<u32, &Turn> = turns.iter().map(|turn| (turn.number, turn)).collect();
    let questions: BTreeSet<u32> = turns.iter().map(|turn| turn.question).collect();
    let depths: Vec<usize> =
        questions.iter().filter_map(|question| deepest(setting, turns, *question, &all)).collect();
    let mean = depths.iter().sum::<usize>() as f64 / depths.len().max(1) as f64;
    (depths.len(), mean)
}

fn deepest(
    setting: &Setting,
    turns: &[Turn],
    question: u32,
    all: &BTreeMap<u32, &Turn>,
) -> Option<usize> {
    let mut depths: BTreeMap<u32, usize> = BTreeMap::new();
    for turn in replies(turns, question) {
        let taken = turn.reply_to.and_then(|number| all.get(&number)).filter(|t| t.is_said());
        let depth = match taken {
            Some(other) if takes_up(setting, turn.words(), other) => {
                1 + depths.get(&other.number).copied().unwrap_or(0)
            }
            _ => 1,
        };
        depths.insert(turn.number, depth);
    }
    depths.into_values().max()
}

/// Whether the words show that a turn answers another: it is a short reaction, names the speaker, says
/// that it agrees, objects, asks or answers in its first words, or shares a word that carries meaning.
pub fn takes_up(setting: &Setting, text: &str, other: &Turn) -> bool {
    let language = setting.language;
    let lower: Vec<String> = words::tokens(text).map(str::to_lowercase).collect();
    if lower.len() <= REACTION {
        return true;
    }
    let named = other.speaker.is_some_and(|who| {
        let name = setting.participants[who].card.first_name.to_lowercase();
        lower.contains(&name)
    });
    let markers: &BTreeSet<&str> = match language {
        Language::English => &ENGLISH,
        Language::Polish => &POLISH,
    };
    let marked = lower.iter().take(REACTION).any(|word| markers.contains(word.as_str()));
    let stems: BTreeSet<String> = words::stems(other.words(), language).into_iter().collect();
    named || marked || words::stems(text, language).iter().any(|s| stems.contains(s))
}
