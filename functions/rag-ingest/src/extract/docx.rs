//! Word: a zip of XML. Styles say what is a heading.

mod body;
mod style;

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::record::{Refusal, Sink};

/// The most that one part of the file may unpack to: a text of 10 MB has about six times its size in
/// marks.
const MOST_BYTES: u64 = 64 << 20;
/// The most that all parts together may say they unpack to. Pictures do not unpack to more than they
/// are, so a real file is far below it.
const MOST_BYTES_TOGETHER: u64 = 512 << 20;

/// The number of pages, where Word has noted where they begin.
pub(super) fn extract(file: &[u8], sink: &mut Sink<'_>) -> Result<Option<u32>, Refusal> {
    // What Word wraps a document in when it gives it a password; also its format before 2007.
    if file.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Refusal::Encrypted);
    }
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| Refusal::Damaged)?;
    let names = archive.file_names().map(|name| name.map(Cow::into_owned));
    let names: Vec<String> = names.collect::<Result<_, _>>().map_err(|_| Refusal::Damaged)?;
    if names.iter().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin")) {
        return Err(Refusal::Macros);
    }
    let mut together = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|_| Refusal::Damaged)?;
        together = together.saturating_add(part.size());
    }
    if together > MOST_BYTES_TOGETHER {
        return Err(Refusal::Bomb);
    }
    let styles = match names.iter().any(|name| name == "word/styles.xml") {
        true => style::headings(&part(&mut archive, "word/styles.xml")?)?,
        false => style::Headings::default(),
    };
    let text = part(&mut archive, "word/document.xml")?;
    body::tell(&text, &styles, sink)
}

/// One part. What it says of its size is not believed: reading stops where it is too much.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<String, Refusal> {
    let part = archive.by_name(name).map_err(|_| Refusal::Damaged)?;
    let mut bytes = Vec::new();
    let mut part = part.take(MOST_BYTES + 1);
    part.read_to_end(&mut bytes).map_err(|_| Refusal::Damaged)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Refusal::Bomb);
    }
    String::from_utf8(bytes).map_err(|_| Refusal::Damaged)
}
