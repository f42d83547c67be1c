//! The cells of a sheet: titles, and tables of a few rows each under their head.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;
use shared::knowledge::BlockKind;

use super::scan::{Place, Plan, is_on};
use super::workbook::{Rich, Workbook};
use crate::extract::note::Note;
use crate::extract::package::attribute;
use crate::extract::record::{Refusal, Sink};
use crate::extract::sheet::{SheetTable, line};
use crate::extract::xml::{Step, walk};

pub(super) fn tell(
    xml: &str,
    plan: &Plan,
    workbook: &Workbook,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let mut grid = Grid {
        plan,
        workbook,
        place: Place::default(),
        row: BTreeMap::new(),
        cell: OpenCell::default(),
        held: BTreeMap::new(),
        is_hidden: false,
        has_gap: true,
        last: 0,
        table: None,
    };
    sink.note(Note::Lines, u32::try_from(plan.hidden.len()).unwrap_or(u32::MAX));
    walk(xml, |step| grid.take(&step, sink))?;
    grid.end_table(sink)
}

/// A cell while it is read.
#[derive(Default)]
struct OpenCell {
    kind: String,
    style: usize,
    has_formula: bool,
    is_value: bool,
    value: Option<String>,
    rich: Rich,
}

/// What a cell shows.
#[derive(Clone)]
struct Shown {
    text: String,
    is_number: bool,
}

struct Grid<'a> {
    plan: &'a Plan,
    workbook: &'a Workbook,
    place: Place,
    row: BTreeMap<u32, Shown>,
    cell: OpenCell,
    /// What spans down, by its column: up to which row, and what it shows.
    held: BTreeMap<u32, (u32, Shown)>,
    is_hidden: bool,
    /// Whether nothing stands right above.
    has_gap: bool,
    /// The last row that had something.
    last: u32,
    table: Option<SheetTable>,
}

impl Grid<'_> {
    fn take(&mut self, step: &Step<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if let Some(text) = self.cell.rich.take(step, "is") {
            self.cell.value = Some(text);
        }
        match step {
            Step::Start(tag) => match tag.local_name().as_ref() {
                "row" => {
                    self.place.enter_row(tag)?;
                    self.is_hidden = is_on(tag, "hidden");
                }
                "c" => self.begin_cell(tag)?,
                "f" => self.cell.has_formula = true,
                "v" => self.cell.is_value = true,
                _ => {}
            },
            Step::Text(text) if self.cell.is_value => {
                self.cell.value.get_or_insert_default().push_str(text);
            }
            Step::Text(_) => {}
            Step::End("v") => self.cell.is_value = false,
            Step::End("c") => self.end_cell(sink),
            Step::End("row") => self.end_row(sink)?,
            Step::End(_) => {}
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        self.place.enter_cell(tag)?;
        let style = attribute(tag, "s").and_then(|style| style.parse().ok());
        let kind = attribute(tag, "t").unwrap_or_default();
        self.cell = OpenCell { kind, style: style.unwrap_or(0), ..OpenCell::default() };
        Ok(())
    }

    fn end_cell(&mut self, sink: &mut Sink<'_>) {
        let cell = std::mem::take(&mut self.cell);
        let Some(value) = cell.value else {
            sink.note(Note::Formulas, u32::from(cell.has_formula));
            return;
        };
        if self.plan.hidden.contains(&self.place.column) {
            return;
        }
        let shown = shown(&cell.kind, &value, cell.style, self.workbook);
        if !shown.text.trim().is_empty() {
            self.row.insert(self.place.column, shown);
        }
    }

    fn end_row(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let row = std::mem::take(&mut self.row);
        if self.is_hidden {
            sink.note(Note::Lines, u32::from(!row.is_empty()));
            return Ok(());
        }
        for (column, shown) in &row {
            let until = self.plan.down.get(&(self.place.row, *column));
            if let Some(until) = until {
                self.held.insert(*column, (*until, shown.clone()));
            }
        }
        if row.is_empty() {
            return Ok(());
        }
        self.has_gap |= self.place.row > self.last + 1;
        self.last = self.place.row;
        let now = self.place.row;
        self.held.retain(|_, (until, _)| *until >= now);
        let mut whole = row;
        for (column, (_, shown)) in &self.held {
            whole.entry(*column).or_insert_with(|| shown.clone());
        }
        self.tell_row(&whole, sink)
    }

    /// A row of one cell above a table is a title. Behind a gap a row of words alone is the head of another table;
    /// figures go on under the head that there was.
    fn tell_row(&mut self, row: &BTreeMap<u32, Shown>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let has_gap = std::mem::take(&mut self.has_gap);
        let is_words = row.values().all(|shown| !shown.is_number);
        if has_gap && is_words {
            self.end_table(sink)?;
        }
        let cells = self.plan.columns.iter();
        let cells = cells.map(|column| row.get(column).map_or("", |shown| shown.text.as_str()));
        let is_title = row.len() == 1 && is_words && self.plan.columns.len() > 1;
        match &mut self.table {
            Some(table) => table.add(line(cells), sink),
            None if is_title => {
                // What follows a title is as free to be a head as what follows a gap.
                self.has_gap = true;
                let text = row.values().map(|shown| shown.text.as_str()).collect::<String>();
                sink.push(BlockKind::Paragraph, &text, None)
            }
            None => {
                self.table = Some(SheetTable::under(line(cells)));
                Ok(())
            }
        }
    }

    fn end_table(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        self.table.take().map_or(Ok(()), |table| table.end(sink))
    }
}

/// What a cell of this kind shows: a text by its place, a text, a word for true and false, an error, a date, else a
/// number.
fn shown(kind: &str, value: &str, style: usize, workbook: &Workbook) -> Shown {
    let words = |text: String| Shown { text, is_number: false };
    match kind {
        "s" => {
            let text = value.trim().parse::<usize>().ok().and_then(|at| workbook.strings.get(at));
            words(text.cloned().unwrap_or_default())
        }
        "b" => words(if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
        "str" | "inlineStr" | "e" => words(value.to_owned()),
        "d" => Shown { text: value.trim_end_matches("T00:00:00").to_owned(), is_number: true },
        _ => Shown { text: workbook.formats.shown(value.trim(), style), is_number: true },
    }
}
