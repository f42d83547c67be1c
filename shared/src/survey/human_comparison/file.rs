//! Reading a file of people's answers.

mod choices;
mod header;

use serde_json::{Value, json};

use crate::survey::answer::{self, Answers};
use crate::survey::answers_csv::own_columns;
use crate::survey::question::{Question, QuestionKind};
use crate::survey::segment::Attribute;
use crate::text::csv::unguarded;
use crate::text::record::{Record, Unreadable, records};
use crate::{Error, FieldError, Result};

use choices::Choices;
pub(super) use header::attributes;
use header::columns;

/// The most people of one upload.
pub const MOST_PEOPLE: usize = 100_000;
/// The most answers of one upload, attributes among them: as values they take some two hundred bytes each. That is 10,000
/// people with 50.
const MOST_ANSWERS: usize = 500_000;
/// The most cells of a line: a survey has at most 5,000 questions and rows, each with reactions, and 1,000 options.
const MOST_CELLS: usize = 20_000;
const MOST_ERRORS: usize = 20;
const WEIGHT: &str = "weight";

/// Reads people's answers: a header of question ids, then one line a person, as RFC 4180 writes it. A row of a
/// matrix is a column `id/row`. A multiple choice is a column `id/option` of 0 and 1 for each option, and somebody
/// with a 1 nowhere gave no answer; or it is one column whose options are parted by `|` (a bar of an option's own is
/// written `\|`), as those of a ranking are. An empty cell is no answer; columns that are no question are passed over, but for
/// those of attributes and `weight`, which is kept to say that it was not looked at.
/// What [`crate::survey::answers_csv`] wrote is read as it was; what a masked sheet has only the number of
/// ([`crate::survey::masked`]), by its number.
///
/// # Errors
/// When a cell is no answer to its question, by line and column, when a quote is never closed, when nothing is left, or
/// when it is more than one upload takes.
pub fn read(csv: &str, questions: &[Question]) -> Result<Vec<Answers>> {
    read_up_to(MOST_ANSWERS, csv, questions)
}

fn read_up_to(most: usize, csv: &str, questions: &[Question]) -> Result<Vec<Answers>> {
    let mut lines = records(csv, &own_columns().join(","));
    lines.at_most(MOST_CELLS);
    let unreadable = |line: Unreadable| Error::Invalid(vec![line.error()]);
    let header = lines.next().transpose().map_err(unreadable)?;
    let header = header.map(|record| record.cells).unwrap_or_default();
    let columns = columns(&header, questions)?;
    let by_option = in_options(&columns);
    let columns: Vec<_> = columns.into_iter().map(|one| one.map(ReadColumn::of)).collect();
    let (mut broken, mut people, mut size) = (Vec::new(), Vec::new(), 0);
    for line in lines {
        let line = line.map_err(unreadable)?;
        if line.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let one = person(&line, &columns, &by_option, &mut broken);
        size += one.values().map(parts_of).sum::<usize>();
        people.push(one);
        // one too many is enough to refuse them all, and so is as much as is told
        if people.len() > MOST_PEOPLE || size > most || broken.len() >= MOST_ERRORS {
            break;
        }
    }
    if people.is_empty() || people.len() > MOST_PEOPLE {
        let rule = format!("must have answers of 1 to {MOST_PEOPLE} people");
        broken.push(FieldError::new("csv", rule));
    }
    if size > most {
        broken.push(FieldError::new("csv", format!("must have at most {most} answers")));
    }
    broken.truncate(MOST_ERRORS);
    if broken.is_empty() { Ok(people) } else { Err(Error::Invalid(broken)) }
}

fn parts_of(answer: &Value) -> usize {
    match answer {
        Value::Array(parts) => parts.len(),
        Value::Object(parts) => parts.len(),
        _ => 1,
    }
}

/// What each of these people counts for: 1 where nothing is said.
pub(super) fn weights(questions: &[Question], people: &[Answers]) -> impl Iterator<Item = f64> {
    let is_told = has_weight(questions);
    let weight = move |one: &Answers| one.get(WEIGHT).filter(|_| is_told)?.as_f64();
    people.iter().map(move |one| weight(one).unwrap_or(1.0))
}

/// Whether a column of weights is one: no question is called so.
fn has_weight(questions: &[Question]) -> bool {
    questions.iter().all(|question| question.id != WEIGHT)
}

fn person(
    line: &Record,
    columns: &[Option<ReadColumn<'_>>],
    by_option: &[&Question],
    broken: &mut Vec<FieldError>,
) -> Answers {
    let mut answers = Answers::new();
    if line.cells.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        let rule = "has more cells than the header";
        broken.push(FieldError::new(format!("line {}", line.line), rule));
    }
    let mut wrong = |name: &str, rule: String| {
        broken.push(FieldError::new(format!("line {}, {name}", line.line), rule));
    };
    for (column, cell) in columns.iter().zip(&line.cells) {
        let (Some(read), false) = (column, cell.trim().is_empty()) else { continue };
        if let Err(rule) = read.column.put(cell, &read.choices, &mut answers) {
            wrong(&read.column.name(), rule);
        }
    }
    for question in by_option {
        let Some(chosen) = answers.remove(&question.id) else { continue };
        match answer::parse(question, &chosen) {
            Ok(answer) => drop(answers.insert(question.id.clone(), answer)),
            Err(rule) => wrong(&question.id, rule),
        }
    }
    answers
}

/// The questions that have a column an option.
fn in_options<'a>(columns: &[Option<Column<'a>>]) -> Vec<&'a Question> {
    let mut found: Vec<&Question> = Vec::new();
    for column in columns.iter().flatten() {
        if let Column::Option(question, _) = column
            && !found.iter().any(|one| std::ptr::eq(*one, *question))
        {
            found.push(question);
        }
    }
    found
}

/// A column that is read, with what its cells choose from.
struct ReadColumn<'a> {
    column: Column<'a>,
    choices: Choices<'a>,
}

impl<'a> ReadColumn<'a> {
    fn of(column: Column<'a>) -> Self {
        let choices = match column {
            Column::Question(question) if question.kind.has_options() => Choices::of(question),
            _ => Choices::default(),
        };
        Self { column, choices }
    }
}

#[derive(Clone, Copy)]
enum Column<'a> {
    Question(&'a Question),
    Row(&'a Question, &'a String),
    /// 0 or 1.
    Option(&'a Question, &'a String),
    Attribute(Attribute),
    Weight,
}

impl<'a> Column<'a> {
    fn of(question: &'a Question) -> Vec<Self> {
        match question.kind {
            QuestionKind::Matrix => {
                question.items().iter().map(|row| Self::Row(question, row)).collect()
            }
            QuestionKind::MultipleChoice => {
                let options = question.choices().iter();
                let options = options.map(|option| Self::Option(question, option));
                options.chain([Self::Question(question)]).collect()
            }
            _ => vec![Self::Question(question)],
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Question(question) => question.id.clone(),
            Self::Row(question, part) | Self::Option(question, part) => {
                format!("{}/{part}", question.id)
            }
            Self::Attribute(attribute) => attribute.column(),
            Self::Weight => WEIGHT.to_owned(),
        }
    }

    fn put(&self, cell: &str, choices: &Choices<'_>, answers: &mut Answers) -> Result<(), String> {
        match self {
            Self::Question(question) => {
                let answer = answer::parse(question, &value(question, choices, cell))?;
                answers.insert(question.id.clone(), answer);
            }
            Self::Row(question, row) => {
                let point = answer::point(question, &number(unguarded(cell).trim()))?;
                let rows = answers.entry(question.id.clone()).or_insert_with(|| json!({}));
                if let Value::Object(rows) = rows {
                    rows.insert((*row).clone(), json!(point));
                }
            }
            Self::Option(question, option) => {
                let is_chosen = match number(cell.trim()).as_f64() {
                    Some(1.0) => true,
                    Some(0.0) => false,
                    _ => return Err("must be 0 or 1".to_owned()),
                };
                if is_chosen {
                    let chosen = answers.entry(question.id.clone()).or_insert_with(|| json!([]));
                    if let Value::Array(chosen) = chosen {
                        chosen.push(json!(option));
                    }
                }
            }
            Self::Attribute(attribute) => {
                let key = attribute.read(unguarded(cell)).ok_or_else(|| categories(*attribute))?;
                answers.insert(attribute.column(), json!(key));
            }
            // what is no number is some other weight, and 1 is that of everybody else
            Self::Weight => {
                let weight = number(unguarded(cell).trim()).as_f64();
                if let Some(weight) = weight.filter(|weight| *weight != 1.0) {
                    answers.insert(WEIGHT.to_owned(), json!(weight));
                }
            }
        }
        Ok(())
    }
}

/// The rule of an attribute's cells: the categories as the sheet writes them, in English or złoty.
fn categories(attribute: Attribute) -> String {
    let names: Vec<String> =
        attribute.names().iter().map(|names| format!("{:?}", names[1])).collect();
    format!("must be empty or one of {}", names.join(", "))
}

fn value(question: &Question, choices: &Choices<'_>, cell: &str) -> Value {
    let text = unguarded(cell);
    match question.kind {
        QuestionKind::MultipleChoice | QuestionKind::Ranking => json!(choices.several(text)),
        QuestionKind::RatingScale | QuestionKind::Nps | QuestionKind::Numeric => {
            number(text.trim())
        }
        // an option may begin like what an apostrophe is put before
        QuestionKind::SingleChoice => {
            json!(choices.one(text).or_else(|| choices.one(cell)).unwrap_or(text))
        }
        _ => json!(text),
    }
}

/// A number as people write it: with a comma, with a minus of its own sign, with spaces between thousands.
fn number(cell: &str) -> Value {
    let plain = cell.replace(',', ".").replace(['−', '–'], "-");
    let plain = if is_in_thousands(&plain) { plain.replace(is_gap, "") } else { plain };
    plain.parse::<f64>().map_or_else(|_| json!(cell), |number| json!(number))
}

fn is_gap(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Whether the spaces of a number part groups of three digits.
fn is_in_thousands(number: &str) -> bool {
    let whole = number.trim_start_matches('-').split('.').next().unwrap_or(number);
    let mut groups = whole.split(is_gap);
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first =
        groups.next().is_some_and(|group| (1..=3).contains(&group.len()) && is_digits(group));
    first && groups.all(|group| group.len() == 3 && is_digits(group))
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
    fn files_of_other_programs_are_read_as_they_are_meant() {
        for file in [
            "sep=;\nbuy;grid/price\n4;2\n",
            "Wyniki badania, maj\n\nbuy;grid/price\n4;2\n",
            "buy;\"uwagi, inne\";grid/price\n4;x;2\n",
            "buy;\"uwagi\ninne\";grid/price\n4;x;2\n",
            "buy\tgrid/price\n4\t2\n",
            "buy;grid/price\r4;2\r",
        ] {
            let people = read(file, &survey()).unwrap_or_else(|error| panic!("{file}: {error:?}"));
            assert_eq!(people.len(), 1, "{file}");
            assert_eq!(people[0]["buy"], json!(4), "{file}");
            assert_eq!(people[0]["grid"], json!({ "price": 2 }), "{file}");
        }
    }

    #[test]
    fn numbers_and_options_are_read_as_people_write_them() {
        let asked = questions(json!([
            { "id": "sum", "type": "numeric", "title": "T", "min": -5000, "max": 5000 },
            { "id": "tea", "type": "single-choice", "title": "T", "options": ["Książka", "Nie"] },
        ]));
        for (sum, read_as) in [("1 200", 1200.0), ("\u{2212}5", -5.0), ("1\u{a0}200,5", 1200.5)] {
            let people = read(&format!("sum;tea\n{sum};Nie\n"), &asked).unwrap();
            assert_eq!(people[0]["sum"].as_f64(), Some(read_as), "{sum}");
        }
        for option in ["Książka", "Ksia\u{328}z\u{307}ka", "KSIĄŻKA", " książka "] {
            let people = read(&format!("sum;tea\n1;{option}\n"), &asked).unwrap();
            assert_eq!(people[0]["tea"], json!("Książka"), "{option}");
        }
        assert!(read("sum;tea\n12 34;Nie\n", &asked).is_err());
    }

    #[test]
    fn a_multiple_choice_is_read_from_a_column_an_option() {
        let people =
            read("tea/c;buy;\"tea/a, b\"\n1;5;0\n1;;1\n0;2;0\n;3;\n;4;1\n", &survey()).unwrap();

        assert_eq!(people[0]["tea"], json!(["c"]));
        assert_eq!(people[1]["tea"], json!(["a, b", "c"]), "in the survey's order");
        assert!(!people[2].contains_key("tea") && !people[3].contains_key("tea"), "no answer");
        assert_eq!(people[4]["tea"], json!(["a, b"]), "what is not ticked may be empty");
        for (file, told) in [
            ("tea/c,tea/d\n1,0\n", "the column \"tea/a, b\" is missing"),
            ("tea,\"tea/a, b\",tea/c\nc,0,1\n", "is there twice"),
            ("\"tea/a, b\",tea/c\n0,2\n", "must be 0 or 1"),
            ("\"tea/a, b\",tea/c\n0,c\n", "must be 0 or 1"),
        ] {
            let Err(Error::Invalid(errors)) = read(file, &survey()) else { panic!("{file}") };
            assert!(errors[0].rule.contains(told), "{file}: {errors:?}");
        }
    }

    #[test]
    fn attributes_are_kept_as_their_categories() {
        let csv = "buy;segment_age;segment_sex;segment_income\n\
                   4;65+;kobiety;< 3\u{a0}000 zł\n3;18-24;male;\n";

        let people = read(csv, &survey()).unwrap();

        let kept = |one: &Answers, column: &str| one.get(column).cloned();
        assert_eq!(kept(&people[0], "segment_age"), Some(json!("65+")));
        assert_eq!(kept(&people[0], "segment_sex"), Some(json!("female")));
        assert_eq!(kept(&people[0], "segment_income"), Some(json!("bracket_1")));
        assert_eq!(kept(&people[1], "segment_sex"), Some(json!("male")));
        assert_eq!(kept(&people[1], "segment_income"), None);
        let Err(Error::Invalid(errors)) = read("buy,segment_age\n4,18-29\n", &survey()) else {
            panic!("no group of ours")
        };
        assert_eq!(errors[0].field, "line 2, segment_age");
        assert!(errors[0].rule.contains("\"18-24\", \"25-34\""), "{errors:?}");
        assert!(read("segment_age\n65+\n", &survey()).is_err(), "no question");
    }

    #[test]
    fn a_file_has_so_many_answers_and_no_more() {
        let csv = "buy,tea,grid/price,grid/taste,segment_age\n4,\"a, b|c\",1,2,65+\n3,,,,\n";

        let whole = read_up_to(7, csv, &survey()).unwrap();
        let Err(Error::Invalid(errors)) = read_up_to(6, csv, &survey()) else {
            panic!("there are seven: two of a choice, and two of a matrix")
        };

        assert_eq!(whole.len(), 2);
        assert_eq!((&*errors[0].field, &*errors[0].rule), ("csv", "must have at most 6 answers"));
    }

    #[test]
    fn of_a_line_with_very_many_cells_nothing_is_kept() {
        for csv in [",".repeat(MOST_CELLS), format!("buy,tea\n4,c{}\n", ",".repeat(MOST_CELLS))] {
            let Err(Error::Invalid(errors)) = read(&csv, &survey()) else { panic!("too many") };
            assert_eq!(errors[0].rule, "has more cells than the header");
        }
    }

    #[test]
    fn a_header_of_very_many_long_names_is_looked_through_once() {
        let rows: Vec<String> = (0..50).map(|row| format!("row {row}")).collect();
        let asked = (0..20).map(
            |n| json!({ "id": format!("m{n}"), "type": "matrix", "title": "T", "rows": rows }),
        );
        let asked = questions(asked.collect());
        let header = vec!["#999 /".repeat(300); 1_000].join(",");

        let Err(Error::Invalid(errors)) = read(&format!("{header}\n1\n"), &asked) else {
            panic!("none of them is a question")
        };

        assert!(errors[0].rule.contains("no column of the header"), "{errors:?}");
    }

    #[test]
    fn of_very_many_broken_cells_no_more_are_looked_at_than_are_told() {
        let broken = format!("buy\n{}\"", "x\n".repeat(MOST_ERRORS));

        // behind them is a quote that is never closed, which would be told alone
        let Err(Error::Invalid(errors)) = read(&broken, &survey()) else { panic!("all are wrong") };

        assert_eq!(errors.len(), MOST_ERRORS);
        assert_eq!(errors[0].field, "line 2, buy");
    }

    #[test]
    fn a_cell_that_is_no_answer_is_named() {
        let Err(Error::Invalid(errors)) = read("buy,tea\n6,c\n3,x\n", &survey()) else {
            panic!("two cells are wrong")
        };

        assert_eq!(errors[0].field, "line 2, buy");
        assert_eq!(errors[1].field, "line 3, tea");
        assert!(read("colour\nred\n", &survey()).is_err());
        assert!(read("buy,tea,buy\n1,c,2\n", &survey()).is_err());
        let Err(Error::Invalid(errors)) = read("buy,tea\n1,c,2\n", &survey()) else { panic!() };
        assert_eq!((errors[0].field.as_str(), errors.len()), ("line 2", 1));
        assert!(read("buy\n", &survey()).is_err());
    }
}
