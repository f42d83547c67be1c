//! What stands between two headings.

use crate::knowledge::{Block, BlockKind};

/// Consecutive blocks under the same headings.
pub(super) struct Section<'a> {
    pub(super) headings: Vec<String>,
    pub(super) blocks: Vec<&'a Block>,
}

/// The sections of a document. A heading with nothing below it, not even another heading of a lower
/// level, is the only block of a section of its own. A block without text is nothing.
pub(super) fn sections(blocks: &[Block]) -> Vec<Section<'_>> {
    let blocks: Vec<&Block> = blocks.iter().filter(|block| !block.text.trim().is_empty()).collect();
    let mut sections: Vec<Section> = Vec::new();
    let mut path: Vec<(u8, String)> = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let block = blocks[at];
        at += 1;
        let BlockKind::Heading { level } = block.kind else {
            let body = blocks[at..].iter().copied().take_while(|block| !is_heading(block));
            let body: Vec<&Block> = std::iter::once(block).chain(body).collect();
            at += body.len() - 1;
            sections.push(Section { headings: texts(&path), blocks: body });
            continue;
        };
        path.retain(|(above, _)| *above < level);
        let is_bare = match blocks.get(at).map(|next| next.kind) {
            None => true,
            Some(BlockKind::Heading { level: next }) => next <= level,
            Some(_) => false,
        };
        if is_bare {
            sections.push(Section { headings: texts(&path), blocks: vec![block] });
        } else {
            path.push((level, block.text.trim().to_owned()));
        }
    }
    sections
}

fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading { .. })
}

fn texts(path: &[(u8, String)]) -> Vec<String> {
    path.iter().map(|(_, text)| text.clone()).collect()
}
