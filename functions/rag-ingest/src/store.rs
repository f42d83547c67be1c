//! Documents and their pieces in PostgreSQL.

mod chunks;
mod document;

pub(crate) use chunks::{
    Piece, chunks_to_ask, chunks_to_embed, count, model_key, pieces, replace, save_embeddings,
    save_facts,
};
pub(crate) use document::{
    Document, Embedded, Same, Told, advance, back_to, fail, find, find_same, insert, is_busy,
    lock_scope, renew, set_run, view, with_vectors,
};
