//! Web pages: what a reader would see, in blocks. A tokenizer and no tree, so that nothing nests.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use shared::knowledge::BlockKind;

use super::record::{Refusal, Sink};

/// What is not read to anybody.
const SILENT: [&str; 10] =
    ["script", "style", "noscript", "template", "svg", "head", "nav", "iframe", "object", "select"];
/// What ends a line of text.
const BLOCKS: [&str; 22] = [
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
];

pub(super) fn extract(text: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = Reader::default();
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        match token {
            Token::StartTag(tag) if !tag.self_closing => {
                reader.start(&String::from_utf8_lossy(&tag.name), sink)?;
            }
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name), sink)?,
            Token::String(text) if reader.silent.is_empty() => {
                reader.text.push_str(&String::from_utf8_lossy(&text));
            }
            _ => {}
        }
    }
    reader.flush(sink)?;
    reader.end("table", sink)
}

/// What is being read.
#[derive(Default)]
struct Reader {
    text: String,
    table: String,
    tables: usize,
    heading: Option<u8>,
    items: usize,
    silent: String,
}

impl Reader {
    fn start(&mut self, name: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if !self.silent.is_empty() {
            return Ok(());
        }
        match name {
            name if SILENT.contains(&name) => {
                self.flush(sink)?;
                name.clone_into(&mut self.silent);
            }
            "br" => self.text.push(' '),
            "li" => {
                self.flush(sink)?;
                self.items += 1;
            }
            "table" => {
                self.flush(sink)?;
                self.tables += 1;
            }
            "tr" | "td" | "th" if self.tables > 0 => self.cell(),
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

    fn end(&mut self, name: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if !self.silent.is_empty() {
            if self.silent == name {
                self.silent.clear();
            }
            return Ok(());
        }
        match name {
            "li" => {
                self.flush(sink)?;
                self.items = self.items.saturating_sub(1);
            }
            "td" | "th" if self.tables > 0 => self.cell(),
            "tr" if self.tables > 0 => {
                self.cell();
                self.table = self.table.trim_end_matches(" | ").to_owned();
                self.table.push('\n');
            }
            "table" if self.tables > 0 => {
                self.cell();
                self.tables -= 1;
                if self.tables == 0 {
                    let table = std::mem::take(&mut self.table);
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

    /// What stands in a cell goes to the table.
    fn cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        let words: Vec<&str> = text.split_whitespace().collect();
        if !words.is_empty() {
            self.table.push_str(&words.join(" "));
            self.table.push_str(" | ");
        }
    }

    fn flush(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if self.tables > 0 {
            self.text.push(' ');
            return Ok(());
        }
        let kind = match self.heading {
            Some(level) => BlockKind::Heading { level },
            None if self.items > 0 => BlockKind::ListItem,
            None => BlockKind::Paragraph,
        };
        let text = std::mem::take(&mut self.text);
        sink.push(kind, &text, None)
    }
}

fn level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}
