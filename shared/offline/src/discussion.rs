//! A whole discussion with the offline participants, without model, database or clock: for tests,
//! examples and whoever wants to hear how the rules sound.

use super::participant::{Openings, speak};
use shared::discussion::schedule::Schedule;
use shared::discussion::setting::Setting;
use shared::discussion::turn::{Act, Turn};
use shared::discussion::turn_taking::{Next, next};
use shared::prompt::{self, Task};

/// Every turn of the discussion.
pub fn discuss(setting: &Setting) -> Vec<Turn> {
    let schedule = Schedule::new(setting.questions.len(), setting.participants.len());
    let mut turns = Vec::with_capacity(schedule.total() as usize);
    let openings = Openings::default();
    for number in 0..schedule.total() {
        turns.push(turn(setting, &schedule, number, &turns, &openings));
    }
    turns
}

fn turn(
    setting: &Setting,
    schedule: &Schedule,
    number: u32,
    before: &[Turn],
    openings: &Openings,
) -> Turn {
    let (question, _) = schedule.place(number);
    let silent = Turn {
        number,
        question,
        kind: shared::discussion::TurnKind::Question,
        speaker: None,
        reply_to: None,
        to: None,
        act: None,
        stance: None,
        text: None,
        why: None,
        contradictions: 0,
    };
    match next(setting, schedule, number, before) {
        Next::Moderator(said) => {
            Turn { kind: said.kind, to: said.to, text: Some(said.text), ..silent }
        }
        Next::Participant { speaker, kind, reply_to, length, why } => {
            let replied = reply_to.and_then(|n| before.iter().find(|turn| turn.number == n));
            let task = Task { speaker, question, kind, reply_to: replied, length };
            // The prompt is made as for a model, so that its budget is tried on every turn.
            let prompt = prompt::turn(setting, &task, before);
            debug_assert!(!prompt.user.is_empty());
            let seed = setting.seed.child("turn", u64::from(number)).child("attempt", 0);
            let said = speak(setting, &task, before, openings, seed);
            Turn {
                kind,
                speaker: Some(speaker),
                reply_to,
                to: replied.and_then(|t| t.speaker).filter(|_| said.act == Act::Ask),
                act: Some(said.act),
                stance: Some(said.stance),
                text: Some(said.text),
                why,
                ..silent
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use shared::Language;
    use shared::discussion::TurnKind;

    #[test]
    fn openings_that_are_kept_say_what_they_say_when_they_are_made_again() {
        for language in [Language::Polish, Language::English] {
            let setting = sample::setting(language, 3, 4);
            let schedule = Schedule::new(setting.questions.len(), setting.participants.len());
            let kept = discuss(&setting);

            let afresh = |turns: &[Turn], number| {
                turn(&setting, &schedule, number, turns, &Openings::default())
            };
            for number in (0..schedule.total()).step_by(5) {
                let before = &kept[..number as usize];
                assert_eq!(afresh(before, number), kept[number as usize], "turn {number}");
            }
            // Where somebody said something else, what comes later keeps out of the way of that.
            let mut other = kept.clone();
            let first = other.iter_mut().find(|turn| turn.kind == TurnKind::Opening).unwrap();
            first.text = Some("Nie wiem.".to_owned());
            let number = schedule.stride() - 1;
            let openings = Openings::default();
            let said = turn(&setting, &schedule, number, &kept[..number as usize], &openings);
            let before = &other[..number as usize];
            assert_eq!(
                afresh(before, number),
                turn(&setting, &schedule, number, before, &openings)
            );
            assert_eq!(said, kept[number as usize]);
        }
    }
}
