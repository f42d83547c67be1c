use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use platform::Serve;

use testkit::{Behaviour, Gate, Scripted};
use tower::ServiceExt;

use super::*;

pub(super) fn fact(summary: &str) -> Value {
    json!({ "relations": [], "nodes": [{ "key": "n1", "kind": "indicator", "summary": summary,
        "value": null, "period": null, "confidence": "high" }] })
}

#[tokio::test]
async fn a_worker_that_dies_after_any_step_is_followed_by_one_that_goes_on_there() {
    for step in ["uploaded", "extracted", "chunked", "embedded", "written"] {
        let world = World::new().await;
        let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
        world.app.deliver_all().await;
        let chunks = world.chunks(&uploaded["id"]).await;
        world.undo_after(step, &uploaded["id"]).await;
        // As it was when the worker died just after the step, its lease still on the shard.
        let now = world.app.parts.clock.now();
        sqlx::query(
            "with d as (update documents set step = $1, status = 'processing'), \
             r as (update runs set status = 'running', finished_at = null) \
             update run_shards set state = 'running', done = $2, attempts = 1, \
             lease_token = gen_random_uuid(), lease_until = $3",
        )
        .bind(step)
        .bind(i32::try_from(crate::step::Step::parse(step).unwrap() as usize).unwrap())
        .bind(now + platform::runs::LEASE)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
        let payload = json!({ "schema": 1, "run_id": uploaded["run_id"], "shard": 0 });

        world.app.push("rag-ingest", &payload).await.expect(204);
        assert_eq!(world.row(&uploaded["id"]).await["step"], step, "the lease is alive");
        world.app.parts.clock.advance(platform::runs::LEASE);
        world.app.push("rag-ingest", &payload).await.expect(204);

        let row = world.row(&uploaded["id"]).await;
        assert_eq!((&row["step"], &row["status"]), (&json!("done"), &json!("ready")), "{step}");
        assert_eq!(world.run_status(&uploaded["run_id"]).await, "succeeded", "{step}");
        assert_eq!(world.chunks(&uploaded["id"]).await, chunks, "{step}");
        let hits = world.search(&[world.library()], "kawa ekspres zakupy").await;
        assert!(!hits.is_empty(), "{step}");
        let mut ids: Vec<_> = hits.iter().map(|hit| hit.chunk_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), hits.len(), "nothing is there twice after {step}");
    }
}

#[tokio::test]
async fn what_a_worker_left_of_an_older_version_goes_with_the_document() {
    let world = World::new().await;
    let old = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let old_upload = world.row(&old["id"]).await["upload_id"].as_str().unwrap().to_owned();
    let new = world.upload("a.md", "Kawa", b"# Herbata\n\nHerbata jest zielona.\n").await;
    assert_eq!((&new["id"], &new["outcome"]), (&old["id"], &json!("updated")));
    // the worker of the older version was reading its file, put what it read, and died
    let left = format!("uploads/{old_upload}/blocks");
    world.storage.storage.put(&left, "application/json", "[]".into()).await.unwrap();
    world.app.deliver_all().await;

    world.delete(&new["id"]).await;
    world.app.deliver_all().await;

    assert_eq!(world.row(&new["id"]).await, Value::Null);
    assert_eq!(world.files(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn numbers_that_a_model_made_up_are_dropped_and_counted() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| {
        let is_about_shopping = request.body.to_string().contains("dyskoncie");
        Behaviour::Answer(fact(match is_about_shopping {
            true => "Kawę ziarnistą kupuje 41% dorosłych",
            false => "Ekspres ma 77% gospodarstw",
        }))
    });
    let world = World::with(&server.config()).await;

    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&uploaded["id"]).await;
    let asked = server.recorded().len();
    assert_eq!(row["num_facts"], 1, "{row}");
    assert_eq!(row["dropped_facts"], asked - 1, "{row}");
    let graph = world.state.knowledge.as_ref().unwrap();
    let facts = graph.facts_near(&[world.library()], "ekspres gospodarstw kawę", 9).await.unwrap();
    assert_eq!(facts.len(), 1);
}

#[tokio::test]
async fn a_document_that_is_deleted_while_it_is_taken_in_leaves_nothing() {
    let server = Scripted::start([]).await;
    let is_deleted = Gate::closed();
    let held = Behaviour::Held(is_deleted.clone(), fact("Kawa jest popularna"));
    server.otherwise(move |_| held.clone());
    let world = World::with(&server.config()).await;
    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let payload = next_message(&world);

    let ingest = world.app.push("rag-ingest", &payload);
    let delete = async {
        while world.row(&uploaded["id"]).await["step"] != "written" {
            tokio::task::yield_now().await;
        }
        world.delete(&uploaded["id"]).await;
        let removal = next_message(&world);
        let busy = world.app.push("rag-ingest", &removal).await;
        is_deleted.open();
        (busy.status(), removal)
    };
    let (ingested, (busy, removal)) = tokio::join!(ingest, delete);

    ingested.expect(204);
    assert_eq!(busy, 503, "one worker at a document");
    world.app.push("rag-ingest", &removal).await.expect(204);
    assert_eq!(world.row(&uploaded["id"]).await, Value::Null);
    assert!(world.search(&[world.library()], "kawa").await.is_empty());
    assert_eq!(world.files(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn a_document_that_is_edited_while_it_is_taken_in_ends_as_its_new_version() {
    let edited = REPORT.replace("41% dorosłych", "58% seniorów");
    for step in ["uploaded", "extracted", "chunked", "written"] {
        let server = Scripted::start([]).await;
        let is_edited = Gate::closed();
        let held = Behaviour::Held(is_edited.clone(), fact("Kawa jest popularna"));
        server.otherwise(move |_| held.clone());
        let world = World::with(&server.config()).await;
        let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
        let payload = next_message(&world);

        let ingest = world.app.push("rag-ingest", &payload);
        let edit = async {
            let at =
                |name: &Value| crate::step::Step::parse(name.as_str().unwrap()).unwrap() as usize;
            while at(&world.row(&uploaded["id"]).await["step"]) < at(&json!(step)) {
                tokio::task::yield_now().await;
            }
            let updated = world.upload("a.md", "Kawa", edited.as_bytes()).await;
            is_edited.open();
            updated
        };
        let (ingested, updated) = tokio::join!(ingest, edit);

        ingested.expect(204);
        assert_eq!((&updated["outcome"], &updated["id"]), (&json!("updated"), &uploaded["id"]));
        world.app.push("rag-ingest", &next_message(&world)).await.expect(204);
        let row = world.row(&uploaded["id"]).await;
        assert_eq!(
            (&row["status"], &row["version"]),
            (&json!("ready"), &json!(2)),
            "{step}: {row}"
        );
        assert_eq!(world.run_status(&updated["run_id"]).await, "succeeded", "{step}");
        assert_eq!(world.run_status(&uploaded["run_id"]).await, "cancelled", "{step}");
        let hits = world.search(&[world.library()], "kto kupuje kawę ziarnistą").await;
        let texts: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
        assert!(texts.iter().any(|text| text.contains("58% seniorów")), "{step}: {texts:?}");
        assert!(!texts.iter().any(|text| text.contains("41%")), "{step}: {texts:?}");
    }
}

pub(super) fn next_message(world: &World) -> Value {
    serde_json::from_str(&world.app.parts.publisher.take().remove(0).json).unwrap()
}

#[tokio::test]
async fn a_document_waits_for_a_graph_that_is_away_and_is_taken_in_when_it_is_back() {
    let world = World::new().await;
    let away = GraphPool::from_env(&Env::from([("NEO4J_URI", "bolt://127.0.0.1:1")])).unwrap();
    let model = world.state.embedder.model().clone();
    let knowledge = Some(Knowledge::new(away, model));
    let without = AppState { knowledge, ..world.state.clone() };
    let env = Env::from([]);
    let push = routes(without).router("rag-ingest", Serve::Push, &env, platform::Ids::system());
    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let payload = next_message(&world);

    let status = pushed(&world, push, &payload).await;

    assert_eq!(status, 503, "Pub/Sub delivers again");
    let row = world.row(&uploaded["id"]).await;
    assert_eq!((&row["step"], &row["status"]), (&json!("embedded"), &json!("processing")));
    world.app.push("rag-ingest", &payload).await.expect(204);
    assert_eq!(world.row(&uploaded["id"]).await["status"], "ready");
}

pub(super) async fn pushed(world: &World, push: axum::Router, payload: &Value) -> u16 {
    use base64::Engine;
    let data = base64::engine::general_purpose::STANDARD.encode(payload.to_string());
    let request = Request::post("/internal/events/rag-ingest")
        .header(AUTHORIZATION, format!("Bearer {}", world.app.parts.verifier.sign().unwrap()))
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "message": { "data": data } }).to_string()))
        .unwrap();
    push.oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_document_of_many_chunks_is_taken_in_with_five_connections() {
    let world = World::new().await;
    let section =
        |n: u32| format!("## Rozdział {n}\n\nW roku {} kawę kupiło {n}% osób.\n", 1_900 + n);
    let report: String = (1..=60).map(section).collect();

    let uploaded = world.upload("a.md", "Kawa", report.as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&uploaded["id"]).await;
    assert_eq!((&row["status"], &row["num_chunks"]), (&json!("ready"), &json!(60)), "{row}");
    assert_eq!(world.run_status(&uploaded["run_id"]).await, "succeeded");
}

#[tokio::test]
async fn a_long_document_is_found_and_its_facts_are_not_paid_for() {
    let server = Scripted::start([]).await;
    let storage = TestStorage::folder();
    let model = server.config();
    let app = TestApp::start(|parts| {
        routes(AppState { most_fact_chunks: 1, ..state(parts, &storage.storage, &model) })
    })
    .await;
    let state = state(&app.parts, &storage.storage, &model);
    let ana = app.user("ana").await;
    let world = World { app, storage, state, ana };

    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&uploaded["id"]).await;
    assert_eq!(row["status"], "ready");
    assert!(row["facts_note"].as_str().unwrap().contains("the limit is 1"), "{row}");
    assert_eq!(server.recorded().len(), 0);
}
