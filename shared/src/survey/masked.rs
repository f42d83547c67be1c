//! A survey and its answers without the people who are named in them.
//!
//! An option, a row or an id that names somebody becomes its number, `#2 […]`: masked names alone would make one of
//! two towns. [`super::human_comparison::read`] knows them by that number.

use std::collections::BTreeMap;

use serde_json::Value;

use super::answer::{Answers, Response};
use super::question::{Question, QuestionKind};
use crate::persona::mask::{Everybody, Mask};

/// Words of a question for somebody's age, in either language: as whole words, in small letters.
const OF_AGE: [&str; 7] = ["age", "aged", "lat", "old", "wiek", "wieku", "years"];

/// The questions of a survey, masked, with what they were.
#[derive(Debug, Clone)]
pub struct MaskedQuestions {
    stored: Vec<Question>,
    masked: Vec<Question>,
}

/// The number of an option, row or question that is written in the place of its text, from 1.
pub fn number(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('#')?;
    let end = digits.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(digits.len());
    let is_whole = digits[end..].is_empty() || digits[end..].starts_with(' ');
    digits[..end].parse().ok().filter(|number| is_whole && *number > 0)
}

impl MaskedQuestions {
    /// Of these questions, which may name these people.
    pub fn new(stored: &[Question], everybody: &Everybody) -> Self {
        let ids: Vec<String> = stored
            .iter()
            .enumerate()
            .map(|(place, question)| numbered(place, &question.id, everybody))
            .collect();
        let new_id = |id: &str| {
            let place = stored.iter().position(|question| question.id == id);
            place.map_or_else(|| everybody.apply(id), |place| ids[place].clone())
        };
        let masked = stored.iter().map(|question| masked(question, everybody, &new_id, stored));
        Self { masked: masked.collect(), stored: stored.to_vec() }
    }

    /// The masked questions, in the survey's order.
    pub fn questions(&self) -> &[Question] {
        &self.masked
    }

    /// A response to the stored questions as one to the masked ones: chosen options by the same numbers, and without
    /// who somebody is in their own words. Their age as the answer to a question for it is none.
    #[must_use]
    pub fn response(&self, response: Response, mask: &Mask) -> Response {
        let mut response = response;
        response.answers = self.answers(response.answers, mask);
        response.distributions = self.by_id(response.distributions);
        response.states = self.by_id(response.states);
        let said = response.reactions.into_iter().map(|(id, text)| (id, mask.apply(&text)));
        response.reactions = self.by_id(said.collect());
        let shown = &mut response.presented;
        shown.questions.iter_mut().for_each(|id| *id = self.id(id));
        shown.options = self.by_id(std::mem::take(&mut shown.options));
        response
    }

    /// Answers of somebody real to the stored questions as answers to the masked ones. What they said in their own
    /// words is left out, because whom it names is known of personas alone, and so is an age in years.
    #[must_use]
    pub fn chosen(&self, mut answers: Answers, mask: &Mask) -> Answers {
        let is_kept = |question: &Question| {
            question.kind != QuestionKind::OpenText && !asks_for_age(question)
        };
        answers.retain(|id, _| self.of(id).is_none_or(|(question, _)| is_kept(question)));
        // attributes and weights are columns of their own
        let (asked, beside): (Answers, Answers) =
            answers.into_iter().partition(|(id, _)| self.of(id).is_some());
        let mut chosen = self.answers(asked, mask);
        chosen.extend(beside);
        chosen
    }

    fn answers(&self, answers: Answers, mask: &Mask) -> Answers {
        let is_told = |id: &str, answer: &Value| {
            self.of(id).is_some_and(|(one, _)| is_age(one, answer, mask))
        };
        let answers = answers.into_iter().filter(|(id, answer)| !is_told(id, answer));
        let hidden = answers.map(|(id, answer)| {
            let Some((stored, masked)) = self.of(&id) else {
                return (mask.apply(&id), Value::String(mask.apply(&answer.to_string())));
            };
            let part = |text: &str, all: &[String], masked: &[String]| {
                let place = all.iter().position(|one| one == text);
                place.map_or_else(|| mask.apply(text), |place| masked[place].clone())
            };
            let choice = |text: &str| part(text, stored.choices(), masked.choices());
            let row = |text: &str| part(text, stored.items(), masked.items());
            let answer = match (stored.kind, answer) {
                (QuestionKind::OpenText, Value::String(text)) => mask.apply(&text).into(),
                (_, Value::String(text)) => choice(&text).into(),
                (_, Value::Array(chosen)) => {
                    let text = |one: Value| match one {
                        Value::String(text) => choice(&text).into(),
                        other => other,
                    };
                    chosen.into_iter().map(text).collect()
                }
                (_, Value::Object(points)) => {
                    points.into_iter().map(|(name, point)| (row(&name), point)).collect()
                }
                (_, other) => other,
            };
            (masked.id.clone(), answer)
        });
        hidden.collect()
    }

    fn of(&self, id: &str) -> Option<(&Question, &Question)> {
        self.stored.iter().zip(&self.masked).find(|(stored, _)| stored.id == id)
    }

    /// The masked id of a question, or of a row of it (`id/2`).
    pub fn id(&self, id: &str) -> String {
        if let Some((_, masked)) = self.of(id) {
            return masked.id.clone();
        }
        let row = id.rsplit_once('/').and_then(|(id, row)| Some((self.of(id)?.1, row)));
        row.map_or_else(|| id.to_owned(), |(masked, row)| format!("{}/{row}", masked.id))
    }

    fn by_id<T>(&self, values: BTreeMap<String, T>) -> BTreeMap<String, T> {
        values.into_iter().map(|(id, value)| (self.id(&id), value)).collect()
    }
}

/// Whether a question asks for somebody's age in years.
fn asks_for_age(question: &Question) -> bool {
    let texts = [Some(&question.title), question.description.as_ref(), question.unit.as_ref()];
    let mut words =
        texts.into_iter().flatten().flat_map(|text| text.split(|sign: char| !sign.is_alphabetic()));
    question.kind == QuestionKind::Numeric
        && words.any(|word| OF_AGE.contains(&word.to_lowercase().as_str()))
}

/// Whether an answer is the age of whom the mask hides. As another number it tells nobody's.
fn is_age(question: &Question, answer: &Value, mask: &Mask) -> bool {
    let years = answer.as_f64().map(|years| format!("{years} lat"));
    asks_for_age(question) && years.is_some_and(|years| mask.apply(&years) != years)
}

/// A text as it is where it names nobody, and its number with what is left of it where it does.
fn numbered(place: usize, text: &str, everybody: &Everybody) -> String {
    let masked = everybody.apply(text);
    if masked == text { masked } else { format!("#{} {masked}", place + 1) }
}

fn masked(
    question: &Question,
    everybody: &Everybody,
    new_id: &impl Fn(&str) -> String,
    all: &[Question],
) -> Question {
    let text = |text: &String| everybody.apply(text);
    let each = |texts: &Option<Vec<String>>| -> Option<Vec<String>> {
        Some(texts.as_ref()?.iter().map(text).collect())
    };
    let parts = |texts: &Option<Vec<String>>| -> Option<Vec<String>> {
        let numbers = texts.as_ref()?.iter().enumerate();
        Some(numbers.map(|(place, text)| numbered(place, text, everybody)).collect())
    };
    let mut masked = question.clone();
    masked.id = new_id(&question.id);
    masked.title = everybody.apply(&question.title);
    masked.description = question.description.as_ref().map(text);
    masked.unit = question.unit.as_ref().map(text);
    masked.block = question.block.as_ref().map(text);
    masked.options = parts(&question.options);
    masked.rows = parts(&question.rows);
    masked.scale_labels = each(&question.scale_labels);
    if let Some(condition) = &mut masked.show_if {
        let asked = all.iter().find(|other| other.id == condition.question);
        let choices = asked.map(Question::choices).unwrap_or_default();
        for option in condition.any_of.iter_mut().flatten() {
            let place = choices.iter().position(|choice| choice == option);
            *option = place.map_or_else(
                || everybody.apply(option),
                |place| numbered(place, option, everybody),
            );
        }
        condition.question = new_id(&condition.question);
    }
    for code in masked.codes.iter_mut().flatten() {
        code.label = everybody.apply(&code.label);
        code.words.iter_mut().for_each(|word| *word = everybody.apply(word));
    }
    masked.anchors.iter_mut().flatten().flatten().for_each(|one| *one = everybody.apply(one));
    masked
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Language;
    use crate::survey::answers_csv::csv;
    use crate::survey::human_comparison;
    use crate::survey::result::Respondent;
    use crate::survey::sample::{cards, questions};

    fn everybody() -> Everybody {
        Everybody::new(["Anna", "Kowalska"], ["Kraków", "Opole"])
    }

    fn survey() -> Vec<Question> {
        questions(json!([
            { "id": "where", "type": "single-choice", "title": "Kraków?", "options": ["Kraków", "Opole", "nigdzie"] },
            { "id": "Anna", "type": "multiple-choice", "title": "T", "options": ["tak", "u Kowalskiej", "#1"],
              "showIf": { "question": "where", "anyOf": ["Opole", "nigdzie"] } },
            { "id": "rank", "type": "ranking", "title": "T", "options": ["Opole", "Kraków"] },
            { "id": "grid", "type": "matrix", "title": "T", "rows": ["Anna", "cena"] },
            { "id": "why", "type": "open-text", "title": "Why, Anna?" },
        ]))
    }

    fn answers() -> Answers {
        serde_json::from_value(json!({ "where": "Opole", "Anna": ["u Kowalskiej", "#1"],
            "rank": ["Kraków", "Opole"], "grid": { "Anna": 2, "cena": 5 },
            "why": "Bo Anna Kowalska z Opola tak mówi" }))
        .unwrap()
    }

    #[test]
    fn nobody_is_named_and_options_are_told_apart_by_their_numbers() {
        let questions = MaskedQuestions::new(&survey(), &everybody());
        let mask = Mask::default().beside(&everybody());
        let states =
            ["where", "Anna"].map(|id| (id.to_owned(), crate::survey::answer::State::Answered));
        let distributions = [("grid/0".to_owned(), vec![1.0])].into();
        let response = Response {
            answers: answers(),
            states: states.into(),
            distributions,
            ..Response::default()
        };

        let response = questions.response(response, &mask);

        let all = serde_json::to_string(&(questions.questions(), &response)).unwrap();
        for name in ["Anna", "Kowalsk", "Krak", "Opol"] {
            assert!(!all.contains(name), "{name} in {all}");
        }
        assert_eq!(response.answers["where"], "#2 […]");
        assert_eq!(response.answers["rank"], json!(["#2 […]", "#1 […]"]));
        assert_eq!(response.answers["#2 A."], json!(["#2 u K.", "#1"]));
        assert_eq!(response.answers["grid"], json!({ "#1 A.": 2, "cena": 5 }));
        assert!(
            response.states.contains_key("#2 A.") && response.distributions.contains_key("grid/0")
        );
        let asked = questions.questions()[1].show_if.as_ref().unwrap();
        assert_eq!(asked.any_of.as_ref().unwrap(), &["#2 […]", "nigdzie"]);
    }

    #[test]
    fn of_real_people_what_they_chose_is_left_and_none_of_their_own_words() {
        let questions = MaskedQuestions::new(&survey(), &everybody());
        let mask = Mask::default().beside(&everybody());
        let mut answers = answers();
        answers.insert("segment_age".to_owned(), json!("55-64"));

        let chosen = questions.chosen(answers, &mask);

        assert!(!chosen.contains_key("why"), "{chosen:?}");
        assert_eq!(chosen["where"], "#2 […]");
        assert_eq!(chosen["grid"], json!({ "#1 A.": 2, "cena": 5 }));
        assert_eq!(chosen["segment_age"], "55-64");
    }

    #[test]
    fn an_age_that_was_asked_for_as_a_number_is_none_and_other_numbers_stay() {
        let stored = questions(json!([
            { "id": "years", "type": "numeric", "title": "Ile masz lat?" },
            { "id": "old", "type": "numeric", "title": "How many?", "unit": "years" },
            { "id": "pay", "type": "numeric", "title": "Za ile?", "unit": "zł" },
        ]));
        let questions = MaskedQuestions::new(&stored, &everybody());
        let card = &cards(1)[0];
        let answers: Answers = serde_json::from_value(
            json!({ "years": f64::from(card.age), "old": card.age - 1, "pay": card.age }),
        )
        .unwrap();
        let response = Response { answers: answers.clone(), ..Response::default() };

        let own = questions.response(response, &Mask::of([card]));
        let real = questions.chosen(answers, &Mask::default());

        let kept = |answers: &Answers| answers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(kept(&own.answers), ["old", "pay"], "another number is nobody's age");
        assert_eq!(kept(&real), ["pay"], "how old somebody real is nobody knows");
    }

    #[test]
    fn a_masked_sheet_is_read_back_as_answers_to_the_survey() {
        let stored = survey();
        let questions = MaskedQuestions::new(&stored, &everybody());
        let mask = Mask::default().beside(&everybody());
        let response = Response { answers: answers(), ..Response::default() };
        let person = Respondent {
            profile: (&cards(1)[0]).into(),
            response: questions.response(response, &mask),
            weight: 1.0,
        };

        let sheet = csv(questions.questions(), &[person], Language::Polish);
        let read = human_comparison::read(&sheet, &stored).unwrap();

        let mut expected = answers();
        expected.insert("why".to_owned(), json!("Bo A. K. z […] tak mówi"));
        // the sheet's own columns say who it is
        for (attribute, category) in [
            ("segment_age", "55-64"),
            ("segment_education", "secondary"),
            ("segment_income", "bracket_3"),
            ("segment_place", "urban"),
            ("segment_sex", "male"),
        ] {
            expected.insert(attribute.to_owned(), json!(category));
        }
        assert_eq!(read, [expected], "{sheet}");
    }

    #[test]
    fn a_number_is_one_only_with_a_blank_or_nothing_behind_it() {
        for (text, read) in [
            ("#2 […]", Some(2)),
            ("#12", Some(12)),
            ("#0", None),
            ("#2nd", None),
            ("2", None),
            ("#", None),
            ("#99999999999999999999999", None),
        ] {
            assert_eq!(number(text), read, "{text}");
        }
    }
}
