//! Text without marks: paragraphs between empty lines, pages between form feeds.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1250};

use super::clean;
use shared::knowledge::BlockKind;

use super::record::{Refusal, Sink};

/// The text of a file: by its mark, else UTF-8, else the code page of Central European Windows.
pub(super) fn decode(file: &[u8]) -> String {
    if let Some(rest) = file.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return String::from_utf8_lossy(rest).into_owned();
    }
    if file.starts_with(&[0xff, 0xfe]) {
        return UTF_16LE.decode(file).0.into_owned();
    }
    if file.starts_with(&[0xfe, 0xff]) {
        return UTF_16BE.decode(file).0.into_owned();
    }
    match std::str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1250.decode(file).0.into_owned(),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_letters_survive_every_usual_encoding() {
        let text = "Zażółć gęślą jaźń";
        let (windows, _, _) = WINDOWS_1250.encode(text);
        let utf16: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();

        for file in [text.as_bytes(), &windows, &utf16] {
            assert_eq!(decode(file), text);
        }
    }
}
