//! The text of a document: paragraphs and tables, with the pages that Word has noted.

use quick_xml::events::BytesStart;
use shared::knowledge::BlockKind;

use super::frame::Frame;
use super::run::Run;
use super::style::Styles;
use super::symbol;
use crate::extract::note::Note;
use crate::extract::package::attribute;
use crate::extract::record::{Refusal, Sink};
use crate::extract::xml::{Step, walk};

/// What is not in the text any more, or says again what is: for older programs, moved away, deleted, over the
/// letters of another script.
const SILENT: [&str; 4] = ["Fallback", "moveFrom", "del", "rt"];
/// What shows something that is no text.
const OBJECTS: [&str; 4] = ["chart", "relIds", "OLEObject", "altChunk"];

/// The number of pages, where Word has noted where they begin.
pub(super) fn tell(
    xml: &str,
    styles: &Styles,
    sink: &mut Sink<'_>,
) -> Result<Option<u32>, Refusal> {
    // Without Word's notes nobody knows where a page begins.
    let has_pages = xml.contains("lastRenderedPageBreak");
    let mut body = Body::new(styles, has_pages);
    body.read(xml, sink)?;
    Ok(has_pages.then_some(body.page))
}

/// Footnotes or endnotes, which stand on no page of their own.
pub(super) fn tell_notes(xml: &str, styles: &Styles, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    Body::new(styles, false).read(xml, sink)
}

/// What is being read.
struct Body<'a> {
    styles: &'a Styles,
    has_pages: bool,
    page: u32,
    frame: Frame,
    /// Flows around the one that is read.
    outer: Vec<Frame>,
    /// What text boxes had in the paragraph or table that is open.
    boxes: Vec<(BlockKind, String, u32)>,
    is_text: bool,
    /// Depth of what is not read.
    silent: usize,
    /// Depth of properties that were changed, in their state before.
    past: usize,
    /// Depth of a paragraph's own properties.
    properties: usize,
}

impl<'a> Body<'a> {
    fn new(styles: &'a Styles, has_pages: bool) -> Self {
        Self {
            styles,
            has_pages,
            page: 1,
            frame: Frame::on(1),
            outer: Vec::new(),
            boxes: Vec::new(),
            is_text: false,
            silent: 0,
            past: 0,
            properties: 0,
        }
    }

    fn read(&mut self, xml: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        walk(xml, |step| {
            match step {
                Step::Start(tag) => self.start(tag, sink),
                Step::End(name) => self.end(name, sink)?,
                Step::Text(text) => self.text(text),
            }
            Ok(())
        })
    }

    fn start(&mut self, tag: &BytesStart<'_>, sink: &mut Sink<'_>) {
        let name = tag.local_name();
        let name = name.as_ref();
        match name {
            name if SILENT.contains(&name) => self.silent += 1,
            name if name.ends_with("PrChange") => self.past += 1,
            "pPr" => self.properties += 1,
            _ if self.past > 0 => {}
            "p" if self.frame.tables.is_empty() => self.frame.began = self.page,
            "r" => self.frame.runs.push(Run::at(self.frame.text.len())),
            "sup" | "sub" => {
                self.frame.runs.push(Run::shifted(self.frame.text.len(), name == "sup"));
            }
            "t" => self.is_text = true,
            "txbxContent" => self.enter_box(),
            "tbl" | "tr" | "tc" | "gridBefore" | "gridSpan" | "vMerge" => self.table(name, tag),
            "br" if attribute(tag, "type").as_deref() == Some("page") => self.next_page(),
            "lastRenderedPageBreak" => self.next_page(),
            "sym" => self.sign(tag, sink),
            name if OBJECTS.contains(&name) && self.silent == 0 => sink.note(Note::Objects, 1),
            name => self.small(name, tag),
        }
    }

    /// Signs that are elements, and properties.
    fn small(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "tab" | "ptab" | "br" | "cr" if self.properties == 0 => self.say(" "),
            "noBreakHyphen" => self.say("-"),
            // A fraction's line.
            "den" => self.say("/"),
            "pStyle" => {
                let style = attribute(tag, "val");
                self.frame.level = style.as_deref().and_then(|style| self.styles.level(style));
                self.frame.is_hidden = style.is_some_and(|style| self.styles.is_hidden(&style));
            }
            "outlineLvl" => {
                let level = attribute(tag, "val").and_then(|level| level.parse::<u8>().ok());
                self.frame.level = level.filter(|level| *level < 9).map(|level| level + 1);
            }
            "numPr" => self.frame.is_item = true,
            name if self.properties == 0 => {
                if let Some(run) = self.frame.runs.last_mut() {
                    run.set(name, tag, self.styles);
                }
            }
            _ => {}
        }
    }

    fn table(&mut self, name: &str, tag: &BytesStart<'_>) {
        let number = || attribute(tag, "val").and_then(|number| number.parse().ok()).unwrap_or(1);
        let frame = &mut self.frame;
        match name {
            "tbl" => {
                match frame.tables.cell() {
                    Some(cell) => cell.say(&std::mem::take(&mut frame.text)),
                    None => frame.began = self.page,
                }
                frame.tables.begin();
            }
            "tr" => frame.tables.begin_row(),
            "tc" => {
                frame.text.clear();
                frame.tables.begin_cell(1, 1);
            }
            "gridBefore" => frame.tables.skip(number()),
            "gridSpan" => {
                if let Some(cell) = frame.tables.cell() {
                    cell.across = number();
                }
            }
            _ => {
                if let Some(cell) = frame.tables.cell() {
                    cell.continues = attribute(tag, "val").as_deref() != Some("restart");
                }
            }
        }
    }

    fn end(&mut self, name: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match name {
            name if SILENT.contains(&name) => self.silent = self.silent.saturating_sub(1),
            name if name.ends_with("PrChange") => self.past = self.past.saturating_sub(1),
            "pPr" => self.properties = self.properties.saturating_sub(1),
            "t" => self.is_text = false,
            "r" | "sup" | "sub" => self.end_run(sink),
            "txbxContent" => self.leave_box(sink)?,
            "p" => self.paragraph(sink)?,
            "tc" => {
                let text = std::mem::take(&mut self.frame.text);
                self.frame.tables.end_cell(&text);
            }
            "tr" => self.frame.tables.end_row()?,
            "tbl" => self.end_of_table(sink)?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.is_text {
            self.say(text);
        }
    }

    fn say(&mut self, text: &str) {
        if self.silent == 0 {
            self.frame.text.push_str(text);
        }
    }

    fn sign(&mut self, tag: &BytesStart<'_>, sink: &mut Sink<'_>) {
        if self.silent > 0 {
            return;
        }
        let sign = symbol::sign(tag).unwrap_or_else(|| {
            sink.note(Note::Glyphs, 1);
            '\u{fffd}'
        });
        self.frame.text.push(sign);
    }

    fn end_run(&mut self, sink: &mut Sink<'_>) {
        let Some(run) = self.frame.runs.pop() else { return };
        sink.note(Note::Hidden, u32::from(run.end(&mut self.frame.text)));
    }

    /// A box has a flow of its own: the sentence around it goes on behind it.
    fn enter_box(&mut self) {
        let outer = std::mem::replace(&mut self.frame, Frame::on(self.page));
        self.outer.push(outer);
    }

    fn leave_box(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        self.frame = self.outer.pop().unwrap_or_default();
        self.flush_boxes(sink)
    }

    /// A page that begins before the paragraph's first word is the paragraph's page.
    fn next_page(&mut self) {
        self.page += 1;
        if self.frame.text.trim().is_empty() && self.frame.tables.is_empty() {
            self.frame.began = self.page;
        }
    }

    fn paragraph(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if std::mem::take(&mut self.frame.is_hidden) && !self.frame.text.trim().is_empty() {
            sink.note(Note::Hidden, 1);
            self.frame.text.clear();
        }
        if !self.frame.tables.is_empty() {
            // A paragraph within a cell ends as a word does.
            self.frame.text.push(' ');
            return Ok(());
        }
        let kind = self.frame.take_kind();
        let text = std::mem::take(&mut self.frame.text);
        self.push(kind, text, sink)?;
        self.flush_boxes(sink)
    }

    fn end_of_table(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let tables = self.frame.tables.end()?;
        if !self.frame.tables.is_empty() {
            return Ok(());
        }
        self.frame.take_kind();
        for table in tables {
            self.push(BlockKind::Table, table, sink)?;
        }
        self.flush_boxes(sink)
    }

    /// Tells a block, or keeps it where it stands in a box: the text around comes first.
    fn push(&mut self, kind: BlockKind, text: String, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if self.outer.is_empty() {
            return sink.push(kind, &text, self.has_pages.then_some(self.frame.began));
        }
        if self.silent == 0 && !text.trim().is_empty() {
            self.boxes.push((kind, text, self.frame.began));
        }
        Ok(())
    }

    /// Tells what boxes had, where no text around them is open.
    fn flush_boxes(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let is_open = !self.outer.is_empty()
            || !self.frame.tables.is_empty()
            || !self.frame.runs.is_empty()
            || !self.frame.text.trim().is_empty();
        if is_open {
            return Ok(());
        }
        for (kind, text, page) in std::mem::take(&mut self.boxes) {
            sink.push(kind, &text, self.has_pages.then_some(page))?;
        }
        Ok(())
    }
}
