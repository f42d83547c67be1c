//! Files into structure, in a process of its own: headings, paragraphs, lists and tables, with the
//! page that each stands on.
//!
//! What a stranger sends may be broken or hostile, and parsers panic, overflow their stack or eat all
//! memory. So they run in a child: this same program, started again with [`CHILD`] set, under limits of
//! memory and processor time, without our environment. It reads the file from its standard input and
//! writes records to its standard output; whatever becomes of it, the worker goes on.

mod child;
mod clean;
mod docx;
mod html;
mod markdown;
mod parent;
mod pdf;
mod plain;
mod record;
mod sheet;
mod sniff;

pub use child::{asked, work};
pub use parent::{Extractor, Limits, Turn};
pub use record::{Extracted, Refusal};
pub use sniff::FileType;
pub(crate) use sniff::SNIFFED;

/// The variable that makes a process of ours the extractor of one file; its value is the file's type.
pub const CHILD: &str = "SIGHT_EXTRACT";
