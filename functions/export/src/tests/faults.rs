//! What goes wrong while a file is written: every step at which a worker may die, messages that come again, and
//! somebody who wants it no more.

use platform::runs as engine;
use shared::id::RunId;
use uuid::Uuid;

use super::project::{export, exports, fetch, files_of, link};
use super::*;

/// An export that somebody has asked for, with its message.
async fn begun(app: &TestApp, user: &User, project: ProjectId) -> (Value, String, Value) {
    let body = json!({ "subject": "project", "format": "csv" });
    let started = app.post(user, &exports(project), body).await.expect(202);
    let message = app.parts.publisher.take().remove(0);
    (started, message.topic, serde_json::from_str(&message.json).unwrap())
}

async fn cancel(app: &TestApp, started: &Value) {
    let run = RunId(started["run_id"].as_str().unwrap().parse().unwrap());
    let mut transaction = app.parts.pool.begin().await.unwrap();
    engine::cancel(&mut transaction, run, app.parts.clock.now()).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn status(app: &TestApp) -> String {
    sqlx::query_scalar("select status from runs").fetch_one(&app.parts.pool).await.unwrap()
}

/// Where a worker died.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Died {
    Claimed,
    HalfAFile,
    BeforeItsDisclosure,
    BeforeItWasCounted,
    BeforeItWasClosed,
}

/// Leaves everything as a worker that dies there does.
async fn dies(app: &TestApp, started: &Value, died: Died) {
    let is_counted = died == Died::BeforeItWasClosed;
    let (attempt, now) = (app.parts.ids.next::<Uuid>(), app.parts.clock.now());
    sqlx::query(
        "with run as (update runs set status = 'running'), \
         export as (update exports set finished_at = $2, attempt = $3 where $4) \
         update run_shards set state = 'running', attempts = 1, done = $5, \
         lease_token = gen_random_uuid(), lease_until = $1",
    )
    .bind(now + engine::LEASE)
    .bind(now)
    .bind(attempt)
    .bind(is_counted)
    .bind(i32::from(is_counted))
    .execute(&app.parts.pool)
    .await
    .unwrap();
    let folder = format!("exports/{}/{attempt}", started["export_id"].as_str().unwrap());
    let file = match died {
        Died::Claimed => return,
        Died::HalfAFile => "half",
        _ => "population_id,whole\r\n",
    };
    let put = |name: &str, text: &'static str| {
        let key = format!("{folder}/{name}");
        async move { app.parts.storage.put(&key, "text/plain", text.into()).await.unwrap() }
    };
    put("file.csv", file).await;
    if matches!(died, Died::BeforeItWasCounted | Died::BeforeItWasClosed) {
        put("disclosure.json", "{}").await;
    }
}

#[tokio::test]
async fn a_worker_may_die_at_any_step_and_the_next_one_makes_the_file_whole() {
    for died in [
        Died::Claimed,
        Died::HalfAFile,
        Died::BeforeItsDisclosure,
        Died::BeforeItWasCounted,
        Died::BeforeItWasClosed,
    ] {
        let (app, ana, project, _) = project_with(3).await;
        let (started, topic, payload) = begun(&app, &ana, project).await;
        dies(&app, &started, died).await;

        app.push(&topic, &payload).await.expect(204);
        let meanwhile = app.get(&ana, &export(&started)).await.expect(200);
        app.parts.clock.advance(engine::LEASE);
        app.push(&topic, &payload).await.expect(204);
        app.push(&topic, &payload).await.expect(204);

        let is_whole = died == Died::BeforeItWasClosed;
        assert_eq!(meanwhile["is_ready"], is_whole, "{died:?}: the dead worker's lease is alive");
        assert_eq!(status(&app).await, "succeeded", "{died:?}");
        let link = link(&app, &ana, &started).await;
        let text = fetch(&app, &link["file"]).await.text();
        let lines = if is_whole { 1 } else { 4 };
        assert_eq!(text.matches("\r\n").count(), lines, "{died:?}: what was counted stays");
        fetch(&app, &link["disclosure"]).await.expect(200);
        let (done, size): (i32, i32) = sqlx::query_as("select done, size from run_shards")
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
        assert_eq!((done, size), (1, 1), "{died:?}: once");
    }
}

#[tokio::test]
async fn every_format_is_written_anew_after_a_worker_has_died() {
    for format in ["json", "pdf"] {
        let (app, ana, project, _) = project_with(3).await;
        let body = json!({ "subject": "project", "format": format });
        let started = app.post(&ana, &exports(project), body).await.expect(202);
        let message = app.parts.publisher.take().remove(0);
        let payload = serde_json::from_str(&message.json).unwrap();
        dies(&app, &started, Died::HalfAFile).await;

        app.parts.clock.advance(engine::LEASE);
        app.push(&message.topic, &payload).await.expect(204);

        let link = link(&app, &ana, &started).await;
        assert!(fetch(&app, &link["file"]).await.bytes().len() > 100, "{format}");
    }
}

#[tokio::test]
async fn a_message_that_comes_five_times_at_once_writes_one_file() {
    let (app, ana, project, _) = project_with(3).await;
    let (started, topic, payload) = begun(&app, &ana, project).await;

    let pushes = (0..5).map(|_| async { app.push(&topic, &payload).await.expect(204) });
    futures::future::join_all(pushes).await;

    assert_eq!(status(&app).await, "succeeded");
    assert_eq!(files_of(&app, &started).await, 1);
}

#[tokio::test]
async fn a_message_that_was_lost_is_published_again() {
    let (app, ana, project, _) = project_with(1).await;
    begun(&app, &ana, project).await;

    app.parts.clock.advance(chrono::Duration::seconds(61));
    let now = app.parts.clock.now();
    engine::republish(&app.parts.pool, &app.parts.publisher, now).await.unwrap();
    app.deliver_all().await;

    assert_eq!(status(&app).await, "succeeded");
}

/// The `insert`s and `update`s that a cancellation comes just before, by a rule of the database.
async fn cancelled_when(app: &TestApp, table: &str, when: &str) {
    use sqlx::Connection;
    let options = app.database.options(None);
    let mut owner = sqlx::PgConnection::connect_with(&options).await.unwrap();
    let rule = format!(
        "create function now_cancel() returns trigger language plpgsql security definer as $$ begin \
         update runs set cancel_requested_at = created_at; return new; end $$; \
         create trigger now_cancel {when} on {table} for each row execute function now_cancel()"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(rule)).execute(&mut owner).await.unwrap();
}

#[tokio::test]
async fn cancelled_before_between_or_behind_its_steps_an_export_leaves_nothing_to_fetch() {
    for when in ["before anybody begins", "while it is written", "after it was counted"] {
        let (app, ana, project, _) = project_with(3).await;
        let (started, topic, payload) = begun(&app, &ana, project).await;
        match when {
            "before anybody begins" => cancel(&app, &started).await,
            // the file is kept, and the transaction that would count it hears of it
            "while it is written" => cancelled_when(&app, "exports", "before update").await,
            _ => {
                dies(&app, &started, Died::BeforeItWasClosed).await;
                cancel(&app, &started).await;
                app.parts.clock.advance(engine::LEASE);
            }
        }

        app.push(&topic, &payload).await.expect(204);

        let view = app.get(&ana, &export(&started)).await.expect(200);
        assert_eq!(view["is_ready"], false, "{when}");
        app.post(&ana, &format!("{}/link", export(&started)), json!({})).await.expect(409);
        let left = usize::from(when == "after it was counted");
        assert_eq!(files_of(&app, &started).await, left, "{when}: maintenance takes that one away");
        if when != "while it is written" {
            assert_eq!(status(&app).await, "cancelled", "{when}");
        }
    }
}

#[tokio::test]
async fn a_link_is_over_once_its_export_is_cancelled() {
    let (app, ana, project, _) = project_with(1).await;
    let (started, topic, payload) = begun(&app, &ana, project).await;
    app.push(&topic, &payload).await.expect(204);
    let link = link(&app, &ana, &started).await;
    assert_eq!(fetch(&app, &link["file"]).await.status(), 200);

    sqlx::query("update runs set cancel_requested_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    fetch(&app, &link["file"]).await.expect(404);
}

#[tokio::test]
async fn an_export_that_never_gets_on_is_given_up_and_told() {
    let (app, ana, project, _) = project_with(1).await;
    let (started, topic, payload) = begun(&app, &ana, project).await;
    let parts = &app.parts;
    let run = RunId(started["run_id"].as_str().unwrap().parse().unwrap());
    for _ in 0..engine::MAX_ATTEMPTS {
        let claim = engine::claim(&parts.pool, &parts.ids, run, 0, parts.clock.now()).await;
        assert!(matches!(claim.unwrap(), engine::Claim::Granted(_)));
        parts.clock.advance(engine::LEASE);
    }

    app.push(&topic, &payload).await.expect(204);

    assert_eq!(status(&app).await, "failed");
    assert_eq!(files_of(&app, &started).await, 0);
}
