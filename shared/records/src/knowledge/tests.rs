mod background;
mod frequencies;
mod rerank;
mod search;
mod write;

use shared::Language;
use shared::id::{DocumentId, ProjectId};
use shared::knowledge::chunk::semantic;
use shared::knowledge::{Block, Chunk, ChunkSizes, OfflineEmbedding, Scope};
use tokio::sync::{RwLock, RwLockReadGuard};

use super::*;
use platform::{Env, Ids};

/// One test turns the whole graph over to another model; the others wait for it.
static GRAPH: RwLock<()> = RwLock::const_new(());

fn offline() -> OfflineEmbedding {
    OfflineEmbedding::new(768)
}

/// The Neo4j of this test run. Without one, the tests that need it are skipped on a developer's
/// machine, and fail where `CI` is set.
async fn pool() -> Option<GraphPool> {
    let env = Env::from_process();
    let pool = GraphPool::from_env(&env);
    if pool.is_none() {
        assert!(env.raw("CI").is_none(), "NEO4J_URI names no Neo4j, and CI must have one");
        eprintln!("skipped: NEO4J_URI names no Neo4j");
    }
    pool
}

async fn graph() -> Option<(Knowledge, RwLockReadGuard<'static, ()>)> {
    let knowledge = Knowledge::new(pool().await?, offline().model()).waiting_patiently();
    let guard = GRAPH.read().await;
    knowledge.create_schema(schema::Dimensions::default()).await.unwrap();
    Some((knowledge, guard))
}

fn any_project() -> Scope {
    Scope::Project(Ids::system().next::<ProjectId>())
}

fn document(scope: Scope, title: &str) -> Document {
    let id = Ids::system().next::<DocumentId>();
    Document { id, scope, title: title.to_owned(), language: Language::Polish, version: 1 }
}

fn paragraphs(texts: &[&str]) -> Vec<Chunk> {
    // a target of one token: every paragraph is a chunk
    let sizes = ChunkSizes { target: 1, max: 100, table_max: 100 };
    let blocks: Vec<Block> = texts.iter().map(|text| Block::paragraph(*text)).collect();
    semantic(&blocks, sizes)
}

fn embedding(text: &str) -> Vec<f32> {
    offline().embed(text, Language::Polish)
}

/// Writes the texts, a chunk each, as the whole of the document.
async fn put(knowledge: &Knowledge, document: &Document, texts: &[&str]) -> Written {
    let chunks = paragraphs(texts);
    knowledge.put_document(document).await.unwrap();
    let vectors: Vec<Vec<f32>> =
        chunks.iter().map(|chunk| embedding(&chunk.in_context())).collect();
    let embedded = chunks.iter().zip(&vectors);
    let embedded: Vec<Embedded> =
        embedded.map(|(chunk, vector)| Embedded { chunk, embedding: Some(vector) }).collect();
    let written = knowledge.write_chunks(document, &embedded).await.unwrap();
    let hashes: Vec<&str> = chunks.iter().map(|chunk| chunk.hash.as_str()).collect();
    knowledge.keep_only(document, &hashes).await.unwrap();
    // the indexes of Neo4j follow a commit at once or a moment later
    knowledge
        .run(neo4rs::query("call db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
        .await
        .unwrap();
    written
}

async fn texts(knowledge: &Knowledge, scopes: &[Scope], question: &str) -> Vec<String> {
    let vector = embedding(question);
    let found = knowledge.search(Search::new(scopes, question, &vector)).await.unwrap();
    found.hits.into_iter().map(|hit| hit.text).collect()
}
