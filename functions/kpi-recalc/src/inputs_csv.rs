//! The project's figures as a spreadsheet: a line a segment, and one for all customers.

use shared::kpi::Row;
use shared::persona::Segment;
use shared::text::csv::{push_line, quote};
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

/// The spreadsheet to fill in, with the figures that were given, as [`read`] takes it back. It begins with the byte order
/// mark that spreadsheets tell UTF-8 by.
pub(crate) fn template(figures: &[Row], language: Language) -> String {
    let mut text = String::from('\u{feff}');
    push_line(&mut text, &COLUMNS.map(str::to_owned));
    let all = (None, language.pick("All customers", "Wszyscy klienci"));
    let segments = Segment::all().map(|segment| (Some(segment.id()), segment.name(language)));
    for (id, name) in segments.chain([all]) {
        let row = figures.iter().find(|row| row.segment.as_deref() == id);
        let mut cells = vec![quote(id.unwrap_or(ALL)), quote(name)];
        cells.extend(numbers(row).map(|figure| figure.map(|x| x.to_string()).unwrap_or_default()));
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A row's figures in the order of the columns. They are numbers: no apostrophe is put before one below zero.
fn numbers(row: Option<&Row>) -> [Option<f64>; COLUMNS.len() - 2] {
    row.map_or([None; COLUMNS.len() - 2], |row| {
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
    })
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
    let (mut rows, mut checks) = (Vec::new(), Checks::default());
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
    fn what_was_given_is_in_it_and_comes_back_to_the_last_digit() {
        let segment = Segment::all().next().map(|segment| segment.id().to_owned());
        let row = |segment, revenue, margin| Row {
            segment,
            revenue,
            margin,
            orders: None,
            customers: None,
            churn: Some(0.1 + 0.2),
            spend: Some(5e-324),
            new_customers: Some(0.0),
            visits: None,
        };
        let figures = [row(segment, Some(123_456_789.125), Some(0.25)), row(None, None, None)];

        for language in [Language::Polish, Language::English] {
            let sheet = template(&figures, language);
            let Ok(read) = read(&sheet) else { panic!("{sheet}") };
            assert_eq!(read, figures);
        }
    }

    #[test]
    fn semicolons_bring_decimal_commas() {
        let rows = read("segment;revenue;margin\nall;1 234,50;0,25\n").unwrap();

        assert_eq!((rows[0].revenue, rows[0].margin), (Some(1234.5), Some(0.25)));
    }

    #[test]
    fn wrong_lines_are_told_by_number_and_all_of_them() {
        let text = "segment,revenue,margin\nall,many,0.5\nseg_moon,1,2\n\nall,1e5,\nall,NaN,inf\n";

        let Err(Error::Invalid(errors)) = read(text) else { panic!("it is wrong") };

        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        for field in [
            "csv.2.revenue",
            "csv.3.segment",
            "csv.3.margin",
            "csv.5.revenue",
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
