//! Faults of readers that people who do this work report, each with what a file has and what is read of it. What
//! fails is told all at once.

mod docx;
mod encoding;
mod html;
mod markdown;
mod pdf;
mod sheet;

use super::*;
use crate::extract::read_here;

/// A file and the texts of its pieces.
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
