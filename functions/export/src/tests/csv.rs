//! Sheets as a program reads them, and the columns that others rely on.

use proptest::prelude::*;
use shared::Language;
use shared::persona::{Manner, sample};
use shared::text::csv::{items, unguarded};
use uuid::Uuid;

use records::export::{Masked, Person, PersonRow, header};

use super::*;

/// The cells of a sheet as they were before a spreadsheet was kept from calculating them.
pub(crate) fn records(sheet: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).from_reader(sheet.as_bytes());
    let cells = |record: ::csv::StringRecord| {
        record.iter().map(|cell| unguarded(cell).to_owned()).collect()
    };
    reader.records().map(|record| cells(record.unwrap())).collect()
}

fn person(headline: &str, story: &str, concern: &str) -> Person {
    let card = sample::cards(1, shared::Seed(1)).remove(0);
    let manner = Manner {
        communication_style: story.to_owned(),
        decision_making_style: headline.to_owned(),
        typical_concerns: vec![concern.to_owned()],
    };
    let row = PersonRow {
        id: Uuid::nil(),
        arrival: 0,
        run_id: None,
        population_id: Uuid::nil(),
        population_index: 0,
        language: Language::Polish,
        card: Json(card),
        headline: headline.to_owned(),
        background_story: story.to_owned(),
        manner: Json(manner),
        status: "active".to_owned(),
        written_by: concern.to_owned(),
        is_simulated: true,
        is_imported: false,
        prompt_version: String::new(),
        rag_citations: None,
        rag_context_details: None,
        journey: None,
        journey_made: None,
        version: 1,
        edited_at: None,
        edited_by: None,
        created_by: Uuid::nil(),
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    };
    Person::of(row, &Masked::No)
}

proptest! {
    #[test]
    fn a_person_of_any_letters_is_one_line_and_comes_back(
        headline in any::<String>(),
        story in any::<String>(),
        concern in any::<String>(),
    ) {
        let sheet = header(false) + &person(&headline, &story, &concern).line();

        let lines = records(&sheet);

        prop_assert_eq!(lines.len(), 2);
        let cell = |name: &str| {
            let place = lines[0].iter().position(|column| column == name).unwrap();
            lines[1][place].as_str()
        };
        prop_assert_eq!(lines[0].len(), lines[1].len());
        prop_assert_eq!((cell("headline"), cell("story")), (headline.as_str(), story.as_str()));
        prop_assert_eq!(items(cell("concerns")).concat(), concern.as_str());
        prop_assert_eq!(cell("written_by"), concern.as_str());
    }
}

#[test]
fn the_readme_has_the_columns_of_every_sheet_in_their_order() {
    let readme = include_str!("../../README.md");
    let answers = shared::survey::answers_csv::csv(&[], &[], Language::English);

    for sheet in [header(false), crate::discussion::COLUMNS.join(","), answers] {
        let columns = sheet.trim_start_matches('\u{feff}').trim_end();
        assert!(readme.lines().any(|line| line == columns), "{columns}");
    }
}
