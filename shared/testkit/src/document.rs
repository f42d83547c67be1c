//! Documents that were taken in, for functions that only search them.

use platform::Env;
use platform::graph::GraphPool;
use records::knowledge::{Document, Embedded, Knowledge, chunk_id};
use shared::Language;
use shared::id::{AccountId, DocumentId};
use shared::knowledge::{Block, Chunk, ChunkSizes, OfflineEmbedding, Scope, chunk};

use crate::TestApp;

/// The length of the offline vectors, as the functions have it by default.
const DIMENSIONS: u16 = 768;

/// The graph of the test run, with its schema and the offline embedding.
pub async fn graph() -> Knowledge {
    let pool = GraphPool::from_env(&Env::from_process());
    let pool = pool.expect("NEO4J_URI names a Neo4j for tests");
    let graph = Knowledge::new(pool, OfflineEmbedding::new(DIMENSIONS).model());
    let graph = graph.waiting_patiently();
    graph.create_schema(Default::default()).await.unwrap();
    graph.check_model().await.unwrap();
    graph
}

/// A Polish document, a paragraph a chunk: its row, and its chunks in the graph.
pub async fn document(
    app: &TestApp,
    graph: &Knowledge,
    owner: AccountId,
    scope: Scope,
    title: &str,
    text: &str,
) -> DocumentId {
    let id: DocumentId = app.parts.ids.next();
    let (kind, project) = match scope {
        Scope::Project(project) => ("project", Some(project.0)),
        Scope::Account(_) => ("account", None),
        Scope::Shared => ("shared", None),
    };
    sqlx::query(
        "insert into documents (id, scope, project_id, owner_id, scope_key, title, filename, \
         file_type, size_bytes, content_hash, upload_id, status, step, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, 'a.md', 'md', 1, $7, $1, 'ready', 'done', $8, $8)",
    )
    .bind(id.0)
    .bind(kind)
    .bind(project)
    .bind(owner.0)
    .bind(scope.key())
    .bind(title)
    .bind(id.0.as_bytes().as_slice())
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
    let (title, language) = (title.to_owned(), Language::Polish);
    let node = Document { id, scope, title, language, version: 1 };
    graph.put_document(&node).await.unwrap();
    let offline = OfflineEmbedding::new(DIMENSIONS);
    let blocks: Vec<Block> = text.split("\n\n").map(Block::paragraph).collect();
    let mut index = 0;
    for block in blocks {
        for mut chunk in chunk::semantic(&[block], ChunkSizes::default()) {
            chunk.index = index;
            index += 1;
            let vector = offline.embed(&chunk.text, Language::Polish);
            let embedded = Embedded { chunk: &chunk, embedding: Some(&vector) };
            graph.write_chunks(&node, &[embedded]).await.unwrap();
            keep(app, id, &chunk).await;
        }
    }
    id
}

async fn keep(app: &TestApp, document: DocumentId, chunk: &Chunk) {
    sqlx::query(
        "insert into chunks (id, document_id, hash, position, text, headings, tokens) \
         values ($1, $2, $3, $4, $5, '{}', $6) on conflict do nothing",
    )
    .bind(chunk_id(document, &chunk.hash).0)
    .bind(document.0)
    .bind(&chunk.hash)
    .bind(chunk.index.cast_signed())
    .bind(&chunk.text)
    .bind(chunk.tokens.cast_signed())
    .execute(&app.parts.pool)
    .await
    .unwrap();
}
