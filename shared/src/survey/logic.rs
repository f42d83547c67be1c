//! Who is asked what: conditions, and earlier answers quoted in later questions.

use serde_json::Value;

use super::answer::Answers;
use super::question::{Condition, Question, QuestionKind};

/// The ids that a text quotes as `{{id}}`.
pub fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}").map(|(id, _)| id.trim()))
}

/// The text with each `{{id}}` replaced by the answer to that question; what was not answered is
/// replaced by three dots.
pub fn piped(text: &str, answers: &Answers) -> String {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("}}") {
            Some((id, rest)) => {
                out.push_str(&answers.get(id.trim()).map_or("…".to_owned(), words));
                out.push_str(rest);
            }
            None => {
                out.push_str("{{");
                out.push_str(part);
            }
        }
    }
    out
}

fn words(answer: &Value) -> String {
    match answer {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Whether a person with these answers is asked the question.
pub fn is_asked(question: &Question, answers: &Answers) -> bool {
    question.show_if.as_ref().is_none_or(|condition| holds(condition, answers))
}

fn holds(condition: &Condition, answers: &Answers) -> bool {
    let Some(answer) = answers.get(&condition.question) else { return false };
    let is_one = |answer: &Value, wanted: &[String]| {
        answer.as_str().is_some_and(|answer| wanted.iter().any(|wanted| wanted == answer))
    };
    let chosen = condition.any_of.as_ref().is_none_or(|wanted| match answer {
        Value::Array(items) => items.iter().any(|item| is_one(item, wanted)),
        one => is_one(one, wanted),
    });
    let number = answer.as_f64();
    let high = condition.at_least.is_none_or(|least| number.is_some_and(|n| n >= least));
    let low = condition.at_most.is_none_or(|most| number.is_some_and(|n| n <= most));
    chosen && high && low
}

/// The rules of a condition on `question`, as one text where it breaks them.
pub(super) fn broken(condition: &Condition, on: &Question) -> Option<String> {
    let by_choice = condition.any_of.is_some();
    let by_number = condition.at_least.is_some() || condition.at_most.is_some();
    let takes_numbers =
        matches!(on.kind, QuestionKind::RatingScale | QuestionKind::Nps | QuestionKind::Numeric);
    let takes_choices =
        matches!(on.kind, QuestionKind::SingleChoice | QuestionKind::MultipleChoice);
    if by_choice == by_number {
        return Some("needs either anyOf, or atLeast and atMost".to_owned());
    }
    if (by_choice && !takes_choices) || (by_number && !takes_numbers) {
        return Some(format!("does not fit the kind of question {:?}", on.id));
    }
    let unknown = condition.any_of.iter().flatten().find(|word| !on.choices().contains(word));
    unknown.map(|word| format!("{word:?} is no option of question {:?}", on.id))
}

/// Cuts questions into calls: one that needs the answer to another comes in a later call, so that
/// nobody sees a follow-up before they are asked it. Keeps the order.
pub fn calls<'a>(questions: &[&'a Question]) -> Vec<Vec<&'a Question>> {
    let mut calls: Vec<Vec<&Question>> = Vec::new();
    for question in questions {
        let current = calls.last_mut();
        match current {
            Some(call)
                if !question.needs().iter().any(|id| call.iter().any(|other| other.id == *id)) =>
            {
                call.push(question);
            }
            _ => calls.push(vec![question]),
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::survey::sample::question;

    fn answers(pairs: Value) -> Answers {
        serde_json::from_value(pairs).unwrap()
    }

    #[test]
    fn a_text_quotes_earlier_answers() {
        let given = answers(json!({ "q1": "tea", "q2": ["milk", "sugar"], "q3": 4 }));

        assert_eq!(piped("Why {{q1}} with {{ q2 }}?", &given), "Why tea with milk, sugar?");
        assert_eq!(piped("{{q3}} of {{q9}} {{", &given), "4 of … {{");
        assert_eq!(quoted("{{a}} and {{ b }}").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_condition_looks_at_choices_and_numbers() {
        let given = answers(json!({ "one": "tea", "many": ["milk", "sugar"], "rating": 2 }));
        let asked = |condition: Value| {
            let mut question = question("q", QuestionKind::OpenText);
            question.show_if = Some(serde_json::from_value(condition).unwrap());
            is_asked(&question, &given)
        };

        assert!(asked(json!({ "question": "one", "anyOf": ["tea", "coffee"] })));
        assert!(!asked(json!({ "question": "one", "anyOf": ["coffee"] })));
        assert!(asked(json!({ "question": "many", "anyOf": ["sugar"] })));
        assert!(asked(json!({ "question": "rating", "atMost": 2 })));
        assert!(!asked(json!({ "question": "rating", "atLeast": 3 })));
        assert!(!asked(json!({ "question": "unanswered", "anyOf": ["tea"] })));
    }

    #[test]
    fn a_follow_up_waits_for_a_later_call() {
        let first = question("a", QuestionKind::SingleChoice);
        let free = question("b", QuestionKind::OpenText);
        let mut follow = question("c", QuestionKind::OpenText);
        follow.title = "Why {{a}}?".to_owned();
        let last = question("d", QuestionKind::OpenText);

        let calls = calls(&[&first, &free, &follow, &last]);

        let ids: Vec<Vec<&str>> =
            calls.iter().map(|call| call.iter().map(|q| q.id.as_str()).collect()).collect();
        assert_eq!(ids, [vec!["a", "b"], vec!["c", "d"]]);
    }
}
