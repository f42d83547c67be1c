//! What the child tells its parent, one JSON text a line, each after a record separator (RFC 7464):
//! whatever a parser prints by itself is no record.

use std::collections::BTreeMap;
use std::io::Write;

use serde::{Deserialize, Serialize};
use shared::knowledge::{Block, BlockKind};

use super::clean;
use super::note::Note;

/// Before each record.
pub(super) const SEPARATOR: u8 = 0x1e;

/// The most text of one file: 5,000 pages of 2,000 characters, in bytes. More is no report that
/// somebody reads, and would not fit the worker's memory beside its other work.
pub(super) const MOST_TEXT_BYTES: usize = 10 << 20;
/// The most blocks of one file.
const MOST_BLOCKS: usize = 200_000;

/// A whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extracted {
    /// In reading order; never empty.
    pub blocks: Vec<Block>,
    /// How many pages it has, where its format has pages.
    pub pages: Option<u32>,
    /// What of it could not be read, in words for the person who sent it.
    pub note: Option<String>,
}

/// Why a file is not taken, in words for the person who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It opens with a password only.
    #[error("The file is protected by a password. Save it without one and upload it again.")]
    Encrypted,
    /// It carries programs.
    #[error("The file contains macros. Save it as a document without macros and upload it again.")]
    Macros,
    /// It is not what it says, or broken.
    #[error("The file is damaged, or is not what its name says: it could not be read.")]
    Damaged,
    /// It is much larger than it looks.
    #[error("The file unpacks to far more than a document needs. It was not opened.")]
    Bomb,
    /// There is more in it than is read of one document.
    #[error("The document is too long: at most 2,000 pages or 10 MB of text are read.")]
    TooLong,
    /// It cost more time than a document may.
    #[error("Reading the file took too long. Its structure is too complicated.")]
    TooSlow,
    /// It cost more memory than a document may, or is nested without end.
    #[error("Reading the file needs too much memory, or it is nested too deeply.")]
    TooMuchMemory,
    /// Pictures of text, or nothing.
    #[error("The document has no text. A scan has to go through text recognition (OCR) first.")]
    NoText,
}

/// One line of the child's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    Block(Block),
    Refused(Refusal),
    /// What of the file could not be read, and how often.
    Noted(Note, u32),
    /// Everything has been told.
    Done {
        pages: Option<u32>,
    },
}

/// Where parsers put what they find. Cleans it, counts it, and says when it is too much.
pub(super) struct Sink<'a> {
    out: &'a mut dyn Write,
    bytes: usize,
    blocks: usize,
    notes: BTreeMap<Note, u32>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, bytes: 0, blocks: 0, notes: BTreeMap::new() }
    }

    /// Keeps a block. An empty one is none.
    pub(super) fn push(
        &mut self,
        kind: BlockKind,
        text: &str,
        page: Option<u32>,
    ) -> Result<(), Refusal> {
        self.note(Note::Glyphs, clean::unknown(text));
        let text = match kind {
            BlockKind::Table => clean::rows(text),
            _ => clean::line(text),
        };
        if text.is_empty() {
            return Ok(());
        }
        self.bytes += text.len();
        self.blocks += 1;
        if self.bytes > MOST_TEXT_BYTES || self.blocks > MOST_BLOCKS {
            return Err(Refusal::TooLong);
        }
        self.tell(&Record::Block(Block { kind, text, page }));
        Ok(())
    }

    /// Counts what could not be read, or was not.
    pub(super) fn note(&mut self, note: Note, count: u32) {
        if count > 0 {
            let noted = self.notes.entry(note).or_default();
            *noted = noted.saturating_add(count);
        }
    }

    pub(super) fn tell_notes(&mut self) {
        for (note, count) in std::mem::take(&mut self.notes) {
            self.tell(&Record::Noted(note, count));
        }
    }

    pub(super) fn has_text(&self) -> bool {
        self.blocks > 0
    }

    pub(super) fn tell(&mut self, record: &Record) {
        let json = serde_json::to_string(record).expect("a record is plain data");
        let line = [&[SEPARATOR], json.as_bytes(), b"\n"].concat();
        // A parent that is gone reads nothing: this process is about to be killed.
        let _ = self.out.write_all(&line);
    }
}
