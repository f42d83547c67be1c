//! What extraction makes of a file: a sequence of headings, paragraphs, list items and tables.

use serde::{Deserialize, Serialize};

/// A heading, a paragraph, a list item or a table, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    /// Its text. Line breaks inside a paragraph are spaces already. A table has a row a line, the
    /// header first, its cells parted by ` | `.
    pub text: String,
    /// The page that it begins on, from 1; files without pages have none.
    pub page: Option<u32>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum BlockKind {
    Heading {
        /// From 1 down.
        level: u8,
    },
    ListItem,
    Paragraph,
    Table,
}

impl Block {
    /// A heading of this level.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::new(BlockKind::Heading { level }, text)
    }

    /// A paragraph.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::new(BlockKind::Paragraph, text)
    }

    /// An item of a list.
    pub fn list_item(text: impl Into<String>) -> Self {
        Self::new(BlockKind::ListItem, text)
    }

    /// A table, a row a line.
    pub fn table(text: impl Into<String>) -> Self {
        Self::new(BlockKind::Table, text)
    }

    /// The same on this page.
    #[must_use]
    pub fn on_page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    fn new(kind: BlockKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), page: None }
    }
}
