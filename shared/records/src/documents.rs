//! Documents as rows: what the client lists, who may see which, and taking one away.
//!
//! `rag-ingest` takes documents in, `knowledge` lists and removes them, `maintenance` takes away what they
//! left.

mod deletion;
mod erasure;
mod lending;
mod scope;
mod view;

pub use deletion::{remove, remove_library, stop_work};
pub use erasure::{UPLOADS, erase, forget_upload, upload_folder};
pub use lending::{LIBRARY, OfProject, READ, Use, of_project};
pub use scope::{is_editor, readable};
pub use view::{Cursor, DocumentView, MOST, Reader, count, find, list};
