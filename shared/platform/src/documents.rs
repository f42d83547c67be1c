//! Documents as rows: what the client lists, who may see which, and taking one away.
//!
//! Two functions share this: `rag-ingest` takes documents in, `knowledge` lists and removes them.

mod removal;
mod scope;
mod view;

pub use removal::{remove, remove_library, stop_work};
pub use scope::{is_editor, of_project, readable};
pub use view::{DocumentView, Reader, find, list};
