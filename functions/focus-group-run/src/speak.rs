//! One turn: the moderator by rule, a participant by the model.

use std::sync::Arc;
use std::time::Duration;

use offline::{self, Openings};
use platform::model::{Failure, Judged, Model, Request};
use shared::discussion::turn_taking::Length;
use shared::discussion::{Act, Next, Schedule, Setting, Turn, TurnKind, Utterance, next};
use shared::id::{ProjectId, RunId};
use shared::prompt;
use tokio_util::sync::CancellationToken;

/// The longest turn in Polish takes about 300 tokens; the rest is JSON.
pub(crate) const MAX_OUTPUT_TOKENS: u32 = 500;
// Chosen by hand: no model was measured (docs/models.md).
const TEMPERATURE: f32 = 1.0;
/// What the ledger calls it.
pub(crate) const TASK: &str = "focus_group_turn";
/// A turn whose answer could not be used is asked for once more, with another seed.
pub(crate) const TRIES: u32 = 2;

/// Asks the model for turns.
#[derive(Clone)]
pub(crate) struct Talk {
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) run_id: RunId,
    pub(crate) setting: Arc<Setting>,
    pub(crate) schedule: Schedule,
    /// What the offline participants answer first.
    pub(crate) openings: Arc<Openings>,
}

/// A turn, and who spoke it or why nobody did.
pub(crate) struct Spoken {
    pub(crate) turn: Turn,
    pub(crate) by: Option<By>,
    pub(crate) failure: Option<Failure>,
}

/// Who spoke a participant's turn.
pub(crate) struct By {
    pub(crate) model: String,
    pub(crate) is_simulated: bool,
    pub(crate) latency: Duration,
}

/// A participant's turn before it is spoken.
struct Wanted {
    number: u32,
    question: u32,
    speaker: usize,
    kind: TurnKind,
    length: Length,
}

/// What is said at a number, given the turns before it. Holds no connection while the model thinks.
pub(crate) async fn speak(
    model: &Model,
    talk: &Talk,
    number: u32,
    before: &[Turn],
    cancel: CancellationToken,
) -> Spoken {
    let (question, _) = talk.schedule.place(number);
    match next(&talk.setting, &talk.schedule, number, before) {
        Next::Moderator(said) => Spoken {
            turn: Turn {
                number,
                question,
                kind: said.kind,
                speaker: None,
                reply_to: None,
                to: said.to,
                act: None,
                stance: None,
                text: Some(said.text),
                why: None,
                contradictions: 0,
            },
            by: None,
            failure: None,
        },
        Next::Participant { speaker, kind, reply_to, length, why } => {
            let wanted = Wanted { number, question, speaker, kind, length };
            let replied = reply_to.and_then(|n| before.iter().find(|turn| turn.number == n));
            let asking = Asking { model, talk, wanted, replied, before };
            let Judged { answer, turned_back } = asking.again(&cancel).await;
            let card = &talk.setting.participants[speaker].card;
            let against = |said: &&Utterance| said.contradicts(card, talk.setting.language);
            let mut turn = Turn {
                number,
                question,
                kind,
                speaker: Some(speaker),
                reply_to,
                to: None,
                act: None,
                stance: None,
                text: None,
                why,
                contradictions: turned_back.iter().filter(against).count() as u32,
            };
            match answer {
                Ok(answer) => {
                    let said = answer.value;
                    turn.to = replied.and_then(|t| t.speaker).filter(|_| said.act == Act::Ask);
                    turn.act = Some(said.act);
                    turn.stance = Some(said.stance);
                    turn.text = Some(said.text.trim().to_owned());
                    let by = By {
                        model: answer.model,
                        is_simulated: answer.simulated,
                        latency: answer.latency,
                    };
                    Spoken { turn, by: Some(by), failure: None }
                }
                Err(failure) => Spoken { turn, by: None, failure: Some(failure) },
            }
        }
    }
}

/// A participant being asked for their turn.
struct Asking<'a> {
    model: &'a Model,
    talk: &'a Talk,
    wanted: Wanted,
    replied: Option<&'a Turn>,
    before: &'a [Turn],
}

impl Asking<'_> {
    /// Asks, and asks once more where another answer may be better: the model itself has retried what
    /// its provider failed at.
    async fn again(&self, cancel: &CancellationToken) -> Judged<Utterance> {
        let mut turned_back = Vec::new();
        let mut answer = Err(Failure::Cancelled);
        for attempt in 0..u64::from(TRIES) {
            let judged = self.once(cancel, attempt).await;
            turned_back.extend(judged.turned_back);
            answer = judged.answer;
            if !matches!(answer, Err(Failure::Unusable { .. } | Failure::Refused { .. })) {
                break;
            }
        }
        Judged { answer, turned_back }
    }

    async fn once(&self, cancel: &CancellationToken, attempt: u64) -> Judged<Utterance> {
        let Self { talk, wanted, before, replied, .. } = self;
        let setting = &talk.setting;
        let task = prompt::Task {
            speaker: wanted.speaker,
            question: wanted.question,
            kind: wanted.kind,
            reply_to: *replied,
            length: wanted.length,
        };
        let prompt = prompt::turn(setting, &task, before);
        let seed = setting.seed.child("turn", u64::from(wanted.number)).child("attempt", attempt);
        let offline = || offline::speak(setting, &task, before, &talk.openings, seed);
        let request = Request {
            task: TASK,
            prompt_version: prompt.version,
            project: talk.project_id,
            run: Some(talk.run_id),
            item: Some(wanted.number.cast_signed()),
            system: &prompt.system,
            user: &prompt.user,
            max_output_tokens: MAX_OUTPUT_TOKENS,
            temperature: TEMPERATURE,
            seed,
            cancel: cancel.clone(),
            offline: &offline,
        };
        let card = &setting.participants[wanted.speaker].card;
        let rules = |said: &Utterance, _| said.flaws(card, wanted.kind, setting.language);
        self.model.ask_judged(&request, &rules).await
    }
}
