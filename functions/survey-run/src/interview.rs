//! One respondent: an order is drawn, the calls are made, the answers are read.

use std::sync::Arc;
use std::time::Duration;

use offline::opinion::SimulatedRespondent;
use offline::respondent;
use platform::model::{Attempt, Failure, Model, Request};
use platform::runs::Lease;
use serde_json::Value;
use shared::survey::{Asked, Presented, Question, Response, State, logic, order, reply, schema};
use shared::{Seed, prompt};
use tokio_util::sync::CancellationToken;

use crate::estimate::output_tokens;
use crate::input::{Invited, RunInput};
use crate::rating::{Rater, Scales};

/// People differ from day to day, and from each other.
const TEMPERATURE: f32 = 0.9;

/// A respondent who was asked.
#[derive(Clone)]
pub(crate) struct Interview {
    pub(crate) person: Invited,
    pub(crate) response: Response,
    pub(crate) latency: Duration,
    pub(crate) model: String,
    pub(crate) is_simulated: bool,
    pub(crate) prompt_version: &'static str,
}

/// Asks the respondents of one shard.
#[derive(Clone)]
pub(crate) struct Interviewer {
    pub(crate) model: Model,
    pub(crate) rater: Rater,
    pub(crate) scales: Arc<Scales>,
    pub(crate) input: Arc<RunInput>,
    pub(crate) lease: Arc<Lease>,
}

impl Interviewer {
    /// Asks one person everything. A person fails when the first call gives nothing, when the budget is
    /// used up, or while the model is away: they may be asked again, from the first question. When a later
    /// call gives nothing, the person drops out: what they said is kept, with the reason.
    pub(crate) async fn ask(
        &self,
        person: Invited,
        cancel: CancellationToken,
    ) -> Result<Interview, Failure> {
        let seed = person.seed(self.input.seed);
        let presented = order(&self.input.questions, &self.input.design, seed.child("order", 0));
        let mut interview = Interview {
            person,
            response: Response { presented: presented.clone(), ..Response::default() },
            latency: Duration::ZERO,
            model: String::new(),
            is_simulated: false,
            prompt_version: prompt::SURVEY_VERSION,
        };
        let mut has_answered = false;
        for call in logic::calls(&in_order(&self.input.questions, &presented)) {
            let asked = self.asked(&call, &presented, &mut interview.response);
            if asked.is_empty() {
                continue;
            }
            match self.call(&mut interview, &asked, seed, &cancel).await {
                Ok(()) => has_answered = true,
                Err(failure) if !has_answered || is_ours(&failure) => return Err(failure),
                Err(failure) => {
                    interview.response.lost_to = Some(failure.to_string());
                    break;
                }
            }
        }
        not_reached(&self.input.questions, &mut interview.response);
        Ok(interview)
    }

    /// The questions of a call that the person is asked; the others are noted as not asked.
    fn asked<'a>(
        &self,
        call: &[&'a Question],
        presented: &Presented,
        response: &mut Response,
    ) -> Vec<Asked<'a>> {
        let (asked, not): (Vec<&Question>, Vec<&Question>) =
            call.iter().partition(|question| logic::is_asked(question, &response.answers));
        for question in not {
            response.states.insert(question.id.clone(), State::NotAsked);
        }
        let asked = asked.into_iter().map(|question| Asked {
            question,
            title: logic::piped(&question.title, &response.answers),
            options: presented.options_of(question),
            elicitation: question.elicited(self.input.elicitation),
        });
        asked.collect()
    }

    /// One call. An answer that breaks a rule is sent back once; what is still wrong then is invalid,
    /// question by question, and the rest counts. Where its reactions cannot be rated the call has failed.
    async fn call(
        &self,
        interview: &mut Interview,
        asked: &[Asked<'_>],
        seed: Seed,
        cancel: &CancellationToken,
    ) -> Result<(), Failure> {
        let input = &self.input;
        let person = &interview.person;
        let earlier = prompt::earlier(&input.questions, &interview.response.answers);
        let (card, language) = (&person.card, input.language);
        let prompt =
            prompt::questionnaire(card, &person.manner, &input.title, asked, &earlier, language);
        let offline = || respondent::answer(SimulatedRespondent { card, seed }, asked, language);
        let request = Request {
            task: "survey_answers",
            prompt_version: prompt.version,
            project: self.lease.project_id,
            run: Some(self.lease.run_id),
            item: Some(person.item.cast_signed()),
            system: &prompt.system,
            user: &prompt.user,
            max_output_tokens: output_tokens(asked),
            temperature: TEMPERATURE,
            seed: seed.child("call", interview.response.states.len() as u64),
            cancel: cancel.clone(),
            offline: &offline,
        };
        let check = |raw: &Value, attempt| match attempt {
            Attempt::First => reply::flaws(asked, raw),
            Attempt::Repair => Vec::new(),
        };
        let within = ("survey_answers", schema::schema(asked));
        let answer = self.model.ask_within(&request, within, &check).await?;
        let mut response = interview.response.clone();
        reply::read(asked, &answer.value, seed, &mut response);
        let (scales, how) = (&self.scales, (language, seed));
        self.rater.rate(scales, asked, how, &mut response, (&self.lease, cancel)).await?;
        interview.response = response;
        interview.latency += answer.latency;
        interview.model = answer.model;
        interview.is_simulated = answer.simulated;
        Ok(())
    }
}

/// Whether the failure is ours, and says nothing about the person: asked again, they may answer. A rate limit or a
/// key that was withdrawn is no finding about people.
fn is_ours(failure: &Failure) -> bool {
    match failure {
        Failure::Unusable { .. } | Failure::Refused { .. } | Failure::TooLong => false,
        Failure::Unrated(why) => is_ours(why),
        _ => true,
    }
}

fn in_order<'a>(questions: &'a [Question], presented: &Presented) -> Vec<&'a Question> {
    let find = |id: &String| questions.iter().find(|question| question.id == *id);
    presented.questions.iter().filter_map(find).collect()
}

fn not_reached(questions: &[Question], response: &mut Response) {
    for question in questions {
        response.states.entry(question.id.clone()).or_insert(State::NotReached);
    }
}
