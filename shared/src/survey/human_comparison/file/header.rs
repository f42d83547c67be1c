//! What the columns of a file of people's answers are, by their names.

use super::{Column, WEIGHT, has_weight, in_options};
use crate::survey::answers_csv::{NUMBERED, own_columns};
use crate::survey::masked;
use crate::survey::question::Question;
use crate::survey::segment::Attribute;
use crate::text::composed;
use crate::text::csv::unguarded;
use crate::{Error, Result};

/// Every option of a question that has a column an option has one, so that none is taken for not chosen because its
/// name is misspelt; and the question has no other column.
fn whole(columns: &[Option<Column<'_>>]) -> Result<()> {
    for question in in_options(columns) {
        let has = |wanted: &String| {
            columns.iter().flatten().any(|column| match column {
                Column::Option(one, option) => std::ptr::eq(*one, question) && *option == wanted,
                _ => false,
            })
        };
        if let Some(missing) = question.choices().iter().find(|option| !has(option)) {
            let name = format!("{}/{missing}", question.id);
            return Err(Error::invalid("csv", format!("the column {name:?} is missing")));
        }
        let is_twice = columns
            .iter()
            .flatten()
            .any(|column| matches!(column, Column::Question(one) if std::ptr::eq(*one, question)));
        if is_twice {
            let rule =
                format!("{:?} is there twice: as a column, and as a column an option", question.id);
            return Err(Error::invalid("csv", rule));
        }
    }
    Ok(())
}

pub(super) fn columns<'a>(
    header: &[String],
    questions: &'a [Question],
) -> Result<Vec<Option<Column<'a>>>> {
    let mut expected: Vec<Expected<'_>> = questions
        .iter()
        .enumerate()
        .flat_map(|(place, question)| {
            Column::of(question).into_iter().map(move |column| Expected {
                column,
                question: Some(place),
                is_taken: false,
            })
        })
        .collect();
    let header: Vec<String> = header.iter().map(|name| composed(unguarded(name).trim())).collect();
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let own = own_columns();
    let attributes = attributes(questions);
    // a sheet of ours begins with its own columns, and ends with reactions, whatever a question is called
    let is_ours = names.starts_with(&own.iter().map(String::as_str).collect::<Vec<_>>());
    let mut columns = Vec::new();
    if is_ours {
        let free = |attribute: Attribute| attributes.contains(&attribute);
        let is_weight = |name: &str| name == WEIGHT && has_weight(questions);
        columns.extend(NUMBERED.map(|name| is_weight(name).then_some(Column::Weight)));
        columns.extend(Attribute::ALL.map(|own| free(own).then_some(Column::Attribute(own))));
    } else {
        let others = attributes.into_iter().map(Column::Attribute);
        expected.extend(
            others.chain(has_weight(questions).then_some(Column::Weight)).map(|column| Expected {
                column,
                question: None,
                is_taken: false,
            }),
        );
    }
    let begun = columns.len();
    for name in &names[begun..] {
        columns.push(match take(&mut expected, name) {
            Taken::Column(column) => Some(column),
            Taken::Twice if !is_ours => {
                return Err(Error::invalid("csv", format!("the column {name:?} is there twice")));
            }
            Taken::Twice | Taken::Unknown => None,
        });
    }
    let is_asked = |column: &Column<'_>| !matches!(column, Column::Attribute(_) | Column::Weight);
    if !columns.iter().flatten().any(is_asked) {
        return Err(Error::invalid("csv", "no column of the header is the id of a question"));
    }
    whole(&columns)?;
    Ok(columns)
}

/// The attributes that a file of people may have: those whose column no question is called like.
pub(in crate::survey::human_comparison) fn attributes(questions: &[Question]) -> Vec<Attribute> {
    let is_free = |own: &Attribute| !questions.iter().any(|question| question.id == own.column());
    Attribute::ALL.into_iter().filter(is_free).collect()
}

/// What a name of the header stands for.
enum Taken<'a> {
    Column(Column<'a>),
    Twice,
    Unknown,
}

struct Expected<'a> {
    column: Column<'a>,
    /// The place of its question, from 0; an attribute has none.
    question: Option<usize>,
    is_taken: bool,
}

impl Expected<'_> {
    fn is(&self, name: &str) -> bool {
        composed(self.column.name().trim()) == name
    }

    /// Whether a masked sheet calls it so: its question, or its row or option, or both by their numbers.
    fn is_numbered(&self, name: &str) -> bool {
        let Some(question) = self.question else { return false };
        let (id, part) = match self.column {
            Column::Attribute(_) | Column::Weight => return false,
            Column::Question(asked) => (&asked.id, None),
            Column::Row(asked, part) => (&asked.id, Some((part, asked.items()))),
            Column::Option(asked, part) => (&asked.id, Some((part, asked.choices()))),
        };
        let is_id = |name: &str| name == id || masked::number(name) == Some(question + 1);
        let Some((part, all)) = part else { return is_id(name) };
        let place = all.iter().position(|one| one == part).map(|place| place + 1);
        let is_part = |name: &str| composed(part.trim()) == name || masked::number(name) == place;
        name.match_indices('/').any(|(at, _)| is_id(&name[..at]) && is_part(&name[at + 1..]))
    }
}

/// The first column of this name that is not taken; where there is none, the first of this number.
fn take<'a>(expected: &mut [Expected<'a>], name: &str) -> Taken<'a> {
    let mut found = Taken::Unknown;
    let names: [fn(&Expected<'a>, &str) -> bool; 2] = [Expected::is, Expected::is_numbered];
    for is_called in names {
        for one in expected.iter_mut().filter(|one| is_called(one, name)) {
            if !std::mem::replace(&mut one.is_taken, true) {
                return Taken::Column(one.column);
            }
            found = Taken::Twice;
        }
        if matches!(found, Taken::Twice) {
            break;
        }
    }
    found
}
