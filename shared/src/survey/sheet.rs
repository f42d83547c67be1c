//! Answers as a spreadsheet: one respondent a line.

use serde_json::Value;

use super::instrument::columns;
use super::question::{Kind, Question};
use super::result::Respondent;
use super::segment::Attribute;
use crate::Language;
use crate::text::csv::quote;

/// One line a respondent under a header, as RFC 4180 writes it, with a byte order mark: number, age,
/// the attributes, the weight, and a column a question (or a row of a matrix), in the form that
/// [`super::human::read`] takes. Behind them a column `reaction/id` for each rating that has reactions
/// in words.
pub fn csv(questions: &[Question], respondents: &[Respondent], language: Language) -> String {
    let mut header = vec!["respondent".to_owned(), "years".to_owned(), "weight".to_owned()];
    header.extend(Attribute::ALL.map(|attribute| format!("segment_{}", attribute.key())));
    header.extend(columns(questions));
    let rated = questions.iter().filter(|question| {
        respondents.iter().any(|one| one.response.reactions.contains_key(&question.id))
    });
    let rated: Vec<&Question> = rated.collect();
    header.extend(rated.iter().map(|question| quote(&format!("reaction/{}", question.id))));
    let mut text = format!("\u{feff}{}\r\n", header.join(","));
    for (number, respondent) in respondents.iter().enumerate() {
        let person = &respondent.profile;
        let weight = format!("{:.4}", respondent.weight);
        let mut line = vec![(number + 1).to_string(), person.age.to_string(), weight];
        line.extend(Attribute::ALL.map(|attribute| quote(&attribute.label(person, language))));
        line.extend(questions.iter().flat_map(|question| cells(question, respondent)));
        line.extend(rated.iter().map(|question| {
            let reaction = respondent.response.reactions.get(&question.id);
            reaction.map(|text| quote(text)).unwrap_or_default()
        }));
        text.push_str(&line.join(","));
        text.push_str("\r\n");
    }
    text
}

fn cells(question: &Question, respondent: &Respondent) -> Vec<String> {
    let answer = respondent.response.answers.get(&question.id);
    match question.kind {
        Kind::Matrix => question
            .items()
            .iter()
            .map(|row| answer.and_then(|rows| rows.get(row)).map(cell).unwrap_or_default())
            .collect(),
        _ => vec![answer.map(cell).unwrap_or_default()],
    }
}

fn cell(answer: &Value) -> String {
    let text = match answer {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join("|")
        }
        other => other.to_string(),
    };
    quote(&text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::survey::sample::{cards, questions};
    use crate::survey::{Answers, Response, human};

    #[test]
    fn a_sheet_can_be_read_back_as_answers() {
        let questions = questions(json!([
            { "id": "tea", "type": "multiple-choice", "title": "T", "options": ["a, b", "c"] },
            { "id": "grid", "type": "matrix", "title": "T", "rows": ["price"] },
            { "id": "why", "type": "open-text", "title": "T" },
        ]));
        let answers: Answers = serde_json::from_value(
            json!({ "tea": ["a, b", "c"], "grid": { "price": 2 }, "why": "It's \"good\"" }),
        )
        .unwrap();
        let respondents: Vec<Respondent> = cards(2)
            .into_iter()
            .map(|card| {
                let response = Response { answers: answers.clone(), ..Response::default() };
                Respondent { profile: (&card).into(), response, weight: 1.0 }
            })
            .collect();

        let sheet = csv(&questions, &respondents, Language::English);

        assert!(sheet.starts_with("\u{feff}respondent,years,weight,segment_age"));
        assert_eq!(human::read(&sheet, &questions).unwrap(), [answers.clone(), answers]);
    }

    #[test]
    fn reactions_have_columns_of_their_own_that_are_no_answers() {
        let questions =
            questions(json!([{ "id": "buy", "type": "rating-scale", "title": "Would you buy?" }]));
        let answers: Answers = [("buy".to_owned(), json!(4))].into();
        let reactions = [("buy".to_owned(), "Sure, why not".to_owned())].into();
        let response = Response { answers: answers.clone(), reactions, ..Response::default() };
        let respondent = Respondent { profile: (&cards(1)[0]).into(), response, weight: 1.0 };

        let sheet = csv(&questions, &[respondent], Language::English);

        assert!(sheet.contains(",buy,reaction/buy\r\n"), "{sheet}");
        assert!(sheet.ends_with(",4,\"Sure, why not\"\r\n"), "{sheet}");
        assert_eq!(human::read(&sheet, &questions).unwrap(), [answers]);
    }
}
