//! Facts that a model did not give.

use testkit::{Behaviour, Scripted};

use super::faults::fact;
use super::*;

/// No answer of ours, and no correction of one.
fn unusable() -> Behaviour {
    Behaviour::Text("Oto fakty, o które prosisz.".to_owned())
}

fn is_about_shopping(request: &testkit::Recorded) -> bool {
    request.body.to_string().contains("dyskoncie")
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_counted_in_the_documents_note() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| match is_about_shopping(request) {
        true => Behaviour::Answer(fact("Kawę ziarnistą kupuje 41% dorosłych")),
        false => unusable(),
    });
    let world = World::with(&server.config()).await;

    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&uploaded["id"]).await;
    let chunks = world.chunks(&uploaded["id"]).await.len();
    let note = row["facts_note"].as_str().unwrap();
    let expected = format!("{} of {chunks} passages gave no usable answer: ", chunks - 1);
    assert!(note.contains(&expected), "{note}");
    assert!(note.contains("even after a correction"), "{note}");
    assert_eq!((&row["num_facts"], &row["status"]), (&json!(1), &json!("ready")));
    assert_eq!(world.run_status(&uploaded["run_id"]).await, "succeeded");
}

#[tokio::test]
async fn a_document_of_which_no_answer_could_be_used_ends_its_run_partial() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| unusable());
    let world = World::with(&server.config()).await;

    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&uploaded["id"]).await;
    assert_eq!((&row["status"], &row["num_facts"]), (&json!("ready"), &json!(0)), "{row}");
    assert!(row["facts_note"].as_str().unwrap().contains("gave no usable answer"), "{row}");
    assert_eq!(world.run_status(&uploaded["run_id"]).await, "partial");
}

#[tokio::test]
async fn the_same_file_again_asks_for_the_missing_facts_only() {
    let server = Scripted::start([]).await;
    let good = || Behaviour::Answer(fact("Kawę pije się w domu"));
    server.otherwise(move |request| match is_about_shopping(request) {
        true => good(),
        false => unusable(),
    });
    let world = World::with(&server.config()).await;
    let first = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;
    let (asked, chunks) = (server.recorded().len(), world.chunks(&first["id"]).await);
    server.otherwise(move |_| Behaviour::Answer(fact("Kawę pije się w domu")));

    let again = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;
    let third = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;

    assert_eq!((&again["outcome"], &again["id"]), (&json!("resumed"), &first["id"]), "{again}");
    assert_eq!((&again["version"], &again["status"]), (&json!(1), &json!("ready")));
    assert_eq!(server.recorded().len() - asked, chunks.len() - 1, "each missing one once");
    let row = world.row(&first["id"]).await;
    assert_eq!((&row["num_facts"], &row["facts_note"]), (&json!(chunks.len()), &Value::Null));
    assert_eq!(world.chunks(&first["id"]).await, chunks);
    assert_eq!(world.run_status(&again["run_id"]).await, "succeeded");
    assert_eq!(third["outcome"], "unchanged");
    assert_eq!(world.files().len(), 1, "the file was there before");
}

#[tokio::test]
async fn a_model_that_refuses_everybody_keeps_the_facts_that_were_found() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| match is_about_shopping(request) {
        true => Behaviour::Answer(fact("Kawę ziarnistą kupuje 41% dorosłych")),
        false => Behaviour::Status(401),
    });
    let world = World::with(&server.config()).await;

    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&uploaded["id"]).await;
    assert_eq!((&row["status"], &row["num_facts"]), (&json!("ready"), &json!(1)), "{row}");
    let note = row["facts_note"].as_str().unwrap();
    assert!(note.starts_with("Facts could not be looked for in "), "{note}");
    assert_eq!(world.run_status(&uploaded["run_id"]).await, "partial");
}

#[tokio::test]
async fn an_outage_of_the_model_puts_facts_off_and_they_are_found_when_it_is_over() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| match is_about_shopping(request) {
        true => Behaviour::Answer(fact("Kawę ziarnistą kupuje 41% dorosłych")),
        false => Behaviour::Status(503),
    });
    let world = World::with(&server.config()).await;
    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let during = world.row(&uploaded["id"]).await;
    assert_eq!((&during["status"], &during["step"]), (&json!("ready"), &json!("written")));
    assert_eq!(world.run_status(&uploaded["run_id"]).await, "running", "nothing has failed");
    let asked = server.recorded().len();
    let chunks = world.chunks(&uploaded["id"]).await.len();
    server.otherwise(|_| Behaviour::Answer(fact("Kawę pije się w domu")));
    let payload = json!({ "schema": 1, "run_id": uploaded["run_id"], "shard": 0 });
    world.app.push("rag-ingest", &payload).await.expect(204);
    assert_eq!(server.recorded().len(), asked, "nobody claims it before its time");
    world.app.parts.clock.advance(chrono::Duration::hours(1));
    world.app.push("rag-ingest", &payload).await.expect(204);

    let row = world.row(&uploaded["id"]).await;
    assert_eq!((&row["step"], &row["facts_note"]), (&json!("done"), &Value::Null), "{row}");
    assert_eq!(row["num_facts"], chunks, "{row}");
    assert_eq!(world.run_status(&uploaded["run_id"]).await, "succeeded");
    let again = server.recorded().len() - asked;
    assert!(again < chunks, "what was answered is not asked again: {again} of {chunks}");
}

#[tokio::test]
async fn an_outage_of_the_vectors_provider_fails_no_document() {
    use platform::model::ProviderKind;

    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Status(503));
    let world = World::new().await;
    let config = EmbeddingConfig {
        provider: ProviderKind::OpenAi,
        base_url: Some(server.base_url()),
        first_pause: std::time::Duration::from_millis(1),
        ..EmbeddingConfig::offline()
    };
    let (parts, clock, ids) = (&world.app.parts, &world.app.parts.clock, &world.app.parts.ids);
    let embedder = Embedder::connect(config, &parts.pool, None, clock, ids).unwrap();
    let state = AppState { embedder, ..world.state.clone() };
    let push = || {
        let (env, ids) = (Env::from([]), platform::Ids::system());
        routes(state.clone()).router("rag-ingest", platform::Serve::Push, &env, ids)
    };
    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let payload = super::faults::next_message(&world);

    let status = super::faults::pushed(&world, push(), &payload).await;

    assert_eq!(status, 204, "put off, and no dead letter");
    let row = world.row(&uploaded["id"]).await;
    assert_eq!((&row["status"], &row["step"]), (&json!("processing"), &json!("chunked")), "{row}");
    world.app.parts.clock.advance(chrono::Duration::hours(1));
    world.app.push("rag-ingest", &payload).await.expect(204);
    assert_eq!(world.row(&uploaded["id"]).await["status"], "ready", "by a model that answers");
}
