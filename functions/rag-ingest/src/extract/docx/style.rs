//! Which styles are headings, and of what level.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::extract::record::Refusal;

/// Levels of headings by the name that paragraphs use.
#[derive(Debug, Default)]
pub(super) struct Headings(HashMap<String, u8>);

impl Headings {
    pub(super) fn level(&self, style: &str) -> Option<u8> {
        self.0.get(style).copied()
    }
}

/// Reads `word/styles.xml`: a style's outline level says it, or else its name, which is English in
/// every language's Word.
pub(super) fn headings(xml: &str) -> Result<Headings, Refusal> {
    let mut reader = Reader::from_str(xml);
    let mut headings = Headings::default();
    let mut style = String::new();
    loop {
        match reader.read_event().map_err(|_| Refusal::Damaged)? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "style" => style = attribute(&tag, "styleId").unwrap_or_default(),
                "name" => {
                    let name = attribute(&tag, "val").unwrap_or_default().to_lowercase();
                    if let Some(level) = level_of_name(&name) {
                        headings.0.entry(style.clone()).or_insert(level);
                    }
                }
                "outlineLvl" => {
                    let level = attribute(&tag, "val").and_then(|level| level.parse().ok());
                    if let Some(level @ 0..=8) = level {
                        headings.0.insert(style.clone(), level + 1);
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(headings),
            _ => {}
        }
    }
}

fn level_of_name(name: &str) -> Option<u8> {
    match name {
        "title" => Some(1),
        name => name.strip_prefix("heading ")?.parse().ok().filter(|level| (1..=9).contains(level)),
    }
}

/// The value of an attribute, whatever namespace it is in.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let attributes = attributes.with_checks(false);
    let found =
        attributes.flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.clone().into_owned())
}
