//! How a run of text looks, as far as that changes what is read.

use quick_xml::events::BytesStart;

use super::style::Styles;
use crate::extract::mark;
use crate::extract::package::attribute;

/// An open run.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Where in the paragraph it began.
    began: usize,
    is_hidden: bool,
    shift: Shift,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Shift {
    #[default]
    None,
    Raised,
    Lowered,
}

impl Run {
    pub(super) fn at(began: usize) -> Self {
        Self { began, ..Self::default() }
    }

    /// Raised or lowered, as exponents and indices of formulas are.
    pub(super) fn shifted(began: usize, is_raised: bool) -> Self {
        let shift = if is_raised { Shift::Raised } else { Shift::Lowered };
        Self { began, shift, ..Self::default() }
    }

    /// Notes one of its properties.
    pub(super) fn set(&mut self, name: &str, tag: &BytesStart<'_>, styles: &Styles) {
        let value = attribute(tag, "val");
        match (name, value.as_deref()) {
            ("vanish", _) => self.is_hidden = is_on(tag),
            ("vertAlign", Some("superscript")) => self.shift = Shift::Raised,
            ("vertAlign", Some("subscript")) => self.shift = Shift::Lowered,
            ("vertAlign", _) => self.shift = Shift::None,
            ("position", Some(points)) if points.parse::<i32>().is_ok_and(|points| points > 0) => {
                self.shift = Shift::Raised;
            }
            ("rStyle", Some(style)) => {
                self.is_hidden |= styles.is_hidden(style);
                if styles.is_raised(style) {
                    self.shift = Shift::Raised;
                }
            }
            _ => {}
        }
    }

    /// Ends it: what it added to the paragraph is written as it looks. Whether anything was hidden.
    pub(super) fn end(self, text: &mut String) -> bool {
        if self.began > text.len() {
            return false;
        }
        if self.is_hidden {
            let hidden = text.split_off(self.began);
            return !hidden.trim().is_empty();
        }
        if self.shift != Shift::None && text.len() > self.began {
            let shifted = text.split_off(self.began);
            match self.shift {
                Shift::Raised => mark::raise(text, &shifted),
                _ => mark::lower(text, &shifted),
            }
        }
        false
    }
}

/// Whether a property that is there or not is meant to be there.
pub(super) fn is_on(tag: &BytesStart<'_>) -> bool {
    !matches!(attribute(tag, "val").as_deref(), Some("0" | "false" | "off" | "none"))
}
