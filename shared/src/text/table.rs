//! Reading the tables that are embedded in the program.

/// The rows of a semicolon-separated table with a header, as cells. The tables are ours and
/// embedded, so a malformed one is a broken build, not an input.
pub fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> + Clone {
    text.lines().skip(1).filter(|line| !line.is_empty()).map(|line| {
        let mut cells = line.split(';');
        let row = std::array::from_fn(|_| cells.next().expect("an embedded row has every column"));
        assert!(cells.next().is_none(), "an embedded row has no more columns than it should");
        row
    })
}

/// A number of an embedded table.
pub fn number(cell: &str) -> f64 {
    cell.parse().expect("an embedded number is a number")
}

/// A small whole number of an embedded table.
pub fn small(cell: &str) -> u8 {
    cell.parse().expect("an embedded code is a small number")
}
