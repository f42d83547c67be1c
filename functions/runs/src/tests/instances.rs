//! Instances that share a database and nothing else: each has its readings and a connection to Redis of its own.

use std::time::Duration;

use axum::Router;
use http_body_util::BodyExt;
use platform::cache::Cache;
use platform::rights::Rights;
use platform::{Ids, Serve};
use tower::ServiceExt;

use super::events::{next_event, watching};
use super::*;

/// Longer than a test takes.
const NEVER: Duration = Duration::from_secs(86_400);

/// An instance that reads so often without a hint.
fn instance(parts: &Parts, cache: Option<Cache>, poll: Duration) -> Service {
    let rights = Rights::new(cache.clone());
    let base = Base { cache: cache.clone(), rights, ..parts.base() };
    let state = AppState::new(base, Announcer::new(cache), parts.publisher.clone());
    routes(AppState { readings: Readings::every(poll), ..state })
}

fn elsewhere(parts: &Parts, cache: Option<Cache>, poll: Duration) -> Router {
    let service = instance(parts, cache, poll);
    service.router("elsewhere", Serve::Api, &Env::from([]), Ids::system())
}

#[tokio::test]
async fn what_a_worker_tells_reaches_whoever_watches_at_another_instance_by_redis() {
    let redis = || Cache::connect_patiently(&Env::from_process());
    assert!(redis().is_some(), "the tests run with Redis");
    let (app, ana, run) = with_run(&[2]).await;
    let other = elsewhere(&app.parts, redis(), NEVER);
    let mut body = other.oneshot(watching(&ana, run)).await.unwrap().into_body();
    next_event(&mut body).await;
    let working = lease(&app, run, 0).await;
    count(&app, &working, 1, 0).await;

    // Until the other instance has subscribed, it hears nothing.
    let worker = Announcer::new(redis());
    let progress = {
        let mut listening = std::pin::pin!(next_event(&mut body));
        loop {
            worker.tell(run).await;
            tokio::select! {
                event = &mut listening => break event,
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
    };
    count(&app, &working, 1, 0).await;
    engine::close(&app.parts.pool, &working).await.unwrap();
    conclude(&app, run).await;
    worker.tell(run).await;
    let end = next_event(&mut body).await;

    assert_eq!((progress.0.as_str(), &progress.2["done"]), ("progress", &json!(1)));
    assert_eq!((end.0.as_str(), &end.2["done"]), ("end", &json!(2)));
    assert!(body.frame().await.is_none(), "the stream ends with the run");
}

#[tokio::test]
async fn without_redis_whoever_watches_at_another_instance_is_told_by_the_row() {
    let away = || Cache::connect(&Env::from([("REDIS_URL", "redis://127.0.0.1:1/")]));
    let app = TestApp::start(|parts| instance(parts, away(), NEVER)).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let run = start(&app, &ana, Some(project), &[2]).await;
    let other = elsewhere(&app.parts, away(), Duration::from_millis(40));
    let mut body = other.oneshot(watching(&ana, run)).await.unwrap().into_body();
    next_event(&mut body).await;

    app.post(&ana, &format!("/api/v1/runs/{run}/cancel"), json!({})).await.expect(200);

    let end = next_event(&mut body).await;
    assert_eq!((end.0.as_str(), &end.2["status"]), ("end", &json!("cancelled")));
}
