//! A file of comma-separated values, read as RFC 4180 writes it and told apart from what only looks like it.

use super::Layout;

/// A line of the file, which quoted cells may make longer than one.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the line that it begins on, from 1.
    pub line: usize,
    /// What stands between the separators, without its quotes.
    pub cells: Vec<String>,
}

/// A quote at the beginning of a cell that is never closed, or is closed in the middle of a text: everything
/// up to the next quote would become one cell.
#[derive(Debug, PartialEq, Eq)]
pub struct StrayQuote {
    /// The line that it stands on.
    pub line: usize,
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// The lines of a text. What parts cells is said in its first line (`sep=;`) or seen: see [`Layout`]. Titles above
/// the header are passed over. A quote inside a cell that did not begin with one is a letter like any other. An export of
/// ours says what it is by its head, which begins with `own`: nothing in it is guessed.
///
/// # Errors
/// The first quote that is not closed where its cell ends.
pub fn records(text: &str, own: &str) -> Result<Vec<Record>, StrayQuote> {
    let is_ours = text.trim_start_matches('\u{feff}').starts_with(own);
    let layout = if is_ours { Layout::plain(text) } else { Layout::of(text) };
    let (separator, line) = (layout.separator, layout.line);
    let mut reader = Reader { separator, line, began: line, ..Reader::default() };
    let mut letters = layout.table.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if reader.within == Within::Quoted && letters.peek() == Some(&'"') => {
                letters.next();
                reader.cell.push('"');
            }
            '\r' if reader.within != Within::Quoted && letters.peek() == Some(&'\n') => {}
            other => reader.take(other)?,
        }
    }
    reader.end()
}

struct Reader {
    separator: char,
    within: Within,
    cell: String,
    cells: Vec<String>,
    records: Vec<Record>,
    /// The line that is read.
    line: usize,
    /// The line on which the record begins.
    began: usize,
    /// The line of the last quote that opened a cell.
    opened: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            separator: ',',
            within: Within::Start,
            cell: String::new(),
            cells: Vec::new(),
            records: Vec::new(),
            line: 1,
            began: 1,
            opened: 1,
        }
    }
}

impl Reader {
    fn take(&mut self, letter: char) -> Result<(), StrayQuote> {
        match (self.within, letter) {
            (Within::Quoted, '"') => self.within = Within::Closed,
            (Within::Quoted, other) => {
                self.line += usize::from(other == '\n');
                self.cell.push(other);
            }
            (_, other) if other == self.separator => self.end_cell(),
            (_, '\n' | '\r') => {
                self.end_cell();
                self.end_record();
                self.line += 1;
                self.began = self.line;
            }
            (Within::Start, '"') => {
                self.cell.clear();
                self.opened = self.line;
                self.within = Within::Quoted;
            }
            (Within::Closed, other) if other.is_whitespace() => {}
            (Within::Closed, _) => return Err(StrayQuote { line: self.opened }),
            (_, other) => {
                // a quote behind spaces still opens a cell
                if !other.is_whitespace() {
                    self.within = Within::Bare;
                }
                self.cell.push(other);
            }
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.within = Within::Start;
    }

    fn end_record(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        self.records.push(Record { line: self.began, cells });
    }

    fn end(mut self) -> Result<Vec<Record>, StrayQuote> {
        if self.within == Within::Quoted {
            return Err(StrayQuote { line: self.opened });
        }
        if !self.cell.is_empty() || !self.cells.is_empty() || self.within == Within::Closed {
            self.end_cell();
            self.end_record();
        }
        Ok(self.records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text, "own,").unwrap().into_iter().map(|record| record.cells).collect()
    }

    #[test]
    fn quotes_lines_and_separators_are_read() {
        let text = "a;\"b;\"\"c\"\"\";d\r\n1; \"2\" ;\"3\n4\"\r\n5;6\"7;";

        assert_eq!(
            cells(text),
            [vec!["a", "b;\"c\"", "d"], vec!["1", "2", "3\n4"], vec!["5", "6\"7", ""],]
        );
        assert_eq!(cells("a,b\r1,2\r"), [["a", "b"], ["1", "2"]]);
        assert_eq!(cells("a\n\"\""), [["a"], [""]]);
        assert!(cells("").is_empty());
    }

    #[test]
    fn a_record_knows_the_line_that_it_begins_on() {
        let lines: Vec<usize> =
            records("a\n\"1\n2\"\n3", "own,").unwrap().iter().map(|record| record.line).collect();

        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn a_quote_that_closes_nowhere_or_in_a_text_is_named_by_its_line() {
        for (text, line) in [
            ("a,b\nx,\"24 screen\ny,z\n", 2),
            ("a,b\nx,y\nx,\"24\" screen\ny,z\n", 3),
            ("a,b\nx,\"24 screen\ny,\"z\"\n", 2),
        ] {
            assert_eq!(records(text, "own,"), Err(StrayQuote { line }), "{text}");
        }
    }
}
