//! The people as a spreadsheet.

use super::PersonaEntry;

const HEADER: [&str; 20] = [
    "number",
    "name",
    "age",
    "gender",
    "place",
    "education",
    "occupation",
    "income",
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "neuroticism",
    "values",
    "interests",
    "headline",
    "story",
    "communication_style",
    "decision_making_style",
    "concerns",
];

/// One line a person under a header, as RFC 4180 writes it: commas, CRLF, quotes doubled.
///
/// Starts with a byte order mark, without which a spreadsheet takes Polish letters for others. A cell
/// that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
/// Lists are joined by `; `.
pub fn csv(personas: &[PersonaEntry]) -> String {
    let mut text = String::from('\u{feff}');
    push_line(&mut text, &HEADER.map(str::to_owned));
    for persona in personas {
        push_line(&mut text, &cells(persona));
    }
    text
}

fn cells(persona: &PersonaEntry) -> [String; 20] {
    let [openness, conscientiousness, extraversion, agreeableness, neuroticism] =
        persona.big_five.map(|x| format!("{x:.2}"));
    [
        persona.number.to_string(),
        persona.name.clone(),
        persona.age.to_string(),
        persona.gender.clone(),
        persona.place.clone(),
        persona.education.clone(),
        persona.occupation.clone(),
        persona.income.clone(),
        openness,
        conscientiousness,
        extraversion,
        agreeableness,
        neuroticism,
        persona.values.join("; "),
        persona.interests.join("; "),
        persona.headline.clone(),
        persona.story.clone(),
        persona.communication_style.clone(),
        persona.decision_making_style.clone(),
        persona.concerns.join("; "),
    ]
}

pub(super) fn push_line(text: &mut String, cells: &[String]) {
    let line: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
    text.push_str(&line.join(","));
    text.push_str("\r\n");
}

/// One cell, quoted where it must be and never a formula.
pub(crate) fn quote(cell: &str) -> String {
    let cell = if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\r', '\n', ';']) || cell.starts_with(' ') {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

/// What a cell was before [`quote`] put an apostrophe in front of it. Whatever was quoted comes back as it
/// was: a cell that began like that by itself got an apostrophe more.
pub(crate) fn unguarded(cell: &str) -> &str {
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

    #[test]
    fn each_person_is_one_line_under_the_header() {
        let persona = PersonaEntry { name: "Ewa Lis".to_owned(), ..PersonaEntry::default() };

        let text = csv(&[persona.clone(), persona]);

        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("\u{feff}number,name,age"));
        assert_eq!(lines[1].split(',').count(), HEADER.len());
    }
}
