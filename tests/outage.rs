//! Redis and PostgreSQL fail in the middle of a run.

use std::time::Duration;

use platform::model::Config;
use platform::postgres;
use platform::runs::Announcer;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, PgPool};
use testkit::{Parts, TestApp, left_out};

use crate::all_functions;
use crate::faults::{End, World};
use crate::server::Redis;

const PEOPLE: i32 = 25;

/// Waits until the workers have written so many.
pub(crate) async fn until_written(world: &World, people: i64) {
    let wait = async {
        loop {
            let written = sqlx::query_scalar("select count(*) from personas");
            let written: i64 = written.fetch_one(&world.app.parts.pool).await.unwrap();
            if written >= people {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), wait).await.expect("the worker writes");
}

#[tokio::test]
async fn a_run_and_its_watcher_reach_the_end_when_redis_is_killed_in_the_middle() {
    without_redis(false).await;
}

#[tokio::test]
async fn a_run_and_its_watcher_reach_the_end_when_redis_is_killed_and_started_again() {
    without_redis(true).await;
}

async fn without_redis(it_comes_back: bool) {
    let Some(mut redis) = Redis::start().await else {
        return left_out("redis", "redis-server is not installed");
    };
    let cache = redis.cache();
    let announcer = Announcer::new(Some(cache.clone()));
    let model = all_functions::pensive(Duration::from_millis(20), 2);
    let build = |parts: &Parts| {
        let parts = Parts { cache: Some(cache.clone()), ..parts.clone() };
        all_functions::service(&parts, &announcer, &model)
    };
    let world = World::new(TestApp::start(build).await).await;
    let (run, messages) = world.start(PEOPLE, 1).await;

    let path = format!("/api/v1/runs/{run}/events");
    let watcher = world.app.get(world.user(), &path);
    let worker = world.app.push("persona-generate", &messages[0]);
    let outage = async {
        until_written(&world, 1).await;
        redis.kill().await;
        if it_comes_back {
            until_written(&world, 8).await;
            redis.start_again().await;
        }
    };
    let all = async { tokio::join!(watcher, worker, outage) };
    let (watched, worked, ()) =
        tokio::time::timeout(Duration::from_secs(120), all).await.expect("both end");

    worked.expect(204);
    assert_eq!(world.end(run).await, End::of(PEOPLE));
    let text = watched.text();
    let last = text.rsplit("data: ").next().unwrap();
    let last: Value = serde_json::from_str(last.trim()).unwrap();
    assert_eq!((&last["status"], &last["done"]), (&json!("succeeded"), &json!(PEOPLE)));
}

#[tokio::test]
async fn a_push_whose_database_connections_are_cut_is_refused_and_its_redelivery_finishes() {
    let model = all_functions::pensive(Duration::from_millis(20), 2);
    let world = World::new(all_functions::by_hand(&model).await).await;
    let (run, messages) = world.start(PEOPLE, 1).await;
    let superuser = world.app.database.options(None);
    let mut superuser = PgConnection::connect_with(&superuser).await.unwrap();

    let outage = async {
        until_written(&world, 1).await;
        // A connection that rests is replaced unseen: cut until one was at work.
        loop {
            cut(&mut superuser).await;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let worker = world.app.push("persona-generate", &messages[0]);
    let refused = tokio::select! {
        answer = worker => answer,
        () = outage => unreachable!("it goes on until the worker has answered"),
    };
    refused.expect(503);
    for message in world.sweep().await {
        world.app.push("persona-generate", &message).await.expect(204);
    }

    assert_eq!(world.end(run).await, End::of(PEOPLE));
}

#[tokio::test]
async fn a_request_that_is_dropped_while_its_transaction_begins_leaves_none_to_the_next() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let options = app.database.options(None);
    let pool = postgres::pool_options().max_connections(1).connect_lazy_with(options);
    leave_beginning(&pool).await;
}

/// Drops `begin` after its first step, its second, and so on, and looks what the next user gets.
async fn leave_beginning(pool: &PgPool) {
    pool.acquire().await.unwrap();
    for steps in 0..10 {
        let mut begin = Box::pin(pool.begin());
        for _ in 0..steps {
            if futures::poll!(&mut begin).is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(begin);
        tokio::time::sleep(Duration::from_millis(5)).await;
        let transaction = || sqlx::query_scalar("select txid_current()").fetch_one(pool);
        let (one, two): (i64, i64) = (transaction().await.unwrap(), transaction().await.unwrap());
        assert_ne!(one, two, "dropped after {steps} steps, it left its transaction open");
    }
}

/// Ends every connection to this test's database but the one that asks.
async fn cut(superuser: &mut PgConnection) {
    let statement = "select pg_terminate_backend(pid) from pg_stat_activity \
                     where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(statement).execute(superuser).await.unwrap();
}
