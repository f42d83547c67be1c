//! What a run survives: dead workers at each step, messages in any number and order, an end that somebody asks for.

use platform::runs::{self as engine, Claim};
use shared::id::RunId;
use sqlx::types::Uuid;

use super::*;

const TOPIC: &str = "kpi-recalc";

/// A study whose people are in two populations, so that a run has two shards; its run, and the messages.
async fn started() -> (TestApp, User, ProjectId, RunId, Vec<Value>) {
    let (app, ana, project, _) = study(30).await;
    app.people(project, &ana, 20).await;
    let path = format!("/api/v1/projects/{project}/kpi/recalculate");
    let run = app.post(&ana, &path, json!({})).await.expect(202);
    let run = RunId(run["run_id"].as_str().unwrap().parse().unwrap());
    let messages = app.parts.publisher.take();
    let payloads = messages.iter().map(|message| serde_json::from_str(&message.json).unwrap());
    (app, ana, project, run, payloads.collect())
}

/// Status of the run, with what its shards have done and of how much.
async fn standing(app: &TestApp, run: RunId) -> (String, i64, i64) {
    sqlx::query_as(
        "select r.status, sum(s.done), sum(s.size) from runs r join run_shards s on s.run_id = r.id \
         where r.id = $1 group by r.status",
    )
    .bind(run.0)
    .fetch_one(&app.parts.pool)
    .await
    .unwrap()
}

/// Every stored segment with its version.
async fn stored(app: &TestApp) -> Vec<(Uuid, String, i64)> {
    sqlx::query_as(
        "select population_id, segment_id, version from kpi_snapshots order by population_id, segment_id",
    )
    .fetch_all(&app.parts.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn every_message_five_times_and_shuffled_computes_everything_once() {
    let (app, _, _, run, payloads) = started().await;
    assert_eq!(payloads.len(), 2, "a shard a population");

    app.push_shuffled(TOPIC, &payloads).await;

    let (status, done, size) = standing(&app, run).await;
    assert_eq!((status.as_str(), done), ("succeeded", size));
    let stored = stored(&app).await;
    assert_eq!(i64::try_from(stored.len()).unwrap(), size);
    assert!(stored.iter().all(|(_, _, version)| *version == 1), "{stored:?}");
}

/// The steps of a shard after which its worker may die: each leaves the tables as they are then.
#[tokio::test]
async fn a_worker_that_dies_at_any_step_is_continued_and_nothing_is_stored_twice() {
    for (step, left) in [
        ("claimed, nothing stored", "delete from kpi_snapshots"),
        (
            "half of it stored by somebody else meanwhile",
            "delete from kpi_snapshots where segment_id like '%_urban'",
        ),
        ("stored, not counted", "select 1"),
    ] {
        let (app, _, _, run, payloads) = started().await;
        for payload in &payloads {
            app.push(TOPIC, payload).await.expect(204);
        }
        let whole = stored(&app).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(left)).execute(&app.parts.pool).await.unwrap();
        sqlx::query(
            "with run as (update runs set status = 'running', finished_at = null, concluding_until = null) \
             update run_shards set state = 'running', done = 0, attempts = 1, \
             lease_token = gen_random_uuid(), lease_until = $1",
        )
        .bind(app.parts.clock.now() + engine::LEASE)
        .execute(&app.parts.pool)
        .await
        .unwrap();
        let before = stored(&app).await;

        app.push(TOPIC, &payloads[0]).await.expect(204);
        assert_eq!(stored(&app).await, before, "{step}: the dead worker's lease is still alive");
        app.parts.clock.advance(engine::LEASE);
        for payload in &payloads {
            app.push(TOPIC, payload).await.expect(204);
        }

        assert_eq!(stored(&app).await, whole, "{step}");
        let (status, done, size) = standing(&app, run).await;
        assert_eq!((status.as_str(), done), ("succeeded", size), "{step}");
    }
}

#[tokio::test]
async fn a_run_whose_worker_died_before_its_end_is_ended_by_the_next_message() {
    let (app, _, _, run, payloads) = started().await;
    for payload in &payloads {
        app.push(TOPIC, payload).await.expect(204);
    }
    sqlx::query("update runs set status = 'running', finished_at = null, concluding_until = null")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    app.push(TOPIC, &payloads[1]).await.expect(204);

    assert_eq!(standing(&app, run).await.0, "succeeded");
}

#[tokio::test]
async fn a_cancelled_run_keeps_the_population_that_is_done_and_computes_no_other() {
    let (app, _, _, run, payloads) = started().await;
    app.push(TOPIC, &payloads[0]).await.expect(204);
    let first = stored(&app).await;
    let mut transaction = app.parts.pool.begin().await.unwrap();
    engine::cancel(&mut transaction, run, app.parts.clock.now()).await.unwrap();
    transaction.commit().await.unwrap();

    app.push(TOPIC, &payloads[1]).await.expect(204);

    assert_eq!(stored(&app).await, first);
    assert_eq!(standing(&app, run).await.0, "cancelled");
}

#[tokio::test]
async fn a_shard_that_never_progresses_is_given_up_and_the_others_count() {
    let (app, _, _, run, payloads) = started().await;
    for _ in 0..engine::MAX_ATTEMPTS {
        let (parts, now) = (&app.parts, app.parts.clock.now());
        let claim = engine::claim(&parts.pool, &parts.ids, run, 0, now).await;
        assert!(matches!(claim.unwrap(), Claim::Granted(_)));
        parts.clock.advance(engine::LEASE);
    }

    for payload in &payloads {
        app.push(TOPIC, payload).await.expect(204);
    }

    assert_eq!(standing(&app, run).await.0, "partial");
    let error: String =
        sqlx::query_scalar("select error from runs").fetch_one(&app.parts.pool).await.unwrap();
    assert!(error.contains("never tried"), "{error}");
}
