//! Comma-separated values: tables of a few rows each, all with the head.

use shared::knowledge::BlockKind;
use shared::text::Layout;

use super::note::Note;
use super::record::{Refusal, Sink};
use super::table::escaped;

/// Rows a table: a block that can be found, cited and read.
const ROWS: usize = 20;

pub(super) fn extract(text: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let layout = Layout::of(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(layout.separator).unwrap_or(b','))
        .quoting(layout.is_quoted)
        .flexible(true)
        .has_headers(false)
        .from_reader(layout.table.as_bytes());
    let mut rows = reader.records().map(|row| row.map_err(|_| Refusal::Damaged));
    for title in layout.titles {
        sink.push(BlockKind::Paragraph, title, None)?;
    }
    if !layout.is_quoted {
        sink.note(Note::Quote, 1);
    }
    let Some(head) = rows.next() else { return Ok(()) };
    let head = line(head?.iter());
    let mut table = SheetTable::under(head);
    for row in rows {
        table.add(line(row?.iter()), sink)?;
    }
    table.end(sink)
}

/// Rows under a head.
pub(super) struct SheetTable {
    head: String,
    rows: Vec<String>,
    is_told: bool,
}

impl SheetTable {
    pub(super) fn under(head: String) -> Self {
        Self { head, rows: Vec::new(), is_told: false }
    }

    pub(super) fn add(&mut self, row: String, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        self.rows.push(row);
        if self.rows.len() == ROWS { self.tell(sink) } else { Ok(()) }
    }

    /// Tells what is left, and a head that stands alone.
    pub(super) fn end(mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if self.rows.is_empty() && self.is_told {
            return Ok(());
        }
        self.tell(sink)
    }

    fn tell(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        self.is_told = true;
        let rows = std::mem::take(&mut self.rows);
        let table = [std::slice::from_ref(&self.head), &rows].concat().join("\n");
        sink.push(BlockKind::Table, &table, None)
    }
}

pub(super) fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells = cells.map(|cell| escaped(&super::clean::line(cell)));
    cells.collect::<Vec<_>>().join(" | ")
}
