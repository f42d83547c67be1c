//! Windows of so many characters, the baseline.

use super::{Chunk, UnplacedChunk, finish};
use crate::knowledge::{Block, BlockKind};

/// Cuts windows of `size` characters, each beginning `overlap` before the end of the one before it,
/// moved back to white space so that words stay whole. The present system's splitter is 1,000 by 300.
pub fn fixed(blocks: &[Block], size: usize, overlap: usize) -> Vec<Chunk> {
    let (text, pages) = joined(blocks);
    let letters: Vec<char> = text.chars().collect();
    let mut drafts = Vec::new();
    let mut start = 0;
    while start < letters.len() {
        let full = (start + size.max(1)).min(letters.len());
        let end = if full == letters.len() { full } else { back_to_gap(&letters, start, full) };
        let text: String = letters[start..end].iter().collect();
        let text = text.trim().to_owned();
        if !text.is_empty() {
            let draft = UnplacedChunk {
                text,
                page_from: page(&pages, start),
                page_to: page(&pages, end - 1),
            };
            drafts.push((Vec::new(), draft));
        }
        if end == letters.len() {
            break;
        }
        let again = end.saturating_sub(overlap);
        let again = if again > start { back_to_gap(&letters, start, again) } else { end };
        start = if again > start { again } else { end };
    }
    finish(drafts.into_iter())
}

/// The last place at or before `at` where a word begins; `at` itself when `start` comes first.
fn back_to_gap(letters: &[char], start: usize, at: usize) -> usize {
    let gap = (start + 1..=at).rev().find(|&at| letters[at - 1].is_whitespace());
    gap.unwrap_or(at)
}

/// All text, and for each block the letter that it begins with and its page.
fn joined(blocks: &[Block]) -> (String, Vec<(usize, Option<u32>)>) {
    let (mut text, mut pages, mut length) = (String::new(), Vec::new(), 0);
    for block in blocks {
        if length > 0 {
            let gap = if block.kind == BlockKind::ListItem { "\n" } else { "\n\n" };
            text.push_str(gap);
            length += gap.len();
        }
        pages.push((length, block.page));
        text.push_str(&block.text);
        length += block.text.chars().count();
    }
    (text, pages)
}

fn page(pages: &[(usize, Option<u32>)], letter: usize) -> Option<u32> {
    pages[..pages.partition_point(|(start, _)| *start <= letter)].last().and_then(|(_, page)| *page)
}
