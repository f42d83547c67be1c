//! Documents and their pieces in PostgreSQL.

mod chunks;
mod document;

pub(crate) use chunks::{
    Answer, Piece, answers, ask_again, chunks_to_ask, chunks_to_embed, count, lacks_facts,
    model_key, note_no_facts, pieces, replace, save_embeddings, save_facts,
};
pub(crate) use document::{
    Document, DocumentPatch, Embedded, Same, advance, back_to, fail, find, find_same, hold, insert,
    is_busy, lock_scope, look_again, renew, set_run, view, with_vectors,
};
