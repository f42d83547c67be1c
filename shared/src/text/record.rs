//! A file of comma-separated values, read as RFC 4180 writes it and told apart from what only looks like it.

use std::iter::Peekable;
use std::str::Chars;

use super::Layout;
use crate::FieldError;

/// A line of the file, which quoted cells may make longer than one.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the line that it begins on, from 1.
    pub line: usize,
    /// What stands between the separators, without its quotes.
    pub cells: Vec<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// The line that the fault stands on.
    pub line: usize,
    pub fault: Fault,
}

impl Unreadable {
    /// As whoever sent the file is told of it.
    pub fn error(self) -> FieldError {
        FieldError::new(format!("line {}", self.line), self.fault.rule())
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote at the beginning of a cell that is never closed, or is closed in the middle of a text: everything up to
    /// the next quote would become one cell.
    StrayQuote,
    /// More cells than [`Records::at_most`] allows.
    TooManyCells,
}

impl Fault {
    fn rule(self) -> &'static str {
        match self {
            Self::StrayQuote => {
                "has a quote that begins a cell and does not end it: write it twice within quotes"
            }
            Self::TooManyCells => "has more cells than the header",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// The lines of a text, read one by one: whoever stops leaves the rest unread. Lines with nothing on them are passed
/// over and take no memory. The first line that cannot be read is the last.
pub struct Records<'a> {
    letters: Peekable<Chars<'a>>,
    separator: char,
    most_cells: usize,
    within: Within,
    cell: String,
    cells: Vec<String>,
    line: usize,
    began: usize,
    /// The line of the last quote that opened a cell.
    opened: usize,
    is_over: bool,
}

/// The lines of a text. What parts cells is said in its first line (`sep=;`) or seen: see [`Layout`]. Titles above
/// the header are passed over. A quote inside a cell that did not begin with one is a letter like any other. An export of
/// ours says what it is by its head, which begins with `own`: nothing in it is guessed.
pub fn records<'a>(text: &'a str, own: &str) -> Records<'a> {
    let is_ours = text.trim_start_matches('\u{feff}').starts_with(own);
    let layout = if is_ours { Layout::plain(text) } else { Layout::of(text) };
    Records {
        letters: layout.table.chars().peekable(),
        separator: layout.separator,
        most_cells: usize::MAX,
        within: Within::Start,
        cell: String::new(),
        cells: Vec::new(),
        line: layout.line,
        began: layout.line,
        opened: layout.line,
        is_over: false,
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let read = self.read().transpose();
        self.is_over = !matches!(read, Some(Ok(_)));
        read
    }
}

impl Records<'_> {
    /// From now on a line of more cells cannot be read, and nothing is kept of what is too much.
    pub fn at_most(&mut self, cells: usize) {
        self.most_cells = cells;
    }

    /// The next line that has something on it.
    fn read(&mut self) -> Result<Option<Record>, Unreadable> {
        while let Some(letter) = self.letters.next() {
            let is_quoted = self.within == Within::Quoted;
            match letter {
                '"' if is_quoted && self.letters.peek() == Some(&'"') => {
                    self.letters.next();
                    self.cell.push('"');
                }
                '\r' if !is_quoted && self.letters.peek() == Some(&'\n') => {}
                '\n' | '\r' if !is_quoted => {
                    let record = self.end_record()?;
                    if record.is_some() {
                        return Ok(record);
                    }
                }
                other => self.letter(other)?,
            }
        }
        if self.within == Within::Quoted {
            return Err(Unreadable { line: self.opened, fault: Fault::StrayQuote });
        }
        self.end_record()
    }

    fn letter(&mut self, letter: char) -> Result<(), Unreadable> {
        match (self.within, letter) {
            (Within::Quoted, '"') => self.within = Within::Closed,
            (Within::Quoted, other) => {
                self.line += usize::from(other == '\n');
                self.cell.push(other);
            }
            (_, other) if other == self.separator => self.end_cell()?,
            (Within::Start, '"') => {
                self.cell.clear();
                self.opened = self.line;
                self.within = Within::Quoted;
            }
            (Within::Closed, other) if other.is_whitespace() => {}
            (Within::Closed, _) => {
                return Err(Unreadable { line: self.opened, fault: Fault::StrayQuote });
            }
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

    fn end_cell(&mut self) -> Result<(), Unreadable> {
        if self.cells.len() >= self.most_cells {
            return Err(Unreadable { line: self.began, fault: Fault::TooManyCells });
        }
        self.cells.push(std::mem::take(&mut self.cell));
        self.within = Within::Start;
        Ok(())
    }

    /// Ends the line that is read: a record, unless nothing stands on it.
    fn end_record(&mut self) -> Result<Option<Record>, Unreadable> {
        let is_cell_empty = self.within == Within::Start && self.cell.is_empty();
        let mut record = None;
        if !is_cell_empty || !self.cells.is_empty() {
            self.end_cell()?;
            record = Some(Record { line: self.began, cells: std::mem::take(&mut self.cells) });
        }
        self.line += 1;
        self.began = self.line;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text, "own,").map(|record| record.unwrap().cells).collect()
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
            records("a\n\"1\n2\"\n\n3", "own,").map(|record| record.unwrap().line).collect();

        assert_eq!(lines, [1, 2, 5]);
    }

    #[test]
    fn a_quote_that_closes_nowhere_or_in_a_text_is_named_by_its_line() {
        for (text, line) in [
            ("a,b\nx,\"24 screen\ny,z\n", 2),
            ("a,b\nx,y\nx,\"24\" screen\ny,z\n", 3),
            ("a,b\nx,\"24 screen\ny,\"z\"\n", 2),
        ] {
            let mut lines = records(text, "own,");
            let stray = lines.find_map(Result::err);

            assert_eq!(stray, Some(Unreadable { line, fault: Fault::StrayQuote }), "{text}");
            assert!(lines.next().is_none(), "{text}");
        }
    }

    #[test]
    fn whoever_stops_reading_leaves_the_rest_unread() {
        let text = format!("own,b\n{}", "1,2\n".repeat(1_000));
        let mut lines = records(&text, "own,");

        assert_eq!(lines.by_ref().take(3).count(), 3);

        assert_eq!(lines.letters.count(), 998 * "1,2\n".len());
    }

    #[test]
    fn lines_with_nothing_on_them_take_no_memory() {
        let text = format!("own,b\n{}1,2", "\r\n".repeat(1_000));
        let mut lines = records(&text, "own,").skip(1);

        assert_eq!(lines.next().unwrap().unwrap().line, 1_002);
        let mut blank = records("\n\r\n\r\n\n", "\n");
        assert!(blank.next().is_none());
        assert_eq!((blank.cells.capacity(), blank.cell.capacity()), (0, 0));
    }

    #[test]
    fn of_a_line_with_too_many_cells_no_more_than_the_allowed_ones_are_kept() {
        let text = format!("own,b\n1,2\n{}", ",".repeat(1_000));
        let mut lines = records(&text, "own,");
        lines.at_most(2);

        assert!(lines.by_ref().take(2).all(|line| line.is_ok()));
        let refused = Unreadable { line: 3, fault: Fault::TooManyCells };
        assert_eq!(lines.next(), Some(Err(refused)));
        assert_eq!(lines.cells.len(), 2);
        assert!(lines.next().is_none());
    }
}
