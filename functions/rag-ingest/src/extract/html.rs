//! Web pages: what a reader would see, in blocks. The tree is built by the rules that browsers follow, so what an
//! author left open is closed where a browser closes it.

mod closed;
mod tree;
mod visible;

use ego_tree::iter::Edge;

use shared::knowledge::BlockKind;

use self::tree::{Element, Node};
use self::visible::Seen;
use super::mark;
use super::note::Note;
use super::record::{Refusal, Sink};
use super::table::Tables;

/// What ends a line of text.
const BLOCKS: [&str; 31] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "ul",
    "ol",
    "dl",
    "dd",
    "dt",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "hr",
    "body",
    "form",
    "address",
    "details",
    "summary",
    "fieldset",
    "legend",
    "menu",
    "center",
    "nav",
    "caption",
    "optgroup",
    "option",
];

pub(super) fn extract(text: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let page = tree::parse(&closed::closed(text));
    let mut reader = Reader::default();
    let mut seen = Seen::default();
    for edge in page.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) if element.name() == "nav" && seen.is_seen() => {
                    // A menu parts what stands before it from what follows.
                    reader.flush(sink)?;
                    seen.enter(node.id(), element);
                }
                Node::Text(text) if seen.is_seen() => reader.text.push_str(text),
                Node::Element(element) if seen.enter(node.id(), element) => {
                    reader.start(element, sink)?;
                }
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value()
                    && seen.leave(node.id())
                {
                    reader.end(element, sink)?;
                }
            }
        }
    }
    sink.note(Note::Struck, seen.struck);
    reader.flush(sink)
}

/// What is being read.
#[derive(Default)]
struct Reader {
    text: String,
    tables: Tables,
    heading: Option<u8>,
    items: usize,
    /// Where raised and lowered text began.
    shifted: Vec<usize>,
}

impl Reader {
    fn start(&mut self, element: &Element, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match element.name() {
            "br" | "button" | "input" | "label" | "textarea" => self.text.push(' '),
            "img" => self.picture(element),
            "rt" => self.text.push_str(" ("),
            "sup" | "sub" => self.shifted.push(self.text.len()),
            "li" => {
                self.flush(sink)?;
                self.items += 1;
            }
            "table" => {
                self.flush(sink)?;
                self.tables.begin();
            }
            "tr" => self.tables.begin_row(),
            "td" | "th" => {
                self.text.clear();
                self.tables.begin_cell(span(element, "colspan"), span(element, "rowspan"));
            }
            name => {
                if let Some(level) = level(name) {
                    self.flush(sink)?;
                    self.heading = Some(level);
                } else if BLOCKS.contains(&name) {
                    self.flush(sink)?;
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, element: &Element, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match element.name() {
            "rt" => self.text.push(')'),
            "button" | "label" => self.text.push(' '),
            name @ ("sup" | "sub") => self.shift(name),
            "li" => {
                self.flush(sink)?;
                self.items = self.items.saturating_sub(1);
            }
            "td" | "th" => {
                let text = std::mem::take(&mut self.text);
                self.tables.end_cell(&text);
            }
            "tr" => self.tables.end_row()?,
            "table" => {
                for table in self.tables.end()? {
                    sink.push(BlockKind::Table, &table, None)?;
                }
            }
            name if level(name).is_some() => {
                self.flush(sink)?;
                self.heading = None;
            }
            name if BLOCKS.contains(&name) => self.flush(sink)?,
            _ => {}
        }
        Ok(())
    }

    /// What a picture says to those who do not see it.
    fn picture(&mut self, element: &Element) {
        if let Some(text) = element.attribute("alt") {
            self.text.push(' ');
            self.text.push_str(text);
            self.text.push(' ');
        }
    }

    fn shift(&mut self, name: &str) {
        let Some(began) = self.shifted.pop().filter(|&began| began <= self.text.len()) else {
            return;
        };
        let mark = self.text.split_off(began);
        match name {
            "sup" => mark::raise(&mut self.text, &mark),
            _ => mark::lower(&mut self.text, &mark),
        }
    }

    fn flush(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let text = std::mem::take(&mut self.text);
        self.shifted.clear();
        if let Some(cell) = self.tables.cell() {
            cell.say(&text);
            return Ok(());
        }
        let kind = match self.heading {
            Some(level) => BlockKind::Heading { level },
            None if self.items > 0 => BlockKind::ListItem,
            None => BlockKind::Paragraph,
        };
        sink.push(kind, &text, None)
    }
}

fn span(element: &Element, name: &str) -> usize {
    element.attribute(name).and_then(|span| span.trim().parse().ok()).unwrap_or(1)
}

fn level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}
