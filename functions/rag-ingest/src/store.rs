//! Documents and their chunks in PostgreSQL.

mod chunks;
mod document;

pub(crate) use chunks::{
    Answer, ChunkRow, answers, ask_again, chunks, chunks_to_ask, chunks_to_embed, count,
    lacks_facts, model_key, note_no_facts, replace, save_embeddings, save_facts,
};
pub(crate) use document::{
    Document, DocumentPatch, Embedded, Same, advance, back_to, fail, find, find_same, hold, insert,
    is_busy, lock_scope, look_again, renew, set_run, view, with_vectors,
};
