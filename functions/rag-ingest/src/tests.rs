mod cases;
mod faults;
mod files;
mod gate;
mod hostile;
mod inbox;
mod limit;
mod missing;
mod round_trip;
mod stale;

use platform::graph::GraphPool;
use platform::model::{Config, EmbeddingConfig};
use platform::storage::Storage;
use records::knowledge::{Hit, Search};
use serde_json::{Value, json};
use shared::id::DocumentId;
use shared::knowledge::Scope;
use testkit::{Parts, TestApp, TestStorage, User};

use super::*;
use crate::extract::{FileType, Timeouts};

/// Brings this test program to the extractor when it is started as one; passes at once otherwise.
#[test]
fn the_extractor_of_these_tests() {
    if let Some(file_type) = extract::asked() {
        extract::work(file_type);
    }
}

fn extractor() -> Extractor {
    let name = "tests::the_extractor_of_these_tests";
    Extractor::of_this_program().unwrap().with_arguments(["--exact", name, "--nocapture"])
}

fn state(parts: &Parts, storage: &Storage, model: &Config) -> AppState {
    let worker = parts.worker_state(model);
    let config = EmbeddingConfig::offline();
    let (pool, clock, ids) = (&parts.pool, &parts.clock, &parts.ids);
    let embedder = Embedder::connect(config, pool, None, clock, ids).unwrap();
    let graph =
        GraphPool::from_env(&Env::from_process()).expect("NEO4J_URI names a Neo4j for tests");
    AppState {
        knowledge: Some(Knowledge::new(graph, embedder.model().clone()).waiting_patiently()),
        storage: storage.clone(),
        extractor: extractor(),
        most_fact_chunks: MOST_FACT_CHUNKS,
        embedder,
        worker,
    }
}

/// The function with a store, a graph and one signed-in user.
struct World {
    app: TestApp,
    storage: TestStorage,
    state: AppState,
    ana: User,
}

impl World {
    async fn new() -> Self {
        Self::with(&Config::offline()).await
    }

    async fn with(model: &Config) -> Self {
        Self::on(TestStorage::folder(), model).await
    }

    async fn on(storage: TestStorage, model: &Config) -> Self {
        let app = TestApp::start(|parts| routes(state(parts, &storage.storage, model))).await;
        let state = state(&app.parts, &storage.storage, model);
        let graph = state.knowledge.as_ref().unwrap();
        graph.create_schema(Default::default()).await.unwrap();
        graph.check_model().await.unwrap();
        let ana = app.user("ana").await;
        Self { app, storage, state, ana }
    }

    /// Uploads a file to the library.
    async fn upload(&self, name: &str, title: &str, file: &[u8]) -> Value {
        self.send(&self.ana, &[("title", title)], name, file).await.1
    }

    /// Uploads with these fields.
    async fn send(
        &self,
        user: &User,
        fields: &[(&str, &str)],
        name: &str,
        file: &[u8],
    ) -> (u16, Value) {
        let file = (name, "application/octet-stream", file);
        let path = "/api/v1/rag/documents/upload";
        let answer = self.app.upload(Some(&user.token), path, file, fields).await;
        (answer.status(), serde_json::from_str(&answer.text()).unwrap_or_default())
    }

    fn library(&self) -> Scope {
        Scope::Account(self.ana.id)
    }

    /// What a search by words and vectors finds in these scopes.
    async fn search(&self, scopes: &[Scope], question: &str) -> Vec<Hit> {
        let passage =
            platform::model::Passage { text: question, language: shared::Language::Polish };
        let call = platform::model::Embedding {
            passages: &[passage],
            purpose: platform::model::Purpose::Question,
            project: None,
            run: None,
            cancel: tokio_util::sync::CancellationToken::new(),
        };
        let vector = self.state.embedder.embed(&call).await.unwrap().remove(0);
        let graph = self.state.knowledge.as_ref().unwrap();
        graph.search(Search::new(scopes, question, &vector)).await.unwrap().hits
    }

    async fn row(&self, id: &Value) -> Value {
        let row = "select to_jsonb(d) from documents d where id = $1";
        sqlx::query_scalar(row)
            .bind(id_of(id).0)
            .fetch_optional(&self.app.parts.pool)
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// `(id, hash)` of a document's chunks in order.
    async fn chunks(&self, id: &Value) -> Vec<(uuid::Uuid, String)> {
        sqlx::query_as("select id, hash from chunks where document_id = $1 order by position")
            .bind(id_of(id).0)
            .fetch_all(&self.app.parts.pool)
            .await
            .unwrap()
    }

    async fn run_status(&self, run: &Value) -> String {
        sqlx::query_scalar("select status from runs where id = $1")
            .bind(run.as_str().unwrap().parse::<uuid::Uuid>().unwrap())
            .fetch_one(&self.app.parts.pool)
            .await
            .unwrap()
    }

    /// Deletes as `knowledge` does, without delivering the message.
    async fn delete(&self, id: &Value) {
        let now = self.app.parts.clock.now();
        let mut transaction = self.app.parts.pool.begin().await.unwrap();
        let view = store::view(&mut transaction, id_of(id)).await.unwrap();
        let (ids, by) = (&self.app.parts.ids, self.ana.id);
        let run = records::documents::remove(&mut transaction, ids, &view, by, now).await.unwrap();
        transaction.commit().await.unwrap();
        platform::runs::dispatch(&self.state.worker.engine, run.unwrap()).await;
    }

    /// Takes away what is made after a step, so that whoever goes on has to make it.
    async fn undo_after(&self, step: &str, id: &Value) {
        let undone = match step {
            "uploaded" | "extracted" => "delete from chunks where document_id = $1",
            "chunked" => {
                "update chunks set embedding = null, embedded_by = null where document_id = $1"
            }
            "embedded" => "select $1",
            _ => return,
        };
        let (pool, graph) = (&self.app.parts.pool, self.state.knowledge.as_ref().unwrap());
        sqlx::query(undone).bind(id_of(id).0).execute(pool).await.unwrap();
        graph.delete_document(id_of(id)).await.unwrap();
    }

    /// As it is when a worker has died after this step and its lease is over.
    async fn as_after(&self, step: &str, id: &Value) {
        let done = i32::try_from(crate::step::Step::parse(step).unwrap().number()).unwrap();
        sqlx::query(
            "with d as (update documents set step = $2, status = 'processing' where id = $1 \
             returning run_id), \
             r as (update runs set status = 'running', finished_at = null, concluding_until = null \
             where id in (select run_id from d)) \
             update run_shards set state = 'running', done = $3, attempts = 1 \
             where run_id in (select run_id from d)",
        )
        .bind(id_of(id).0)
        .bind(step)
        .bind(done)
        .execute(&self.app.parts.pool)
        .await
        .unwrap();
    }

    /// How many shards somebody is at.
    async fn leases(&self) -> i64 {
        sqlx::query_scalar("select count(*) from run_shards where lease_token is not null")
            .fetch_one(&self.app.parts.pool)
            .await
            .unwrap()
    }

    /// Files in the store that belong to uploads.
    fn files(&self) -> Vec<std::path::PathBuf> {
        let folder = self.storage.folder.as_ref().unwrap().join("uploads");
        let Ok(uploads) = std::fs::read_dir(folder) else { return Vec::new() };
        uploads.map(|upload| upload.unwrap().path()).collect()
    }
}

fn id_of(id: &Value) -> DocumentId {
    DocumentId(id.as_str().unwrap().parse().unwrap())
}

/// A report of three sections, each a chunk of its own.
const REPORT: &str = "# Rynek kawy\n\nRaport opisuje zwyczaje kawowe w Polsce.\n\n\
    ## Zakupy\n\nKawę ziarnistą kupuje regularnie 41% dorosłych, najczęściej w dyskoncie.\n\n\
    ## Przygotowanie\n\nEkspres ciśnieniowy ma w domu co trzecie gospodarstwo domowe.\n";

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
