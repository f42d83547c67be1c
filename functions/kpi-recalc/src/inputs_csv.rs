//! The project's figures as a spreadsheet: a line a segment, and one for all customers.

use std::collections::HashSet;

use shared::kpi::Row;
use shared::persona::Segment;
use shared::text::csv::push_line;
use shared::{Checks, Error, FieldError, Language, Result};

/// The columns, in the template's order. `name` is for the reader and is not read.
const COLUMNS: [&str; 10] = [
    "segment",
    "name",
    "revenue",
    "margin",
    "orders",
    "customers",
    "churn",
    "spend",
    "new_customers",
    "visits",
];
/// The word for all customers.
const ALL: &str = "all";
/// Twelve segments and all, several times over: what is longer is another file.
const MOST_LINES: usize = 100;

/// The spreadsheet with these figures, with the byte order mark that spreadsheets tell UTF-8 by. What it says is
/// what [`read`] makes of it again.
pub(crate) fn template(figures: &[Row], language: Language) -> String {
    let mut text = String::from('\u{feff}');
    push_line(&mut text, &COLUMNS.map(str::to_owned));
    let all = (ALL, language.pick("All customers", "Wszyscy klienci"));
    let segments = Segment::all().map(|segment| (segment.id(), segment.name(language)));
    for (id, name) in segments.chain([all]) {
        let mut cells = [const { String::new() }; COLUMNS.len()];
        (cells[0], cells[1]) = (id.to_owned(), name.to_owned());
        if let Some(row) = figures.iter().find(|row| row.segment.as_deref().unwrap_or(ALL) == id) {
            for (cell, value) in cells[2..].iter_mut().zip(values(row)) {
                *cell = value.map(|value| value.to_string()).unwrap_or_default();
            }
        }
        push_line(&mut text, &cells);
    }
    text
}

/// The figures of a row, as the columns after `name` have them.
fn values(row: &Row) -> [Option<f64>; COLUMNS.len() - 2] {
    [
        row.revenue,
        row.margin,
        row.orders,
        row.customers,
        row.churn,
        row.spend,
        row.new_customers,
        row.visits,
    ]
}

/// The rows of a filled-in spreadsheet; lines without a figure are left out. Separated by semicolons, numbers
/// have decimal commas.
pub(crate) fn read(text: &str) -> Result<Vec<Row>> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let is_semicolon = head.contains(';');
    let delimiter = if is_semicolon { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| broken(&error))?.clone();
    let columns = columns(&headers)?;
    let (mut rows, mut checks, mut seen) = (Vec::new(), Checks::default(), HashSet::new());
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, |position| line_of(text, position));
        if rows.len() == MOST_LINES {
            return Err(Error::invalid("csv", format!("must have at most {MOST_LINES} lines")));
        }
        let field = format!("csv.{line}");
        let row = Line { record: &record, columns: &columns, is_semicolon, field: &field };
        if let Some(row) = row.read(&mut checks) {
            row.check(&mut checks, &field);
            if !seen.insert(row.segment.clone()) {
                let rule = "stands there twice";
                checks.keep::<()>(Err(FieldError::new(format!("{field}.segment"), rule)));
            }
            rows.push(row);
        }
    }
    checks.done()?;
    Ok(rows)
}

/// The line that a record begins on. The reader's position is where it went on, before lines that are empty.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

fn broken(error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    Error::invalid(format!("csv.{line}"), "cannot be read: a quote may be missing")
}

/// Where each column stands. One that nobody knows is refused: a figure in it would be lost in silence.
fn columns(headers: &csv::StringRecord) -> Result<[Option<usize>; COLUMNS.len()]> {
    let mut checks = Checks::default();
    for header in headers {
        if !COLUMNS.contains(&header.trim()) && !header.trim().is_empty() {
            let rule = format!("has no column `{}`", header.trim());
            checks.keep::<()>(Err(FieldError::new("csv.1", rule)));
        }
    }
    let places = COLUMNS.map(|name| headers.iter().position(|header| header.trim() == name));
    if places[0].is_none() {
        checks.keep::<()>(Err(FieldError::new("csv.1", "must have a column `segment`")));
    }
    checks.done()?;
    Ok(places)
}

struct Line<'a> {
    record: &'a csv::StringRecord,
    columns: &'a [Option<usize>; COLUMNS.len()],
    is_semicolon: bool,
    field: &'a str,
}

impl Line<'_> {
    fn cell(&self, column: usize) -> &str {
        self.columns[column].and_then(|at| self.record.get(at)).map_or("", str::trim)
    }

    /// None for a line without a figure.
    fn read(&self, checks: &mut Checks) -> Option<Row> {
        if (2..COLUMNS.len()).all(|column| self.cell(column).is_empty()) {
            return None;
        }
        let segment = match self.cell(0) {
            "" | ALL => None,
            id => Some(id.to_owned()),
        };
        let mut number = |column: usize| self.number(column, checks);
        Some(Row {
            segment,
            revenue: number(2),
            margin: number(3),
            orders: number(4),
            customers: number(5),
            churn: number(6),
            spend: number(7),
            new_customers: number(8),
            visits: number(9),
        })
    }

    fn number(&self, column: usize, checks: &mut Checks) -> Option<f64> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let plain: String = cell.chars().filter(|sign| !sign.is_whitespace()).collect();
        let plain = if self.is_semicolon { plain.replace(',', ".") } else { plain };
        let is_plain =
            plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        let read = plain.parse().ok().filter(|_| is_plain);
        checks.keep(read.ok_or_else(|| {
            FieldError::new(format!("{}.{}", self.field, COLUMNS[column]), "must be a number")
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_comes_back_empty_and_filled_in_it_is_read() {
        let template = template(&[], Language::Polish);
        assert_eq!(read(&template).unwrap(), []);

        let filled = template
            .replace(
                "seg_mid_career_urban,\"W połowie drogi, miasto\",,,,",
                "seg_mid_career_urban,x,1000.5,0.4,,",
            )
            .replace("all,Wszyscy klienci,,", "all,Wszyscy klienci,2000,");
        let rows = read(&filled).unwrap();

        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].segment.as_deref(), Some("seg_mid_career_urban"));
        assert_eq!((rows[0].revenue, rows[0].margin), (Some(1000.5), Some(0.4)));
        assert_eq!((rows[1].segment.as_deref(), rows[1].revenue), (None, Some(2000.0)));
    }

    #[test]
    fn stored_figures_come_back_from_the_spreadsheet_as_they_were() {
        let full = |segment: Option<&str>| Row {
            segment: segment.map(str::to_owned),
            revenue: Some(1e12),
            margin: Some(0.1 + 0.2),
            orders: Some(3.0),
            customers: None,
            churn: Some(1e-9),
            spend: Some(0.0),
            new_customers: Some(1.0 / 3.0),
            visits: Some(1e6),
        };
        let rows = vec![full(Some("seg_early_career_urban")), full(None)];

        let read_again = read(&template(&rows, Language::Polish)).unwrap();

        assert_eq!(read_again, rows);
    }

    #[test]
    fn semicolons_bring_decimal_commas() {
        let rows = read("segment;revenue;margin\nall;1 234,50;0,25\n").unwrap();

        assert_eq!((rows[0].revenue, rows[0].margin), (Some(1234.5), Some(0.25)));
    }

    #[test]
    fn wrong_lines_are_told_by_number_and_all_of_them() {
        let text = "segment,revenue,margin\nall,many,0.5\nseg_moon,1,2\n\nall,1e5,\nall,NaN,inf\n\
            seg_retired_urban,1,\nseg_retired_urban,2,\n";

        let Err(Error::Invalid(errors)) = read(text) else { panic!("it is wrong") };

        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        for field in [
            "csv.2.revenue",
            "csv.3.segment",
            "csv.3.margin",
            "csv.5.revenue",
            "csv.5.segment",
            "csv.6.segment",
            "csv.8.segment",
            "csv.6.revenue",
            "csv.6.margin",
        ] {
            assert!(fields.contains(&field), "{field} in {fields:?}");
        }
        for text in ["", "revenue\n1\n", "segment,profit\nall,1\n"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
