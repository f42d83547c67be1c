//! Summaries that are asked for twice, that a model refuses, and that are killed.

use platform::runs::LEASE;
use testkit::{Answer, Behaviour, Recorded, Scripted};

use super::reading::{summary, talked};
use super::*;

const TOPIC: &str = "focus-group-summary";

/// A project whose model answers as it is told, with a group of three that has talked: two chunks.
pub(super) async fn study_of(
    decide: impl Fn(&Recorded) -> Behaviour + Send + Sync + 'static,
) -> (Scripted, World, Value) {
    let server = Scripted::start([]).await;
    server.otherwise(decide);
    let config = server.config();
    let world = World::with(with_model(&config), 3).await;
    let group = world.group().await;
    world.talk(&group, "succeeded").await;
    (server, world, group)
}

/// Readings of the answers in a prompt, all of one concept.
pub(super) fn readings_of(prompt: &str, concept: &str) -> Behaviour {
    let numbers = (1..=99).filter(|n| prompt.contains(&format!("[{n}] ")));
    let readings: Vec<Value> = numbers
        .map(|n| {
            json!({ "answer": n, "sentiment": 0.5, "emotions": [],
                "concepts": [{ "name": concept, "sentiment": 0.5 }] })
        })
        .collect();
    Behaviour::Answer(json!({ "readings": readings, "insights": [], "surprises": [] }))
}

async fn count(world: &World, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(&world.app.parts.pool).await.unwrap()
}

const RUNS: &str = "select count(*) from runs where kind = 'focus-group-summary'";
const CALLS: &str = "select count(*) from model_calls";
const SUMMARIES: &str = "select count(*) from focus_group_summaries";

/// Asks for two summaries while somebody holds the row that this locks, who lets go when both wait for it.
async fn together(world: &World, lock: &'static str, paths: [&str; 2]) -> [Answer; 2] {
    const WAITING: &str = "select count(distinct l.pid) from pg_locks l \
        join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()";
    let mut holder = world.app.parts.pool.begin().await.unwrap();
    sqlx::query(lock).execute(&mut *holder).await.unwrap();
    let let_go = async {
        while count(world, WAITING).await < 2 {
            tokio::task::yield_now().await;
        }
        holder.rollback().await.unwrap();
    };
    let post = |path| world.app.post(&world.ana, path, json!({}));
    let (one, two, ()) = futures::join!(post(paths[0]), post(paths[1]), let_go);
    [one, two]
}

#[tokio::test]
async fn clicks_at_once_are_one_run_that_is_paid_for_once() {
    let (world, group) = talked(3).await;

    let path = summary(&group);
    let answers = together(&world, "select from projects for update", [&path, &path]).await;

    assert!(answers.iter().all(|answer| matches!(answer.status(), 200 | 202)), "{answers:?}");
    assert!(answers.iter().any(|answer| answer.status() == 200));
    assert_eq!(count(&world, RUNS).await, 1);
    assert_eq!(count(&world, CALLS).await, 3, "two chunks and the synthesis");
    assert_eq!(count(&world, SUMMARIES).await, 1);
    assert_eq!(world.app.audited(id(&group), "summary").await, 1);
}

#[tokio::test]
async fn summaries_that_end_at_once_have_versions_of_their_own() {
    let (world, group) = talked(3).await;

    let (full, short) =
        (summary(&group), format!("{}?include_recommendations=false", summary(&group)));
    let made = together(&world, "select from focus_groups for update", [&full, &short]).await;

    let made = made.map(|answer| answer.expect(200));
    let recommended = |one: &Value| one["recommendations"].as_array().unwrap().len();
    assert!(recommended(&made[0]) > 0, "{}", made[0]);
    assert_eq!(recommended(&made[1]), 0, "who wants none gets none: {}", made[1]);
    let mut versions = made.map(|summary| summary["metadata"]["version"].as_i64());
    versions.sort_unstable();
    assert_eq!(versions, [Some(1), Some(2)]);
    let latest = world.app.get(&world.ana, &summary(&group)).await.expect(200);
    assert_eq!(latest["metadata"]["version"], 2);
}

#[tokio::test]
async fn a_model_that_does_not_sum_up_is_told_and_no_summary_is_promised() {
    let (_server, world, group) = study_of(|request| {
        let prompt = request.body.to_string();
        match prompt.contains("<answers>") {
            true => readings_of(&prompt, "cena"),
            false => Behaviour::Refuse,
        }
    })
    .await;

    let refused = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(409);

    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.starts_with("No summary: the language model declined"), "{detail}");
    world.app.get(&world.ana, &summary(&group)).await.expect(404);
    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(409);
    assert_eq!(count(&world, RUNS).await, 1, "a second click is the same run");
}

#[tokio::test]
async fn a_model_that_reads_nothing_is_told() {
    let (_server, world, group) = study_of(|_| Behaviour::Status(400)).await;

    let refused = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(409);

    assert!(refused["detail"].as_str().unwrap().contains("rejected the request"), "{refused}");
    let status: String = sqlx::query_scalar("select status from runs where kind like '%summary'")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert_eq!(status, "failed");
}

/// A summary that waits in the queue: a discussion of 40 is summed up by a run.
async fn queued() -> (World, Value, Value) {
    let (world, group) = talked(40).await;
    let underway = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(202);
    world.app.parts.publisher.take();
    let message = json!({ "schema": 1, "run_id": underway["run_id"], "shard": 0 });
    (world, group, message)
}

async fn status(world: &World, message: &Value) -> String {
    sqlx::query_scalar("select status from runs where id = $1")
        .bind(message["run_id"].as_str().unwrap().parse::<Uuid>().unwrap())
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_summary_that_is_delivered_five_times_is_written_once() {
    let (world, group, message) = queued().await;

    let pushes = (0..5).map(|_| world.app.push(TOPIC, &message));
    for answer in futures::future::join_all(pushes).await {
        answer.expect(204);
    }

    assert_eq!(status(&world, &message).await, "succeeded");
    assert_eq!(count(&world, SUMMARIES).await, 1);
    let chunks = count(&world, "select count(*) from focus_group_digests").await;
    assert_eq!(count(&world, CALLS).await, chunks + 1, "nothing is asked for twice");
    world.app.get(&world.ana, &summary(&group)).await.expect(200);
}

#[tokio::test]
async fn a_summary_whose_worker_dies_anywhere_is_written_once() {
    let (world, group, message) = queued().await;
    world.app.push(TOPIC, &message).await.expect(204);
    let first = world.app.get(&world.ana, &summary(&group)).await.expect(200);

    // As it stands when a worker dies: after some chunks, after all of them, before it closes.
    for lost in [
        "with s as (delete from focus_group_summaries) delete from focus_group_digests where chunk > 1",
        "delete from focus_group_summaries",
        "select 1",
    ] {
        let pool = &world.app.parts.pool;
        sqlx::query(lost).execute(pool).await.unwrap();
        sqlx::query(
            "with run as (update runs set status = 'running', finished_at = null, \
             concluding_until = null where kind = 'focus-group-summary') \
             update run_shards set state = 'running', attempts = 1, \
             done = (select count(*) from focus_group_digests) \
                 + (select count(*) from focus_group_summaries), \
             lease_token = gen_random_uuid(), lease_until = $1",
        )
        .bind(world.app.parts.clock.now() + LEASE)
        .execute(pool)
        .await
        .unwrap();

        world.app.push(TOPIC, &message).await.expect(204);
        assert_eq!(status(&world, &message).await, "running", "the lease is still alive");
        world.app.parts.clock.advance(LEASE);
        world.app.push(TOPIC, &message).await.expect(204);

        assert_eq!(status(&world, &message).await, "succeeded", "{lost}");
        assert_eq!(count(&world, SUMMARIES).await, 1, "{lost}");
        let again = world.app.get(&world.ana, &summary(&group)).await.expect(200);
        assert_eq!(again["evidence"], first["evidence"], "{lost}");
        assert_eq!(again["metadata"]["version"], 1);
    }
}

#[tokio::test]
async fn a_cancelled_summary_leaves_none_and_the_next_is_the_first() {
    let (world, group, message) = queued().await;
    sqlx::query("update runs set cancel_requested_at = $1 where kind = 'focus-group-summary'")
        .bind(world.app.parts.clock.now())
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    world.app.push(TOPIC, &message).await.expect(204);

    assert_eq!(status(&world, &message).await, "cancelled");
    let told = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(409);
    assert_eq!(told["detail"], "No summary: the run was cancelled");
    world.app.parts.clock.advance(chrono::Duration::seconds(11));
    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(202);
    world.app.deliver_all().await;
    let made = world.app.get(&world.ana, &summary(&group)).await.expect(200);
    assert_eq!(made["metadata"]["version"], 1);
    assert_eq!(count(&world, SUMMARIES).await, 1);
}
