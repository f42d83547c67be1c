//! From a file to a cited page: a document goes in, people rest on it, and it goes without a trace.

use platform::model::Config;
use serde_json::{Value, json};
use shared::id::ProjectId;
use testkit::{TestApp, User};

use crate::all_functions;

const UPLOAD: &str = "/api/v1/rag/documents/upload";
const REPORT: &str = "# Rynek kawy\n\n## Zakupy\n\nKawę ziarnistą kupuje regularnie 41% dorosłych, \
    najczęściej w dyskoncie.\n\n## Zwyczaje\n\nOsoby pracujące piją kawę na wynos w drodze do pracy.\n";

struct World {
    app: TestApp,
    ana: User,
    project: ProjectId,
}

impl World {
    async fn new() -> Self {
        testkit::graph().await;
        let app = all_functions::by_hand(&Config::offline()).await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        Self { app, ana, project }
    }

    async fn upload(&self, file: (&str, &str, &[u8]), fields: &[(&str, &str)]) -> Value {
        let answer = self.app.upload(Some(&self.ana.token), UPLOAD, file, fields).await;
        self.app.deliver_all().await;
        answer.expect(202)
    }

    async fn get(&self, path: &str) -> Value {
        self.app.get(&self.ana, path).await.expect(200)
    }

    async fn people(&self) -> Vec<Value> {
        let path = format!("/api/v1/projects/{}/personas", self.project);
        self.get(&path).await.as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn people_show_what_they_rest_on_until_it_is_deleted() {
    let world = World::new().await;
    let file = ("kawa.md", "text/markdown", REPORT.as_bytes());
    let project = world.project.to_string();
    let uploaded = world.upload(file, &[("title", "Kawa 2026"), ("project_id", &project)]).await;
    let path = format!("/api/v1/projects/{project}/personas/generate");
    let wanted = json!({ "num_personas": 4 });
    world.app.post(&world.ana, &path, wanted).await.expect(202);
    world.app.deliver_all().await;

    let people = world.people().await;
    let person = people[0]["id"].as_str().unwrap();
    assert_eq!(people.len(), 4);
    for one in &people {
        assert_eq!(one["rag_context_used"], true);
        assert_eq!(one["rag_citations"][0]["document_title"], "Kawa 2026");
    }
    let details = world.get(&format!("/api/v1/personas/{person}/details")).await;
    let context = &details["rag_context_details"];
    assert_eq!(context["search_type"], "hybrid");
    assert_eq!(context["num_results"], context["citations_count"]);
    assert!(context["context_preview"].as_str().unwrap().contains("kawę"), "{context}");
    let reasons = &context["orchestration_reasoning"];
    assert_eq!(reasons["segment_id"], details["segment_id"]);
    assert!(reasons["allocation_reasoning"].as_str().unwrap().contains(" z 4 "), "{reasons}");
    let reasoning = world.get(&format!("/api/v1/personas/{person}/reasoning")).await;
    let insight = &reasoning["graph_insights"][0];
    assert_eq!((&insight["source"], &insight["magnitude"]), (&json!("Kawa 2026"), &json!("41%")));
    assert!(insight["why_matters"].is_string());
    assert!(reasoning["segment_social_context"].as_str().unwrap().contains(" z 4 osób"));
    assert!(reasoning["overall_context"].as_str().unwrap().contains("Kawa 2026"));

    let path = format!("/api/v1/rag/documents/{}", uploaded["id"].as_str().unwrap());
    world.app.delete(&world.ana, &path, None).await.expect(204);
    world.app.deliver_all().await;

    let after = world.get(&format!("/api/v1/personas/{person}/details")).await;
    assert_eq!(after["rag_citations"], json!([]));
    let context = &after["rag_context_details"];
    assert!(context["removed_citations"].as_u64().unwrap() > 0, "it says that there were some");
    assert_eq!((&context["context_preview"], &context["graph_nodes"]), (&json!(""), &json!([])));
    assert!(after["version"].as_i64() > details["version"].as_i64(), "what is kept is not shown");
    for table in ["documents", "chunks", "citations", "groundings where insights <> '[]'"] {
        let rows: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
                .fetch_one(&world.app.parts.pool)
                .await
                .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test]
async fn the_demos_documents_are_read_with_their_pages_and_tables() {
    let world = World::new().await;
    let polish = include_bytes!("../infra/all-in-one/demo/documents/skrzynki.pl.pdf");
    let english = include_bytes!("../infra/all-in-one/demo/documents/subscriptions.en.docx");
    for (name, title, file) in [
        ("skrzynki.pl.pdf", "Skrzynki", &polish[..]),
        ("subscriptions.en.docx", "Subscriptions", &english[..]),
    ] {
        world.upload((name, "application/octet-stream", file), &[("title", title)]).await;
    }
    let documents = world.get("/api/v1/rag/documents").await;

    let languages: Vec<&str> = documents
        .as_array()
        .unwrap()
        .iter()
        .map(|document| {
            assert_eq!(document["status"], "ready", "{document}");
            document["language"].as_str().unwrap()
        })
        .collect();
    assert_eq!(languages, ["en", "pl"], "newest first");
    let ask = async |query: &str| {
        let body = json!({ "query": query, "top_k": 3 });
        world.app.post(&world.ana, "/api/v1/rag/query", body).await.expect(200)["citations"].clone()
    };
    let price = ask("Ile osób zamówi na próbę skrzynkę za 79 zł?").await;
    let text = |citation: &Value| citation["chunk_text"].as_str().unwrap().to_owned();
    assert!(text(&price[0]).contains("79 zł | 24% | 15%"), "{price}");
    assert!(price[0]["page"].as_u64().unwrap() >= 1);
    let waste = ask("Why do subscribers leave because of food waste?").await;
    assert!(text(&waste[0]).contains("52%"), "{waste}");
    assert_eq!(waste[0]["document_title"], "Subscriptions");
}
