//! A sheet before it is read: which columns have anything, which are hidden, which cells are one.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::BytesStart;

use crate::extract::package::attribute;
use crate::extract::record::Refusal;
use crate::extract::xml::{Step, walk};

/// What Excel has at most.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;

/// What is known of a sheet.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Columns with a value that is shown, in their order.
    pub(super) columns: Vec<u32>,
    /// Columns with a value that are hidden.
    pub(super) hidden: BTreeSet<u32>,
    /// Cells that span rows, by their first cell: up to which row.
    pub(super) down: BTreeMap<(u32, u32), u32>,
}

/// The place of a cell, which most cells say; others stand right of the one before.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Place {
    pub(super) row: u32,
    pub(super) column: u32,
}

impl Place {
    pub(super) fn enter_row(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        let said = attribute(tag, "r").map(|row| row.parse::<u32>().map_err(|_| Refusal::Damaged));
        let row = said.transpose()?.unwrap_or(self.row + 1);
        *self = Self { row: within(row, MOST_ROWS)?, column: 0 };
        Ok(())
    }

    pub(super) fn enter_cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        self.column = match attribute(tag, "r") {
            Some(said) => cell(&said)?.column,
            None => within(self.column + 1, MOST_COLUMNS)?,
        };
        Ok(())
    }
}

/// Goes through a sheet.
pub(super) fn scan(xml: &str) -> Result<Plan, Refusal> {
    let mut plan = Plan::default();
    let mut place = Place::default();
    let mut used: BTreeSet<u32> = BTreeSet::new();
    let mut hidden: Vec<(u32, u32)> = Vec::new();
    walk(xml, |step| {
        let Step::Start(tag) = step else { return Ok(()) };
        match tag.local_name().as_ref() {
            "col" if is_on(tag, "hidden") => {
                let bound = |name| attribute(tag, name).and_then(|at| at.parse().ok());
                hidden.extend(bound("min").zip(bound("max")));
            }
            "row" => place.enter_row(tag)?,
            "c" => place.enter_cell(tag)?,
            "v" | "is" => drop(used.insert(place.column)),
            "mergeCell" => plan.merge(&attribute(tag, "ref").unwrap_or_default())?,
            _ => {}
        }
        Ok(())
    })?;
    let is_hidden = |column: &u32| hidden.iter().any(|(min, max)| (min..=max).contains(&column));
    (plan.hidden, used) = used.into_iter().partition(is_hidden);
    plan.columns = used.into_iter().collect();
    Ok(plan)
}

impl Plan {
    fn merge(&mut self, range: &str) -> Result<(), Refusal> {
        let Some((first, last)) = range.split_once(':') else { return Ok(()) };
        let (first, last) = (cell(first)?, cell(last)?);
        if last.row > first.row {
            self.down.insert((first.row, first.column), last.row);
        }
        Ok(())
    }
}

pub(super) fn is_on(tag: &BytesStart<'_>, name: &str) -> bool {
    matches!(attribute(tag, name).as_deref(), Some("1" | "true"))
}

/// `C5`: letters are a column, digits a row.
fn cell(name: &str) -> Result<Place, Refusal> {
    let digits = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let (letters, digits) = name.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        let value = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(value)
    });
    let row = digits.parse().map_err(|_| Refusal::Damaged)?;
    let column = within(column.ok_or(Refusal::Damaged)?, MOST_COLUMNS)?;
    Ok(Place { row: within(row, MOST_ROWS)?, column })
}

fn within(number: u32, most: u32) -> Result<u32, Refusal> {
    if (1..=most).contains(&number) { Ok(number) } else { Err(Refusal::Damaged) }
}
