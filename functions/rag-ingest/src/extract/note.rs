//! What a reader could not read, or did not, in words for the person who sent the file.

use serde::{Deserialize, Serialize};

/// A kind of gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Note {
    /// The file does not say in which code page it is.
    Guessed,
    /// Bytes that are no letter in the file's code page.
    Replaced,
    /// Signs of a font that says nothing of what they mean.
    Glyphs,
    /// Letters that stand at an angle to the rest of their page.
    Slanted,
    /// Charts, diagrams, embedded files.
    Objects,
    /// Text that its author hid.
    Hidden,
    /// Text that its author struck out.
    Struck,
    /// A quote that is opened and never closed.
    Quote,
    /// Sheets of a workbook that are hidden.
    Sheets,
    /// Rows and columns that are hidden.
    Lines,
    /// Slides that are hidden.
    Slides,
    /// Formulas whose result was not stored.
    Formulas,
    Comments,
}

impl Note {
    fn words(self, count: u32) -> String {
        match self {
            Self::Guessed => {
                "The file does not say which character set it is in: it was guessed.".to_owned()
            }
            Self::Replaced => format!(
                "{} could not be read as letters and show as \u{fffd}.",
                number(count, "byte sequence", "byte sequences")
            ),
            Self::Glyphs => format!(
                "{} of fonts that do not say what they mean show as \u{fffd}.",
                number(count, "sign", "signs")
            ),
            Self::Slanted => format!(
                "{} at an angle to the page {} read behind the rest of it.",
                number(count, "letter", "letters"),
                were(count)
            ),
            Self::Objects => format!(
                "{} (charts, diagrams, embedded files) {} not read.",
                number(count, "object", "objects"),
                were(count)
            ),
            Self::Hidden => format!(
                "{} of hidden text {} left out.",
                number(count, "passage", "passages"),
                were(count)
            ),
            Self::Struck => format!(
                "{} that {} struck out {} left out.",
                number(count, "passage", "passages"),
                were(count),
                were(count)
            ),
            Self::Sheets => left_out(count, "hidden sheet", "hidden sheets"),
            Self::Lines => left_out(count, "hidden row or column", "hidden rows or columns"),
            Self::Slides => left_out(count, "hidden slide", "hidden slides"),
            Self::Comments => left_out(count, "comment", "comments"),
            Self::Formulas => format!(
                "{} of formulas that were never calculated {} empty.",
                number(count, "cell", "cells"),
                were(count)
            ),
            Self::Quote => {
                "A quote is opened and never closed: quotes were read as any other sign.".to_owned()
            }
        }
    }
}

/// All of them in one text; none where everything was read.
pub(super) fn text(notes: &[(Note, u32)]) -> Option<String> {
    let words: Vec<String> = notes.iter().map(|(note, count)| note.words(*count)).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn number(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn left_out(count: u32, one: &str, many: &str) -> String {
    format!("{} {} left out.", number(count, one, many), were(count))
}

fn were(count: u32) -> &'static str {
    if count == 1 { "was" } else { "were" }
}
