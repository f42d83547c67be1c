//! Who was invited, who answered, and where people were lost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Respondent;
use crate::survey::answer::State;
use crate::survey::question::Question;

/// From those wished for to those who finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Completion {
    /// Responses that the researcher wants.
    pub target: u32,
    /// People who were asked.
    pub invited: u32,
    /// People with at least one answered call.
    pub responded: u32,
    /// People with a valid answer to every required question that they were asked.
    pub complete: u32,
    /// People who answered and stopped before the end.
    pub dropped_out: u32,
    /// People who stopped, by reason; without those whose reason is not known.
    #[serde(default)]
    pub lost_to: BTreeMap<String, u32>,
    /// People without any answer, by reason.
    pub failed: BTreeMap<String, u32>,
    /// How many people the project lacks for the target: nobody stands in for them.
    pub shortfall: u32,
    /// Each question, in the researcher's order.
    pub questions: Vec<QuestionFlow>,
}

impl Completion {
    /// Complete responses of a hundred people invited.
    pub fn rate(&self) -> f64 {
        if self.invited == 0 {
            return 0.0;
        }
        100.0 * f64::from(self.complete) / f64::from(self.invited)
    }
}

/// What became of one question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionFlow {
    /// The question.
    pub question_id: String,
    /// People who were asked it.
    pub asked: u32,
    /// Valid answers.
    pub answered: u32,
    /// Left out where that is allowed.
    pub declined: u32,
    /// Answers that are none, by the rule that they break.
    pub invalid: BTreeMap<String, u32>,
    /// Its condition did not hold.
    pub not_asked: u32,
    /// People who had gone before.
    pub not_reached: u32,
}

/// Counts where people went.
pub fn completion(
    questions: &[Question],
    respondents: &[Respondent],
    target: u32,
    invited: u32,
    failed: BTreeMap<String, u32>,
) -> Completion {
    let is_complete = |r: &&Respondent| r.response.is_complete(questions);
    let has_gone =
        |r: &&Respondent| r.response.states.values().any(|state| *state == State::NotReached);
    let mut lost_to = BTreeMap::new();
    for reason in respondents.iter().filter_map(|r| r.response.lost_to.clone()) {
        *lost_to.entry(reason).or_default() += 1;
    }
    Completion {
        target,
        invited,
        lost_to,
        responded: respondents.len() as u32,
        complete: respondents.iter().filter(is_complete).count() as u32,
        dropped_out: respondents.iter().filter(has_gone).count() as u32,
        failed,
        shortfall: target.saturating_sub(invited),
        questions: questions.iter().map(|question| flow(question, respondents)).collect(),
    }
}

fn flow(question: &Question, respondents: &[Respondent]) -> QuestionFlow {
    let mut flow = QuestionFlow { question_id: question.id.clone(), ..QuestionFlow::default() };
    for respondent in respondents {
        match respondent.response.states.get(&question.id) {
            Some(State::Answered) => flow.answered += 1,
            Some(State::Declined) => flow.declined += 1,
            Some(State::Invalid { why }) => *flow.invalid.entry(why.clone()).or_default() += 1,
            Some(State::NotAsked) => flow.not_asked += 1,
            Some(State::NotReached) | None => flow.not_reached += 1,
        }
    }
    flow.asked = flow.answered + flow.declined + flow.invalid.values().sum::<u32>();
    flow
}
