//! The text of a document: paragraphs and tables, with the pages that Word has noted.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use shared::knowledge::BlockKind;

use super::style::{Headings, attribute};
use crate::extract::record::{Refusal, Sink};

/// Elements of a real document nest about forty deep.
const DEEPEST: usize = 256;

pub(super) fn tell(
    xml: &str,
    headings: &Headings,
    sink: &mut Sink<'_>,
) -> Result<Option<u32>, Refusal> {
    let mut reader = Reader::from_str(xml);
    // Without Word's notes nobody knows where a page begins.
    let has_pages = xml.contains("lastRenderedPageBreak");
    let mut body = Body { has_pages, ..Body::default() };
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|_| Refusal::Damaged)? {
            Event::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Refusal::TooMuchMemory);
                }
                body.start(&tag, headings);
            }
            Event::Empty(tag) => {
                body.start(&tag, headings);
                body.end(tag.local_name().as_ref(), sink)?;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                body.end(tag.local_name().as_ref(), sink)?;
            }
            Event::Text(text) => body.text(&text.xml10_content()),
            Event::CData(text) => body.text(&text.xml10_content()),
            Event::GeneralRef(name) => body.text(&resolved(&name)),
            Event::Eof => return Ok(has_pages.then_some(body.page)),
            _ => {}
        }
    }
}

/// The five names that XML knows, and numbers. A document type's own entities are not expanded.
fn resolved(name: &BytesRef<'_>) -> String {
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

/// What is being read.
struct Body {
    has_pages: bool,
    page: u32,
    /// Where the open paragraph or table began.
    began: u32,
    text: String,
    is_text: bool,
    level: Option<u8>,
    is_item: bool,
    tables: usize,
    table: String,
    /// Depth of what Word keeps beside the real text for older programs.
    fallbacks: usize,
}

impl Default for Body {
    fn default() -> Self {
        Self {
            has_pages: false,
            page: 1,
            began: 1,
            text: String::new(),
            is_text: false,
            level: None,
            is_item: false,
            tables: 0,
            table: String::new(),
            fallbacks: 0,
        }
    }
}

impl Body {
    fn start(&mut self, tag: &BytesStart<'_>, headings: &Headings) {
        match tag.local_name().as_ref() {
            "Fallback" => self.fallbacks += 1,
            "p" if self.tables == 0 => self.began = self.page,
            "pStyle" => {
                self.level = attribute(tag, "val").and_then(|style| headings.level(&style));
            }
            "outlineLvl" => {
                let level = attribute(tag, "val").and_then(|level| level.parse::<u8>().ok());
                self.level = level.filter(|level| *level < 9).map(|level| level + 1);
            }
            "numPr" => self.is_item = true,
            "t" => self.is_text = true,
            "tab" => self.text.push(' '),
            "br" if attribute(tag, "type").as_deref() == Some("page") => self.next_page(),
            "br" | "cr" => self.text.push(' '),
            "lastRenderedPageBreak" => self.next_page(),
            "tbl" => {
                if self.tables == 0 {
                    self.began = self.page;
                }
                self.tables += 1;
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match name {
            "Fallback" => self.fallbacks = self.fallbacks.saturating_sub(1),
            "t" => self.is_text = false,
            // A paragraph within a cell ends as a word does.
            "p" if self.tables > 0 => self.text.push(' '),
            "p" => self.paragraph(sink)?,
            "tc" => {
                let words: Vec<&str> = self.text.split_whitespace().collect();
                self.table.push_str(&words.join(" "));
                self.table.push_str(" | ");
                self.text.clear();
            }
            "tr" => {
                self.table.truncate(self.table.trim_end_matches(" | ").len());
                self.table.push('\n');
            }
            "tbl" => self.end_of_table(sink)?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.is_text && self.fallbacks == 0 {
            self.text.push_str(text);
        }
    }

    /// A page that begins before the paragraph's first word is the paragraph's page.
    fn next_page(&mut self) {
        self.page += 1;
        if self.text.trim().is_empty() && self.tables == 0 {
            self.began = self.page;
        }
    }

    fn paragraph(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let kind = match (self.level.take(), std::mem::take(&mut self.is_item)) {
            (Some(level), _) => BlockKind::Heading { level },
            (None, true) => BlockKind::ListItem,
            (None, false) => BlockKind::Paragraph,
        };
        let text = std::mem::take(&mut self.text);
        sink.push(kind, &text, self.has_pages.then_some(self.began))
    }

    fn end_of_table(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        self.tables = self.tables.saturating_sub(1);
        if self.tables > 0 {
            return Ok(());
        }
        (self.level, self.is_item) = (None, false);
        let table = std::mem::take(&mut self.table);
        sink.push(BlockKind::Table, &table, self.has_pages.then_some(self.began))
    }
}
