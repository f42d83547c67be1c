//! A file of people as CSV, line by line.

use records::export::COLUMNS;
use serde_json::Value;
use shared::text::csv::{items, unguarded};
use shared::text::record::{Fault, Record, records};
use shared::{Error, FieldError, Result};

use super::file::{Format, Found, Place, invalid, known};

/// The most cells of a header: an export has [`COLUMNS`], and a researcher adds some of their own.
const MOST_COLUMNS: usize = 256;

/// Who is in a file. Lines with nothing in their cells are nobody.
///
/// # Errors
/// When it is empty, or its header lacks a column of an export.
pub(super) fn read(text: &str) -> Result<impl Iterator<Item = Result<Found, FieldError>>> {
    let own = COLUMNS[..3].join(",");
    let mut lines = records(text, &own);
    lines.at_most(MOST_COLUMNS);
    let header = lines.next().ok_or_else(|| invalid("file", "is empty"))?;
    let header = header.map_err(|line| match line.fault {
        Fault::TooManyCells => {
            let rule = format!("must have at most {MOST_COLUMNS} cells");
            invalid(&format!("line {}", line.line), rule)
        }
        Fault::StrayQuote => Error::Invalid(vec![line.error()]),
    })?;
    let names = names(&header)?;
    lines.at_most(names.len());
    Ok(lines.filter_map(move |line| match line {
        Err(line) => Some(Err(line.error())),
        Ok(line) if line.cells.iter().all(|cell| cell.trim().is_empty()) => None,
        Ok(line) => Some(found(&names, &line)),
    }))
}

/// What each column is called; none where it is not read.
fn names(header: &Record) -> Result<Vec<Option<&'static str>>> {
    let names: Vec<_> = header.cells.iter().map(|cell| known(cell.trim())).collect();
    let missing = COLUMNS.into_iter().filter(|column| !names.contains(&Some(*column)));
    let missing: Vec<FieldError> = missing
        .map(|column| {
            FieldError::new(
                format!("line {}, {column}", header.line),
                "is missing: every column of an export is needed",
            )
        })
        .collect();
    if missing.is_empty() { Ok(names) } else { Err(Error::Invalid(missing)) }
}

fn found(names: &[Option<&'static str>], line: &Record) -> Result<Found, FieldError> {
    let place = Place { format: Format::Csv, name: format!("line {}", line.line) };
    place.fits(line.cells.iter().map(String::len).sum())?;
    let cells = line.cells.iter().map(|cell| unguarded(cell));
    let cells = names.iter().zip(cells.chain(std::iter::repeat("")));
    let fields = cells.filter_map(|(name, cell)| {
        let name = (*name)?;
        Some((name.to_owned(), value(name, cell)))
    });
    Ok(Found { place, fields: fields.collect() })
}

/// A cell as JSON has it. What is none of its kind stays a text, and is told as that.
fn value(name: &str, cell: &str) -> Value {
    let text = || Value::String(cell.to_owned());
    match name {
        "number" | "is_simulated" | "card" => serde_json::from_str(cell).unwrap_or_else(|_| text()),
        "concerns" => items(cell).into(),
        "edited_at" | "language" | "id" | "population_id" if cell.is_empty() => Value::Null,
        _ => text(),
    }
}
