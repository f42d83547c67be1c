//! Comma-separated values: tables of a few rows each, all with the head.

use shared::knowledge::BlockKind;

use super::record::{Refusal, Sink};

/// Rows a table: a piece that can be found, cited and read.
const ROWS: usize = 20;

pub(super) fn extract(text: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut rows = reader.records().map(|row| row.map_err(|_| Refusal::Damaged));
    let Some(head) = rows.next() else { return Ok(()) };
    let head = line(&head?);
    let mut table = head.clone();
    let mut count = 0;
    for row in rows {
        table.push('\n');
        table.push_str(&line(&row?));
        count += 1;
        if count % ROWS == 0 {
            sink.push(BlockKind::Table, &table, None)?;
            table.clone_from(&head);
        }
    }
    if count % ROWS != 0 || count == 0 {
        sink.push(BlockKind::Table, &table, None)?;
    }
    Ok(())
}

/// The usual one that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().max_by_key(count).unwrap_or(b',')
}

fn line(row: &csv::StringRecord) -> String {
    row.iter().map(str::trim).collect::<Vec<_>>().join(" | ")
}
