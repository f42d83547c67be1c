//! In which character set a text is: by its mark, by what it says, by what its bytes can be.

mod old;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250};

use super::note::Note;
use super::record::Sink;

/// The country whose code pages are likelier than others where bytes alone do not tell.
const COUNTRY: &[u8] = b"pl";
/// How much of a page is looked at for what it says of itself: what browsers look at.
const LOOKED_AT: usize = 1_024;
/// Letters in UTF-8 for each byte that is none, where the text is taken for UTF-8 with faults.
const LETTERS_A_FAULT: usize = 2;

/// The text of a file; of a page, which may say what it is.
pub(super) fn decode<'a>(file: &'a [u8], is_page: bool, sink: &mut Sink<'_>) -> Cow<'a, str> {
    if let Some((encoding, _)) = Encoding::for_bom(file) {
        return read(encoding, file, sink);
    }
    if let Ok(text) = std::str::from_utf8(file) {
        return Cow::Borrowed(text);
    }
    if is_page && let Some(encoding) = said(file) {
        return read(encoding, file, sink);
    }
    if is_faulty_utf8(file) {
        return read(UTF_8, file, sink);
    }
    sink.note(Note::Guessed, 1);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(file, true);
    let guess = detector.guess(Some(COUNTRY), Utf8Detection::Deny);
    let is_windows = match guess.name() {
        // What only differs from it in letters that the text does not have is the usual one.
        "windows-1252" => !has_western(file),
        "ISO-8859-2" => !has_own_letters(file),
        _ => false,
    };
    let encoding = if is_windows { WINDOWS_1250 } else { guess };
    match old::decode(file, encoding) {
        Some(text) => Cow::Owned(text),
        None => read(encoding, file, sink),
    }
}

fn read<'a>(encoding: &'static Encoding, file: &'a [u8], sink: &mut Sink<'_>) -> Cow<'a, str> {
    let (text, has_gaps) = encoding.decode_with_bom_removal(file);
    if has_gaps {
        let gaps = text.matches('\u{fffd}').count();
        sink.note(Note::Replaced, u32::try_from(gaps).unwrap_or(u32::MAX));
    }
    text
}

/// What a page says of itself, in a `meta` element or as XML. UTF-16 it cannot be: its first bytes were read.
fn said(file: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&file[..file.len().min(LOOKED_AT)]).to_ascii_lowercase();
    let of_xml = start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let label = of_xml
        .and_then(|xml| after(xml, "encoding="))
        .or_else(|| start.split("<meta").skip(1).find_map(|meta| after(meta, "charset=")));
    let encoding = Encoding::for_label(label?.as_bytes())?;
    (encoding != UTF_16LE && encoding != UTF_16BE).then_some(encoding)
}

fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = text.split('>').next()?.split_once(name)?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    value.split(['"', '\'', ' ', ';', '/', '?']).next()
}

/// Whether a text is UTF-8 but for some bytes: in every other character set letters in UTF-8 are nonsense.
fn is_faulty_utf8(file: &[u8]) -> bool {
    let (mut letters, mut faults) = (0, 0);
    for chunk in file.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        faults += usize::from(!chunk.invalid().is_empty());
    }
    letters >= LETTERS_A_FAULT * faults
}

/// Whether a text has letters of Western Europe that Windows writes otherwise in Central Europe.
fn has_western(file: &[u8]) -> bool {
    let (western, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(file);
    let (central, _) = WINDOWS_1250.decode_without_bom_handling(file);
    western.chars().zip(central.chars()).any(|(west, centre)| west != centre)
}

/// Whether a text has letters that are signs in Windows, such as a plus over a minus, and stand beside letters.
fn has_own_letters(file: &[u8]) -> bool {
    let is_letter =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let is_own = |byte: u8| matches!(byte, 0xa1 | 0xa6 | 0xac | 0xb1 | 0xb6 | 0xbc);
    (0..file.len()).filter(|&at| is_own(file[at])).any(|at| {
        let before = at.checked_sub(1).and_then(|at| file.get(at));
        is_letter(before) || is_letter(file.get(at + 1))
    })
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
            let mut out = Vec::new();
            assert_eq!(decode(file, false, &mut Sink::new(&mut out)), text);
        }
    }
}
