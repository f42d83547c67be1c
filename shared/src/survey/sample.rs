//! Questions and people for tests of what is asked and answered.

use serde_json::{Value, json};

use super::{Question, QuestionKind};
use crate::Seed;
use crate::persona::{Card, sample};

/// A question of this kind with what the kind needs.
pub fn question(id: &str, kind: QuestionKind) -> Question {
    let mut value = json!({ "id": id, "type": kind, "title": format!("Question {id}?") });
    if kind.has_options() {
        value["options"] = json!(["tea", "coffee", "water"]);
    }
    if kind == QuestionKind::Matrix {
        value["rows"] = json!(["price", "taste"]);
    }
    serde_json::from_value(value).expect("a sample is a question")
}

/// Questions as JSON.
///
/// # Panics
/// When they are none.
pub fn questions(value: Value) -> Vec<Question> {
    serde_json::from_value(value).expect("samples are questions")
}

/// Some people.
pub fn cards(people: u32) -> Vec<Card> {
    sample::cards(people, Seed(7))
}
