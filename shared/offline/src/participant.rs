//! The offline participant of a focus group: what a person of this card and life says next.
//!
//! The machinery is the story's: phrase files with tags, facts and forms. What is said follows from
//! the question, from what was said before and from where the person stands; several drafts are made
//! and the one is taken that repeats least of what the group has heard. It shows the product and tests
//! the machinery, and says nothing about how people, or a language model, would answer.

mod novelty;
mod opening;
mod stance;

use std::sync::LazyLock;

use rand::RngExt;

use self::novelty::Heard;
use self::stance::Stance;
use crate::writer::grammar::Grammar;
use crate::writer::realiser::{Realiser, finish};
use shared::Seed;
use shared::discussion::realism::takes_up;
use shared::discussion::turn_taking::{Length, opening_length};
use shared::discussion::{Act, Mode, Schedule, Setting, Turn, TurnKind, Utterance};
use shared::prompt::Task;
use shared::text::words;

pub use self::opening::Openings;

static POLISH: LazyLock<Grammar> = LazyLock::new(|| {
    Grammar::parse(&[
        include_str!("../../data/participant/pl/talk.txt"),
        include_str!("../../data/participant/pl/aspect.txt"),
    ])
    .expect("the phrase files keep to the notation")
});
static ENGLISH: LazyLock<Grammar> = LazyLock::new(|| {
    Grammar::parse(&[
        include_str!("../../data/participant/en/talk.txt"),
        include_str!("../../data/participant/en/aspect.txt"),
    ])
    .expect("the phrase files keep to the notation")
});

// All three chosen by hand: how fresh a talk sounds against how long it takes.
/// Drafts of a turn, of which the freshest is said.
const DRAFTS: u64 = 10;
/// Opening answers that keep out of the way of all before them: beyond that only of those to the same
/// question.
const MOST_REMADE: u32 = 160;
/// Opening answers up to which each turn of the discussion knows all of them.
const MOST_KNOWN: u32 = 48;

/// Says a participant's turn. The same setting, task, turns and seed give the same words. `openings` are
/// those of this setting, kept from turn to turn so that nothing is made twice.
pub fn speak(
    setting: &Setting,
    task: &Task<'_>,
    before: &[Turn],
    openings: &Openings,
    seed: Seed,
) -> Utterance {
    if task.kind == TurnKind::Opening {
        return open(setting, task, openings);
    }
    let mut heard = Heard::of(before.iter().map(Turn::words));
    // What will be answered to later questions is known already, and not to be used up here.
    let schedule = Schedule::new(setting.questions.len(), setting.participants.len());
    let all = schedule.questions * schedule.participants;
    if all <= MOST_KNOWN {
        let said = before.iter().filter(|turn| turn.kind == TurnKind::Opening).map(Turn::words);
        let next = (task.question + 1) * schedule.participants;
        for text in openings.after(setting, &schedule, said, next..all) {
            heard.add(&text);
        }
    }
    Voice::new(setting, *task, before).say(&heard, seed)
}

/// An opening answer. Nobody has heard anybody, but two people who said the same sentence would be the
/// same person: the answers before this one are made as well and kept out of its way.
fn open(setting: &Setting, task: &Task<'_>, openings: &Openings) -> Utterance {
    let schedule = Schedule::new(setting.questions.len(), setting.participants.len());
    let own = task.question * schedule.participants + task.speaker as u32;
    if own < MOST_REMADE {
        return openings.get(setting, &schedule, own);
    }
    let mut heard = Heard::default();
    for index in task.question * schedule.participants..own {
        heard.add(&opening(setting, &schedule, index, &heard).text);
    }
    opening(setting, &schedule, own, &heard)
}

/// The opening answer of this index: question by question, person by person.
fn opening(setting: &Setting, schedule: &Schedule, index: u32, heard: &Heard) -> Utterance {
    let (question, speaker) = (index / schedule.participants, index % schedule.participants);
    let number = question * schedule.stride() + 1 + speaker;
    let speaker = speaker as usize;
    let length = opening_length(setting, number, speaker);
    let task = Task { question, speaker, length, kind: TurnKind::Opening, reply_to: None };
    let seed = setting.seed.child("opening words", u64::from(index));
    Voice::new(setting, task, &[]).say(heard, seed)
}

/// One participant about to speak.
struct Voice<'a> {
    setting: &'a Setting,
    task: Task<'a>,
    stance: Stance<'a>,
}

/// What a draft is made of: sentences, the first of which may be a head that can go.
type Sentences = Vec<String>;

impl<'a> Voice<'a> {
    fn new(setting: &'a Setting, task: Task<'a>, before: &[Turn]) -> Self {
        Self { setting, task, stance: Stance::of(setting, &task, before) }
    }

    fn say(&self, heard: &Heard, seed: Seed) -> Utterance {
        let (act, stance) = self.stance.act(seed);
        let (low, high) = self.task.length.words();
        let distance = |text: &str| {
            let count = words::count(text);
            low.saturating_sub(count) + count.saturating_sub(high)
        };
        let drafts = (0..DRAFTS).map(|n| self.draft(act, stance, seed.child("draft", n)));
        // Of equals the first, so that the order of the drafts alone decides.
        let text = drafts
            .min_by_key(|text| 6 * heard.repeats(text) + 8 * self.deaf(text) + distance(text));
        Utterance { act, stance, text: text.unwrap_or_default() }
    }

    /// 1 where a reply does not show that it answers the other.
    fn deaf(&self, text: &str) -> usize {
        let other = self.task.reply_to.filter(|other| other.speaker.is_some());
        usize::from(other.is_some_and(|other| !takes_up(self.setting, text, other)))
    }

    fn draft(&self, act: Act, stance: i8, seed: Seed) -> String {
        let grammar = self.setting.language.pick(&*ENGLISH, &*POLISH);
        let mut realiser = self.stance.realiser(grammar, stance, seed.child("words", 0));
        let mut rng = seed.child("shape", 0).rng();
        let chance =
            |percent: u32, rng: &mut rand_chacha::ChaCha8Rng| rng.random_range(0..100) < percent;
        let aspect = self.stance.aspect(act, seed.child("aspect", 0));
        let mut said = match act {
            Act::React => return react(&mut realiser, self.stance.relation()),
            Act::Ask => self.ask(&mut realiser, aspect, stance),
            _ if self.task.kind == TurnKind::Opening => {
                self.opening(&mut realiser, aspect, stance, &mut rng)
            }
            _ => {
                let head = match act {
                    Act::Agree => "head.agree",
                    Act::Object => "head.object",
                    Act::Answer => "head.answer",
                    Act::Change => "head.change",
                    _ => "head.say",
                };
                let mut said = Sentences::new();
                if act == Act::Change || chance(88, &mut rng) {
                    said.extend(realiser.sentence(head));
                }
                match act == Act::Say && chance(45, &mut rng) {
                    true => said.extend(self.scene(&mut realiser, &mut rng)),
                    false => said.extend(sided(&mut realiser, aspect, stance, &mut rng)),
                }
                said
            }
        };
        self.fit(&mut realiser, &mut said, aspect, stance, &mut rng);
        said.join(" ")
    }

    fn opening(
        &self,
        realiser: &mut Realiser<'_>,
        aspect: &str,
        stance: i8,
        rng: &mut rand_chacha::ChaCha8Rng,
    ) -> Sentences {
        let mut said = Sentences::new();
        let short = self.task.length == Length::Short;
        let adverse = self.setting.mode == Mode::Adversarial && rng.random_range(0..100) < 40;
        if adverse {
            said.extend(realiser.sentence("wary"));
        } else if rng.random_range(0..100) < if short { 30 } else { 80 } {
            let lead = format!("lead.{}", self.stance.intent());
            said.extend(realiser.sentence(&lead).or_else(|| realiser.sentence("lead.any")));
        }
        if short && rng.random_range(0..100) < 50 {
            said.extend(realiser.sentence(&format!("blunt.{}", side(stance))));
            return said;
        }
        if self.stance.intent() == "now" {
            // What somebody does today is neither for nor against anything.
            said.extend(self.scene(realiser, rng));
            return said;
        }
        if stance == 0 && !short {
            said.extend(realiser.sentence("head.mixed"));
            said.extend(realiser.sentence(&format!("{aspect}.pro")));
            said.extend(realiser.sentence("turn.but"));
            let other = self.stance.other_aspect(aspect);
            said.extend(realiser.sentence(&format!("{other}.con")));
            return said;
        }
        said.extend(sided(realiser, aspect, stance, rng));
        said
    }

    /// A question to whoever is answered, after a sentence of the speaker's own where there is room.
    fn ask(&self, realiser: &mut Realiser<'_>, aspect: &str, stance: i8) -> Sentences {
        let mut said = Sentences::new();
        if self.task.length != Length::Short {
            said.extend(realiser.sentence(&format!("{aspect}.{}", side(stance))));
        }
        let head = realiser.phrase("head.ask");
        let question = realiser.phrase(&format!("{aspect}.ask"));
        if let (Some(head), Some(question)) = (head, question) {
            said.push(finish(&format!("{head} {question}")));
        }
        said
    }

    fn scene(
        &self,
        realiser: &mut Realiser<'_>,
        rng: &mut rand_chacha::ChaCha8Rng,
    ) -> Option<String> {
        let scene = format!("scene.{}", self.stance.subject());
        let rules = match rng.random_range(0..100) < 50 {
            true => [scene.as_str(), "life"],
            false => ["life", scene.as_str()],
        };
        rules.into_iter().find_map(|rule| realiser.sentence(rule))
    }

    /// Adds what a person adds until the turn is long enough, and stops before it is too long.
    fn fit(
        &self,
        realiser: &mut Realiser<'_>,
        said: &mut Sentences,
        aspect: &str,
        stance: i8,
        rng: &mut rand_chacha::ChaCha8Rng,
    ) {
        let (low, high) = self.task.length.words();
        let count = |said: &Sentences| said.iter().map(|text| words::count(text)).sum::<usize>();
        let mut lived = 0;
        for round in 0..8 {
            if count(said) >= low {
                break;
            }
            let (link, more) = match (round % 4, rng.random_range(0..3)) {
                (0, 0) | (1, 0 | 1) => (None, realiser.sentence(&format!("{aspect}.more"))),
                (2, _) => {
                    let other = self.stance.other_aspect(aspect);
                    (Some("link.more"), sided(realiser, other, stance, rng))
                }
                (3, _) => (None, realiser.sentence(&format!("tail.{}", side(stance)))),
                _ if lived == 0 => {
                    lived += 1;
                    (Some("link.life"), self.scene(realiser, rng))
                }
                _ => (None, None),
            };
            let Some(more) = more.filter(|more| count(said) + words::count(more) <= high + 6)
            else {
                continue;
            };
            // A question stays at the end.
            let place =
                said.len() - usize::from(said.last().is_some_and(|text| text.ends_with('?')));
            let link = link.filter(|_| rng.random_range(0..100) < 55);
            let link = link.and_then(|link| realiser.sentence(link));
            said.splice(place..place, link.into_iter().chain([more]));
        }
        while count(said) > high && said.len() > 1 {
            // A head can go before a thought does; a question stays at the end.
            match words::count(&said[0]) <= 8 && said.len() > 2 {
                true => said.remove(0),
                false => said.remove(said.len() - 2),
            };
        }
    }
}

fn side(stance: i8) -> &'static str {
    match stance {
        1.. => "pro",
        0 => "mixed",
        _ => "con",
    }
}

/// A thought about an aspect on the speaker's side; of somebody undecided on either.
fn sided(
    realiser: &mut Realiser<'_>,
    aspect: &str,
    stance: i8,
    rng: &mut rand_chacha::ChaCha8Rng,
) -> Option<String> {
    let side = match stance {
        1.. => "pro",
        0 if rng.random_range(0..2) == 0 => "pro",
        _ => "con",
    };
    realiser.sentence(&format!("{aspect}.{side}")).or_else(|| realiser.sentence("life"))
}

fn react(realiser: &mut Realiser<'_>, relation: i8) -> String {
    let rule = match relation {
        1.. => "short.agree",
        0 => "short.neutral",
        _ => "short.object",
    };
    realiser.sentence(rule).or_else(|| realiser.sentence("short.neutral")).unwrap_or_default()
}
