//! What one respondent answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::order::Presented;
use super::question::{Question, QuestionKind};

/// Valid answers by question id, as the client stores them: an option, a list of options, a point of
/// the scale, a text; a matrix is an object from row to point.
pub type Answers = BTreeMap<String, Value>;

/// What became of one question with one respondent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// There is a valid answer.
    Answered,
    /// Its condition did not hold.
    NotAsked,
    /// It is not required, and was left out.
    Declined,
    /// What came back is no answer to it.
    Invalid {
        /// The rule that it breaks; never the answer itself.
        why: String,
    },
    /// The respondent had gone before.
    NotReached,
}

/// Everything about one respondent's answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SurveyResponse)]
pub struct Response {
    /// Valid answers.
    #[schema(value_type = std::collections::BTreeMap<String, Object>)]
    pub answers: Answers,
    /// The whole distribution behind a rating, where one was elicited: a probability a point. Rows of a
    /// matrix are `id/row index`. The answer is then one point that was drawn from it; figures rest on the
    /// distribution.
    pub distributions: BTreeMap<String, Vec<f64>>,
    /// The reactions in words behind ratings by similarity.
    pub reactions: BTreeMap<String, String>,
    /// The embedding model that rated them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_by: Option<String>,
    /// What became of each question.
    pub states: BTreeMap<String, State>,
    /// Why nothing more came of somebody who was lost after a first answered call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_to: Option<String>,
    /// What was shown, in order.
    pub presented: Presented,
}

impl Response {
    /// Whether every required question that was asked has a valid answer.
    pub fn is_complete(&self, questions: &[Question]) -> bool {
        questions.iter().all(|question| match self.states.get(&question.id) {
            Some(State::Answered | State::NotAsked) => true,
            Some(State::Declined) => !question.required,
            Some(State::Invalid { .. } | State::NotReached) | None => false,
        })
    }

    /// The option's index of a single choice.
    pub fn choice(&self, question: &Question) -> Option<usize> {
        position(question, self.answers.get(&question.id)?)
    }

    /// The options' indexes of a multiple choice or a ranking.
    pub fn choices(&self, question: &Question) -> Option<Vec<usize>> {
        let items = self.answers.get(&question.id)?.as_array()?;
        items.iter().map(|item| position(question, item)).collect()
    }

    /// The number of a numeric question, and the one point of a rating: drawn where a distribution was
    /// elicited.
    pub fn number(&self, question: &Question) -> Option<f64> {
        self.answers.get(&question.id)?.as_f64()
    }

    /// The point of a row of a matrix.
    pub fn row(&self, question: &Question, row: &str) -> Option<f64> {
        self.answers.get(&question.id)?.get(row)?.as_f64()
    }

    /// What a rating, or a row of a matrix, puts on each point of the scale: the whole distribution where
    /// one was elicited, and otherwise everything on the point that was named. Figures rest on this: a point
    /// that was drawn from a distribution has lost half of what it says about the person.
    pub fn spread(&self, question: &Question, row: Option<usize>) -> Option<Vec<f64>> {
        let (name, point) = match row {
            None => (question.id.clone(), self.number(question)?),
            Some(row) => {
                let name = format!("{}/{row}", question.id);
                (name, self.row(question, question.items().get(row)?)?)
            }
        };
        let points = question.points();
        let whole = self.distributions.get(&name).filter(|whole| whole.len() == points);
        let sum: f64 = whole.iter().copied().flatten().sum();
        if let Some(whole) = whole.filter(|_| sum > 0.0) {
            return Some(whole.iter().map(|p| p / sum).collect());
        }
        let place = (point as i32).checked_sub(question.scale().0)?;
        let place = usize::try_from(place).ok().filter(|place| *place < points)?;
        Some((0..points).map(|one| if one == place { 1.0 } else { 0.0 }).collect())
    }

    /// The mean of [`Response::spread`] on the scale.
    pub fn score(&self, question: &Question, row: Option<usize>) -> Option<f64> {
        let spread = self.spread(question, row)?;
        Some(spread.iter().zip(question.scale().0..).map(|(p, point)| p * f64::from(point)).sum())
    }

    /// The text of an open question.
    pub fn text(&self, question: &Question) -> Option<&str> {
        self.answers.get(&question.id)?.as_str()
    }
}

fn position(question: &Question, answer: &Value) -> Option<usize> {
    let answer = answer.as_str()?;
    question.choices().iter().position(|option| option == answer)
}

/// Reads a value as an answer to the question: the stored form, or the rule that it breaks.
pub(in crate::survey) fn parse(question: &Question, value: &Value) -> Result<Value, String> {
    match question.kind {
        QuestionKind::SingleChoice => position(question, value)
            .map(|option| json!(question.choices()[option]))
            .ok_or_else(|| "is none of the options".to_owned()),
        QuestionKind::MultipleChoice => several(question, value, 1),
        QuestionKind::Ranking => several(question, value, question.most()),
        QuestionKind::RatingScale | QuestionKind::Nps => {
            point(question, value).map(|point| json!(point))
        }
        QuestionKind::Matrix => battery(question, value),
        QuestionKind::Numeric => number(question, value),
        QuestionKind::OpenText => match value.as_str().map(str::trim) {
            Some(text) if !text.is_empty() => Ok(json!(text)),
            _ => Err("is no text".to_owned()),
        },
    }
}

/// Distinct options, at least so many.
fn several(question: &Question, value: &Value, fewest: usize) -> Result<Value, String> {
    let items = value.as_array().ok_or("is no list of options")?;
    let mut chosen = Vec::new();
    for item in items {
        let option = position(question, item).ok_or("has something that is none of the options")?;
        if chosen.contains(&option) {
            return Err("has an option twice".to_owned());
        }
        chosen.push(option);
    }
    let most = question.most();
    if !(fewest..=most).contains(&chosen.len()) {
        return Err(format!("must have {fewest} to {most} options"));
    }
    if question.kind == QuestionKind::MultipleChoice {
        chosen.sort_unstable();
    }
    Ok(chosen.into_iter().map(|option| json!(question.choices()[option])).collect())
}

pub(in crate::survey) fn point(question: &Question, value: &Value) -> Result<i64, String> {
    let (low, high) = question.scale();
    let is_whole = value.as_f64().filter(|number| number.fract() == 0.0);
    let point = is_whole.map(|number| number as i64);
    point
        .filter(|point| (i64::from(low)..=i64::from(high)).contains(point))
        .ok_or_else(|| format!("must be a whole number between {low} and {high}"))
}

fn battery(question: &Question, value: &Value) -> Result<Value, String> {
    let mut rows = serde_json::Map::new();
    for row in question.items() {
        let given = value.get(row).ok_or("leaves out a row")?;
        rows.insert(row.clone(), json!(point(question, given)?));
    }
    Ok(Value::Object(rows))
}

fn number(question: &Question, value: &Value) -> Result<Value, String> {
    let number = value.as_f64().filter(|n| n.is_finite()).ok_or("is no number")?;
    let (min, max) = (question.min, question.max);
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        return Err("is outside the bounds".to_owned());
    }
    Ok(if number.fract() == 0.0 { json!(number as i64) } else { json!(number) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::sample::question;

    #[test]
    fn what_is_outside_the_options_is_refused_and_never_mapped() {
        let single = question("q", QuestionKind::SingleChoice);
        let multiple = question("q", QuestionKind::MultipleChoice);
        let ranking = question("q", QuestionKind::Ranking);
        let rating = question("q", QuestionKind::RatingScale);
        let matrix = question("q", QuestionKind::Matrix);
        let open = question("q", QuestionKind::OpenText);

        for (question, value) in [
            (&single, json!("Tea")),
            (&single, json!("tea, of course")),
            (&single, json!(["tea"])),
            (&multiple, json!([])),
            (&multiple, json!(["tea", "tea"])),
            (&multiple, json!(["tea", "juice"])),
            (&ranking, json!(["tea", "coffee"])),
            (&rating, json!("4/5")),
            (&rating, json!(0)),
            (&rating, json!(45)),
            (&rating, json!(3.5)),
            (&matrix, json!({ "price": 3 })),
            (&open, json!("  ")),
        ] {
            assert!(parse(question, &value).is_err(), "{value} for {:?}", question.kind);
        }
    }

    #[test]
    fn valid_answers_are_kept_in_the_clients_form() {
        for (kind, value, kept) in [
            (QuestionKind::SingleChoice, json!("tea"), json!("tea")),
            (QuestionKind::MultipleChoice, json!(["water", "tea"]), json!(["tea", "water"])),
            (
                QuestionKind::Ranking,
                json!(["water", "tea", "coffee"]),
                json!(["water", "tea", "coffee"]),
            ),
            (QuestionKind::RatingScale, json!(5), json!(5)),
            (QuestionKind::Nps, json!(0), json!(0)),
            (
                QuestionKind::Matrix,
                json!({ "price": 1, "taste": 5 }),
                json!({ "price": 1, "taste": 5 }),
            ),
            (QuestionKind::Numeric, json!(12.5), json!(12.5)),
            (QuestionKind::OpenText, json!(" because "), json!("because")),
        ] {
            assert_eq!(parse(&question("q", kind), &value), Ok(kept), "{kind:?}");
        }
    }

    #[test]
    fn who_leaves_out_a_required_answer_is_not_complete() {
        let (mut asked, optional) =
            (question("a", QuestionKind::OpenText), question("b", QuestionKind::OpenText));
        asked.required = true;
        let optional = Question { required: false, ..optional };
        let states = |a: State, b: State| Response {
            states: [("a".to_owned(), a), ("b".to_owned(), b)].into(),
            ..Response::default()
        };
        let questions = [asked, optional];

        assert!(states(State::Answered, State::Declined).is_complete(&questions));
        assert!(states(State::NotAsked, State::Answered).is_complete(&questions));
        assert!(!states(State::Declined, State::Answered).is_complete(&questions));
        assert!(!states(State::Answered, State::NotReached).is_complete(&questions));
    }
}
