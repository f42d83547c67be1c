//! Reading a file of people's answers.

use serde_json::{Value, json};

use crate::survey::answer::{self, Answers};
use crate::survey::question::{Kind, Question};
use crate::{Error, FieldError, Result};

/// The most people of one upload.
pub const MOST_PEOPLE: usize = 100_000;
/// How many broken cells are told.
const MOST_ERRORS: usize = 20;

/// Reads people's answers: a header of question ids, then one line a person, as RFC 4180 writes it.
/// Options of a multiple choice and of a ranking are parted by `|`, a row of a matrix is a column
/// `id/row`. An empty cell is no answer; columns that are no question are passed over.
///
/// # Errors
/// When a cell is no answer to its question, by line and column, or when nothing is left.
pub fn read(csv: &str, questions: &[Question]) -> Result<Vec<Answers>> {
    let mut lines = records(csv).into_iter();
    let header = lines.next().unwrap_or_default();
    let columns: Vec<Option<Column<'_>>> =
        header.iter().map(|name| Column::of(name.trim(), questions)).collect();
    if columns.iter().all(Option::is_none) {
        return Err(Error::invalid("csv", "no column of the header is the id of a question"));
    }
    let mut broken = Vec::new();
    let mut people = Vec::new();
    for (number, line) in lines.enumerate().filter(|(_, line)| line.iter().any(|c| !c.is_empty())) {
        let mut answers = Answers::new();
        for (column, cell) in columns.iter().zip(&line) {
            let (Some(column), false) = (column, cell.trim().is_empty()) else { continue };
            if let Err(rule) = column.put(cell.trim(), &mut answers) {
                let field = format!("line {}, {}", number + 2, column.name());
                broken.push(FieldError::new(field, rule));
            }
        }
        people.push(answers);
    }
    if people.is_empty() || people.len() > MOST_PEOPLE {
        let rule = format!("must have answers of 1 to {MOST_PEOPLE} people");
        broken.push(FieldError::new("csv", rule));
    }
    broken.truncate(MOST_ERRORS);
    if broken.is_empty() { Ok(people) } else { Err(Error::Invalid(broken)) }
}

/// A column of the header.
enum Column<'a> {
    Question(&'a Question),
    Row(&'a Question, &'a String),
}

impl<'a> Column<'a> {
    fn of(name: &str, questions: &'a [Question]) -> Option<Self> {
        if let Some(question) = questions.iter().find(|question| question.id == name) {
            return (question.kind != Kind::Matrix).then_some(Self::Question(question));
        }
        questions.iter().filter(|question| question.kind == Kind::Matrix).find_map(|question| {
            let row = name.strip_prefix(question.id.as_str())?.strip_prefix('/')?;
            let row = question.items().iter().find(|item| *item == row)?;
            Some(Self::Row(question, row))
        })
    }

    fn name(&self) -> String {
        match self {
            Self::Question(question) => question.id.clone(),
            Self::Row(question, row) => format!("{}/{row}", question.id),
        }
    }

    fn put(&self, cell: &str, answers: &mut Answers) -> Result<(), String> {
        match self {
            Self::Question(question) => {
                let answer = answer::parse(question, &value(question, cell))?;
                answers.insert(question.id.clone(), answer);
            }
            Self::Row(question, row) => {
                let point = answer::point(question, &number(cell))?;
                let rows = answers.entry(question.id.clone()).or_insert_with(|| json!({}));
                if let Value::Object(rows) = rows {
                    rows.insert((*row).clone(), json!(point));
                }
            }
        }
        Ok(())
    }
}

fn value(question: &Question, cell: &str) -> Value {
    match question.kind {
        Kind::MultipleChoice | Kind::Ranking => {
            cell.split('|').map(|part| json!(part.trim())).collect()
        }
        Kind::RatingScale | Kind::Nps | Kind::Numeric => number(cell),
        _ => json!(cell),
    }
}

fn number(cell: &str) -> Value {
    cell.replace(',', ".").parse::<f64>().map_or_else(|_| json!(cell), |number| json!(number))
}

/// The cells of a CSV text. Commas or, where the header has more of them, semicolons.
fn records(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let separator =
        if header.matches(';').count() > header.matches(',').count() { ';' } else { ',' };
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            other if other == separator && !quoted => record.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::sample::questions;

    fn survey() -> Vec<Question> {
        questions(json!([
            { "id": "buy", "type": "rating-scale", "title": "T" },
            { "id": "tea", "type": "multiple-choice", "title": "T", "options": ["a, b", "c"] },
            { "id": "grid", "type": "matrix", "title": "T", "rows": ["price", "taste"] },
        ]))
    }

    #[test]
    fn a_file_is_read_with_its_quotes_and_separators() {
        let csv =
            "\u{feff}person;buy;tea;grid/price;grid/taste\r\n1;5;\"a, b|c\";1;2\r\n2;;c;;\r\n";

        let people = read(csv, &survey()).unwrap();

        assert_eq!(people.len(), 2);
        assert_eq!(people[0]["tea"], json!(["a, b", "c"]));
        assert_eq!(people[0]["grid"], json!({ "price": 1, "taste": 2 }));
        assert_eq!(people[1].len(), 1);
    }

    #[test]
    fn a_cell_that_is_no_answer_is_named() {
        let Err(Error::Invalid(errors)) = read("buy,tea\n6,c\n3,x\n", &survey()) else {
            panic!("two cells are wrong")
        };

        assert_eq!(errors[0].field, "line 2, buy");
        assert_eq!(errors[1].field, "line 3, tea");
        assert!(read("colour\nred\n", &survey()).is_err());
        assert!(read("buy\n", &survey()).is_err());
    }
}
