//! Putting a section's blocks into chunks.

use super::section::Section;
use super::{ChunkSizes, UnplacedChunk, divide, tokens};
use crate::knowledge::{Block, BlockKind};

/// A part of a block that is never cut again.
struct Part {
    text: String,
    tokens: u32,
    page: Option<u32>,
    is_table: bool,
    is_item: bool,
}

pub(super) fn pack(section: &Section<'_>, sizes: ChunkSizes) -> Vec<UnplacedChunk> {
    let mut packer = Packer { sizes, done: Vec::new(), open: None };
    for part in section.blocks.iter().flat_map(|block| parts(block, sizes)) {
        packer.add(part);
    }
    packer.finish()
}

fn parts(block: &Block, sizes: ChunkSizes) -> Vec<Part> {
    let text = block.text.trim();
    let is_table = block.kind == BlockKind::Table;
    let parts = if is_table {
        divide::table(text, sizes.table_max)
    } else if tokens(text) > sizes.max {
        divide::paragraph(text, sizes.target, sizes.max)
    } else {
        vec![text.to_owned()]
    };
    let is_item = block.kind == BlockKind::ListItem;
    let part = |text: String| {
        let tokens = tokens(&text);
        Part { text, tokens, page: block.page, is_table, is_item }
    };
    parts.into_iter().filter(|text| !text.is_empty()).map(part).collect()
}

struct Open {
    draft: UnplacedChunk,
    tokens: u32,
    is_table: bool,
    ends_in_item: bool,
}

impl Open {
    fn begin(part: Part) -> Self {
        Self {
            tokens: part.tokens,
            is_table: part.is_table,
            ends_in_item: part.is_item,
            draft: UnplacedChunk { text: part.text, page_from: part.page, page_to: part.page },
        }
    }

    fn append(&mut self, other: &Self, gap: &str) {
        self.draft.text.push_str(gap);
        self.draft.text.push_str(&other.draft.text);
        self.draft.page_from = self.draft.page_from.or(other.draft.page_from);
        self.draft.page_to = other.draft.page_to.or(self.draft.page_to);
        self.tokens += other.tokens;
        self.is_table |= other.is_table;
        self.ends_in_item = other.ends_in_item;
    }
}

struct Packer {
    sizes: ChunkSizes,
    done: Vec<Open>,
    open: Option<Open>,
}

impl Packer {
    fn add(&mut self, part: Part) {
        let Some(open) = &mut self.open else {
            self.open = Some(Open::begin(part));
            return;
        };
        if fits(open, part.tokens, self.sizes) {
            let gap = if open.ends_in_item && part.is_item { "\n" } else { "\n\n" };
            open.append(&Open::begin(part), gap);
        } else {
            self.done.extend(self.open.replace(Open::begin(part)));
        }
    }

    fn finish(mut self) -> Vec<UnplacedChunk> {
        if let Some(last) = self.open.take() {
            match self.done.last_mut() {
                Some(before) if joins(&last, before, self.sizes) => before.append(&last, "\n\n"),
                _ => self.done.push(last),
            }
        }
        self.done.into_iter().map(|open| open.draft).collect()
    }
}

fn fits(open: &Open, more: u32, sizes: ChunkSizes) -> bool {
    let both = open.tokens + more;
    both <= sizes.target || (open.tokens * 2 < sizes.target && both <= sizes.max)
}

/// Whether what is left is too little for a chunk of its own.
fn joins(last: &Open, before: &Open, sizes: ChunkSizes) -> bool {
    let is_small = last.tokens * 4 < sizes.target && !last.is_table && !before.is_table;
    is_small && before.tokens + last.tokens <= sizes.max
}
