//! Tables as they are read: every cell under its own head, whatever spans or is empty.

use std::collections::BTreeMap;

use super::record::{MOST_TEXT_BYTES, Refusal};

/// Columns that one cell may span: what HTML allows.
const MOST_ACROSS: usize = 1_000;
/// Rows that one cell may span: what HTML allows.
const MOST_DOWN: usize = 65_534;

/// A cell while it is read.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// Its own words, those of tables within it too.
    pub(super) text: String,
    pub(super) across: usize,
    pub(super) down: usize,
    /// It goes on with the cell above it.
    pub(super) continues: bool,
    /// Its own words without tables.
    alone: String,
    /// Tables within it.
    inner: Vec<String>,
}

/// Tables, one within another. Text goes to the innermost open cell.
#[derive(Debug, Default)]
pub(super) struct Tables(Vec<Table>);

#[derive(Debug, Default)]
struct Table {
    rows: String,
    /// The column at which the open row goes on.
    row: Option<Vec<Cell>>,
    /// Columns before the row's first cell.
    before: usize,
    cell: Option<Cell>,
    /// What spans down from rows above: how many more rows, and its text.
    held: BTreeMap<usize, (usize, String)>,
    /// The row above.
    above: Vec<String>,
    /// Tables that stood in cells only for the page's looks.
    apart: Vec<String>,
}

impl Tables {
    /// Whether no table is open.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn begin(&mut self) {
        self.0.push(Table::default());
    }

    pub(super) fn begin_row(&mut self) {
        if let Some(table) = self.0.last_mut() {
            table.row = Some(Vec::new());
            table.before = 0;
        }
    }

    /// Columns that a row leaves out at its beginning.
    pub(super) fn skip(&mut self, columns: usize) {
        if let Some(table) = self.0.last_mut() {
            table.before = columns.min(MOST_ACROSS);
        }
    }

    pub(super) fn begin_cell(&mut self, across: usize, down: usize) {
        if let Some(table) = self.0.last_mut() {
            table.cell = Some(Cell { across, down, ..Cell::default() });
        }
    }

    /// The cell that is being read.
    pub(super) fn cell(&mut self) -> Option<&mut Cell> {
        self.0.last_mut()?.cell.as_mut()
    }

    /// Ends the open cell, which has this text besides the tables within it.
    pub(super) fn end_cell(&mut self, text: &str) {
        let Some(table) = self.0.last_mut() else { return };
        let Some(mut cell) = table.cell.take() else { return };
        cell.say(text);
        table.row.get_or_insert_default().push(cell);
    }

    pub(super) fn end_row(&mut self) -> Result<(), Refusal> {
        self.0.last_mut().map_or(Ok(()), Table::end_row)
    }

    /// Ends a table. The outermost is told, with those that stand for themselves; another becomes a part of its
    /// cell.
    pub(super) fn end(&mut self) -> Result<Vec<String>, Refusal> {
        let Some(mut table) = self.0.pop() else { return Ok(Vec::new()) };
        table.end_row()?;
        let mut all = Vec::with_capacity(1 + table.apart.len());
        if table.rows.chars().any(char::is_alphanumeric) {
            all.push(table.rows);
        }
        all.append(&mut table.apart);
        let Some(cell) = self.cell() else { return Ok(all) };
        for rows in &all {
            let words = rows.split([' ', '\n']).filter(|word| !word.is_empty() && *word != "|");
            push_words(&mut cell.text, words);
        }
        cell.inner.append(&mut all);
        Ok(Vec::new())
    }
}

impl Cell {
    /// Adds words of its own.
    pub(super) fn say(&mut self, text: &str) {
        push_words(&mut self.text, text.split_whitespace());
        push_words(&mut self.alone, text.split_whitespace());
    }
}

impl Table {
    fn end_row(&mut self) -> Result<(), Refusal> {
        let Some(mut cells) = self.row.take() else { return Ok(()) };
        // Tables side by side in a table that says nothing itself are tables, not cells.
        if cells.iter().all(|cell| cell.alone.is_empty() || !cell.inner.is_empty()) {
            for cell in &mut cells {
                self.apart.append(&mut cell.inner);
                cell.text = std::mem::take(&mut cell.alone);
            }
        }
        let row = self.place(cells);
        let row = self.with_held(row);
        let line = row.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join(" | ");
        self.rows.push_str(line.trim_end_matches([' ', '|']));
        self.rows.push('\n');
        self.above = row;
        if self.rows.len() > MOST_TEXT_BYTES { Err(Refusal::TooLong) } else { Ok(()) }
    }

    /// Every cell in its column.
    fn place(&mut self, cells: Vec<Cell>) -> Vec<String> {
        let mut row = vec![String::new(); self.before];
        for cell in cells {
            while self.held.contains_key(&row.len()) {
                row.push(String::new());
            }
            let column = row.len();
            let above = self.above.get(column).filter(|_| cell.continues && cell.text.is_empty());
            let text = above.cloned().unwrap_or(cell.text);
            if cell.down > 1 {
                let rows = cell.down.min(MOST_DOWN);
                (0..cell.across.clamp(1, MOST_ACROSS)).for_each(|at| {
                    let text = if at == 0 { text.clone() } else { String::new() };
                    self.held.insert(column + at, (rows, text));
                });
            }
            row.push(text);
            row.resize(column + cell.across.clamp(1, MOST_ACROSS), String::new());
        }
        row
    }

    /// With what spans down from above, which is one row nearer to its end.
    fn with_held(&mut self, mut row: Vec<String>) -> Vec<String> {
        for (&column, (rows, text)) in &mut self.held {
            *rows -= 1;
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            row[column].clone_from(text);
        }
        self.held.retain(|_, (rows, _)| *rows > 0);
        row
    }
}

/// A cell's own bar does not look like the end of the cell.
pub(super) fn escaped(cell: &str) -> String {
    cell.replace('|', "\\|")
}

fn push_words<'a>(text: &mut String, words: impl Iterator<Item = &'a str>) {
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}
