//! Lines of a spreadsheet (RFC 4180) that no program takes for formulas.

/// Appends a line of these cells.
pub fn push_line(text: &mut String, cells: &[String]) {
    let line: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
    text.push_str(&line.join(","));
    text.push_str("\r\n");
}

/// One cell, quoted where it must be and never a formula.
pub fn quote(cell: &str) -> String {
    let cell = if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\r', '\n', ';']) || cell.starts_with(' ') {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

/// What a cell was before [`quote`] put an apostrophe in front of it. Whatever was quoted comes back as it
/// was: a cell that began like that by itself got an apostrophe more.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// Whether a spreadsheet would take a cell for a formula, or would if apostrophes in front of it were lost.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches(['\'', ' ']).starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_when_they_must_be_and_never_a_formula() {
        let table = [
            ("Anna Nowak", "Anna Nowak"),
            ("Kraków, małopolskie", "\"Kraków, małopolskie\""),
            ("mówi \"cześć\"", "\"mówi \"\"cześć\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("=1+1", "'=1+1"),
            ("  @SUM(A1)", "'  @SUM(A1)"),
            ("-2,5", "\"'-2,5\""),
            ("", ""),
        ];

        for (cell, quoted) in table {
            assert_eq!(quote(cell), quoted);
        }
    }

    #[test]
    fn the_apostrophe_before_a_formula_is_taken_away_again_and_no_other_is() {
        for cell in ["=1+1", "-5", "'-5", "''@", "' =x", "'quoted'", "'", "", "it's - so"] {
            let quoted = quote(cell);
            let read = quoted.trim_matches('"').replace("\"\"", "\"");

            assert_eq!(unguarded(&read), cell, "{quoted}");
        }
    }
}
