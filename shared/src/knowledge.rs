//! Knowledge: how documents become chunks that are found, compared and cited.
//!
//! A document arrives as [`Block`]s, is cut into [`Chunk`]s by [`chunk::semantic`], and each chunk is
//! indexed twice: by its [`crate::text::stem::stems`] for words, by its embedding for meaning. A question goes the
//! same way, [`lucene::queries_by_rarity`] and an embedding, and [`fusion::fuse`] joins what the two retrievers found.

pub mod answer;
pub mod block;
pub mod bm25;
pub mod chunk;
pub mod complexity;
pub mod embedding;
pub mod fact;
pub mod fusion;
pub mod lucene;
pub mod scope;

pub use block::{Block, BlockKind};
pub use chunk::{Chunk, ChunkSizes};
pub use embedding::{EmbeddingModel, OfflineEmbedding};
pub use scope::Scope;
