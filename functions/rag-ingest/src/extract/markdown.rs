//! Markdown: CommonMark with tables, made a web page first, because that is what it is short for. So HTML within
//! it is read like any other.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

use super::record::{Refusal, Sink};

pub(super) fn extract(text: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let events = Parser::new_ext(text, options).into_offset_iter();
    let mut page = String::new();
    html::push_html(&mut page, events.filter_map(|(event, at)| read(event, &at, text)));
    super::html::extract(&page, sink)
}

/// An event, as it is meant: stars between digits multiply, and a footnote's name is no part of its text.
fn read<'a>(event: Event<'a>, at: &Range<usize>, text: &str) -> Option<Event<'a>> {
    match event {
        Event::Start(Tag::Emphasis) if is_between_digits(text, at.start) => {
            Some(Event::Text("*".into()))
        }
        Event::End(TagEnd::Emphasis) if is_between_digits(text, at.start) => {
            Some(Event::Text("*".into()))
        }
        Event::Start(Tag::FootnoteDefinition(_)) => Some(Event::Html("<div>".into())),
        Event::End(TagEnd::FootnoteDefinition) => Some(Event::Html("</div>".into())),
        Event::FootnoteReference(_) => None,
        Event::Rule => Some(Event::Html("<hr>".into())),
        other => Some(other),
    }
}

/// Whether a mark at this place stands between two digits.
fn is_between_digits(text: &str, at: usize) -> bool {
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit)
    };
    is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1))
}
