//! PDF: characters at places become lines, lines become headings, paragraphs, lists and tables.

mod glyph;
mod grid;
mod line;
mod page;
mod rtl;
mod structure;

use pdf_extract::{Document, Object, Stream, output_doc_page};

use self::page::Page;
use super::note::Note;
use super::record::{Refusal, Sink};

/// The most pages that are read of one document.
const MOST_PAGES: usize = 2_000;

/// The number of pages.
pub(super) fn extract(file: &[u8], sink: &mut Sink<'_>) -> Result<u32, Refusal> {
    let mut document = Document::load_mem(file).map_err(|_| why_unreadable(file))?;
    blank_pictures(&mut document);
    // Many files are encrypted with an empty password, only to forbid printing: those are open by now.
    if document.trailer.get(b"Encrypt").is_ok() && !document.was_encrypted() {
        return Err(Refusal::Encrypted);
    }
    let numbers: Vec<u32> = document.get_pages().keys().copied().collect();
    if numbers.len() > MOST_PAGES {
        return Err(Refusal::TooLong);
    }
    if numbers.is_empty() {
        return Err(Refusal::Damaged);
    }
    glyph::tell_letters(&mut document);
    let mut lines = Vec::new();
    for &number in &numbers {
        let mut page = Page::new(number);
        output_doc_page(&document, &mut page, number).map_err(|_| Refusal::Damaged)?;
        sink.note(Note::Slanted, page.slanted);
        sink.note(Note::Glyphs, page.unknown);
        lines.push(page.lines());
    }
    drop(document);
    structure::tell(lines, sink)?;
    Ok(u32::try_from(numbers.len()).unwrap_or(u32::MAX))
}

/// Takes what pictures show out of them. Whatever a page draws is read as drawing by `pdf-extract`, and the
/// bytes of a picture make nonsense of that; besides they are most of a large file.
fn blank_pictures(document: &mut Document) {
    let is_picture = |stream: &Stream| {
        stream.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image")
    };
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && is_picture(stream)
        {
            stream.dict.remove(b"Filter");
            stream.set_content(Vec::new());
        }
    }
}

/// A file that is encrypted in a way that its reader does not know looks damaged to it.
fn why_unreadable(file: &[u8]) -> Refusal {
    let is_encrypted = file.windows(b"/Encrypt".len()).any(|window| window == b"/Encrypt");
    if is_encrypted { Refusal::Encrypted } else { Refusal::Damaged }
}
