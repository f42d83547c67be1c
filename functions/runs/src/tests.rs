mod asker;
mod events;
mod instances;
mod list;
mod locks;
mod payer;
mod put_off;
mod retry;
mod unpaid;

use platform::queue::Publisher;
use platform::runs::{self as engine, Claim, ItemFailure, NewRun, NewShard, Progress, SameAs};
use serde_json::{Value, json};
use shared::id::{ProjectId, RunId};
use shared::role::Role;
use shared::run::{RunKind, RunStatus};
use testkit::{Parts, TestApp, User};

use super::*;

fn build(parts: &Parts) -> Service {
    let announcer = Announcer::new(parts.cache.clone());
    routes(AppState::new(parts.base(), announcer, parts.publisher.clone()))
}

async fn start(app: &TestApp, user: &User, project: Option<ProjectId>, shards: &[u32]) -> RunId {
    let mut connection = app.parts.pool.acquire().await.unwrap();
    let run = NewRun {
        kind: RunKind::PersonaGenerate,
        project_id: project,
        subject_id: user.id.0,
        input: json!({}),
        shards: shards.iter().copied().map(NewShard::bare).collect(),
        same_as: SameAs { requested_by: user.id, request_hash: &[0; 32], idempotency_key: None },
        is_paid: false,
    };
    let now = app.parts.clock.now();
    engine::insert(&mut connection, &app.parts.ids, run, now).await.unwrap()
}

async fn claim(app: &TestApp, run: RunId, shard: i32) -> Claim {
    let parts = &app.parts;
    engine::claim(&parts.pool, &parts.ids, run, shard, parts.clock.now()).await.unwrap()
}

async fn lease(app: &TestApp, run: RunId, shard: i32) -> engine::Lease {
    match claim(app, run, shard).await {
        Claim::Granted(lease) => *lease,
        other => panic!("not granted: {other:?}"),
    }
}

async fn count(app: &TestApp, lease: &engine::Lease, done: u32, failed: u32) -> Progress {
    let mut connection = app.parts.pool.acquire().await.unwrap();
    let now = app.parts.clock.now();
    engine::progress(&mut connection, lease, done, failed, now).await.unwrap()
}

async fn conclude(app: &TestApp, run: RunId) -> Option<RunStatus> {
    let mut transaction = app.parts.pool.begin().await.unwrap();
    let now = app.parts.clock.now();
    let status = engine::conclude(&mut transaction, run, now).await.unwrap();
    transaction.commit().await.unwrap();
    status
}

async fn with_run(shards: &[u32]) -> (TestApp, User, RunId) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let run = start(&app, &ana, Some(project), shards).await;
    (app, ana, run)
}

#[tokio::test]
async fn a_shard_has_one_worker_at_a_time() {
    let (app, _, run) = with_run(&[2]).await;

    let _lease = lease(&app, run, 0).await;

    assert!(matches!(claim(&app, run, 0).await, Claim::Busy));
    assert!(matches!(claim(&app, run, 7).await, Claim::Done), "there is no such shard");
}

#[tokio::test]
async fn an_expired_lease_is_claimed_by_another_worker_and_its_holder_writes_nothing_more() {
    let (app, _, run) = with_run(&[2]).await;
    let first = lease(&app, run, 0).await;
    assert_eq!(count(&app, &first, 1, 0).await, Progress::Kept);

    app.parts.clock.advance(engine::LEASE);
    let second = lease(&app, run, 0).await;

    assert_eq!(count(&app, &first, 1, 0).await, Progress::Lost);
    assert!(!engine::close(&app.parts.pool, &first).await.unwrap());
    assert_eq!(count(&app, &second, 1, 0).await, Progress::Kept);
    assert!(engine::close(&app.parts.pool, &second).await.unwrap());
    assert_eq!(conclude(&app, run).await, Some(RunStatus::Succeeded));
    assert_eq!(conclude(&app, run).await, None, "a run ends once");
}

#[tokio::test]
async fn attempts_count_only_without_progress() {
    let (app, _, run) = with_run(&[100]).await;
    for _ in 0..20 {
        let lease = lease(&app, run, 0).await;
        assert!(!lease.is_exhausted);
        count(&app, &lease, 1, 0).await;
        app.parts.clock.advance(engine::LEASE);
    }

    for attempt in 1..=engine::MAX_ATTEMPTS + 1 {
        let lease = lease(&app, run, 0).await;
        assert_eq!(lease.is_exhausted, attempt > engine::MAX_ATTEMPTS, "attempt {attempt}");
        app.parts.clock.advance(engine::LEASE);
    }
}

#[tokio::test]
async fn a_shard_that_was_given_back_is_claimed_at_once() {
    let (app, _, run) = with_run(&[1]).await;
    let first = lease(&app, run, 0).await;

    let now = app.parts.clock.now();
    assert!(engine::release(&app.parts.pool, &first, true, now).await.unwrap());

    let second = lease(&app, run, 0).await;
    assert!(!engine::release(&app.parts.pool, &first, true, now).await.unwrap(), "not ours now");
    assert_eq!(count(&app, &first, 1, 0).await, Progress::Lost);
    assert_eq!(count(&app, &second, 1, 0).await, Progress::Kept);
}

#[tokio::test]
async fn failures_that_pass_use_up_no_attempts_and_others_do() {
    for passes in [true, false] {
        let (app, _, run) = with_run(&[1]).await;
        let now = app.parts.clock.now();

        for _ in 0..engine::MAX_ATTEMPTS {
            let lease = lease(&app, run, 0).await;
            engine::release(&app.parts.pool, &lease, passes, now).await.unwrap();
        }

        assert_eq!(lease(&app, run, 0).await.is_exhausted, !passes);
    }
}

#[tokio::test]
async fn a_run_ends_with_its_last_shard_and_says_what_failed() {
    let (app, ana, run) = with_run(&[1, 1]).await;
    for (shard, done, failed) in [(0, 1, 0), (1, 0, 1)] {
        let lease = lease(&app, run, shard).await;
        let mut connection = app.parts.pool.acquire().await.unwrap();
        let now = app.parts.clock.now();
        if failed > 0 {
            let reason = "no age".to_owned();
            let failures = [ItemFailure { item: 1, code: "unusable", reason }];
            let fresh = engine::fail_items(&mut connection, run, &failures, now).await.unwrap();
            let again = engine::fail_items(&mut connection, run, &failures, now).await.unwrap();
            assert_eq!((fresh, again), (1, 0), "a reason is noted once");
        }
        engine::progress(&mut connection, &lease, done, failed, now).await.unwrap();
        engine::close(&app.parts.pool, &lease).await.unwrap();
        let ended = conclude(&app, run).await;
        assert_eq!(ended.is_some(), shard == 1);
    }

    let view = app.get(&ana, &format!("/api/v1/runs/{run}")).await.expect(200);

    assert_eq!(view["status"], "partial");
    assert_eq!(view["client_status"], "completed");
    assert_eq!(view["failures"], json!({ "no age": 1 }));
}

#[tokio::test]
async fn cancelling_ends_a_waiting_run_at_once_and_a_working_one_between_items() {
    let (app, ana, run) = with_run(&[2, 2]).await;
    let cancel = format!("/api/v1/runs/{run}/cancel");
    let working = lease(&app, run, 0).await;

    let asked = app.post(&ana, &cancel, json!({})).await.expect(200);
    let told = count(&app, &working, 1, 0).await;
    engine::close(&app.parts.pool, &working).await.unwrap();
    let ended = conclude(&app, run).await;
    let again = app.post(&ana, &cancel, json!({})).await.expect(200);

    assert_eq!(asked["status"], "running");
    assert_eq!(told, Progress::Cancelled);
    assert_eq!(ended, Some(RunStatus::Cancelled));
    assert_eq!(again["client_status"], "failed");
    assert_eq!(again["done"], 1, "what was done stays");
    assert_eq!(app.audited(run.0, "cancel").await, 1);
}

#[tokio::test]
async fn a_run_without_a_project_is_its_requesters_alone() {
    let (app, ana, _) = with_run(&[1]).await;
    let colleague = app.user("colleague").await;
    let run = start(&app, &ana, None, &[1]).await;

    let (one, cancel) = (format!("/api/v1/runs/{run}"), format!("/api/v1/runs/{run}/cancel"));
    app.get(&colleague, &one).await.expect(404);
    app.post(&colleague, &cancel, json!({})).await.expect(404);
    let view = app.get(&ana, &one).await.expect(200);
    let stopped = app.post(&ana, &cancel, json!({})).await.expect(200);

    assert!(view["project_id"].is_null());
    assert_eq!(stopped["status"], "cancelled");
    assert_eq!(app.audited(run.0, "cancel").await, 1);
}

#[tokio::test]
async fn viewers_watch_editors_cancel_strangers_see_nothing() {
    let (app, ana, run) = with_run(&[1]).await;
    let viewer = app.user("viewer").await;
    let stranger = app.user("stranger").await;
    let view = app.get(&ana, &format!("/api/v1/runs/{run}")).await.expect(200);
    let project: ProjectId = serde_json::from_value(view["project_id"].clone()).unwrap();
    app.member(project, &viewer, Role::Viewer).await;

    let (one, cancel) = (format!("/api/v1/runs/{run}"), format!("/api/v1/runs/{run}/cancel"));
    app.get(&viewer, &one).await.expect(200);
    app.post(&viewer, &cancel, json!({})).await.expect(403);
    app.get(&stranger, &one).await.expect(404);
    app.get(&stranger, &format!("{one}/events")).await.expect(404);
    app.post(&stranger, &cancel, json!({})).await.expect(404);
}

#[tokio::test]
async fn lost_messages_and_ended_leases_are_published_again_and_live_ones_left_alone() {
    let (app, _, run) = with_run(&[1, 1, 1]).await;
    let publisher = Publisher::recording();
    let pool = &app.parts.pool;
    let now = || app.parts.clock.now();
    let sweep = || engine::republish(pool, &publisher, now());
    engine::publish(pool, &publisher, run, now()).await.unwrap();
    assert_eq!(publisher.take().len(), 3);

    assert!(sweep().await.unwrap().is_empty(), "the messages are young");
    app.parts.clock.advance(chrono::Duration::seconds(61));
    assert_eq!(sweep().await.unwrap(), [run]);
    assert_eq!(publisher.take().len(), 3, "the messages were lost");

    app.parts.clock.advance(chrono::Duration::seconds(61));
    let working = lease(&app, run, 1).await;
    assert!(sweep().await.unwrap().is_empty(), "one is at work, the others wait in the queue");
    app.parts.clock.advance(engine::LEASE);
    assert_eq!(sweep().await.unwrap(), [run]);
    assert_eq!(publisher.take().len(), 3, "the lease ended with its worker");
    drop(working);
}

#[tokio::test]
async fn a_run_whose_last_worker_died_before_settling_gets_one_message() {
    let (app, _, run) = with_run(&[1]).await;
    let working = lease(&app, run, 0).await;
    count(&app, &working, 1, 0).await;
    engine::close(&app.parts.pool, &working).await.unwrap();
    let publisher = Publisher::recording();

    app.parts.clock.advance(chrono::Duration::seconds(61));
    engine::republish(&app.parts.pool, &publisher, app.parts.clock.now()).await.unwrap();

    assert_eq!(publisher.take().len(), 1);
}

#[tokio::test]
async fn a_viewer_stops_the_export_that_they_asked_for_and_no_other_run() {
    let app = TestApp::start(build).await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &bea, Role::Viewer).await;
    let export = "update runs set kind = 'export' where id = $1";
    let mut runs = Vec::new();
    for (user, is_export) in [(&bea, true), (&bea, false), (&ana, true)] {
        let run = start(&app, user, Some(project), &[1]).await;
        if is_export {
            sqlx::query(export).bind(run.0).execute(&app.parts.pool).await.unwrap();
        }
        runs.push(format!("/api/v1/runs/{run}/cancel"));
    }

    let stopped = app.post(&bea, &runs[0], json!({})).await.expect(200);
    app.post(&bea, &runs[1], json!({})).await.expect(403);
    app.post(&bea, &runs[2], json!({})).await.expect(403);

    assert_eq!(stopped["status"], "cancelled");
    app.post(&ana, &runs[1], json!({})).await.expect(200);
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
