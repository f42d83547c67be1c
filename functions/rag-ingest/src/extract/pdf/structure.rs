//! Lines into headings, paragraphs, lists and tables, without what repeats on every page.

use std::collections::{HashMap, HashSet};

use shared::knowledge::BlockKind;

use super::grid;
use super::line::Line;
use crate::extract::clean;
use crate::extract::record::{Refusal, Sink};

// Chosen by hand, as the bounds below.
/// Lines at each end of a page that may be a running head or foot.
const MARGIN_LINES: usize = 3;
/// A head or foot stands on this many pages at least.
const LEAST_REPEATS: usize = 3;
/// Letters this much larger than the running text's make a heading.
const HEADING_SIZE: f64 = 1.12;
/// The longest heading, in characters.
const LONGEST_HEADING: usize = 160;
/// Lines further apart than this many sizes are two paragraphs; a line usually takes 1.2 to 1.5.
const PARAGRAPH_GAP: f64 = 1.8;

pub(super) fn tell(mut pages: Vec<Vec<Line>>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    drop_repeated(&mut pages);
    let lines: Vec<Line> = pages.into_iter().flatten().collect();
    let sizes = Sizes::of(&lines);
    let mut writer = Writer { sizes, open: None, sink };
    let mut at = 0;
    while at < lines.len() {
        let rows = grid::table_at(&lines[at..]);
        if let Some((count, columns)) = grid::columns_at(&lines, at) {
            writer.columns(&columns)?;
            at += count;
        } else if rows > 0 {
            writer.table(&lines[at..at + rows])?;
            at += rows;
        } else {
            writer.line(&lines[at])?;
            at += 1;
        }
    }
    writer.flush()
}

/// Running heads and feet: the same text, numbers aside, at the same end of at least half of the pages.
fn drop_repeated(pages: &mut [Vec<Line>]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for page in pages.iter() {
        let ends: HashSet<String> = margins(page).into_iter().map(|i| page[i].pattern()).collect();
        ends.into_iter().for_each(|pattern| *counts.entry(pattern).or_default() += 1);
    }
    let least = LEAST_REPEATS.max(pages.len().div_ceil(2));
    for page in pages.iter_mut() {
        let ends = ends(page);
        let repeated: HashSet<usize> = margins(page)
            .into_iter()
            .filter(|&i| {
                let pattern = page[i].pattern();
                // A number alone may be a cell: only at the very end of a page it is that of the page.
                counts.get(&pattern).is_some_and(|&n| n >= least)
                    || (ends.contains(&i) && is_page_number(&pattern))
            })
            .collect();
        let mut index = 0;
        page.retain(|_| {
            index += 1;
            !repeated.contains(&(index - 1))
        });
    }
}

/// The indexes of the highest and the lowest lines.
fn margins(page: &[Line]) -> HashSet<usize> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    order.sort_by(|&a, &b| page[a].y.total_cmp(&page[b].y));
    let ends = order.iter().take(MARGIN_LINES).chain(order.iter().rev().take(MARGIN_LINES));
    ends.copied().collect()
}

/// The indexes of the highest and the lowest line.
fn ends(page: &[Line]) -> Vec<usize> {
    let by_height = |&a: &usize, &b: &usize| page[a].y.total_cmp(&page[b].y);
    let (first, last) = ((0..page.len()).min_by(by_height), (0..page.len()).max_by(by_height));
    first.into_iter().chain(last).collect()
}

fn is_page_number(pattern: &str) -> bool {
    matches!(pattern.trim_matches([' ', '-', '–', '|', '/']), "#" | "# / #" | "#/#")
}

/// How large letters are in this document.
struct Sizes {
    body: f64,
    /// Of headings, the largest first.
    headings: Vec<f64>,
}

impl Sizes {
    fn of(lines: &[Line]) -> Self {
        let mut letters: HashMap<u64, usize> = HashMap::new();
        for line in lines {
            *letters.entry(tenths(line.size)).or_default() += line.length();
        }
        let most = letters.iter().max_by_key(|&(&size, &count)| (count, size));
        let body = most.map_or(10.0, |(&size, _)| size as f64 / 10.0);
        let larger = |&&size: &&u64| size as f64 / 10.0 >= body * HEADING_SIZE;
        let mut headings: Vec<u64> = letters.keys().filter(larger).copied().collect();
        headings.sort_unstable_by(|a, b| b.cmp(a));
        Self { body, headings: headings.into_iter().map(|size| size as f64 / 10.0).collect() }
    }

    /// The level of a heading, 1 to 4; none for running text.
    fn level(&self, line: &Line) -> Option<u8> {
        let is_large = line.size >= self.body * HEADING_SIZE;
        if !is_large || line.length() > LONGEST_HEADING || line.cells.len() > 1 {
            return None;
        }
        let larger = self.headings.iter().filter(|&&size| size > line.size + 0.05).count();
        Some(u8::try_from(larger + 1).unwrap_or(4).min(4))
    }
}

fn tenths(size: f64) -> u64 {
    (size * 10.0).round().clamp(0.0, 10_000.0) as u64
}

/// A block that may still grow.
struct Open {
    kind: BlockKind,
    text: String,
    page: u32,
    last: Line,
}

struct Writer<'a, 'b> {
    sizes: Sizes,
    open: Option<Open>,
    sink: &'a mut Sink<'b>,
}

impl Writer<'_, '_> {
    fn table(&mut self, rows: &[Line]) -> Result<(), Refusal> {
        self.flush()?;
        let text = grid::rows(rows).join("\n");
        self.sink.push(BlockKind::Table, &text, Some(rows[0].page))
    }

    /// Text in columns, one after another.
    fn columns(&mut self, columns: &[Vec<Line>]) -> Result<(), Refusal> {
        for column in columns {
            self.flush()?;
            column.iter().try_for_each(|line| self.line(line))?;
        }
        self.flush()
    }

    fn line(&mut self, line: &Line) -> Result<(), Refusal> {
        let text = line.text();
        let level = self.sizes.level(line);
        let item = if level.is_none() { clean::without_mark(&text) } else { None };
        let kind = match (level, item) {
            (Some(level), _) => BlockKind::Heading { level },
            (None, Some(_)) => BlockKind::ListItem,
            (None, None) => BlockKind::Paragraph,
        };
        let begins = item.is_some();
        if let Some(open) = self.open.as_mut().filter(|open| !begins && open.takes(kind, line)) {
            clean::join(&mut open.text, &text);
            open.last = line.clone();
            return Ok(());
        }
        self.flush()?;
        let text = item.unwrap_or(&text).to_owned();
        self.open = Some(Open { kind, text, page: line.page, last: line.clone() });
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.sink.push(open.kind, &open.text, Some(open.page))
    }
}

impl Open {
    /// Whether the next line belongs to this block.
    fn takes(&self, kind: BlockKind, line: &Line) -> bool {
        let is_text = kind == BlockKind::Paragraph;
        match self.kind {
            BlockKind::Heading { .. } => kind == self.kind && self.is_near(line),
            BlockKind::ListItem => is_text && self.is_near(line) && line.left >= self.last.left,
            _ if !is_text => false,
            _ if line.page == self.last.page => self.is_near(line),
            // Over a page's end a sentence goes on.
            _ => !ends_sentence(&self.text) && begins_small(line),
        }
    }

    fn is_near(&self, line: &Line) -> bool {
        let gap = line.y - self.last.y;
        line.page == self.last.page
            && (0.0..=PARAGRAPH_GAP * self.last.size.max(line.size)).contains(&gap)
            && !(self.is_short() && line.left > self.last.left + self.last.size)
    }

    /// A last line that ends its sentence.
    fn is_short(&self) -> bool {
        ends_sentence(&self.text)
    }
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', ':', '…', '”', '"'])
}

fn begins_small(line: &Line) -> bool {
    line.text().chars().next().is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::record::{Record, SEPARATOR};
    use shared::knowledge::Block;

    fn line(page: u32, y: f64, size: f64, cells: &[&str]) -> Line {
        let places =
            (0..cells.len()).map(|at| (50.0 + 100.0 * at as f64, 100.0 + 100.0 * at as f64));
        let places = places.collect();
        let cells = cells.iter().map(|&cell| cell.to_owned()).collect();
        let (is_rtl, is_leftwards) = (false, false);
        let gaps = Vec::new();
        Line { page, y, left: 50.0, right: 400.0, size, cells, places, gaps, is_rtl, is_leftwards }
    }

    fn told(pages: Vec<Vec<Line>>) -> Vec<Block> {
        let mut out = Vec::new();
        tell(pages, &mut Sink::new(&mut out)).unwrap();
        let records = out.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        records
            .map(|line| serde_json::from_slice(line.strip_prefix(&[SEPARATOR]).unwrap()).unwrap())
            .map(|record| match record {
                Record::Block(block) => block,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn heads_and_feet_of_every_page_are_gone_and_a_sentence_goes_on_over_the_page() {
        let page = |number: u32, text: &str| {
            vec![
                line(number, 30.0, 8.0, &["Raport o kawie 2026"]),
                line(number, 100.0, 11.0, &[text]),
                line(number, 800.0, 8.0, &[&format!("strona {number} z 3")]),
            ]
        };
        let pages =
            vec![page(1, "Pierwsza część zda-"), page(2, "nia kończy się tu."), page(3, "Dalej.")];

        let blocks = told(pages);

        let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(texts, ["Pierwsza część zdania kończy się tu.", "Dalej."]);
        assert_eq!(blocks[0].page, Some(1));
        assert_eq!(blocks[1].page, Some(3));
    }

    #[test]
    fn sizes_make_headings_gaps_make_paragraphs_and_cells_make_tables() {
        let body = "Zwykły tekst, którego jest najwięcej w całym dokumencie.";
        let pages = vec![vec![
            line(1, 60.0, 20.0, &["Rynek kawy"]),
            line(1, 100.0, 14.0, &["Zakupy"]),
            line(1, 130.0, 11.0, &[body]),
            line(1, 144.0, 11.0, &["Dalszy ciąg."]),
            line(1, 180.0, 11.0, &[body]),
            line(1, 210.0, 11.0, &["• mleko"]),
            line(1, 224.0, 11.0, &["• woda"]),
            line(1, 250.0, 11.0, &["rok", "udział"]),
            line(1, 264.0, 11.0, &["2024", "12%"]),
        ]];

        let blocks = told(pages);

        let kinds: Vec<BlockKind> = blocks.iter().map(|block| block.kind).collect();
        assert_eq!(
            kinds,
            [
                BlockKind::Heading { level: 1 },
                BlockKind::Heading { level: 2 },
                BlockKind::Paragraph,
                BlockKind::Paragraph,
                BlockKind::ListItem,
                BlockKind::ListItem,
                BlockKind::Table,
            ]
        );
        assert_eq!(blocks[2].text, format!("{body} Dalszy ciąg."));
        assert_eq!(blocks[6].text, "rok | udział\n2024 | 12%");
    }
}
