//! The texts and tables of one slide.

use quick_xml::events::BytesStart;
use shared::knowledge::BlockKind;

use super::kind;
use crate::extract::mark;
use crate::extract::note::Note;
use crate::extract::package::attribute;
use crate::extract::record::{Refusal, Sink};
use crate::extract::table::Tables;
use crate::extract::xml::{Step, walk};

/// Placeholders that every slide repeats, and the picture of the slide on a page of notes.
const REPEATED: [&str; 5] = ["sldNum", "dt", "ftr", "hdr", "sldImg"];
/// What shows something that is no text.
const OBJECTS: [&str; 3] = ["chart", "relIds", "oleObj"];

/// A slide while it is read.
#[derive(Default)]
pub(super) struct Slide {
    page: u32,
    is_notes: bool,
    /// The placeholder that the open shape fills, if it does.
    placeholder: Option<String>,
    text: String,
    is_text: bool,
    /// Whether the open paragraph says that it has a mark before it, or that it has none.
    has_mark: Option<bool>,
    /// How the open run stands to its line: above, below.
    shift: i32,
    began: usize,
    tables: Tables,
    /// Depth of what says again what there is, for older programs.
    silent: usize,
}

impl Slide {
    pub(super) fn on(page: u32) -> Self {
        Self { page, ..Self::default() }
    }

    pub(super) fn notes(page: u32) -> Self {
        Self { page, is_notes: true, ..Self::default() }
    }

    pub(super) fn read(mut self, xml: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        walk(xml, |step| {
            match step {
                Step::Start(tag) => self.start(tag, sink),
                Step::End(name) => self.end(name, sink)?,
                Step::Text(text) if self.is_text && self.silent == 0 => self.text.push_str(text),
                Step::Text(_) => {}
            }
            Ok(())
        })
    }

    fn start(&mut self, tag: &BytesStart<'_>, sink: &mut Sink<'_>) {
        let number = |name| attribute(tag, name).and_then(|n| n.parse().ok()).unwrap_or(1);
        match tag.local_name().as_ref() {
            "Fallback" => self.silent += 1,
            "sp" | "graphicFrame" => self.placeholder = None,
            // A placeholder of no type is one for anything.
            "ph" => self.placeholder = Some(attribute(tag, "type").unwrap_or_default()),
            "p" => self.has_mark = None,
            "buChar" | "buAutoNum" | "buBlip" => self.has_mark = Some(true),
            "buNone" => self.has_mark = Some(false),
            "r" | "fld" => (self.shift, self.began) = (0, self.text.len()),
            "rPr" => {
                self.shift =
                    attribute(tag, "baseline").and_then(|shift| shift.parse().ok()).unwrap_or(0);
            }
            "t" => self.is_text = true,
            "br" | "tab" => self.text.push(' '),
            "tbl" => self.tables.begin(),
            "tr" => self.tables.begin_row(),
            "tc" => self.begin_cell(tag, number("gridSpan"), number("rowSpan")),
            name if OBJECTS.contains(&name) && self.silent == 0 => sink.note(Note::Objects, 1),
            _ => {}
        }
    }

    /// A cell that is a part of another's has no words and no place of its own.
    fn begin_cell(&mut self, tag: &BytesStart<'_>, across: usize, down: usize) {
        let is_part = |name| matches!(attribute(tag, name).as_deref(), Some("1" | "true"));
        self.text.clear();
        if !is_part("hMerge") && !is_part("vMerge") {
            self.tables.begin_cell(across, down);
        }
    }

    fn end(&mut self, name: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match name {
            "Fallback" => self.silent = self.silent.saturating_sub(1),
            "t" => self.is_text = false,
            "r" | "fld" => self.end_run(),
            "p" if !self.tables.is_empty() => self.text.push(' '),
            "p" => self.paragraph(sink)?,
            "tc" => {
                let text = std::mem::take(&mut self.text);
                self.tables.end_cell(&text);
            }
            "tr" => self.tables.end_row()?,
            "tbl" => {
                for table in self.tables.end()? {
                    sink.push(BlockKind::Table, &table, Some(self.page))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_run(&mut self) {
        if self.shift == 0 || self.began > self.text.len() {
            return;
        }
        let shifted = self.text.split_off(self.began);
        match self.shift {
            1.. => mark::raise(&mut self.text, &shifted),
            _ => mark::lower(&mut self.text, &shifted),
        }
    }

    fn paragraph(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let text = std::mem::take(&mut self.text);
        let placeholder = self.placeholder.as_deref();
        if placeholder.is_some_and(|name| REPEATED.contains(&name)) {
            return Ok(());
        }
        let kind = match (self.is_notes, self.has_mark) {
            (true, _) => BlockKind::Paragraph,
            (false, Some(false)) if kind(placeholder, false) == BlockKind::ListItem => {
                BlockKind::Paragraph
            }
            (false, has_mark) => kind(placeholder, has_mark == Some(true)),
        };
        sink.push(kind, &text, Some(self.page))
    }
}
