//! Lines of a spreadsheet (RFC 4180) that no program takes for formulas.

/// Appends a line of these cells.
pub fn push_line(text: &mut String, cells: &[String]) {
    let line: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
    text.push_str(&line.join(","));
    text.push_str("\r\n");
}

/// One cell, quoted where it must be and never a formula.
pub fn quote(cell: &str) -> String {
    let is_formula = cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\r', '\n', ';']) || cell.starts_with(' ') {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
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
}
