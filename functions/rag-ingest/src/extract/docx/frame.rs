//! What is open in a flow of text: the body of a document, a text box in it, its notes.

use shared::knowledge::BlockKind;

use super::run::Run;
use crate::extract::table::Tables;

/// A flow while it is read.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Of the open paragraph or cell.
    pub(super) text: String,
    pub(super) runs: Vec<Run>,
    pub(super) level: Option<u8>,
    pub(super) is_item: bool,
    pub(super) is_hidden: bool,
    pub(super) tables: Tables,
    /// Where the open paragraph or table began.
    pub(super) began: u32,
}

impl Frame {
    pub(super) fn on(page: u32) -> Self {
        Self { began: page, ..Self::default() }
    }

    /// What kind the paragraph that ends is of; the next begins as any other.
    pub(super) fn take_kind(&mut self) -> BlockKind {
        match (self.level.take(), std::mem::take(&mut self.is_item)) {
            (Some(level), _) => BlockKind::Heading { level },
            (None, true) => BlockKind::ListItem,
            (None, false) => BlockKind::Paragraph,
        }
    }
}
