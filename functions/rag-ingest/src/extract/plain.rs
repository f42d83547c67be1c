//! Text without marks: paragraphs between empty lines, pages between form feeds.

use super::clean;
use shared::knowledge::BlockKind;

use super::record::{Refusal, Sink};

pub(super) fn extract(text: &str, sink: &mut Sink<'_>) -> Result<Option<u32>, Refusal> {
    let has_pages = text.contains('\u{c}');
    let mut pages = 0;
    for page in text.split('\u{c}') {
        pages += 1;
        let number = has_pages.then_some(pages);
        let mut paragraph = Vec::new();
        for line in page.lines().map(str::trim).chain([""]) {
            if line.is_empty() {
                tell(&paragraph, number, sink)?;
                paragraph.clear();
            } else {
                paragraph.push(line);
            }
        }
    }
    Ok(has_pages.then_some(pages))
}

/// Lines that begin with a mark are items; others are one paragraph.
fn tell(lines: &[&str], page: Option<u32>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut kind = BlockKind::Paragraph;
    let mut text = String::new();
    for line in lines {
        if let Some(item) = clean::without_mark(line) {
            sink.push(kind, &text, page)?;
            kind = BlockKind::ListItem;
            item.clone_into(&mut text);
        } else {
            clean::join(&mut text, line);
        }
    }
    sink.push(kind, &text, page)
}
