//! Who speaks next, and why: a rule, not a model's whim.
//!
//! The moderator takes a slot when the guide or the clock says so ([`super::moderator`]). Otherwise
//! each participant bids for it: how much of what was just said touches on what they care about, how
//! outgoing they are, how far they stand from the last speaker, how long they have been silent, and a
//! little seeded chance. Whoever was asked by name comes first. The highest bid speaks, and its parts
//! are stored with the turn.

use std::collections::BTreeSet;

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::moderator::{self, ModeratorTurn};
use super::schedule::{Schedule, TurnPlace};
use super::setting::Setting;
use super::turn::{Turn, TurnKind};
use crate::text::words;

/// The most that each part of a bid counts. Set so that a silent participant wins after about one round; before
/// that, the one with most to say does.
//
// They are ours and not measured on people (docs/adr/0013); docs/realism.md says how far that carries.
const RELEVANCE: f32 = 1.0;
const EXTRAVERSION: f32 = 2.2;
const DISAGREEMENT: f32 = 1.1;
const SILENCE: f32 = 1.0;
const CHANCE: f32 = 0.5;
/// Whoever was asked answers.
const ASKED: f32 = 4.0;
/// Turns back that somebody may take up.
const REACH: usize = 3;

/// Why a participant got the turn, each part as it counted.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Why {
    /// Touches on what they said first.
    pub relevance: f32,
    /// Is outgoing.
    pub extraversion: f32,
    /// Stands elsewhere than the last speaker.
    pub disagreement: f32,
    /// Has been silent for long.
    pub silence: f32,
    /// Was asked by name.
    pub asked: f32,
    /// The seed's share.
    pub chance: f32,
}

impl Why {
    /// The whole bid.
    pub fn total(&self) -> f32 {
        self.relevance
            + self.extraversion
            + self.disagreement
            + self.silence
            + self.asked
            + self.chance
    }
}

/// How long a turn is meant to be, as people's turns are: some are three words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Length {
    /// Up to eight words.
    Word,
    /// One sentence, up to 24 words.
    Short,
    /// Two to four sentences, 25 to 60 words.
    Medium,
    /// A story, 55 to 95 words.
    Long,
}

impl Length {
    /// The fewest and the most words.
    pub fn words(self) -> (usize, usize) {
        match self {
            Self::Word => (1, 8),
            Self::Short => (9, 24),
            Self::Medium => (25, 60),
            Self::Long => (55, 95),
        }
    }
}

/// What happens at a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    Moderator(ModeratorTurn),
    Participant {
        speaker: usize,
        kind: TurnKind,
        reply_to: Option<u32>,
        length: Length,
        why: Option<Why>,
    },
}

/// What happens at `number`, given the turns before it, in order. Opening answers of one question may
/// be there or not: nobody has heard them yet.
pub fn next(setting: &Setting, schedule: &Schedule, number: u32, before: &[Turn]) -> Next {
    let (question, place) = schedule.place(number);
    match place {
        TurnPlace::Question => Next::Moderator(moderator::question(setting, question)),
        TurnPlace::Opening(speaker) => Next::Participant {
            speaker,
            kind: TurnKind::Opening,
            reply_to: None,
            length: opening_length(setting, number, speaker),
            why: None,
        },
        TurnPlace::Slot(slot) => {
            let here: Vec<&Turn> = before.iter().filter(|t| t.question == question).collect();
            if let Some(said) = moderator::slot(setting, schedule, number, slot, &here) {
                return Next::Moderator(said);
            }
            speak(setting, number, &here, before)
        }
    }
}

/// How long an opening answer is meant to be.
pub fn opening_length(setting: &Setting, number: u32, speaker: usize) -> Length {
    let mut rng = setting.seed.child("opening", u64::from(number)).rng();
    let outgoing = setting.participants[speaker].card.big_five.extraversion;
    // Shares chosen by hand: most openings are a few sentences, and the outgoing tell stories.
    match rng.random::<f32>() + 0.4 * (outgoing - 0.5) {
        x if x < 0.16 => Length::Short,
        x if x < 0.72 => Length::Medium,
        _ => Length::Long,
    }
}

fn reply_length(setting: &Setting, number: u32, speaker: usize) -> Length {
    let mut rng = setting.seed.child("length", u64::from(number)).rng();
    let outgoing = setting.participants[speaker].card.big_five.extraversion;
    // Shares chosen by hand: about a third of the replies is a sentence or less.
    match rng.random::<f32>() + 0.3 * (outgoing - 0.5) {
        x if x < 0.18 => Length::Word,
        x if x < 0.36 => Length::Short,
        x if x < 0.82 => Length::Medium,
        _ => Length::Long,
    }
}

fn speak(setting: &Setting, number: u32, here: &[&Turn], before: &[Turn]) -> Next {
    let last = here.iter().rev().find(|turn| turn.is_said());
    let asked = asked(here);
    let bids: Vec<(usize, Why)> = (0..setting.participants.len())
        .filter(|speaker| last_speaker(here) != Some(*speaker))
        .map(|speaker| (speaker, bid(setting, number, speaker, here, before, last, asked)))
        .collect();
    let best = bids.into_iter().max_by(|a, b| {
        // Of equals the first: the order must not depend on anything else.
        a.1.total().total_cmp(&b.1.total()).then(b.0.cmp(&a.0))
    });
    let (speaker, why) = best.expect("a group has at least two participants");
    let reply_to = takes_up(speaker, here);
    let length = match asked == Some(speaker) {
        // An answer to a question is not three words.
        true => Length::Medium,
        false => reply_length(setting, number, speaker),
    };
    Next::Participant { speaker, kind: TurnKind::Reply, reply_to, length, why: Some(why) }
}

/// Whom the last turn asked something.
fn asked(here: &[&Turn]) -> Option<usize> {
    here.last().filter(|last| last.text.is_some())?.to
}

/// Who had the last slot. After the opening answers nobody: all have just spoken.
fn last_speaker(here: &[&Turn]) -> Option<usize> {
    here.iter().rev().find(|t| t.kind == TurnKind::Reply).and_then(|turn| turn.speaker)
}

fn bid(
    setting: &Setting,
    number: u32,
    speaker: usize,
    here: &[&Turn],
    before: &[Turn],
    last: Option<&&Turn>,
    asked: Option<usize>,
) -> Why {
    let card = &setting.participants[speaker].card;
    let distance = match (last.and_then(|turn| turn.stance), stance_of(speaker, here, before)) {
        (Some(theirs), Some(own)) => f32::from((theirs - own).abs()) / 4.0,
        _ => 0.0,
    };
    let chance = setting.seed.child("bid", u64::from(number)).child("speaker", speaker as u64);
    Why {
        relevance: RELEVANCE * relevance(setting, speaker, here),
        extraversion: EXTRAVERSION * card.big_five.extraversion,
        // The agreeable swallow half of it.
        disagreement: DISAGREEMENT * distance * (1.0 - 0.5 * card.big_five.agreeableness),
        silence: SILENCE * silence(setting, speaker, here),
        asked: if asked == Some(speaker) { ASKED } else { 0.0 },
        chance: CHANCE * chance.rng().random::<f32>(),
    }
}

/// Where somebody stands on this question as far as they have said.
pub(super) fn stance_of(speaker: usize, here: &[&Turn], before: &[Turn]) -> Option<i8> {
    let of = |turn: &Turn| turn.speaker == Some(speaker) && turn.text.is_some();
    let latest = here.iter().rev().find(|turn| of(turn)).copied();
    latest.or_else(|| before.iter().rev().find(|turn| of(turn))).and_then(|turn| turn.stance)
}

/// The share of the stems of the last two turns that the speaker's own opening answer has.
fn relevance(setting: &Setting, speaker: usize, here: &[&Turn]) -> f32 {
    let opening = here.iter().find(|t| t.kind == TurnKind::Opening && t.speaker == Some(speaker));
    let Some(opening) = opening else { return 0.0 };
    let own: BTreeSet<String> =
        words::stems(opening.words(), setting.language).into_iter().collect();
    let recent =
        here.iter().rev().filter(|turn| turn.is_said() && turn.kind == TurnKind::Reply).take(2);
    let said: BTreeSet<String> =
        recent.flat_map(|turn| words::stems(turn.words(), setting.language)).collect();
    if said.is_empty() {
        return 0.0;
    }
    let shared = said.intersection(&own).count();
    // A third of the words in common is as close as two people get.
    (3.0 * shared as f32 / said.len() as f32).min(1.0)
}

/// Slots since somebody spoke, over the number of participants; one round is 1, at most 1.5.
fn silence(setting: &Setting, speaker: usize, here: &[&Turn]) -> f32 {
    let replies: Vec<&&Turn> = here.iter().filter(|turn| turn.kind == TurnKind::Reply).collect();
    let since = replies.iter().rev().take_while(|turn| turn.speaker != Some(speaker)).count();
    (since as f32 / setting.participants.len() as f32).min(1.5)
}

/// The turn that somebody takes up: a question to them, else of the last few the one that they stand
/// farthest from, the latest of equals; before there is any, the opening answer farthest from theirs.
fn takes_up(speaker: usize, here: &[&Turn]) -> Option<u32> {
    if asked(here) == Some(speaker) {
        return here.last().map(|turn| turn.number);
    }
    let own = stance_of(speaker, here, &[]).unwrap_or(0);
    let others = |turn: &&&Turn| turn.is_said() && turn.speaker != Some(speaker);
    let distance = |turn: &&Turn| (turn.stance.unwrap_or(0) - own).abs();
    let recent: Vec<&&Turn> = here
        .iter()
        .rev()
        .take_while(|turn| turn.kind != TurnKind::Probe)
        .filter(|turn| turn.kind == TurnKind::Reply)
        .filter(|turn| others(turn))
        .take(REACH)
        .collect();
    // The latest one counts for three steps of distance: people answer what they have just heard.
    let best = recent.iter().enumerate().max_by_key(|(back, turn)| {
        (distance(turn) + 3 * i8::from(*back == 0), std::cmp::Reverse(*back))
    });
    if let Some((_, turn)) = best {
        return Some(turn.number);
    }
    let last = here.iter().rev().find(|turn| turn.kind == TurnKind::Reply).filter(others);
    if let Some(last) = last {
        return Some(last.number);
    }
    let openings = here.iter().filter(|turn| turn.kind == TurnKind::Opening).filter(others);
    openings.max_by_key(|turn| (distance(turn), std::cmp::Reverse(turn.number))).map(|t| t.number)
}
