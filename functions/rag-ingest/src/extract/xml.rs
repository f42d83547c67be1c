//! XML from its beginning to its end, whatever it nests.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::record::Refusal;

/// Elements of a real document nest about forty deep.
const DEEPEST: usize = 256;

/// What comes next.
pub(super) enum Step<'a> {
    /// An element begins; an empty one ends at once.
    Start(&'a BytesStart<'a>),
    /// An element of this name ends.
    End(&'a str),
    Text(&'a str),
}

/// Goes through a part.
pub(super) fn walk(
    xml: &str,
    mut each: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|_| Refusal::Damaged)? {
            Event::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Refusal::TooMuchMemory);
                }
                each(Step::Start(&tag))?;
            }
            Event::Empty(tag) => {
                each(Step::Start(&tag))?;
                each(Step::End(tag.local_name().as_ref()))?;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                each(Step::End(tag.local_name().as_ref()))?;
            }
            Event::Text(text) => each(Step::Text(&text.xml10_content()))?,
            Event::CData(text) => each(Step::Text(&text.xml10_content()))?,
            Event::GeneralRef(name) => each(Step::Text(&resolved(&name)))?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The five names that XML knows, and numbers. A document type's own entities are not expanded.
pub(super) fn resolved(name: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        return character.to_string();
    }
    match &*name.xml10_content() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .to_owned()
}
