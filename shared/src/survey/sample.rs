//! Questions and people for tests.

use serde_json::{Value, json};

use super::{Question, QuestionKind};
use crate::Seed;
use crate::persona::Card;
use crate::population::{Plan, Population};

/// A question of this kind with what the kind needs.
pub(crate) fn question(id: &str, kind: QuestionKind) -> Question {
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
pub(crate) fn questions(value: Value) -> Vec<Question> {
    serde_json::from_value(value).expect("samples are questions")
}

/// People of Poland.
pub(crate) fn cards(people: u32) -> Vec<Card> {
    Population::new(&Plan::everyone(), Seed(7)).cards(0..people)
}
