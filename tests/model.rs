//! The knowledge base turns to another embedding model while people use it.

use platform::model::EmbeddingConfig;
use records::knowledge::Knowledge;
use serde_json::{Value, json};
use shared::knowledge::OfflineEmbedding;
use testkit::{Database, TestApp, User};

use crate::all_functions;
use crate::server::Servers;

const REPORT: &[u8] =
    b"# Rynek kawy\n\nKaw\xc4\x99 ziarnist\xc4\x85 kupuje regularnie 41% doros\xc5\x82ych.\n";
const CHANGE: &str = "/api/v1/admin/knowledge/embeddings";

/// The offline embedding with vectors of this length.
fn of_length(dimensions: u16) -> EmbeddingConfig {
    EmbeddingConfig {
        model: OfflineEmbedding::new(dimensions).model(),
        ..EmbeddingConfig::offline()
    }
}

async fn search(app: &TestApp, user: &User) -> Value {
    let question = json!({ "query": "Kto kupuje kawę ziarnistą?" });
    app.post(user, "/api/v1/rag/query", question).await.expect(200)
}

/// How a search went, and whether its first hit came by its vector.
fn way(found: &Value) -> (&str, bool) {
    assert!(found["context"].as_str().unwrap().contains("41%"), "{found}");
    let ranks = &found["citations"][0]["ranks"];
    (found["search_type"].as_str().unwrap(), ranks["vector"].is_number())
}

#[tokio::test]
async fn another_model_is_searched_by_words_until_it_is_changed_and_by_its_vectors_then() {
    let servers = Servers::start(true).await;
    let graph = servers.graph();
    let model = |dimensions| {
        let (graph, embeddings) = (graph.clone(), of_length(dimensions));
        move |parts: &testkit::Parts| all_functions::documents(parts, &graph, &embeddings)
    };
    let schema = Knowledge::new(graph.clone(), of_length(768).model).waiting_patiently();
    schema.create_schema(Default::default()).await.unwrap();
    let database = Database::create_on(servers.postgres()).await;
    let mut app = TestApp::start_on(database, model(768)).await;
    let ana = app.user("ana").await;
    let file = ("kawa.md", "text/markdown", REPORT);
    let path = "/api/v1/rag/documents/upload";
    app.upload(Some(&ana.token), path, file, &[("title", "Kawa")]).await.expect(202);
    app.deliver_all().await;
    assert_eq!(way(&search(&app, &ana).await), ("hybrid", true));

    app.deploy(model(256));
    assert_eq!(way(&search(&app, &ana).await), ("keyword", false), "vectors of another length");
    app.post(&ana, CHANGE, json!({})).await.expect(403);
    let promote = sqlx::query("update accounts set is_system_admin = true");
    promote.execute(&app.parts.pool).await.unwrap();
    let changed = app.post(&ana, CHANGE, json!({})).await.expect(202);
    assert_eq!((&changed["documents"], &changed["dimensions"]), (&json!(1), &json!(256)));
    assert!(!way(&search(&app, &ana).await).1, "its vectors are not made yet");
    app.deliver_all().await;

    assert_eq!(way(&search(&app, &ana).await), ("hybrid", true));
    let again = app.post(&ana, CHANGE, json!({})).await.expect(202);
    assert_eq!(again["documents"], 0, "twice is once");
    drop(app);
}
