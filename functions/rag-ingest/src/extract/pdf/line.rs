//! A line of a page.

/// A gap within a cell: wider than one between words has to be, narrower than one between cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gap {
    pub(super) cell: usize,
    /// Where in the cell's text the space stands, in bytes.
    pub(super) at: usize,
    pub(super) place: (f64, f64),
}

/// Characters on one height, cut into cells where a wide gap stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// From 1.
    pub(super) page: u32,
    /// From the top of the page, in points.
    pub(super) y: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    /// Of its letters, in points.
    pub(super) size: f64,
    /// One for running text, more for a row of a table.
    pub(super) cells: Vec<String>,
    /// Where each cell begins and ends.
    pub(super) places: Vec<(f64, f64)>,
    /// Gaps within cells, from left to right; none in a line that is read from right to left.
    pub(super) gaps: Vec<Gap>,
    /// It has letters of a script that is read from right to left.
    pub(super) is_rtl: bool,
    /// Its letters were drawn as they are read, from right to left.
    pub(super) is_leftwards: bool,
}

impl Line {
    /// Its words, whatever stands between them.
    pub(super) fn text(&self) -> String {
        self.cells.join(" ")
    }

    /// How many characters it has.
    pub(super) fn length(&self) -> usize {
        self.cells.iter().map(|cell| cell.chars().count()).sum()
    }

    /// The line with its cells cut at those of its gaps.
    pub(super) fn cut(&self, is_cut: impl Fn(&Gap) -> bool) -> Self {
        let mut line =
            Self { cells: Vec::new(), places: Vec::new(), gaps: Vec::new(), ..self.clone() };
        for (index, (cell, place)) in self.cells.iter().zip(&self.places).enumerate() {
            let (mut from, mut left) = (0, place.0);
            for gap in self.gaps.iter().filter(|gap| gap.cell == index) {
                if !is_cut(gap) {
                    let kept = Gap { cell: line.cells.len(), at: gap.at - from, ..*gap };
                    line.gaps.push(kept);
                    continue;
                }
                let (before, after) = (cell.get(from..gap.at), cell.get(gap.at + 1..));
                let (Some(before), Some(_)) = (before, after) else { continue };
                line.cells.push(before.to_owned());
                line.places.push((left, gap.place.0));
                (from, left) = (gap.at + 1, gap.place.1);
            }
            line.cells.push(cell[from..].to_owned());
            line.places.push((left, place.1));
        }
        line
    }

    /// Its text with every number the same: `page 7 of 30` is on every page.
    pub(super) fn pattern(&self) -> String {
        let mut pattern = String::new();
        for c in self.text().chars() {
            match c {
                c if c.is_ascii_digit() => {
                    if !pattern.ends_with('#') {
                        pattern.push('#');
                    }
                }
                c => pattern.extend(c.to_lowercase()),
            }
        }
        pattern
    }
}
