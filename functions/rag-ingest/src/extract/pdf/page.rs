//! What a page draws, as lines.

use std::collections::BTreeMap;

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

use super::line::{Gap, Line};
use super::rtl;
use crate::extract::mark;

// Chosen by hand, as the bounds below.
/// A gap over this part of the letters' size parts words; the space of most fonts is 0.25 wide.
const WORD_GAP: f64 = 0.15;
/// A gap over this many sizes parts cells: justified text stays below it.
const CELL_GAP: f64 = 1.6;
/// A gap over this many sizes may part columns that stand close; most between words are narrower.
const GUTTER: f64 = 0.5;
/// Letters whose heights differ by less than this part of their size stand on one line.
const SAME_LINE: f64 = 0.4;
/// A smaller letter that stands by this part of the line's size above or below it is a mark; one of the same size
/// by twice as much.
const SHIFT: f64 = 0.1;
/// Letters below this part of the line's size are smaller.
const SMALLER: f64 = 0.85;

/// A page while it is drawn.
pub(super) struct Page {
    number: u32,
    height: f64,
    /// What is written in each direction, in degrees: a page, its margin or the head of a table may be turned.
    directions: BTreeMap<i32, Direction>,
    /// Letters that stand askew.
    pub(super) slanted: u32,
    /// Signs that nobody can read.
    pub(super) unknown: u32,
}

/// What is written in one direction.
#[derive(Default)]
struct Direction {
    lines: Vec<Line>,
    /// Where the last letter ended.
    last: f64,
    /// The height and the size of the last letter that was neither raised nor lowered.
    base: (f64, f64),
    /// A space was drawn after the last letter. Where widths are missing no gap shows it.
    has_space: bool,
    letters: usize,
}

/// A letter and its place in the direction that it is written in.
#[derive(Clone, Copy)]
struct Letter<'a> {
    x: f64,
    y: f64,
    end: f64,
    size: f64,
    text: &'a str,
}

impl Page {
    pub(super) fn new(number: u32) -> Self {
        Self { number, height: 0.0, directions: BTreeMap::new(), slanted: 0, unknown: 0 }
    }

    /// Its lines, those of the direction that has most first, in the order in which they were drawn, which is
    /// that of reading but for rows whose cells were drawn column by column: those on one height are one line.
    pub(super) fn lines(self) -> Vec<Line> {
        let mut directions: Vec<Direction> = self.directions.into_values().collect();
        directions.sort_by_key(|direction| std::cmp::Reverse(direction.letters));
        directions.into_iter().flat_map(Direction::lines).collect()
    }
}

impl Direction {
    fn lines(self) -> Vec<Line> {
        let mut merged: Vec<Line> = Vec::new();
        for line in self.lines {
            let before = merged.last_mut();
            match before.filter(|before| continues_row(before, &line)) {
                Some(before) => {
                    let cells = before.cells.len();
                    let gaps = line.gaps.iter().map(|gap| Gap { cell: cells + gap.cell, ..*gap });
                    before.gaps.extend(gaps);
                    before.cells.extend(line.cells);
                    before.places.extend(line.places);
                    before.right = line.right;
                }
                None => merged.push(line),
            }
        }
        for line in &mut merged {
            let cells = std::mem::take(&mut line.cells).into_iter();
            let cells = cells.zip(std::mem::take(&mut line.places));
            let is_backwards = line.is_rtl && !line.is_leftwards;
            let cells = cells.map(|(cell, place)| match is_backwards {
                true => (rtl::logical(cell.trim()), place),
                false => (cell.trim().to_owned(), place),
            });
            (line.cells, line.places) = cells.filter(|(cell, _)| !cell.is_empty()).unzip();
            if line.is_rtl {
                line.gaps.clear();
            }
        }
        merged.retain(|line| !line.cells.is_empty());
        merged
    }

    fn add(&mut self, page: u32, letter: Letter<'_>) {
        self.letters += 1;
        let has_space = std::mem::take(&mut self.has_space);
        let last = std::mem::replace(&mut self.last, letter.end);
        let is_rtl = rtl::is_rtl(letter.text);
        let open = self.lines.last_mut().filter(|line| continues(line, letter, last));
        let Some(line) = open else {
            self.base = (letter.y, letter.size);
            self.lines.push(Line {
                page,
                y: letter.y,
                left: letter.x,
                right: letter.end,
                size: letter.size,
                cells: vec![letter.text.to_owned()],
                places: vec![(letter.x, letter.end)],
                gaps: Vec::new(),
                is_rtl,
                is_leftwards: false,
            });
            return;
        };
        line.is_rtl |= is_rtl;
        let gap = gap(line, letter, last);
        if gap > CELL_GAP * letter.size {
            line.cells.push(String::new());
            line.places.push((letter.x, letter.end));
        }
        let index = line.cells.len() - 1;
        let (cell, place) = (&mut line.cells[index], &mut line.places[index]);
        if !cell.is_empty() && (has_space || gap > WORD_GAP * letter.size) {
            if gap > GUTTER * letter.size {
                let place = (letter.x - gap, letter.x);
                line.gaps.push(Gap { cell: index, at: cell.len(), place });
            }
            cell.push(' ');
        }
        if !write(cell, letter, self.base) {
            self.base = (letter.y, letter.size);
        }
        *place = (place.0.min(letter.x), place.1.max(letter.end));
        line.left = line.left.min(letter.x);
        line.right = line.right.max(letter.end);
        line.size = line.size.max(letter.size);
    }
}

/// The gap before a letter, and on which side of the line it stands.
fn gap(line: &mut Line, letter: Letter<'_>, last: f64) -> f64 {
    if line.is_rtl && letter.end <= line.left + 0.5 * letter.size {
        line.is_leftwards = true;
        return line.left - letter.end;
    }
    letter.x - if line.is_leftwards { last } else { line.right }
}

/// Adds a letter to a cell, raised or lowered where it stands so beside the last that did not. Whether it does.
fn write(cell: &mut String, letter: Letter<'_>, (y, size): (f64, f64)) -> bool {
    let rise = y - letter.y;
    let least = if letter.size < SMALLER * size { SHIFT } else { 2.0 * SHIFT } * size;
    let is_joined = !cell.is_empty() && !cell.ends_with(' ');
    if is_joined && rise > least && letter.size <= 1.05 * size {
        mark::raise(cell, letter.text);
        return true;
    }
    if is_joined && rise < -least && letter.size < SMALLER * size {
        mark::lower(cell, letter.text);
        return true;
    }
    cell.push_str(letter.text);
    false
}

/// Whether a letter follows on this line: on its height, and not back at its beginning, unless it is written from
/// right to left.
fn continues(line: &Line, letter: Letter<'_>, last: f64) -> bool {
    let is_near = (line.y - letter.y).abs() <= SAME_LINE * line.size.max(letter.size);
    let is_back = (line.is_rtl || rtl::is_rtl(letter.text))
        && letter.end <= line.left + 0.5 * letter.size
        && line.left - letter.end <= CELL_GAP * letter.size;
    let is_inside = line.is_leftwards && (letter.x - last).abs() <= WORD_GAP * letter.size;
    is_near && (letter.x >= line.right - line.size || is_back || is_inside)
}

/// Whether a line is the rest of the row before it.
fn continues_row(before: &Line, line: &Line) -> bool {
    (before.y - line.y).abs() <= SAME_LINE * before.size.min(line.size)
        && line.left > before.right + CELL_GAP * before.size
}

impl OutputDev for Page {
    fn begin_page(
        &mut self,
        _: u32,
        media_box: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.height = media_box.ury;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        // The side of the square that a letter's box is turned and stretched into.
        let size = (place.m11 * place.m22 - place.m12 * place.m21).abs().sqrt() * font_size.abs();
        let along = f64::hypot(place.m11, place.m12);
        if !(size > 0.0 && along > 0.0 && place.m31.is_finite() && place.m32.is_finite()) {
            return Ok(());
        }
        let angle = place.m12.atan2(place.m11).to_degrees().round().clamp(-180.0, 180.0) as i32;
        let angle = if angle == -180 { 180 } else { angle };
        // Scans and old programs turn lines by a little.
        let angle = if angle % 90 == 0 || (angle % 90).abs() > 2 { angle } else { angle / 90 * 90 };
        let direction = self.directions.entry(angle).or_default();
        if text.trim().is_empty() {
            direction.has_space = true;
            return Ok(());
        }
        self.slanted += u32::from(angle % 90 != 0);
        self.unknown += u32::from(text.contains('\u{fffd}'));
        let (cos, sin) = (place.m11 / along, place.m12 / along);
        let x = place.m31 * cos + place.m32 * sin;
        let y = self.height + place.m31 * sin - place.m32 * cos;
        direction.add(self.number, Letter { x, y, end: x + width * size, size, text });
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
