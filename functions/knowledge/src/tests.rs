use platform::WorkerState;
use platform::graph::GraphPool;
use platform::model::EmbeddingConfig;
use serde_json::{Value, json};
use shared::id::{DocumentId, ProjectId};
use shared::knowledge::Scope;
use shared::role::Role;
use testkit::{Behaviour, Parts, Scripted, TestApp, User};

use super::*;

fn state(parts: &Parts, model: &Config, neo4j: Option<&str>) -> AppState {
    let WorkerState { base, engine, model, .. } = parts.worker_state(model);
    let (pool, clock, ids) = (&parts.pool, &parts.clock, &parts.ids);
    let embedder = Embedder::connect(EmbeddingConfig::offline(), pool, None, clock, ids).unwrap();
    let graph = match neo4j {
        Some(uri) => GraphPool::from_env(&Env::from([("NEO4J_URI", uri)])),
        None => GraphPool::from_env(&Env::from_process()),
    };
    let graph = graph.expect("NEO4J_URI names a Neo4j for tests");
    let knowledge = Some(Knowledge::new(graph, embedder.model().clone()).waiting_patiently());
    AppState { base, engine, model, knowledge, embedder, reranker: None }
}

struct World {
    app: TestApp,
    state: AppState,
    ana: User,
}

impl World {
    async fn new() -> Self {
        Self::with(&Config::offline()).await
    }

    async fn with(model: &Config) -> Self {
        let app = TestApp::start(|parts| routes(state(parts, model, None))).await;
        let state = state(&app.parts, model, None);
        testkit::graph().await;
        let ana = app.user("ana").await;
        Self { app, state, ana }
    }

    /// A document that was taken in.
    async fn document(&self, owner: &User, scope: Scope, title: &str, text: &str) -> DocumentId {
        let graph = self.state.knowledge.as_ref().unwrap();
        testkit::document(&self.app, graph, owner.id, scope, title, text).await
    }

    async fn query(&self, user: &User, body: Value) -> Value {
        self.app.post(user, "/api/v1/rag/query", body).await.expect(200)
    }
}

const COFFEE: &str = "Kawę ziarnistą kupuje regularnie 41% dorosłych, najczęściej w dyskoncie.";

#[tokio::test]
async fn a_query_has_the_clients_shape_and_says_what_its_scores_are() {
    let world = World::new().await;
    world.document(&world.ana, Scope::Account(world.ana.id), "Kawa 2026", COFFEE).await;

    let found = world
        .query(&world.ana, json!({ "query": "Ile osób kupuje kawę ziarnistą?", "top_k": 3 }))
        .await;

    assert_eq!(found["num_results"], 1);
    assert_eq!(found["context"], COFFEE);
    assert_eq!((&found["search_type"], &found["language"]), (&json!("hybrid"), &json!("pl")));
    let citation = &found["citations"][0];
    assert_eq!(
        (&citation["document_title"], &citation["chunk_text"]),
        (&json!("Kawa 2026"), &json!(COFFEE))
    );
    let score = citation["relevance_score"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&score), "{score}");
    assert_eq!(citation["ranks"]["keyword"], 1);
    assert_eq!(world.app.audited(world.ana.id.0, "query").await, 1);
}

#[tokio::test]
async fn a_piece_that_its_document_no_longer_has_is_not_found() {
    let world = World::new().await;
    let text = format!("{COFFEE}\n\nHerbatę liściastą pije 23% dorosłych.");
    let id = world.document(&world.ana, Scope::Account(world.ana.id), "Kawa", &text).await;
    // as it is after an edit was cut and before the graph has it
    sqlx::query("delete from chunks where document_id = $1 and text = $2")
        .bind(id.0)
        .bind(COFFEE)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    let asked = json!({ "query": "kawę ziarnistą dorosłych", "neighbours": 1 });
    let found = world.query(&world.ana, asked).await;

    assert_eq!(found["num_results"], 1, "{found}");
    assert_eq!(found["citations"][0]["before"], json!([]), "nor is it read beside another");
    assert!(found["context"].as_str().unwrap().starts_with("Herbatę"), "{found}");
}

#[tokio::test]
async fn a_hit_can_be_read_in_its_place() {
    let world = World::new().await;
    let text = format!("Raport opisuje zwyczaje.\n\n{COFFEE}\n\nTak kończy się rozdział.");
    world.document(&world.ana, Scope::Account(world.ana.id), "Kawa", &text).await;

    let asked = json!({ "query": "kawa ziarnista w dyskoncie", "top_k": 1, "neighbours": 1 });
    let found = world.query(&world.ana, asked).await;

    let citation = &found["citations"][0];
    assert_eq!(citation["before"], json!(["Raport opisuje zwyczaje."]));
    assert_eq!(citation["after"], json!(["Tak kończy się rozdział."]));
}

#[tokio::test]
async fn a_question_is_on_record_while_others_hold_every_connection() {
    let world = World::new().await;
    let caller = world.app.parts.authenticator.caller(&world.ana.token).await.unwrap();
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(world.state.base.pool.acquire().await.unwrap());
    }

    query::record(&world.state, &caller, None, 3).await.unwrap();

    drop(held);
    assert_eq!(world.app.audited(world.ana.id.0, "query").await, 1);
}

#[tokio::test]
async fn a_question_is_bounded_and_names_what_is_wrong() {
    let world = World::new().await;
    for (path, body, field) in [
        ("/api/v1/rag/query", json!({ "query": " " }), "query"),
        ("/api/v1/rag/query", json!({ "query": "kawa", "top_k": 21 }), "top_k"),
        ("/api/v1/rag/query/graph", json!({ "question": "" }), "question"),
    ] {
        let answer = world.app.post(&world.ana, path, body).await.expect(422);
        assert!(answer["errors"].to_string().contains(field), "{answer}");
    }
}

#[tokio::test]
async fn members_find_what_is_their_projects_and_strangers_nothing() {
    let world = World::new().await;
    let (viewer, stranger) = (world.app.user("viewer").await, world.app.user("stranger").await);
    let project: ProjectId = world.app.project(&world.ana, json!({})).await;
    world.app.member(project, &viewer, Role::Viewer).await;
    world.document(&world.ana, Scope::Project(project), "Projekt", COFFEE).await;
    world.document(&world.ana, Scope::Account(world.ana.id), "Biblioteka", COFFEE).await;
    let ask =
        |project: Option<ProjectId>| json!({ "query": "kawa ziarnista", "project_id": project });
    let titles = |found: Value| -> Vec<String> {
        let citations = found["citations"].as_array().unwrap().iter();
        let mut titles: Vec<String> =
            citations.map(|one| one["document_title"].as_str().unwrap().to_owned()).collect();
        titles.sort_unstable();
        titles
    };

    assert_eq!(titles(world.query(&viewer, ask(Some(project))).await), ["Biblioteka", "Projekt"]);
    assert_eq!(titles(world.query(&viewer, ask(None)).await), ["Projekt"]);
    assert!(titles(world.query(&stranger, ask(None)).await).is_empty());
    world.app.post(&stranger, "/api/v1/rag/query", ask(Some(project))).await.expect(404);
    let list = world.app.get(&stranger, "/api/v1/rag/documents").await.expect(200);
    assert_eq!(list, json!([]));
    let list = world.app.get(&viewer, "/api/v1/rag/documents").await.expect(200);
    assert_eq!(list.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_rests_on_no_strangers_passage_and_no_strangers_fact() {
    let world = World::new().await;
    let stranger = world.app.user("stranger").await;
    world.document(&world.ana, Scope::Account(world.ana.id), "Kawa 2026", COFFEE).await;
    let ask = || json!({ "question": "Ile osób kupuje kawę ziarnistą?" });
    let path = "/api/v1/rag/query/graph";

    let own = world.app.post(&world.ana, path, ask()).await.expect(200);
    let nothing = world.app.post(&stranger, path, ask()).await.expect(200);

    assert_eq!(own["sources"][0]["document_title"], "Kawa 2026", "{own}");
    assert_eq!((&nothing["answered"], &nothing["sources"]), (&json!(false), &json!([])));
    assert_eq!((&nothing["vector_context"], &nothing["graph_context"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_document_whose_work_was_stopped_before_it_began_is_failed_and_says_so() {
    let world = World::new().await;
    let id = world.document(&world.ana, Scope::Account(world.ana.id), "Kawa", COFFEE).await;
    sqlx::query(
        "with r as (insert into runs (id, kind, subject_id, input, total, status, request_hash, \
         requested_by, created_at) values ($1, 'rag-ingest', $1, '{}', 5, 'cancelled', '', $2, $3)) \
         update documents set status = 'processing', run_id = $1",
    )
    .bind(id.0)
    .bind(world.ana.id.0)
    .bind(world.app.parts.clock.now())
    .execute(&world.app.parts.pool)
    .await
    .unwrap();

    let list = world.app.get(&world.ana, "/api/v1/rag/documents").await.expect(200);

    assert_eq!(list[0]["status"], "failed");
    assert!(list[0]["error_message"].as_str().unwrap().contains("stopped"));
}

#[tokio::test]
async fn deleting_needs_the_right_and_hides_a_document_at_once() {
    let world = World::new().await;
    let (viewer, stranger) = (world.app.user("viewer").await, world.app.user("stranger").await);
    let project = world.app.project(&world.ana, json!({})).await;
    world.app.member(project, &viewer, Role::Viewer).await;
    let id = world.document(&world.ana, Scope::Project(project), "Projekt", COFFEE).await;
    let path = format!("/api/v1/rag/documents/{id}");

    world.app.delete(&stranger, &path, None).await.expect(404);
    world.app.delete(&viewer, &path, None).await.expect(403);
    world.app.delete(&world.ana, &path, None).await.expect(204);
    world.app.delete(&world.ana, &path, None).await.expect(404);

    let found = world.query(&world.ana, json!({ "query": "kawa ziarnista" })).await;
    assert_eq!(found["num_results"], 0, "the graph still has it, and nobody sees it");
    assert_eq!(world.app.audited(id.0, "delete").await, 1);
    let messages = world.app.parts.publisher.take();
    assert_eq!(messages[0].topic, "rag-ingest");
}

#[tokio::test]
async fn an_answer_keeps_what_its_sources_support_and_silence_is_one() {
    let server = Scripted::start([
        Behaviour::Answer(json!({ "answered": true, "sources": [1], "answer":
            "Kawę ziarnistą kupuje 41% dorosłych [1]. Rynek wart jest 9 mld zł [1]. Tak jest [7]." })),
        Behaviour::Answer(json!({ "answered": true, "sources": [], "answer": "Na pewno." })),
    ])
    .await;
    let config = server.config();
    let world = World::with(&config).await;
    world.document(&world.ana, Scope::Account(world.ana.id), "Kawa 2026", COFFEE).await;
    let path = "/api/v1/rag/query/graph";
    let ask = || json!({ "question": "Ile osób kupuje kawę ziarnistą?" });

    let answer = world.app.post(&world.ana, path, ask()).await.expect(200);
    let silent = world.app.post(&world.ana, path, ask()).await.expect(200);

    assert_eq!(answer["answer"], "Kawę ziarnistą kupuje 41% dorosłych [1].");
    assert_eq!((&answer["answered"], &answer["dropped_sentences"]), (&json!(true), &json!(2)));
    assert_eq!(answer["sources"][0]["document_title"], "Kawa 2026");
    assert_eq!(answer["vector_context"][0], COFFEE);
    assert!(answer["graph_context"].is_array() && answer["cypher_query"].is_string());
    assert_eq!(
        (&silent["answered"], &silent["answer"]),
        (&json!(false), &json!("Dokumenty o tym nie mówią."))
    );
}

#[tokio::test]
async fn a_model_that_may_answer_later_is_503_and_an_empty_purse_409_each_with_its_reason() {
    let server = Scripted::start([]).await;
    let price = Some(platform::model::Price { input: 1_000_000, output: 1_000_000 });
    let world = World::with(&Config { price, ..server.config() }).await;
    world.document(&world.ana, Scope::Account(world.ana.id), "Kawa 2026", COFFEE).await;
    let path = "/api/v1/rag/query/graph";
    let ask = || json!({ "question": "Ile osób kupuje kawę ziarnistą?" });

    let away = world.app.post(&world.ana, path, ask()).await.expect(503);
    sqlx::query("update account_allowances set spent_micros = 5000000 where account_id = $1")
        .bind(world.ana.id.0)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
    let asked = server.recorded().len();
    let empty = world.app.post(&world.ana, path, ask()).await.expect(409);

    assert_eq!(away["code"], "model_unavailable");
    assert!(away["detail"].as_str().unwrap().contains("not available now"), "{away}");
    assert!(empty["detail"].as_str().unwrap().contains("this month's allowance"), "{empty}");
    assert_eq!(server.recorded().len(), asked, "what nobody can pay for is not sent");
}

#[tokio::test]
async fn a_list_is_read_by_pages_that_say_how_many_there_are() {
    let world = World::new().await;
    for title in ["one", "two", "three"] {
        world.document(&world.ana, Scope::Account(world.ana.id), title, COFFEE).await;
    }
    let titles = |page: &testkit::Answer| -> Vec<String> {
        let list = page.expect(200);
        let rows = list.as_array().unwrap().iter();
        rows.map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    };

    let first = world.app.get(&world.ana, "/api/v1/rag/documents?limit=2").await;
    let cursor = first.header("x-next-cursor").expect("a next page");
    let last = titles(&first)[1].clone();
    let erase = sqlx::query("delete from documents where title = $1").bind(last);
    erase.execute(&world.app.parts.pool).await.unwrap();
    let path = format!("/api/v1/rag/documents?limit=2&cursor={cursor}");
    let second = world.app.get(&world.ana, &path).await;
    let odd = world.app.get(&world.ana, "/api/v1/rag/documents?cursor=abc").await.expect(422);
    let none = world.app.get(&world.ana, "/api/v1/rag/documents?limit=0").await.expect(422);

    let together = [titles(&first), titles(&second)].concat();
    assert_eq!((together.len(), first.header("x-total-count")), (3, Some("3")));
    assert!(["one", "two", "three"].iter().all(|title| together.contains(&title.to_string())));
    assert_eq!(second.header("x-next-cursor"), None);
    assert_eq!(odd["errors"][0]["field"], "cursor");
    assert_eq!(none["errors"][0]["field"], "limit");
}

fn texts(chunks: &Value) -> Vec<&str> {
    let chunks = chunks.as_array().unwrap().iter();
    chunks.map(|chunk| chunk["chunk_text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_chunks_of_a_document_are_read_by_pages_without_gaps_and_each_page_is_on_record() {
    let world = World::new().await;
    let parts: Vec<String> = (1..=5).map(|n| format!("Akapit numer {n} o kawie.")).collect();
    let text = parts.join("\n\n");
    let id = world.document(&world.ana, Scope::Account(world.ana.id), "Kawa", &text).await;
    let path = format!("/api/v1/rag/documents/{id}/chunks");

    let whole = world.app.get(&world.ana, &path).await;
    let (mut read, mut next) = (Vec::new(), Some(format!("{path}?limit=2")));
    while let Some(at) = next {
        let page = world.app.get(&world.ana, &at).await;
        read.push(page.expect(200));
        let cursor = page.header("x-next-cursor");
        next = cursor.map(|cursor| format!("{path}?limit=2&cursor={cursor}"));
    }
    let odd = world.app.get(&world.ana, &format!("{path}?limit=201")).await.expect(422);
    world.app.get(&world.ana, &format!("{path}?cursor=abc")).await.expect(422);

    assert_eq!(texts(&whole.expect(200)), parts);
    assert_eq!((whole.header("x-total-count"), whole.header("x-next-cursor")), (Some("5"), None));
    assert_eq!(read.len(), 3);
    assert_eq!(read.iter().flat_map(texts).collect::<Vec<_>>(), parts);
    let second = &read[0][1];
    assert_eq!((&second["position"], &second["headings"]), (&json!(1), &json!([])));
    assert_eq!(odd["errors"][0]["field"], "limit");
    assert_eq!(world.app.audited(id.0, "view").await, 4);
}

#[tokio::test]
async fn chunks_are_for_those_who_see_their_document_and_gone_with_it() {
    let world = World::new().await;
    let (viewer, stranger) = (world.app.user("viewer").await, world.app.user("stranger").await);
    let project = world.app.project(&world.ana, json!({})).await;
    world.app.member(project, &viewer, Role::Viewer).await;
    let id = world.document(&world.ana, Scope::Project(project), "Projekt", COFFEE).await;
    let path = format!("/api/v1/rag/documents/{id}/chunks");
    let within = format!("{path}?project_id={project}");

    assert_eq!(texts(&world.app.get(&viewer, &path).await.expect(200)), [COFFEE]);
    assert_eq!(texts(&world.app.get(&viewer, &within).await.expect(200)), [COFFEE]);
    world.app.get(&stranger, &path).await.expect(404);
    world.app.get(&stranger, &within).await.expect(404);
    world.app.delete(&world.ana, &format!("/api/v1/rag/documents/{id}"), None).await.expect(204);
    world.app.get(&viewer, &path).await.expect(404);

    assert_eq!(world.app.audited(id.0, "view").await, 2, "what was refused was not viewed");
    world.app.parts.publisher.take();
}

#[tokio::test]
async fn whoever_lends_a_library_sees_who_read_a_document_of_it_and_of_no_other() {
    let world = World::new().await;
    let viewer = world.app.user("viewer").await;
    let project = world.app.project(&world.ana, json!({})).await;
    world.app.member(project, &viewer, Role::Viewer).await;
    let own = world.document(&world.ana, Scope::Project(project), "Projekt", COFFEE).await;
    let lent = world.document(&world.ana, Scope::Account(world.ana.id), "Tajne", COFFEE).await;
    let chunks = |id: DocumentId| format!("/api/v1/rag/documents/{id}/chunks");
    let within = |id: DocumentId| format!("{}?project_id={project}&limit=1", chunks(id));
    let reads = async || world.app.audited(world.ana.id.0, "library_read").await;

    world.app.get(&viewer, &within(own)).await.expect(200);
    assert_eq!(reads().await, 0, "it is no document of the library");
    world.app.get(&viewer, &chunks(lent)).await.expect(404);
    world.app.get(&world.ana, &within(lent)).await.expect(200);
    assert_eq!(reads().await, 0, "their own reading is no news");
    assert_eq!(texts(&world.app.get(&viewer, &within(lent)).await.expect(200)), [COFFEE]);
    world.app.get(&viewer, &within(lent)).await.expect(200);

    assert_eq!(reads().await, 1, "page after page is one reading");
}

#[tokio::test]
async fn without_neo4j_a_search_says_why_and_the_list_works() {
    let away = Some("bolt://127.0.0.1:1");
    let app = TestApp::start(|parts| routes(state(parts, &Config::offline(), away))).await;
    let ana = app.user("ana").await;

    let search = app.post(&ana, "/api/v1/rag/query", json!({ "query": "kawa" })).await.expect(503);
    let graph =
        app.post(&ana, "/api/v1/rag/query/graph", json!({ "question": "kawa" })).await.expect(503);

    for problem in [search, graph] {
        assert_eq!(problem["code"], "knowledge_unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("Neo4j"), "{problem}");
    }
    app.get(&ana, "/api/v1/rag/documents").await.expect(200);
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
