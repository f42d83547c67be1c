//! What a report of 300 pages costs beside its vectors: processor time and memory of the worker and its
//! extractor, without pictures and with so many that it is as large as an upload may be. `cargo local bench ingest` runs it on one core, with services of its own on another.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at what is wrong"
)]

mod cost;
mod report;

use std::path::Path;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Request, StatusCode};
use platform::Env;
use platform::graph::GraphPool;
use platform::model::{Config, Embedder, EmbeddingConfig};
use rag_ingest::extract::{self, Extractor};
use rag_ingest::{AppState, MOST_FACT_CHUNKS, routes};
use records::knowledge::Knowledge;
use serde_json::{Value, json};
use shared::Language;
use shared::knowledge::{OfflineEmbedding, Scope};
use testkit::{Parts, TestApp, User, form, verdict};
use tokio_util::io::ReaderStream;
use tower::ServiceExt;

use cost::{Peaks, cpu_seconds};

const PAGES: usize = 300;
/// Bytes of a page's picture, with which the report has 50 MB, the most that an upload may have.
const PICTURE: usize = 165_000;
const CPU_BAR: f64 = 10.0;
const MEMORY_BAR_MB: f64 = 256.0;

fn main() {
    if let Some(file_type) = extract::asked() {
        extract::work(file_type);
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let all_hold = runtime.block_on(measure());
    std::process::exit(i32::from(!all_hold));
}

fn state(parts: &Parts) -> AppState {
    let (pool, clock, ids) = (&parts.pool, &parts.clock, &parts.ids);
    let embedder = Embedder::connect(EmbeddingConfig::offline(), pool, None, clock, ids).unwrap();
    let graph = GraphPool::from_env(&Env::from_process()).expect("NEO4J_URI names a Neo4j");
    AppState {
        knowledge: Some(Knowledge::new(graph, embedder.model().clone())),
        storage: parts.storage.clone(),
        extractor: Extractor::of_this_program().unwrap(),
        most_fact_chunks: MOST_FACT_CHUNKS,
        worker: parts.worker_state(&Config::offline()),
        embedder,
    }
}

/// True when both bars hold.
async fn measure() -> bool {
    let app = TestApp::start(|parts| routes(state(parts))).await;
    let knowledge = state(&app.parts).knowledge.unwrap();
    knowledge.create_schema(Default::default()).await.unwrap();
    let ana = app.user("ana").await;
    let small = take_in(&app, &ana, report::pdf(PAGES, 0)).await;
    let large = take_in(&app, &ana, report::pdf(PAGES, PICTURE)).await;
    knowledge.delete_scope(Scope::Account(ana.id)).await.unwrap();
    small && large
}

/// Takes a report in. True when both bars hold.
async fn take_in(app: &TestApp, ana: &User, file: Vec<u8>) -> bool {
    let megabytes = file.len() as f64 / 1e6;

    let title = format!("Report of {megabytes} MB");
    let path = std::env::temp_dir().join(format!("sight-ingest-bench-{}.pdf", std::process::id()));
    std::fs::write(&path, file).unwrap();

    let (peaks, begun) = (Peaks::watch(), cpu_seconds());
    let request = from_disk(ana, &title, &path).await;
    let answer = app.api().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    app.deliver_all().await;
    let whole = cpu_seconds() - begun;
    let (worker, extractor) = peaks.end();
    std::fs::remove_file(path).unwrap();

    let row: Value = sqlx::query_scalar("select to_jsonb(d) from documents d where title = $1")
        .bind(&title)
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!((&row["status"], &row["num_pages"]), (&json!("ready"), &json!(PAGES)), "{row}");
    let vectors = vectors_again(app, &row["id"]).await;
    println!("{PAGES} pages, {megabytes:.1} MB, {} chunks", row["num_chunks"]);
    println!("processor time in all {whole:.2} s, of it vectors {vectors:.2} s");
    println!("memory at most: worker {worker:.0} MB, extractor {extractor:.0} MB");
    let cpu = within("everything but vectors, s", whole - vectors, CPU_BAR);
    within("worker and extractor, MB", worker + extractor, MEMORY_BAR_MB) && cpu
}

/// The upload of a file that is read while it is sent: what a client holds is not the worker's memory.
async fn from_disk(ana: &User, title: &str, path: &Path) -> Request<Body> {
    const HERE: &[u8] = b"the file comes here";
    let file = ("report.pdf", "application/pdf", HERE);
    let upload = "/api/v1/rag/documents/upload";
    let (head, form) = form(Some(&ana.token), upload, file, &[("title", title)]).into_parts();
    let form = to_bytes(form, usize::MAX).await.unwrap();
    let at = form.windows(HERE.len()).position(|window| window == HERE).unwrap();
    let file = ReaderStream::new(tokio::fs::File::open(path).await.unwrap());
    let part = |bytes: Bytes| stream::iter([Ok(bytes)]);
    let body = part(form.slice(..at)).chain(file).chain(part(form.slice(at + HERE.len()..)));
    Request::from_parts(head, Body::from_stream(body))
}

/// The processor time of the vectors alone.
async fn vectors_again(app: &TestApp, document: &Value) -> f64 {
    let texts = "select array_to_string(headings, ' ') || ' ' || text from chunks \
                 where document_id::text = $1";
    let texts = sqlx::query_scalar(texts).bind(document.as_str());
    let texts: Vec<String> = texts.fetch_all(&app.parts.pool).await.unwrap();
    let (offline, begun) = (OfflineEmbedding::new(768), cpu_seconds());
    for text in &texts {
        std::hint::black_box(offline.embed(text, Language::English));
    }
    cpu_seconds() - begun
}

fn within(what: &str, value: f64, bar: f64) -> bool {
    verdict(what, &format!("{value:.2}"), &format!("{bar:.0}"), value <= bar)
}
