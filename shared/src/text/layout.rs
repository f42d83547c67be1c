//! How a file of cells is written: with what between them, and from which line on.

/// Lines that are looked at.
const LOOKED_AT: usize = 100;
/// What may stand between cells, the likelier ones first: where a file could be read with two of them, the other
/// is a decimal comma or a sign in a text.
const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];

/// The layout of a file of cells.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    pub separator: char,
    /// Whether quotes hold cells together; they do not where one is never closed.
    pub is_quoted: bool,
    /// What stands before the head.
    pub titles: Vec<&'a str>,
    pub table: &'a str,
    /// On which line the head is, from 1.
    pub line: usize,
}

/// A line, which quoted cells may make longer than one.
struct Line<'a> {
    text: &'a str,
    /// How many cells each separator would make of it.
    cells: [usize; 4],
    /// Whether every comma has a space behind it, as in a sentence.
    is_prose: bool,
}

impl<'a> Layout<'a> {
    /// The layout of a file: what it says of itself (`sep=;`, as spreadsheets write it), or what makes the longest
    /// run of rows with the same number of cells.
    pub fn of(file: &'a str) -> Self {
        let file = file.trim_start_matches('\u{feff}');
        let is_quoted = file.matches('"').count().is_multiple_of(2);
        let (said, text) = said(file);
        let lines: Vec<Line<'_>> = lines(text, is_quoted).take(LOOKED_AT).collect();
        let (separator, head) = match said {
            Some(separator) => (separator, 0),
            None => longest(&lines),
        };
        let lines = &lines[..head];
        let before: usize = lines.iter().map(|line| line.text.len()).sum();
        let titles = lines.iter().map(|line| line.text.trim()).filter(|line| !line.is_empty());
        let titles = titles.map(|title| title.trim_matches([separator, '"'])).collect();
        let rest = &text[before..];
        let table = rest.trim_start_matches(['\n', '\r']);
        let start = file.len() - table.len();
        Self { separator, is_quoted, titles, table, line: 1 + breaks(&file[..start]) }
    }
}

impl<'a> Layout<'a> {
    /// That of a file which is known to be as RFC 4180 has it, with its head in the first line.
    pub fn plain(file: &'a str) -> Self {
        let table = file.trim_start_matches('\u{feff}');
        Self { separator: ',', is_quoted: true, titles: Vec::new(), table, line: 1 }
    }
}

/// What a first line like `sep=;` says, and what follows it.
fn said(file: &str) -> (Option<char>, &str) {
    let end = file.find(['\n', '\r']).unwrap_or(file.len());
    let first = file[..end].trim_matches('"');
    let is_said = first.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="));
    let mut rest = if is_said { first[4..].chars() } else { "".chars() };
    match (rest.next(), rest.next()) {
        (Some(separator), None) if separator.is_ascii() => (Some(separator), &file[end..]),
        _ => (None, file),
    }
}

/// The separator and the head of the longest run.
fn longest(lines: &[Line<'_>]) -> (char, usize) {
    let mut best = ('\t', first(lines), 0);
    for (index, &separator) in SEPARATORS.iter().enumerate() {
        let (head, rows) = run(lines, index);
        if rows > best.2 {
            best = (separator, head, rows);
        }
    }
    (best.0, best.1)
}

fn first(lines: &[Line<'_>]) -> usize {
    lines.iter().position(|line| !line.text.trim().is_empty()).unwrap_or(0)
}

/// Where the longest run of lines with the same number of cells begins, two at least, and how long it is. Below
/// a line without any, sentences with commas are no rows.
fn run(lines: &[Line<'_>], separator: usize) -> (usize, usize) {
    let cells = |line: &Line<'_>| {
        let is_prose = SEPARATORS[separator] == ',' && line.is_prose;
        if is_prose && lines[first(lines)].cells[separator] < 2 { 1 } else { line.cells[separator] }
    };
    let (mut best, mut at) = ((0, 0), 0);
    while at < lines.len() {
        let count = cells(&lines[at]);
        let is_empty = |line: &Line<'_>| line.text.trim().is_empty();
        let rows = lines[at..].iter().take_while(|line| cells(line) == count || is_empty(line));
        let rows = rows.count();
        if count > 1 && rows > best.1 {
            // Rows of another length belong to the table too, and the first of them is its head.
            let ragged = lines[..at].iter().rev().take_while(|line| cells(line) > 1).count();
            let from = at - ragged;
            best = (from + titles(&lines[from..at + rows], SEPARATORS[separator]), rows);
        }
        at += rows.max(1);
    }
    best
}

/// Lines of a run that have something in their first cell alone, before others: spreadsheets write titles so.
fn titles(lines: &[Line<'_>], separator: char) -> usize {
    let is_title = |line: &&Line<'_>| {
        let text = line.text.trim();
        let bare = text.trim_end_matches(separator);
        !bare.is_empty() && bare.len() + 1 < text.len() && !bare.contains(separator)
    };
    let count = lines.iter().take_while(is_title).count();
    if count < lines.len() { count } else { 0 }
}

/// The lines of a text with what each separator makes of them.
fn lines(text: &str, is_quoted: bool) -> impl Iterator<Item = Line<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = rest.split_at(end(rest, is_quoted));
        rest = after;
        let bare = bare(line, is_quoted);
        let cells = SEPARATORS.map(|separator| 1 + bare.matches(separator).count());
        let is_prose = bare.matches(',').count() == bare.matches(", ").count();
        Some(Line { text: line, cells, is_prose })
    })
}

/// Where a line ends, quoted breaks within it aside.
fn end(text: &str, is_quoted: bool) -> usize {
    let mut is_open = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' if is_quoted => is_open = !is_open,
            '\r' if !is_open && text[at + 1..].starts_with('\n') => return at + 2,
            '\n' | '\r' if !is_open => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A line without what stands in quotes.
fn bare(line: &str, is_quoted: bool) -> String {
    let mut is_open = false;
    let is_out = |letter: &char| {
        is_open ^= is_quoted && *letter == '"';
        !is_open
    };
    line.chars().filter(is_out).collect()
}

fn breaks(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_and_the_head_are_found_as_a_person_would() {
        for (file, separator, titles, line) in [
            ("a,b\n1,2\n", ',', 0, 1),
            ("sep=;\nMarka;Udzial\nA;12,5\n", ';', 0, 2),
            ("SEP=,\r\nMarka,Udzial\r\nA,\"12,5\"\r\n", ',', 0, 2),
            ("\u{feff}sep=;\nMarka;Udzial\n", ';', 0, 2),
            ("\n\nMarka;Udzial\nA;12,5\n", ';', 0, 3),
            ("Raport, kwartal 1\n\nMarka;Udzial\nA;12,5\nB;7,1\n", ';', 1, 3),
            ("Raport;;\nMarka;Udzial;Rok\nA;12,5;1\n", ';', 1, 2),
            ("\"a,b,c\";\"d\"\n1;2\n", ';', 0, 1),
            ("\"Udzial\n(proc., 2025)\";Marka\n12,5;A\n", ';', 0, 1),
            ("Marka|Udzial\nA|12,5\n", '|', 0, 1),
            ("a\tb\n1,5\t2,5\n", '\t', 0, 1),
            ("Udzial;Marka, kraj\n12,5;A\n7,1;B\n", ';', 0, 1),
            ("Uwagi\nDrogo, ale dobrze\nTanio, lecz slabo\n", '\t', 0, 1),
            ("Marka;Opis\nA;x | y\n", ';', 0, 1),
            ("a,b,c\n1,2,3,\n4,5,6,\n7,8,9,\n", ',', 0, 1),
            ("Marka;Udzial\rA;12,5\rB;7", ';', 0, 1),
            ("\"He said \"\"a;b;c\"\" now\",x\n1,2\n", ',', 0, 1),
        ] {
            let layout = Layout::of(file);
            let found = (layout.separator, layout.titles.len(), layout.line);
            assert_eq!(found, (separator, titles, line), "{file}");
        }
    }
}
