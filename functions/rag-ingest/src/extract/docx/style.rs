//! What styles say: which are headings and of what level, and which hide or raise their text.

use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::run::is_on;
use crate::extract::package::attribute;
use crate::extract::record::Refusal;

/// By the name that paragraphs and runs use.
#[derive(Debug, Default)]
pub(super) struct Styles {
    levels: HashMap<String, u8>,
    hidden: HashSet<String>,
    raised: HashSet<String>,
}

impl Styles {
    pub(super) fn level(&self, style: &str) -> Option<u8> {
        self.levels.get(style).copied()
    }

    pub(super) fn is_hidden(&self, style: &str) -> bool {
        self.hidden.contains(style)
    }

    pub(super) fn is_raised(&self, style: &str) -> bool {
        self.raised.contains(style)
    }
}

/// Reads the part of the styles: a style's outline level makes it a heading, or else its name, which is English
/// in every language's Word.
pub(super) fn styles(xml: &str) -> Result<Styles, Refusal> {
    let mut reader = Reader::from_str(xml);
    let mut styles = Styles::default();
    let mut style = String::new();
    loop {
        match reader.read_event().map_err(|_| Refusal::Damaged)? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "style" => style = attribute(&tag, "styleId").unwrap_or_default(),
                "name" => {
                    let name = attribute(&tag, "val").unwrap_or_default().to_lowercase();
                    if let Some(level) = level_of_name(&name) {
                        styles.levels.entry(style.clone()).or_insert(level);
                    }
                }
                "outlineLvl" => {
                    let level = attribute(&tag, "val").and_then(|level| level.parse().ok());
                    if let Some(level @ 0..=8) = level {
                        styles.levels.insert(style.clone(), level + 1);
                    }
                }
                "vanish" if is_on(&tag) => drop(styles.hidden.insert(style.clone())),
                "vertAlign" if attribute(&tag, "val").as_deref() == Some("superscript") => {
                    styles.raised.insert(style.clone());
                }
                _ => {}
            },
            Event::Eof => return Ok(styles),
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
