//! What the columns of a file of people's answers are, by their names.

use std::collections::BTreeMap;

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
            Column::of(question).into_iter().map(move |column| Expected::of(column, Some(place)))
        })
        .collect();
    let places = questions.iter().enumerate().map(|(place, one)| (one.id.as_str(), place));
    let places: BTreeMap<&str, usize> = places.collect();
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
            others
                .chain(has_weight(questions).then_some(Column::Weight))
                .map(|column| Expected::of(column, None)),
        );
    }
    let begun = columns.len();
    for name in &names[begun..] {
        columns.push(match take(&mut expected, &places, name) {
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

/// A column that a header may have. What it is called is made once: a header has thousands of names, and so has a
/// survey.
struct Expected<'a> {
    column: Column<'a>,
    /// Composed, as the names of a header are.
    name: String,
    /// The place of its question, from 0; an attribute has none.
    question: Option<usize>,
    /// Its row or option, composed, and the number of that.
    part: Option<(String, usize)>,
    is_taken: bool,
}

impl<'a> Expected<'a> {
    fn of(column: Column<'a>, question: Option<usize>) -> Self {
        let part = match column {
            Column::Attribute(_) | Column::Weight | Column::Question(_) => None,
            Column::Row(asked, part) => Some((part, asked.items())),
            Column::Option(asked, part) => Some((part, asked.choices())),
        };
        let part = part.map(|(part, all)| {
            let place = all.iter().position(|one| one == part).unwrap_or_default();
            (composed(part.trim()), place + 1)
        });
        let name = composed(column.name().trim());
        Self { column, name, question, part, is_taken: false }
    }

    /// Whether a masked sheet calls it so.
    fn is_meant(&self, meant: &Meant<'_>) -> bool {
        let said = self.question.and_then(|question| meant.get(&question));
        said.into_iter().flatten().any(|said| match (&self.part, said) {
            (None, None) => true,
            (Some((part, number)), Some(said)) => {
                part == said || masked::number(said) == Some(*number)
            }
            _ => false,
        })
    }
}

/// The questions that a masked sheet may mean by a name, each with what is left of the name for a row or an option: both
/// stand there as they are or by their numbers.
type Meant<'n> = BTreeMap<usize, Vec<Option<&'n str>>>;

fn meant<'n>(places: &BTreeMap<&str, usize>, name: &'n str) -> Meant<'n> {
    let parted = name.match_indices('/').map(|(at, _)| (&name[..at], Some(&name[at + 1..])));
    let mut meant = Meant::new();
    for (id, part) in std::iter::once((name, None)).chain(parted) {
        let numbered = masked::number(id).map(|number| number - 1);
        for place in places.get(id).copied().into_iter().chain(numbered) {
            meant.entry(place).or_default().push(part);
        }
    }
    meant
}

/// The first column of this name that is not taken; where there is none, the first of this number.
fn take<'a>(
    expected: &mut [Expected<'a>],
    places: &BTreeMap<&str, usize>,
    name: &str,
) -> Taken<'a> {
    match first(expected, |one| one.name == name) {
        Taken::Unknown => {}
        found => return found,
    }
    let meant = meant(places, name);
    if meant.is_empty() {
        return Taken::Unknown;
    }
    first(expected, |one| one.is_meant(&meant))
}

fn first<'a>(
    expected: &mut [Expected<'a>],
    is_called: impl Fn(&Expected<'a>) -> bool,
) -> Taken<'a> {
    let mut found = Taken::Unknown;
    for one in expected.iter_mut().filter(|one| is_called(one)) {
        if !std::mem::replace(&mut one.is_taken, true) {
            return Taken::Column(one.column);
        }
        found = Taken::Twice;
    }
    found
}
