//! A whole discussion with the offline participants, without model, database or clock: for tests,
//! examples and whoever wants to hear how the rules sound.

use super::next::{Next, next};
use super::plan::Plan;
use super::setting::Setting;
use super::turn::{Act, Turn};
use crate::prompt::{self, Task};
use crate::writer;

/// Every turn of the discussion.
pub fn rehearse(setting: &Setting) -> Vec<Turn> {
    let plan = Plan::new(setting.questions.len(), setting.participants.len());
    let mut turns = Vec::with_capacity(plan.total() as usize);
    for number in 0..plan.total() {
        turns.push(turn(setting, &plan, number, &turns));
    }
    turns
}

fn turn(setting: &Setting, plan: &Plan, number: u32, before: &[Turn]) -> Turn {
    let (question, _) = plan.place(number);
    let silent = Turn {
        number,
        question,
        kind: super::Kind::Question,
        speaker: None,
        reply_to: None,
        to: None,
        act: None,
        stance: None,
        text: None,
        why: None,
    };
    match next(setting, plan, number, before) {
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
            let said = writer::speak(setting, &task, before, seed);
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
