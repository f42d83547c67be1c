use std::time::Duration;

use platform::runs::{self as engine, Claim};
use shared::id::RunId;
use sqlx::Connection;
use testkit::{Behaviour, Scripted};

use super::*;

fn run_of(started: &Value) -> RunId {
    RunId(started["run_id"].as_str().unwrap().parse().unwrap())
}

async fn start(app: &TestApp, user: &User, project: ProjectId, people: u32) -> Value {
    let path = format!("/api/v1/projects/{project}/populations");
    app.post(user, &path, json!({ "people": people, "seed": 5 })).await.expect(202)
}

#[tokio::test]
async fn every_message_five_times_and_shuffled_gives_everybody_once() {
    let (app, ana, project) = with_project().await;
    let started = start(&app, &ana, project, 60).await;
    let messages = app.parts.publisher.take();
    let payloads: Vec<Value> =
        messages.iter().map(|message| serde_json::from_str(&message.json).unwrap()).collect();

    app.push_shuffled(&messages[0].topic, &payloads).await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("succeeded".to_owned(), 60, 0));
    assert_eq!(cards(&app, project).await.len(), 60);
    let calls: i64 =
        sqlx::query_scalar("select count(*) from model_calls where task = 'persona_text'")
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(calls, 60, "nobody was written twice");
}

#[tokio::test]
async fn lost_messages_are_published_again_by_the_sweep() {
    let (app, ana, project) = with_project().await;
    let started = start(&app, &ana, project, 30).await;
    app.parts.publisher.take();

    app.parts.clock.advance(chrono::Duration::seconds(61));
    let now = app.parts.clock.now();
    engine::republish(&app.parts.pool, &app.parts.publisher, now).await.unwrap();
    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await.0, "succeeded");
}

#[tokio::test]
async fn a_worker_that_dies_with_some_people_written_is_continued_where_it_was() {
    let (app, ana, project) = with_project().await;
    let started = start(&app, &ana, project, 25).await;
    app.deliver_all().await;
    app.database.forget_nobody().await;
    let kept: Vec<uuid::Uuid> = sqlx::query_scalar(
        "with gone as (delete from personas where population_index >= 10 returning 1), \
         run as (update runs set status = 'running', finished_at = null), \
         shard as (update run_shards set state = 'running', done = 10, attempts = 1, \
         lease_token = gen_random_uuid(), lease_until = $1) \
         select id from personas where population_index < 10",
    )
    .bind(app.parts.clock.now() + engine::LEASE)
    .fetch_all(&app.parts.pool)
    .await
    .unwrap();
    let payload = json!({ "schema": 1, "run_id": started["run_id"], "shard": 0 });

    app.push("persona-generate", &payload).await.expect(204);
    assert_eq!(cards(&app, project).await.len(), 10, "the dead worker's lease is still alive");
    app.parts.clock.advance(engine::LEASE);
    app.push("persona-generate", &payload).await.expect(204);

    assert_eq!(run_row(&app, &started["run_id"]).await, ("succeeded".to_owned(), 25, 0));
    let ids: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from personas where population_index < 10")
            .fetch_all(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(kept, ids, "what was written stays as it was");
}

#[tokio::test]
async fn a_shard_that_never_progresses_is_given_up_and_told() {
    let (app, ana, project) = with_project().await;
    let started = start(&app, &ana, project, 25).await;
    app.parts.publisher.take();
    let parts = &app.parts;
    for _ in 0..engine::MAX_ATTEMPTS {
        let claim =
            engine::claim(&parts.pool, &parts.ids, run_of(&started), 0, parts.clock.now()).await;
        assert!(matches!(claim.unwrap(), Claim::Granted(_)));
        parts.clock.advance(engine::LEASE);
    }

    let payload = json!({ "schema": 1, "run_id": started["run_id"], "shard": 0 });
    app.push("persona-generate", &payload).await.expect(204);

    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 25));
}

#[tokio::test]
async fn a_cancelled_run_writes_nobody_more_and_keeps_whom_it_has() {
    let (app, ana, project) = with_project().await;
    let started = start(&app, &ana, project, 50).await;
    let messages = app.parts.publisher.take();
    let payload = |i: usize| serde_json::from_str::<Value>(&messages[i].json).unwrap();
    app.push("persona-generate", &payload(0)).await.expect(204);

    let mut transaction = app.parts.pool.begin().await.unwrap();
    let now = app.parts.clock.now();
    engine::cancel(&mut transaction, run_of(&started), now).await.unwrap();
    transaction.commit().await.unwrap();
    app.push("persona-generate", &payload(1)).await.expect(204);

    assert_eq!(run_row(&app, &started["run_id"]).await, ("cancelled".to_owned(), 25, 0));
    assert_eq!(cards(&app, project).await.len(), 25);
    let path = format!("/api/v1/projects/{project}/fidelity");
    assert_eq!(app.get(&ana, &path).await.expect(200)["people"], 25);
}

#[tokio::test]
async fn a_shard_that_cannot_be_read_is_missing_from_the_run_and_never_a_success() {
    let (app, ana, project) = with_project().await;
    let started = start(&app, &ana, project, 50).await;
    let broken = sqlx::query(
        "update run_shards set input = '{\"of\": \"a later release\"}' where shard = 1",
    );
    broken.execute(&app.parts.pool).await.unwrap();

    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await.0, "partial");
    let error: String =
        sqlx::query_scalar("select error from runs").fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(error, "25 items were never tried");
}

#[tokio::test]
async fn what_a_model_cannot_write_is_counted_with_its_reason() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| {
        let is_unlucky = request.body.to_string().len() % 3 == 0;
        if is_unlucky { Behaviour::Refuse } else { Behaviour::Status(400) }
    });
    let config = server.config();
    let app = TestApp::start(with_model(&config)).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;

    let started = start(&app, &ana, project, 10).await;
    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 10));
    let path = format!("/api/v1/projects/{project}/fidelity");
    let report = app.get(&ana, &path).await.expect(200);
    assert_eq!(report["people"], 0);
    assert_eq!(report["failed"]["people"], 10);
    assert_eq!(report["is_statistically_valid"], false);
}

#[tokio::test]
async fn a_model_that_always_says_nul_is_asked_twice_for_each_and_the_run_ends() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| {
        Behaviour::Answer(json!({
            "headline": "Anna", "background_story": "Mieszka w Toruniu\u{0}i pracuje.",
            "communication_style": "krótko", "decision_making_style": "od razu",
            "typical_concerns": ["ceny"],
        }))
    });
    let app = TestApp::start(with_model(&server.config())).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;

    let started = start(&app, &ana, project, 3).await;
    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 3));
    assert_eq!(server.recorded().len(), 6, "each once more, and nobody for ever");
}

#[tokio::test]
async fn a_model_that_is_silent_for_hours_fails_its_people_at_last_and_says_so() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Never);
    let config = Config { timeout: Duration::from_millis(50), ..server.config() };
    let app = TestApp::start(with_model(&config)).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;

    let started = start(&app, &ana, project, 3).await;
    app.deliver_all().await;
    assert_eq!(run_row(&app, &started["run_id"]).await, ("running".to_owned(), 0, 0));
    let began = app.parts.clock.now();
    while app.deliver_put_off().await > 0 {}

    assert!(app.parts.clock.now() - began >= engine::LONGEST_OUTAGE);
    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 3));
    let reasons: Vec<String> = sqlx::query_scalar("select distinct reason from run_failures")
        .fetch_all(&app.parts.pool)
        .await
        .unwrap();
    assert!(reasons.len() == 1 && !reasons[0].is_empty(), "{reasons:?}");
}

#[tokio::test]
async fn a_provider_that_is_away_or_at_its_limit_costs_nobody() {
    // All calls of the sixteen who are asked first, without and with their retries.
    for (first, most) in
        [(Behaviour::RateLimited("61".to_owned()), 16), (Behaviour::Status(503), 64)]
    {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        let server = Scripted::start([]).await;
        server.otherwise(move |_| {
            match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < most {
                true => first.clone(),
                false => Behaviour::Refuse,
            }
        });
        let app = TestApp::start(with_model(&server.config())).await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;

        let started = start(&app, &ana, project, 25).await;
        app.deliver_all().await;
        let put_off = run_row(&app, &started["run_id"]).await;
        while app.deliver_put_off().await > 0 {}

        assert_eq!(put_off, ("running".to_owned(), 0, 0));
        let reasons: Vec<String> = sqlx::query_scalar("select distinct code from run_failures")
            .fetch_all(&app.parts.pool)
            .await
            .unwrap();
        assert_eq!(reasons, ["model_refused"], "nobody failed of what has passed");
    }
}

#[tokio::test]
async fn a_person_whose_text_cannot_be_stored_fails_alone_and_the_others_are_paid_once() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let started = start(&app, &ana, project, 10).await;
    // A rule of the database that the text of one of them breaks.
    let rule = "alter table personas add check (population_index <> 4)";
    let options = app.database.options(None);
    let mut owner = sqlx::PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(rule).execute(&mut owner).await.unwrap();

    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("partial".to_owned(), 9, 1));
    let calls: i64 =
        sqlx::query_scalar("select count(*) from model_calls where task = 'persona_text'")
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(calls, 10, "nobody was asked twice");
}

#[tokio::test]
async fn people_who_failed_are_tried_again_and_reported_anew() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Refuse);
    let mut app = TestApp::start(with_model(&server.config())).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let started = start(&app, &ana, project, 10).await;
    app.deliver_all().await;
    let failed = run_row(&app, &started["run_id"]).await;
    app.deploy(build);

    let run = run_of(&started);
    let mut transaction = app.parts.pool.begin().await.unwrap();
    let now = app.parts.clock.now();
    engine::retry(&mut transaction, Some(project), run, ana.id, now).await.unwrap();
    transaction.commit().await.unwrap();
    engine::publish(&app.parts.pool, &app.parts.publisher, run, now).await.unwrap();
    app.deliver_all().await;

    assert_eq!(failed, ("failed".to_owned(), 0, 10));
    assert_eq!(run_row(&app, &started["run_id"]).await, ("succeeded".to_owned(), 10, 0));
    let path = format!("/api/v1/projects/{project}/fidelity");
    let report = app.get(&ana, &path).await.expect(200);
    assert_eq!((&report["people"], &report["failed"]["people"]), (&json!(10), &json!(0)));
}

#[tokio::test]
async fn forged_pushes_are_refused_and_poison_is_not_acknowledged() {
    let (app, _, _) = with_project().await;
    let payload = json!({ "schema": 1, "run_id": uuid::Uuid::nil(), "shard": 0 });
    let stranger = platform::queue::Verifier::local(b"another bus", app.parts.clock.clone());
    let old = app.parts.verifier.sign().unwrap();

    app.push_as("persona-generate", &payload, &stranger.sign().unwrap()).await.expect(401);
    app.push_as("persona-generate", &payload, "").await.expect(401);
    app.push("persona-generate", &json!({ "schema": 1 })).await.expect(503);
    app.push("persona-generate", &payload).await.expect(204);
    app.parts.clock.advance(chrono::Duration::minutes(6));
    app.push_as("persona-generate", &payload, &old).await.expect(401);

    let ana = app.user("ana").await;
    app.post(&ana, "/internal/events/persona-generate", payload).await.expect(404);
}

#[tokio::test]
async fn ten_runs_at_once_finish_with_five_connections() {
    let (app, ana, project) = with_project().await;
    let paths = (0..10).map(|seed| {
        let (app, ana) = (&app, &ana);
        async move {
            let path = format!("/api/v1/projects/{project}/populations");
            app.post(ana, &path, json!({ "people": 30, "seed": seed })).await.expect(202)
        }
    });
    futures::future::join_all(paths).await;
    let messages = app.parts.publisher.take();

    let pushes = messages.iter().map(|message| {
        let payload = serde_json::from_str(&message.json).unwrap();
        let app = &app;
        async move { app.push(&message.topic, &payload).await.expect(204) }
    });
    futures::future::join_all(pushes).await;

    assert_eq!(cards(&app, project).await.len(), 300);
    let open: i64 = sqlx::query_scalar("select count(*) from runs where status <> 'succeeded'")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(open, 0);
}
