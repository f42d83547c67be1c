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

/// A list as one cell: items parted by `; `, where a semicolon or backslash of an item has a backslash in front.
pub fn joined(items: &[String]) -> String {
    items.iter().map(|item| escaped(item)).collect::<Vec<_>>().join("; ")
}

/// The items of a cell, as [`joined`] had them. Lists from before items were escaped come back as well: a backslash
/// in front of anything else is a letter, and so is a semicolon without a space behind it.
pub fn items(cell: &str) -> Vec<String> {
    if cell.is_empty() {
        return Vec::new();
    }
    let (mut items, mut item) = (Vec::new(), String::new());
    let mut signs = cell.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, signs.peek().copied()) {
            ('\\', Some(next)) if is_special(next) => {
                item.push(next);
                signs.next();
            }
            (';', Some(' ')) => {
                items.push(std::mem::take(&mut item));
                signs.next();
            }
            _ => item.push(sign),
        }
    }
    items.push(item);
    items
}

fn escaped(item: &str) -> String {
    let mut escaped = String::with_capacity(item.len());
    for sign in item.chars() {
        if is_special(sign) {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    escaped
}

/// What a list has a meaning for. The question mark of Greek becomes a semicolon where texts are composed.
fn is_special(sign: char) -> bool {
    matches!(sign, ';' | '\u{37e}' | '\\')
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

    #[test]
    fn a_list_of_any_items_is_one_cell_and_comes_back() {
        for (list, cell) in [
            (vec!["cena", "dostawa"], r"cena; dostawa"),
            (vec!["cena; dostawa"], r"cena\; dostawa"),
            (vec!["a\\", "b"], r"a\\; b"),
            (vec!["a\\; b;", ";"], r"a\\\; b\;; \;"),
            (vec!["", " a "], r";  a "),
            (vec![], ""),
        ] {
            let list: Vec<String> = list.into_iter().map(str::to_owned).collect();

            assert_eq!(joined(&list), cell);
            assert_eq!(items(cell), list);
        }
        let greek = ["a\u{37e} b".to_owned()];
        assert_eq!(items(&crate::text::composed(&joined(&greek))), ["a; b"]);
    }

    #[test]
    fn lists_from_before_items_were_escaped_come_back_as_they_did() {
        for (cell, list) in [
            ("cena; dostawa", vec!["cena", "dostawa"]),
            ("a;b; c;", vec!["a;b", "c;"]),
            (r"C:\dom; \", vec![r"C:\dom", r"\"]),
        ] {
            assert_eq!(items(cell), list);
        }
    }
}
