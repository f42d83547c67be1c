//! A line of a page.

/// Characters on one height, cut into cells where a wide gap stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// From 1.
    pub(super) page: u32,
    /// From the top of the page, in points.
    pub(super) y: f64,
    /// Where it begins.
    pub(super) left: f64,
    /// Where it ends.
    pub(super) right: f64,
    /// Of its letters, in points.
    pub(super) size: f64,
    /// One for running text, more for a row of a table.
    pub(super) cells: Vec<String>,
    /// Where each cell begins and ends.
    pub(super) places: Vec<(f64, f64)>,
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
