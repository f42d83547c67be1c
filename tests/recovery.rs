//! What goes wrong around a run and around reading: the end is the same, and every failure is told.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::join_all;
use http::Request;
use http::header::AUTHORIZATION;
use platform::model::Config;
use platform::queue::{Bus, Publisher};
use platform::runs::{self, Announcer};
use platform::{Clock, Env, Ids, Limiter, Serve};
use serde_json::{Value, json};
use testkit::{Parts, TestApp, left_out};
use tower::ServiceExt;

use crate::all_functions;
use crate::faults::{End, World};
use crate::server::Redis;

const PEOPLE: i32 = 60;

#[tokio::test]
async fn a_run_whose_messages_could_not_be_published_is_published_by_the_sweep() {
    let (bus, deliveries) = Bus::new();
    drop(deliveries);
    let build = |parts: &Parts| {
        let parts = Parts { publisher: Publisher::bus(bus.clone()), ..parts.clone() };
        all_functions::service(&parts, &Announcer::new(None), &Config::offline())
    };
    let world = World::new(TestApp::start(build).await).await;

    let (run, published) = world.start(PEOPLE, 7).await;
    assert!(published.is_empty(), "the queue is away");
    for message in world.sweep().await {
        world.app.push("persona-generate", &message).await.expect(204);
    }

    assert_eq!(world.end(run).await, End::of(PEOPLE));
}

/// Workers of the same project whose clock goes otherwise.
fn workers(world: &World, clock: Clock) -> Router {
    let parts = Parts { clock, ..world.app.parts.clone() };
    let service = all_functions::service(&parts, &Announcer::new(None), &Config::offline());
    service.router("workers", Serve::Push, &Env::from([]), Ids::system())
}

async fn push(workers: &Router, world: &World, message: &Value) -> u16 {
    let body = json!({ "message": { "data": STANDARD.encode(message.to_string()) } });
    let token = world.app.parts.verifier.sign().unwrap();
    let request = Request::post("/internal/events/persona-generate")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    workers.clone().oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn workers_whose_clocks_disagree_by_hours_write_everybody_once() {
    let world = World::new(all_functions::by_hand(&Config::offline()).await).await;
    let now = world.app.parts.clock.now();
    let hour = chrono::Duration::hours(1);
    let (ahead, behind) = (Clock::manual(now + hour), Clock::manual(now - hour));
    let (ahead, behind) = (workers(&world, ahead), workers(&world, behind));
    let (run, messages) = world.start(PEOPLE, 7).await;

    // Each message reaches both at once, and then the clock of all the others jumps by a day.
    let both = messages.iter().flat_map(|m| [push(&ahead, &world, m), push(&behind, &world, m)]);
    let answers = join_all(both).await;
    world.app.parts.clock.advance(chrono::Duration::days(1));
    for message in world.sweep().await {
        world.app.push("persona-generate", &message).await.expect(204);
    }

    assert!(answers.iter().all(|status| *status == 204), "{answers:?}");
    assert_eq!(world.end(run).await, End::of(PEOPLE));
}

#[tokio::test]
async fn reading_goes_on_while_redis_is_away_and_uses_it_again_when_it_is_back() {
    let Some(mut redis) = Redis::start().await else {
        return left_out("redis", "redis-server is not installed");
    };
    let cache = redis.cache();
    let build = |parts: &Parts| {
        let limiter = Limiter::new(Some(&cache), parts.clock.clone());
        let parts = Parts { limiter, cache: Some(cache.clone()), ..parts.clone() };
        all_functions::service(&parts, &Announcer::new(None), &Config::offline())
    };
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let path = format!("/api/v1/projects/{}/personas", app.project(&ana, json!({})).await);
    let is_counted = async || {
        let answer = app.get(&ana, &path).await;
        answer.expect(200);
        answer.header("ratelimit-limit").is_some()
    };

    assert!(is_counted().await, "Redis counts");
    redis.kill().await;
    assert!(!is_counted().await, "reading passes without it");
    redis.start_again().await;

    let wait = async {
        while !is_counted().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), wait).await.expect("it counts again");
}

#[tokio::test]
async fn a_sweep_leaves_alone_what_still_waits_behind_others() {
    let world = World::new(all_functions::by_hand(&Config::offline()).await).await;
    let (run, messages) = world.start(PEOPLE, 7).await;
    let parts = &world.app.parts;
    let now = parts.clock.now();
    runs::claim(&parts.pool, &parts.ids, run.into(), 0, now).await.unwrap();

    let later = now + chrono::Duration::seconds(61);
    runs::republish(&parts.pool, &parts.publisher, later).await.unwrap();

    assert!(parts.publisher.take().is_empty(), "two shards wait in the queue behind the first");
    assert_eq!(world.sweep().await.len(), messages.len(), "its worker has died: all come again");
}
