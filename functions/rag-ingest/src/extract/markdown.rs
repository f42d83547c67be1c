//! Markdown, as CommonMark with tables.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use shared::knowledge::BlockKind;

use super::record::{Refusal, Sink};

pub(super) fn extract(text: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, options) {
        reader.read(event, sink)?;
    }
    Ok(())
}

/// What is being read.
#[derive(Default)]
struct Reader {
    text: String,
    items: usize,
    is_table: bool,
    is_metadata: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match event {
            Event::Start(tag) => self.start(&tag, sink),
            Event::End(tag) => self.end(tag, sink),
            Event::Text(text) | Event::Code(text) if !self.is_metadata => {
                self.text.push_str(&text);
                Ok(())
            }
            Event::SoftBreak | Event::HardBreak => {
                self.text.push(' ');
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match tag {
            // An item's own text, before a list within it.
            Tag::List(_) => self.flush(sink)?,
            Tag::Item => self.items += 1,
            Tag::Table(_) => {
                self.flush(sink)?;
                self.is_table = true;
            }
            Tag::MetadataBlock(_) => self.is_metadata = true,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        match tag {
            TagEnd::Heading(level) => {
                let text = std::mem::take(&mut self.text);
                sink.push(BlockKind::Heading { level: level as u8 }, &text, None)?;
            }
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::BlockQuote(_) => self.flush(sink)?,
            TagEnd::Item => {
                self.flush(sink)?;
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::TableCell => self.text.push_str(" | "),
            TagEnd::TableRow | TagEnd::TableHead => self.text.push('\n'),
            TagEnd::Table => {
                let table = std::mem::take(&mut self.text).replace(" | \n", "\n");
                sink.push(BlockKind::Table, &table, None)?;
                self.is_table = false;
            }
            TagEnd::MetadataBlock(_) => self.is_metadata = false,
            _ => {}
        }
        Ok(())
    }

    fn flush(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let kind = if self.items > 0 { BlockKind::ListItem } else { BlockKind::Paragraph };
        let text = std::mem::take(&mut self.text);
        sink.push(kind, &text, None)
    }
}
