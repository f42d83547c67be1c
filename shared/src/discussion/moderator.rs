//! What the moderator says and when: the guide word for word, short probes, and the end of each
//! question. No model is asked, so nothing leads the participants but the guide.

use serde::{Deserialize, Serialize};

use super::schedule::Schedule;
use super::setting::{Mode, Setting};
use super::turn::{Turn, TurnKind};
use crate::Language;
use crate::persona::card::Gender;

/// After this many turns of participants the moderator asks those who have said nothing, or everybody. Human
/// groups go on for a median of 12.8.
const LONGEST_EXCHANGE: usize = 12;
// Both chosen by hand, about half of the longest exchange.
/// Turns on one side after which the moderator asks for the other.
const ONE_SIDED: usize = 5;
/// The fewest turns between two probes.
const PATIENCE: usize = 6;

/// What the moderator says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeratorTurn {
    pub kind: TurnKind,
    pub text: String,
    pub to: Option<usize>,
}

/// Reads a question of the guide. In adversarial mode the group is told what is wanted of it.
pub fn question(setting: &Setting, question: u32) -> ModeratorTurn {
    let asked = setting.questions[question as usize].trim();
    let opens = setting.mode == Mode::Adversarial && question == 0;
    let task = setting.language.pick(
        "Today we look for what is wrong with it, so please hold nothing back. ",
        "Dziś szukamy słabych stron, więc proszę niczego nie oszczędzać. ",
    );
    let text = if opens { format!("{task}{asked}") } else { asked.to_owned() };
    ModeratorTurn { kind: TurnKind::Question, text, to: None }
}

/// What the moderator does with a slot; nothing leaves it to the participants.
pub(super) fn slot(
    setting: &Setting,
    schedule: &Schedule,
    number: u32,
    slot: u32,
    here: &[&Turn],
) -> Option<ModeratorTurn> {
    if schedule.is_last(slot) {
        let is_end = here.first().map_or(0, |turn| turn.question) + 1 == schedule.questions;
        return Some(close(setting.language, is_end));
    }
    let replies = || here.iter().rev().take_while(|turn| turn.kind == TurnKind::Reply);
    let since = replies().count();
    if since < PATIENCE.min(ONE_SIDED) {
        return None;
    }
    let pick = setting.seed.child("probe", u64::from(number)).0 as usize;
    let probed = here.iter().filter(|turn| turn.kind == TurnKind::Probe).count();
    let recent: Vec<&&Turn> = replies().take(ONE_SIDED).collect();
    let sign = |turn: &Turn| turn.stance.unwrap_or(0).signum();
    let first = recent.first().map_or(0, |turn| sign(turn));
    if since >= LONGEST_EXCHANGE {
        // Somebody who has not spoken is asked first, else everybody.
        let silent = silent(setting, here).map(|who| call_on(setting, who, pick));
        return Some(silent.unwrap_or_else(|| probe(setting, first, pick)));
    }
    let one_sided = first != 0 && recent.iter().all(|turn| sign(turn) == first);
    (one_sided && since >= PATIENCE && probed == 0).then(|| probe(setting, first, pick))
}

/// The participant with the fewest replies, if anybody has had none in this question.
fn silent(setting: &Setting, here: &[&Turn]) -> Option<usize> {
    let replied =
        |who: usize| here.iter().any(|t| t.kind == TurnKind::Reply && t.speaker == Some(who));
    (0..setting.participants.len()).find(|who| !replied(*who))
}

fn close(language: Language, is_end: bool) -> ModeratorTurn {
    let text = match is_end {
        true => language.pick("Thank you all.", "Dziękuję wszystkim za rozmowę."),
        false => language.pick(
            "Thank you, that gives me a good picture. Let us move on.",
            "Dziękuję, mam już dobry obraz. Idźmy dalej.",
        ),
    };
    ModeratorTurn { kind: TurnKind::Close, text: text.to_owned(), to: None }
}

fn call_on(setting: &Setting, who: usize, pick: usize) -> ModeratorTurn {
    let name = setting.name_of(who);
    let text = match setting.language {
        Language::English => match pick % 3 {
            0 => format!("{name}, how do you see it?"),
            1 => format!("{name}, and for you?"),
            _ => format!("{name}, we have not heard you yet."),
        },
        Language::Polish => match setting.participants[who].card.gender {
            Gender::Female if pick.is_multiple_of(2) => format!("{name}, a jak to wygląda u pani?"),
            Gender::Female => format!("{name}, a co pani na to?"),
            Gender::Male if pick.is_multiple_of(2) => format!("{name}, a jak to wygląda u pana?"),
            Gender::Male => format!("{name}, a co pan na to?"),
            Gender::NonBinary => format!("{name}, jak to wygląda z twojej strony?"),
        },
    };
    ModeratorTurn { kind: TurnKind::Probe, text, to: Some(who) }
}

fn probe(setting: &Setting, sign: i8, pick: usize) -> ModeratorTurn {
    let pool: [&str; 3] = match (setting.language, setting.mode, sign > 0) {
        (Language::English, Mode::Adversarial, _) => [
            "What would make it fail for certain?",
            "And what is the worst of it?",
            "Who would be the first to leave?",
        ],
        (Language::English, Mode::Normal, true) => [
            "Does anybody see it differently?",
            "And what speaks against it?",
            "When would it not work?",
        ],
        (Language::English, Mode::Normal, false) => [
            "Does anybody see it differently?",
            "Is there anything good in it?",
            "What would have to change?",
        ],
        (Language::Polish, Mode::Adversarial, _) => [
            "Co na pewno by to pogrzebało?",
            "A co jest w tym najgorsze?",
            "Kto odszedłby pierwszy?",
        ],
        (Language::Polish, Mode::Normal, true) => {
            ["Czy ktoś widzi to inaczej?", "A co przemawia przeciw?", "Kiedy by to nie zadziałało?"]
        }
        (Language::Polish, Mode::Normal, false) => [
            "Czy ktoś widzi to inaczej?",
            "A czy jest w tym coś dobrego?",
            "Co musiałoby się zmienić?",
        ],
    };
    ModeratorTurn { kind: TurnKind::Probe, text: pool[pick % pool.len()].to_owned(), to: None }
}
