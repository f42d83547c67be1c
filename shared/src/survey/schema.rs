//! The JSON schema of one call, made for its questions.

use serde_json::{Map, Value, json};

use super::question::{Elicitation, Question, QuestionKind};

/// One question as one respondent is asked it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked<'a> {
    pub question: &'a Question,
    /// Its text with earlier answers in it.
    pub title: String,
    /// The indexes of its options or rows in the order shown.
    pub options: Vec<usize>,
    /// How its rating is elicited; of no meaning for other kinds.
    pub elicitation: Elicitation,
}

/// The name of a call's n-th answer in its schema.
pub fn key(n: usize) -> String {
    format!("q{}", n + 1)
}

/// The schema of a call's answer: an object with one property a question, in the order asked. Options
/// are enumerations, so that nothing else can be said.
pub fn schema(asked: &[Asked<'_>]) -> Value {
    let properties: Map<String, Value> =
        asked.iter().enumerate().map(|(n, asked)| (key(n), property(asked))).collect();
    let required: Vec<String> = (0..asked.len()).map(key).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

pub(super) fn property(asked: &Asked<'_>) -> Value {
    let question = asked.question;
    let shown: Vec<&String> = match question.kind {
        QuestionKind::Matrix => Vec::new(),
        _ => asked.options.iter().map(|&option| &question.choices()[option]).collect(),
    };
    let mut property = match question.kind {
        QuestionKind::SingleChoice => json!({ "type": "string", "enum": shown }),
        QuestionKind::MultipleChoice | QuestionKind::Ranking => json!({
            "type": "array",
            "items": { "type": "string", "enum": shown },
            "minItems": if question.kind == QuestionKind::Ranking { question.most() } else { 1 },
            "maxItems": question.most(),
        }),
        QuestionKind::RatingScale | QuestionKind::Nps => rating(asked),
        QuestionKind::Matrix => {
            let count = asked.options.len();
            let rows: Map<String, Value> =
                (0..count).map(|n| (format!("row{}", n + 1), rating(asked))).collect();
            let required: Vec<String> = (0..count).map(|n| format!("row{}", n + 1)).collect();
            json!({ "type": "object", "properties": rows, "required": required })
        }
        QuestionKind::Numeric => json!({ "type": "number" }),
        QuestionKind::OpenText => json!({ "type": "string" }),
    };
    if !question.required {
        property = json!({ "anyOf": [property, { "type": "null" }] });
    }
    property
}

fn rating(asked: &Asked<'_>) -> Value {
    let (low, high) = asked.question.scale();
    let points = asked.question.points();
    match asked.elicitation {
        Elicitation::Direct => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Elicitation::Distribution => json!({
            "type": "array",
            "items": { "type": "integer", "minimum": 0, "maximum": 100 },
            "minItems": points,
            "maxItems": points,
        }),
        Elicitation::Similarity => json!({ "type": "string" }),
    }
}
