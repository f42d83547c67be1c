//! What a page draws, as lines.

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

use super::line::Line;

/// A gap over this part of the letters' size parts words; the space of most fonts is 0.25 wide.
const WORD_GAP: f64 = 0.15;
/// A gap over this many sizes parts cells: justified text stays below it.
const CELL_GAP: f64 = 1.6;
/// Letters whose heights differ by less than this part of their size stand on one line.
const SAME_LINE: f64 = 0.4;

/// A page while it is drawn.
pub(super) struct Page {
    number: u32,
    height: f64,
    lines: Vec<Line>,
    /// A space was drawn after the last letter. Where widths are missing no gap shows it.
    has_space: bool,
}

impl Page {
    pub(super) fn new(number: u32) -> Self {
        Self { number, height: 0.0, lines: Vec::new(), has_space: false }
    }

    /// Its lines, in the order in which they were drawn, which is that of reading but for rows whose
    /// cells were drawn column by column: those on one height are one line.
    pub(super) fn lines(self) -> Vec<Line> {
        let mut merged: Vec<Line> = Vec::new();
        for line in self.lines {
            let before = merged.last_mut();
            match before.filter(|before| continues_row(before, &line)) {
                Some(before) => {
                    before.cells.extend(line.cells);
                    before.right = line.right;
                }
                None => merged.push(line),
            }
        }
        for line in &mut merged {
            line.cells.iter_mut().for_each(|cell| *cell = cell.trim().to_owned());
            line.cells.retain(|cell| !cell.is_empty());
        }
        merged.retain(|line| !line.cells.is_empty());
        merged
    }

    fn add(&mut self, x: f64, y: f64, end: f64, size: f64, text: &str) {
        let has_space = std::mem::take(&mut self.has_space);
        let open = self.lines.last_mut().filter(|line| continues(line, x, y, size));
        let Some(line) = open else {
            let cells = vec![text.to_owned()];
            self.lines.push(Line { page: self.number, y, left: x, right: end, size, cells });
            return;
        };
        let gap = x - line.right;
        if gap > CELL_GAP * size {
            line.cells.push(String::new());
        } else if has_space || gap > WORD_GAP * size {
            line.cells.last_mut().expect("a line has a cell").push(' ');
        }
        line.cells.last_mut().expect("a line has a cell").push_str(text);
        line.right = line.right.max(end);
        line.size = line.size.max(size);
    }
}

/// Whether a letter follows on this line: on its height, and not back at its beginning.
fn continues(line: &Line, x: f64, y: f64, size: f64) -> bool {
    (line.y - y).abs() <= SAME_LINE * line.size.max(size) && x >= line.right - line.size
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
        let (x, y) = (place.m31, self.height - place.m32);
        if text.trim().is_empty() {
            self.has_space = true;
        } else if size > 0.0 && x.is_finite() && y.is_finite() {
            self.add(x, y, x + width * size, size, text);
        }
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
