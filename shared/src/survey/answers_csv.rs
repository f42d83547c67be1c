//! Answers as a spreadsheet: one respondent a line.

use std::collections::BTreeSet;

use serde_json::Value;

use super::instrument::columns;
use super::question::{Question, QuestionKind};
use super::result::Respondent;
use super::segment::Attribute;
use crate::Language;
use crate::text::csv::quote;

/// What every line begins with, before the segments.
pub(in crate::survey) const NUMBERED: [&str; 3] = ["respondent", "years", "weight"];

/// The columns that a sheet has of its own. No question may be called like one of them.
pub(in crate::survey) fn own_columns() -> Vec<String> {
    let segments = Attribute::ALL.map(Attribute::column);
    NUMBERED.iter().map(|name| (*name).to_owned()).chain(segments).collect()
}

pub(in crate::survey) fn reaction_column(id: &str) -> String {
    format!("reaction/{id}")
}

/// A sheet that is made line by line, as RFC 4180 writes it, with a byte order mark: number, age, the
/// attributes, the weight, and a column a question (a row of a matrix, or an option of a multiple choice), in the
/// form that [`super::human_comparison::read`] takes. Behind them a column `reaction/id` for each rating that has reactions
/// in words.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    questions: &'a [Question],
    rated: Vec<&'a Question>,
    language: Language,
    has_years: bool,
}

impl<'a> Sheet<'a> {
    /// Of these questions. `rated` has the ids of those that some respondent reacted to in words.
    pub fn new(questions: &'a [Question], rated: &BTreeSet<String>, language: Language) -> Self {
        let rated = questions.iter().filter(|question| rated.contains(&question.id)).collect();
        Self { questions, rated, language, has_years: true }
    }

    /// With nobody's age in years; the column stays, empty.
    #[must_use]
    pub fn without_years(self) -> Self {
        Self { has_years: false, ..self }
    }

    /// The first line.
    pub fn header(&self) -> String {
        let mut header = own_columns();
        header.extend(columns(self.questions));
        header.extend(self.rated.iter().map(|question| quote(&reaction_column(&question.id))));
        format!("\u{feff}{}\r\n", header.join(","))
    }

    /// The line of a respondent, who are numbered from 1.
    pub fn line(&self, number: u64, respondent: &Respondent) -> String {
        let person = &respondent.profile;
        let weight = format!("{:.4}", respondent.weight);
        let years = if self.has_years { person.age.to_string() } else { String::new() };
        let mut line = vec![number.to_string(), years, weight];
        line.extend(Attribute::ALL.map(|attribute| quote(&attribute.label(person, self.language))));
        line.extend(self.questions.iter().flat_map(|question| cells(question, respondent)));
        line.extend(self.rated.iter().map(|question| {
            let reaction = respondent.response.reactions.get(&question.id);
            reaction.map(|text| quote(text)).unwrap_or_default()
        }));
        line.join(",") + "\r\n"
    }
}

/// The sheet of these respondents as one text: for few of them.
pub fn csv(questions: &[Question], respondents: &[Respondent], language: Language) -> String {
    let rated: BTreeSet<String> =
        respondents.iter().flat_map(|one| one.response.reactions.keys().cloned()).collect();
    let sheet = Sheet::new(questions, &rated, language);
    let lines = (1..).zip(respondents).map(|(number, one)| sheet.line(number, one));
    sheet.header() + &lines.collect::<String>()
}

fn cells(question: &Question, respondent: &Respondent) -> Vec<String> {
    let answer = respondent.response.answers.get(&question.id);
    match question.kind {
        QuestionKind::Matrix => question
            .items()
            .iter()
            .map(|row| answer.and_then(|rows| rows.get(row)).map(cell).unwrap_or_default())
            .collect(),
        QuestionKind::MultipleChoice => {
            let chosen = answer.and_then(Value::as_array);
            let cell = |option: &String| match chosen {
                Some(chosen) if chosen.iter().any(|one| one == option) => "1".to_owned(),
                Some(_) => "0".to_owned(),
                None => String::new(),
            };
            question.choices().iter().map(cell).collect()
        }
        _ => vec![answer.map(cell).unwrap_or_default()],
    }
}

fn cell(answer: &Value) -> String {
    let text = match answer {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let options = items.iter().filter_map(Value::as_str).map(escaped);
            options.collect::<Vec<_>>().join("|")
        }
        // A number is none, also below zero.
        other => return other.to_string(),
    };
    quote(&text)
}

/// An option among others in a cell: a bar of its own is no border between two.
fn escaped(option: &str) -> String {
    option.replace('\\', "\\\\").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::Seed;
    use crate::survey::sample::{cards, questions};
    use crate::survey::{Answers, Response, human_comparison};

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
        let read = human_comparison::read(&sheet, &questions).unwrap();
        assert_eq!(read[0]["segment_sex"], Attribute::Sex.of(&respondents[0].profile));
        assert_eq!(unattributed(read), [answers.clone(), answers]);
    }

    /// The answers alone.
    fn unattributed(mut people: Vec<Answers>) -> Vec<Answers> {
        for one in &mut people {
            Attribute::ALL.iter().for_each(|attribute| drop(one.remove(&attribute.column())));
        }
        people
    }

    #[test]
    fn a_multiple_choice_has_a_column_of_0_and_1_an_option() {
        let questions = questions(json!([
            { "id": "tea", "type": "multiple-choice", "title": "T", "options": ["=green", "black", "none"] },
        ]));
        let person = |tea: Option<Value>| {
            let answers: Answers = tea.map(|tea| ("tea".to_owned(), tea)).into_iter().collect();
            let response = Response { answers, ..Response::default() };
            Respondent { profile: (&cards(1)[0]).into(), response, weight: 1.0 }
        };
        let people = [person(Some(json!(["=green", "none"]))), person(None)];

        let sheet = csv(&questions, &people, Language::English);

        let lines: Vec<&str> = sheet.trim_end().split("\r\n").collect();
        assert!(lines[0].ends_with(",tea/=green,tea/black,tea/none"), "{sheet}");
        assert!(lines[1].ends_with(",1,0,1"), "{sheet}");
        assert!(lines[2].ends_with(",,,"), "nobody chose nothing: {sheet}");
        let read = unattributed(human_comparison::read(&sheet, &questions).unwrap());
        assert_eq!(read, [people[0].response.answers.clone(), Answers::new()]);
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
        assert_eq!(unattributed(human_comparison::read(&sheet, &questions).unwrap()), [answers]);
    }

    /// A sheet of these answers, read back, and the counts of both sides.
    fn there_and_back(questions: &[Question], answers: &[Answers]) -> Vec<Answers> {
        let cards = cards(u32::try_from(answers.len()).unwrap());
        let people = cards.iter().zip(answers).map(|(card, answers)| {
            let response = Response { answers: answers.clone(), ..Response::default() };
            Respondent { profile: card.into(), response, weight: 1.0 }
        });
        let people: Vec<Respondent> = people.collect();
        let read =
            human_comparison::read(&csv(questions, &people, Language::English), questions).unwrap();
        for one in human_comparison::against(questions, &people, &read, Seed(1)).questions {
            assert_eq!(one.simulated, one.people, "{}", one.question_id);
        }
        unattributed(read)
    }

    #[test]
    fn the_export_of_options_that_look_like_formulas_and_lists_is_read_back() {
        let questions = questions(json!([
            { "id": "temp", "type": "numeric", "title": "T", "min": -20 },
            { "id": "one", "type": "single-choice", "title": "T",
              "options": ["- none -", "+10 %", "@home", "'-x", "-x"] },
            { "id": "many", "type": "multiple-choice", "title": "T",
              "options": ["a", "b", "a|b", "c\\", "|"] },
            { "id": "sp", "type": "single-choice", "title": "T", "options": [" yes", "no "] },
            { "id": "rank", "type": "ranking", "title": "T", "options": ["a|b", "c", "d"] },
            { "id": "-q", "type": "numeric", "title": "T" },
            { "id": "grid", "type": "matrix", "title": "T", "rows": ["price, net", "taste ", "a/b"] },
            { "id": "open", "type": "open-text", "title": "T" },
        ]));
        let person = |one: &str, many: Value, sp: &str, open: &str| -> Answers {
            serde_json::from_value(json!({ "temp": -7, "one": one, "many": many, "sp": sp,
                "rank": ["d", "a|b", "c"], "-q": -1.5, "open": open,
                "grid": { "price, net": 1, "taste ": 2, "a/b": 3 } }))
            .unwrap()
        };
        let answers = [
            person("- none -", json!(["a", "b"]), " yes", "=1+1"),
            person("'-x", json!(["a|b"]), "no ", "'=1+1"),
            person("-x", json!(["a", "a|b", "c\\", "|"]), "no ", "two\nlines, \"so\""),
            Answers::new(),
        ];

        assert_eq!(there_and_back(&questions, &answers), answers);
        let numbers = Response { answers: answers[0].clone(), ..Response::default() };
        let person = Respondent { profile: (&cards(1)[0]).into(), response: numbers, weight: 1.0 };
        let sheet = csv(&questions, &[person], Language::English);
        assert!(sheet.contains(",-7,") && !sheet.contains("'-7"), "a number stays one: {sheet}");
    }

    #[test]
    fn a_formula_in_an_answer_stays_neutralised() {
        let questions = questions(json!([{ "id": "why", "type": "open-text", "title": "T" }]));
        let answers: Answers = [("why".to_owned(), json!("=1+1"))].into();
        let response = Response { answers, ..Response::default() };
        let respondent = Respondent { profile: (&cards(1)[0]).into(), response, weight: 1.0 };

        assert!(csv(&questions, &[respondent], Language::English).ends_with(",'=1+1\r\n"));
    }

    #[test]
    fn the_columns_of_a_sheet_are_no_answers_to_questions_of_their_names() {
        // saved before such ids were refused
        let questions = questions(json!([
            { "id": "weight", "type": "numeric", "title": "T" },
            { "id": "years", "type": "numeric", "title": "T" },
            { "id": "buy", "type": "rating-scale", "title": "T" },
            { "id": "reaction/buy", "type": "open-text", "title": "T" },
            { "id": "g/a", "type": "numeric", "title": "T" },
            { "id": "g", "type": "matrix", "title": "T", "rows": ["a"] },
        ]));
        let answers: Answers =
            serde_json::from_value(json!({ "years": 3, "g/a": 40, "g": { "a": 2 } })).unwrap();

        let read = there_and_back(&questions, &[answers.clone(), Answers::new()]);

        assert_eq!(read, [answers, Answers::new()]);
    }

    /// Texts of letters that a file, a spreadsheet or a list of options takes for something else.
    fn odd() -> impl Strategy<Value = String> {
        let letters = [
            "a", "B", "ż", " ", "|", "\\", "'", "-", "+", "=", "@", ",", ";", "\"", "\n", "\r",
            "\t", "/", ".", "1",
        ];
        proptest::collection::vec(proptest::sample::select(letters.to_vec()), 1..6)
            .prop_map(|letters| letters.concat())
    }

    proptest! {
        #[test]
        fn any_survey_that_may_be_saved_has_its_answers_back(
            ids in proptest::collection::vec(odd(), 6),
            options in proptest::collection::vec(odd(), 2..6),
            people in proptest::collection::vec((odd(), any::<u8>(), any::<i16>()), 1..8),
        ) {
            let questions = questions(json!([
                { "id": ids[0], "type": "single-choice", "title": "T", "options": options },
                { "id": ids[1], "type": "multiple-choice", "title": "T", "options": options },
                { "id": ids[2], "type": "ranking", "title": "T", "options": options },
                { "id": ids[3], "type": "matrix", "title": "T", "rows": options },
                { "id": ids[4], "type": "numeric", "title": "T" },
                { "id": ids[5], "type": "open-text", "title": "T" },
            ]));
            prop_assume!(crate::survey::check(&questions, &Default::default()).is_ok());
            let answers: Vec<Answers> =
                people.iter().map(|person| answered(&questions, person)).collect();

            prop_assert_eq!(there_and_back(&questions, &answers), answers);
        }

        #[test]
        fn any_text_that_may_be_stored_comes_back_as_it_was(said in any::<String>()) {
            let questions = questions(json!([{ "id": "why", "type": "open-text", "title": "T" }]));
            let stored = crate::survey::answer::parse(&questions[0], &json!(said));
            prop_assume!(stored.is_ok());
            let answers = vec![Answers::from([("why".to_owned(), stored.unwrap())])];

            prop_assert_eq!(there_and_back(&questions, &answers), answers);
        }
    }

    /// Somebody's answers, by chance; the lowest bits say which questions they left out.
    fn answered(questions: &[Question], (text, bits, number): &(String, u8, i16)) -> Answers {
        let options = questions[0].choices();
        let first = usize::from(number.unsigned_abs()) % options.len();
        let mut ranked = options.to_vec();
        ranked.rotate_left(first);
        let grid: serde_json::Map<String, Value> =
            options.iter().map(|row| (row.clone(), json!(1 + number.unsigned_abs() % 5))).collect();
        let values = [
            json!(options[first]),
            json!(options[first..]),
            json!(ranked),
            Value::Object(grid),
            json!(number),
            json!(text.trim()),
        ];
        let given = questions.iter().zip(values).enumerate();
        given
            .filter(|(place, (_, value))| bits & (1 << place) == 0 && *value != json!(""))
            .map(|(_, (question, value))| (question.id.clone(), value))
            .collect()
    }
}
