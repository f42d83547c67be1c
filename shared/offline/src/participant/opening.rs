//! The opening answers of a setting, each made once.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::participant::novelty::Heard;
use crate::participant::opening;
use shared::discussion::{Schedule, Setting, Utterance};

/// What everybody of one setting answers first, as far as somebody wanted to know. Each answer keeps out
/// of the way of those before it, so that the last needs all of them.
#[derive(Default)]
pub struct Openings(Mutex<Made>);

#[derive(Default)]
struct Made {
    said: Vec<Utterance>,
    heard: Heard,
}

impl Openings {
    pub(super) fn get(&self, setting: &Setting, schedule: &Schedule, index: u32) -> Utterance {
        self.first(setting, schedule, index + 1, |said| said[index as usize].clone())
    }

    /// The texts of `later`, where these were said before them: as everybody of the setting says them,
    /// or made for what was said where something else was.
    pub(super) fn after<'a>(
        &self,
        setting: &Setting,
        schedule: &Schedule,
        said: impl Iterator<Item = &'a str> + Clone,
        later: Range<u32>,
    ) -> Vec<String> {
        let texts = |made: &[Utterance]| made.iter().map(|one| one.text.clone()).collect();
        let from = later.start as usize;
        let known = self.first(setting, schedule, later.end, |made| {
            let (before, after) = made[..later.end as usize].split_at(from);
            let is_said = before.iter().map(|one| one.text.as_str()).eq(said.clone());
            is_said.then(|| texts(after))
        });
        known.unwrap_or_else(|| {
            let mut heard = Heard::of(said);
            let made = later.map(|index| {
                let text = opening(setting, schedule, index, &heard).text;
                heard.add(&text);
                text
            });
            made.collect()
        })
    }

    /// Looks at no fewer than the first `count`.
    fn first<T>(
        &self,
        setting: &Setting,
        schedule: &Schedule,
        count: u32,
        look: impl FnOnce(&[Utterance]) -> T,
    ) -> T {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for index in made.said.len() as u32..count {
            let said = opening(setting, schedule, index, &made.heard);
            made.heard.add(&said.text);
            made.said.push(said);
        }
        look(&made.said)
    }
}
