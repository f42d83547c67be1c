//! The people as a spreadsheet.

use super::PersonaEntry;
use shared::text::csv::{joined, push_line};

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
/// Lists are parted by `; `, and a semicolon of their items has a backslash in front.
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
        joined(&persona.values),
        joined(&persona.interests),
        persona.headline.clone(),
        persona.story.clone(),
        persona.communication_style.clone(),
        persona.decision_making_style.clone(),
        joined(&persona.concerns),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

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
