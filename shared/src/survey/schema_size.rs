//! Whether language models' providers take the schema of a survey's call.
//!
//! OpenAI refuses a request whose schema has more than 5,000 properties, more than 1,000 values to choose
//! from, or more than 120,000 characters in the names and values of both
//! (developers.openai.com/api/docs/guides/structured-outputs#supported-schemas); ten levels and 15,000
//! characters of one list are more than any question has. A prompt is limited too: options stand in it and in
//! its schema. Everybody of such a survey would fail, so it is not saved.

use serde_json::Value;

use super::logic;
use super::question::{Elicitation, Question, QuestionKind};
use super::schema::{Asked, property};

const MOST_PROPERTIES: usize = 5_000;
const MOST_VALUES: usize = 1_000;
const MOST_LETTERS: usize = 120_000;
/// Of the questions in prompt and schema: three quarters of the longest prompt, which also has the rules, the
/// person, what they said before, and a repair.
const MOST_BYTES: usize = 150_000;

/// How large the schema of some questions is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Size {
    properties: usize,
    values: usize,
    /// In the names of properties and in values.
    letters: usize,
    /// Of the questions in prompt and schema.
    bytes: usize,
}

/// The place of the first question with which its call becomes too large, and what is too much.
pub(super) fn too_large(questions: &[Question]) -> Option<(usize, String)> {
    let all: Vec<&Question> = questions.iter().collect();
    let mut place = 0;
    for call in logic::calls(&all) {
        let mut size = Size::default();
        for question in call {
            size.add(question);
            if let Some(rule) = size.broken() {
                return Some((place, rule));
            }
            place += 1;
        }
    }
    None
}

impl Size {
    fn add(&mut self, question: &Question) {
        let options = if question.kind == QuestionKind::Matrix {
            question.items()
        } else {
            question.choices()
        };
        let asked = Asked {
            question,
            title: question.title.clone(),
            options: (0..options.len()).collect(),
            elicitation: Elicitation::Distribution,
        };
        let schema = property(&asked);
        // its own name, q1 to q100
        self.properties += 1;
        self.letters += 4;
        self.measure(&schema);
        let said = [Some(&question.title), question.description.as_ref()];
        let labels = question.scale_labels.iter().flatten();
        let texts = said.into_iter().flatten().chain(options).chain(labels);
        self.bytes += schema.to_string().len() + texts.map(|text| text.len() + 8).sum::<usize>();
    }

    fn measure(&mut self, schema: &Value) {
        if let Some(properties) = schema["properties"].as_object() {
            self.properties += properties.len();
            self.letters += properties.keys().map(|name| name.chars().count()).sum::<usize>();
            properties.values().for_each(|inner| self.measure(inner));
        }
        if let Some(values) = schema["enum"].as_array() {
            let texts = values.iter().filter_map(Value::as_str);
            self.values += values.len();
            self.letters += texts.map(|text| text.chars().count()).sum::<usize>();
        }
        let choices = schema["anyOf"].as_array().into_iter().flatten();
        choices.chain(schema.get("items")).for_each(|inner| self.measure(inner));
    }

    fn broken(self) -> Option<String> {
        let rules = [
            (self.values, MOST_VALUES, "options to choose from"),
            (self.properties, MOST_PROPERTIES, "questions and rows"),
            (self.letters, MOST_LETTERS, "characters of options"),
            (self.bytes, MOST_BYTES, "bytes of questions and options"),
        ];
        let (_, most, what) = rules.into_iter().find(|(is, most, _)| is > most)?;
        Some(format!(
            "with it the questions asked at once have more than {most} {what}, which is more than language \
             models take: leave options out, or ask it in another survey"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::sample::question;

    fn choices(count: usize, options: usize, length: usize) -> Vec<Question> {
        let texts =
            |n: usize| (0..options).map(|o| format!("{n}-{o}-{}", "x".repeat(length))).collect();
        (0..count)
            .map(|n| Question {
                options: Some(texts(n)),
                ..question(&format!("c{n}"), QuestionKind::SingleChoice)
            })
            .collect()
    }

    #[test]
    fn a_call_with_more_options_than_a_provider_takes_names_the_question_that_is_too_much() {
        assert_eq!(too_large(&choices(20, 50, 1)), None, "1,000 values are taken");

        let (place, rule) = too_large(&choices(21, 50, 1)).unwrap();

        assert_eq!(place, 20);
        assert!(rule.contains("more than 1000 options"), "{rule}");
        let (_, rule) = too_large(&choices(10, 50, 290)).unwrap();
        assert!(rule.contains("characters") || rule.contains("bytes"), "{rule}");
    }

    #[test]
    fn a_matrix_counts_its_rows_and_a_follow_up_begins_anew() {
        let rows = || Some((0..50).map(|row| format!("row {row}")).collect());
        let matrix = |n: usize| Question {
            rows: rows(),
            ..question(&format!("m{n}"), QuestionKind::Matrix)
        };
        let many: Vec<Question> = (0..100).map(matrix).collect();
        let (place, rule) = too_large(&many).unwrap();
        assert!((20..32).contains(&place) && rule.contains("bytes"), "{place}: {rule}");

        let mut apart = choices(40, 50, 1);
        apart[20].title = "Why {{c0}}?".to_owned();
        assert_eq!(too_large(&apart), None);
    }
}
