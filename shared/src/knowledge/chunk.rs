//! Cutting a document into chunks that can be found and cited.
//!
//! [`semantic`] follows what the author wrote: a chunk lies within one section, ends where a paragraph
//! or at least a sentence ends, and carries the headings above it. [`fixed()`] is what it is compared
//! with: windows of so many characters.
//!
//! The rules of [`semantic`]:
//! - paragraphs and list items of a section are put together up to [`ChunkSizes::target`] tokens; a
//!   paragraph that does not fit begins the next chunk, unless the chunk is less than half full and
//!   both fit into [`ChunkSizes::max`];
//! - a paragraph over the maximum is cut between sentences;
//! - a sentence over the maximum is cut behind a comma, semicolon, colon or dash in its second half,
//!   else between words; a word that long, which no language has, is cut between letters;
//! - a table stays whole up to [`ChunkSizes::table_max`]; a longer one is cut between rows and each part
//!   begins with the header row; a row that long is cut like a sentence;
//! - what is left at the end of a section joins the chunk before it when it is less than a quarter of
//!   the target and fits;
//! - a heading with nothing below it is a chunk of its own, so nothing is lost.

mod divide;
mod fixed;
mod pack;
mod section;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Block;

pub use fixed::fixed;

/// A passage of a document, as it is searched and cited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Its place in the document, from 0.
    pub index: u32,
    pub text: String,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    pub page_from: Option<u32>,
    /// The page that its last block begins on.
    pub page_to: Option<u32>,
    /// About how many tokens the text has: see [`tokens`].
    pub tokens: u32,
    /// SHA-256 over headings and text, in hexadecimal: the same for the same content wherever it moved
    /// to in its document. A repeated chunk has the number of its repetition in its hash.
    pub hash: String,
}

impl Chunk {
    /// What is indexed: the headings, a line each, and the text.
    pub fn in_context(&self) -> String {
        let mut text = String::new();
        for heading in &self.headings {
            text.push_str(heading);
            text.push('\n');
        }
        text + &self.text
    }
}

/// How long chunks are, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkSizes {
    /// Where a chunk is full enough.
    pub target: u32,
    /// What no chunk of running text exceeds.
    pub max: u32,
    /// What no table exceeds.
    pub table_max: u32,
}

impl Default for ChunkSizes {
    /// A page or less of text, well inside what embedding models read (2,048 tokens for Gemini's),
    /// Polish with its smaller tokens included.
    fn default() -> Self {
        Self { target: 256, max: 384, table_max: 1024 }
    }
}

/// About how many tokens a text has: each word is one for every four letters begun.
///
/// Four letters a token is what Gemini's documentation gives for its models
/// (<https://ai.google.dev/gemini-api/docs/tokens>); tokens of Polish are smaller, which the sizes
/// leave room for. It adds up: the tokens of two texts are those of the two side by side.
pub fn tokens(text: &str) -> u32 {
    let of_word = |word: &str| word.chars().count().div_ceil(LETTERS_A_TOKEN);
    let count: usize = text.split_whitespace().map(of_word).sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}

const LETTERS_A_TOKEN: usize = 4;

/// Cuts where the author paused.
pub fn semantic(blocks: &[Block], sizes: ChunkSizes) -> Vec<Chunk> {
    let sections = section::sections(blocks);
    let drafts = sections.iter().flat_map(|section| {
        let packed = pack::pack(section, sizes);
        packed.into_iter().map(|draft| (section.headings.clone(), draft))
    });
    finish(drafts)
}

struct UnplacedChunk {
    text: String,
    page_from: Option<u32>,
    page_to: Option<u32>,
}

fn finish(drafts: impl Iterator<Item = (Vec<String>, UnplacedChunk)>) -> Vec<Chunk> {
    let mut seen = std::collections::HashMap::<String, u32>::new();
    let mut chunks = Vec::new();
    for (index, (headings, draft)) in (0_u32..).zip(drafts) {
        let first = hash(&headings, &draft.text, 0);
        let repetition = seen.entry(first.clone()).or_default();
        let hash = if *repetition == 0 { first } else { hash(&headings, &draft.text, *repetition) };
        *repetition += 1;
        chunks.push(Chunk {
            index,
            tokens: tokens(&draft.text),
            text: draft.text,
            headings,
            page_from: draft.page_from,
            page_to: draft.page_to,
            hash,
        });
    }
    chunks
}

fn hash(headings: &[String], text: &str, repetition: u32) -> String {
    let mut digest = Sha256::new();
    for heading in headings {
        digest.update(heading.as_bytes());
        digest.update([0]);
    }
    digest.update([1]);
    digest.update(text.as_bytes());
    if repetition > 0 {
        digest.update([0]);
        digest.update(repetition.to_be_bytes());
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
