use proptest::prelude::*;
use records::export::About;
use serde_json::json;
use shared::id::ProjectId;
use shared::persona::card::Country;
use shared::persona::mask::Everybody;

use super::*;
use crate::tests::read::Pdf;

fn disclosure(language: Language) -> Disclosure {
    let about = About {
        project_id: ProjectId(uuid::Uuid::nil()),
        project_name: "Herbata".to_owned(),
        language,
        models: Vec::new(),
        seeds: vec![7],
        countries: vec![Country::International],
        survey_seed: Some(11),
        rated_by: vec!["likeness-1".to_owned()],
        people_removed: 0,
        people_imported: 0,
    };
    Disclosure::new(about, &[], &masked(), DateTime::UNIX_EPOCH)
}

/// Nobody is named in these tests.
fn masked() -> Masked {
    Masked::Of(Everybody::default())
}

fn stamp() -> Stamp {
    Stamp { person: "Anna".to_owned(), is_shown: true, name: "1".to_owned() }
}

async fn bytes(parts: Vec<Part>) -> Result<Vec<u8>> {
    let language = Language::Polish;
    let report = Report { title: "Tytuł".to_owned(), kicker: "opis".to_owned(), language, parts };
    report.pdf(&disclosure(language), &stamp(), &masked()).await
}

async fn read(parts: Vec<Part>) -> Pdf {
    Pdf::read(&bytes(parts).await.unwrap())
}

/// Every part with this text wherever it has one.
fn everywhere(text: &str) -> Vec<Part> {
    let text = || text.to_owned();
    let bar = Bar { label: text(), from: 0.0, to: 0.5, band: Some([0.2, 0.8]), value: text() };
    let card = Card { level: 2, title: text(), value: Some(text()), lines: vec![text()] };
    vec![
        Part::section(text()),
        Part::Paragraph { text: text() },
        Part::note(text()),
        Part::Panel { text: vec![text()] },
        Part::Quote { text: text() },
        Part::list([text()]),
        Part::Table { columns: vec![Column::wide(&text())], rows: vec![vec![text()]] },
        Part::chart(&text(), vec![bar]),
        Part::Cards { cards: vec![card] },
        Part::Turn { speaker: text(), about: Some(text()), text: vec![text()] },
        Part::Page,
    ]
}

#[tokio::test]
async fn what_looks_like_markup_is_text_in_every_part() {
    let text = "#import \"x\": *; $x$ ] *a* _b_ <c> @d `e` \\ = f";

    let pdf = read(everywhere(text)).await;

    assert_eq!(pdf.text.matches(text).count(), 16, "{}", pdf.text);
    assert!(pdf.bookmarks().iter().any(|title| title == text), "{:?}", pdf.bookmarks());
    assert!(pdf.alternatives().iter().any(|alt| alt.contains(text)), "{:?}", pdf.alternatives());
}

#[tokio::test]
async fn a_name_is_masked_in_every_part_and_in_everything_that_a_file_says_of_itself() {
    let (language, name) = (Language::Polish, "Zdzisława Brzęczyk z Pułtuska");
    let report = Report {
        title: name.to_owned(),
        kicker: name.to_owned(),
        language,
        parts: everywhere(name),
    };
    let masked = Masked::Of(Everybody::new(["Zdzisława", "Brzęczyk"], ["Pułtusk"]));
    let stamp = Stamp { person: name.to_owned(), is_shown: true, name: "1".to_owned() };
    let about = About {
        project_id: ProjectId(uuid::Uuid::nil()),
        project_name: name.to_owned(),
        language,
        models: Vec::new(),
        seeds: Vec::new(),
        countries: Vec::new(),
        survey_seed: None,
        rated_by: Vec::new(),
        people_removed: 0,
        people_imported: 0,
    };
    let disclosure = Disclosure::new(about, &[], &masked, DateTime::UNIX_EPOCH);

    let pdf = Pdf::read(&report.pdf(&disclosure, &stamp, &masked).await.unwrap());

    let everything = pdf.everything();
    for part in ["Zdzis", "Brz", "Pułt"] {
        assert!(!everything.contains(part), "{part}");
    }
    let hidden = "Z. B. z\u{a0}[…]";
    assert_eq!((pdf.about("Title").as_str(), pdf.about("Author").as_str()), (hidden, hidden));
    assert!(pdf.bookmarks().iter().any(|title| title == hidden), "{:?}", pdf.bookmarks());
    assert!(pdf.alternatives().iter().any(|alt| alt.starts_with(hidden)));
}

#[tokio::test]
async fn polish_words_of_one_letter_are_bound_to_the_next() {
    let language = Language::Polish;

    let (bound, boxes) = letters::fitted(json!("I w domu, a z Ewą o 5. Lub i"), language);
    let (english, _) = letters::fitted(json!("I have a cat"), Language::English);

    assert_eq!(bound, "I\u{a0}w\u{a0}domu, a\u{a0}z\u{a0}Ewą o\u{a0}5. Lub i");
    assert_eq!((boxes, english), (0, json!("I have a cat")));
}

#[tokio::test]
async fn letters_are_composed_shown_or_boxes_and_those_without_a_look_go() {
    for (text, shown, count) in [
        ("o\u{301} z\u{307}", "ó ż", 0),
        ("a\u{0}b\tc\r\nd\u{feff}e\u{200b}f", "a□b c\ndef", 1),
        ("漢\u{1f600}\u{e000}", "□□□", 3),
        ("Żółć — „так” אב", "Żółć — „так” אב", 0),
    ] {
        assert_eq!(
            letters::fitted(json!(text), Language::English),
            (json!(shown), count),
            "{text:?}"
        );
    }
    let long = "x".repeat(100);
    let (broken, _) = letters::fitted(json!(long), Language::English);
    assert_eq!(broken.as_str().unwrap().split('\u{200b}').count(), 3);
}

#[tokio::test]
async fn a_report_that_is_too_long_is_refused_by_the_limit() {
    let text = "słowo ".repeat(MOST_LETTERS / 6 + 1);

    let refused = bytes(vec![Part::Paragraph { text }]).await;

    let Err(Error::Domain(shared::Error::Invalid(fields))) = refused else { panic!("{refused:?}") };
    assert!(fields[0].rule.contains("at most 1000000 letters"), "{fields:?}");
}

#[tokio::test]
async fn nothing_in_it_is_a_report_all_the_same() {
    let pdf = read(Vec::new()).await;

    assert_eq!((pdf.about("Title"), pdf.about("Author")), ("Tytuł".to_owned(), "Anna".to_owned()));
    for words in
        ["Nikt: nie ma w nim tekstów.", "likeness-1", "Poza Polską. Bez oficjalnych tablic"]
    {
        assert!(pdf.text.contains(words), "{words} in {}", pdf.text);
    }
    assert!(pdf.text.contains("Ziarno ankiety 11"), "{}", pdf.text);
    assert!(!pdf.text.contains("GUS"), "{}", pdf.text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_makes_a_report_that_keeps_the_standards(
        text in any::<String>(),
        marks in "[\\p{M}\\p{Cf}\\p{Co}a]{0,12}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();

        let written = runtime.block_on(bytes(everywhere(&format!("{text} {marks}"))));

        prop_assert!(written.is_ok(), "{written:?}");
    }
}
