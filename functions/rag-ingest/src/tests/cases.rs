//! Faults of readers that people who do this work report, each with what a file has and what is read of it. What
//! fails is told all at once.

mod docx;
mod encoding;
mod html;
mod markdown;
mod pdf;
mod pptx;
mod sheet;
mod xlsx;

use super::*;
use crate::extract::read_here;

/// A file and the texts of its chunks.
struct Case {
    /// What is special about it.
    what: &'static str,
    file: Vec<u8>,
    texts: &'static [&'static str],
}

fn case(what: &'static str, file: impl Into<Vec<u8>>, texts: &'static [&'static str]) -> Case {
    Case { what, file: file.into(), texts }
}

/// Reads every file and tells all that are read wrongly.
fn hold(file_type: FileType, cases: Vec<Case>) {
    let mut wrong = String::new();
    for case in cases {
        let read = texts(file_type, &case.file);
        if read != case.texts {
            let expected = case.texts.join("\n");
            wrong += &format!("\n-- {}\n{}\n-- is not\n{expected}\n", case.what, read.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn texts(file_type: FileType, file: &[u8]) -> Vec<String> {
    match read_here(file_type, file) {
        Ok((blocks, _)) => blocks.into_iter().map(|block| block.text).collect(),
        Err(refusal) => vec![format!("refused: {refusal}")],
    }
}

/// What the reader says that it could not read.
fn note(file_type: FileType, file: &[u8]) -> String {
    read_here(file_type, file).unwrap().1.unwrap_or_default()
}

#[tokio::test]
async fn a_document_says_what_of_it_could_not_be_read() {
    let world = World::new().await;
    let text = "Książka i świeże źródło, udział 7\u{1}8 proc. Łąka.";
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0x96 } else { byte }).collect();

    let faulty = world.upload("a.txt", "Z błędem", &bytes).await;
    let whole = world.upload("b.txt", "Cały", "Łąka kwitnie.".as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&faulty["id"]).await;
    let note = "1 byte sequence could not be read as letters and show as \u{fffd}.";
    assert_eq!((&row["status"], &row["note"]), (&json!("ready"), &json!(note)));
    assert_eq!(world.row(&whole["id"]).await["note"], Value::Null);
}

#[tokio::test]
async fn a_document_is_one_however_its_name_is_stored_and_is_found_either_way() {
    let world = World::new().await;

    let (apart, whole) = ("ksia\u{328}z\u{307}ka", "książka");
    let text = format!("Cena: {apart} drożeje.");
    let first = world.upload(&format!("{apart}.md"), apart, text.as_bytes()).await;
    let second = world.upload(&format!("{whole}.md"), whole, "Cena spada.".as_bytes()).await;
    assert_eq!((&first["title"], &second["outcome"]), (&json!(whole), &json!("updated")));
    let third = world.upload("c.md", "Inna", text.as_bytes()).await;
    world.app.deliver_all().await;

    for asked in [apart, whole] {
        let hits = world.search(&[world.library()], asked).await;
        assert!(hits.iter().any(|hit| hit.text.contains(whole)), "{asked}: {third}");
    }
}
