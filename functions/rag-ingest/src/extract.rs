//! Files into structure, in a process of its own: headings, paragraphs, lists and tables, with the
//! page that each stands on.
//!
//! What a stranger sends may be broken or hostile, and parsers panic, overflow their stack or eat all
//! memory. So they run in a child: this same program, started again with [`CHILD`] set, under limits of
//! memory and processor time, without our environment. It reads the file from its standard input and
//! writes records to its standard output; whatever becomes of it, the worker goes on.

mod child;
mod clean;
mod docx;
mod encoding;
mod html;
mod mark;
mod markdown;
mod note;
mod package;
mod parent;
mod pdf;
mod plain;
mod pptx;
mod record;
mod sheet;
mod sniff;
mod table;
mod xlsx;
mod xml;

pub use child::{asked, work};
pub use parent::{Extractor, Timeouts, Turn};
pub use record::{Extracted, Refusal};
pub use sniff::FileType;
pub(crate) use sniff::SNIFFED;

/// The blocks of a file and what could not be read of it, read in this process: for tests.
#[cfg(test)]
pub(crate) fn read_here(
    file_type: FileType,
    file: &[u8],
) -> Result<(Vec<shared::knowledge::Block>, Option<String>), Refusal> {
    let mut out = Vec::new();
    let mut sink = record::Sink::new(&mut out);
    child::extract(file_type, file, &mut sink)?;
    sink.tell_notes();
    let (mut blocks, mut notes) = (Vec::new(), Vec::new());
    for line in out.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(&line[1..]).expect("a record") {
            record::Record::Block(block) => blocks.push(block),
            record::Record::Noted(note, count) => notes.push((note, count)),
            _ => {}
        }
    }
    Ok((blocks, note::text(&notes)))
}

/// The variable that makes a process of ours the extractor of one file; its value is the file's type.
pub const CHILD: &str = "SIGHT_EXTRACT";
