//! One suite for both queues: the bus of one machine, and Google's own emulator of Pub/Sub.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use platform::model::Config;
use platform::queue::{Bus, Deliveries, Publisher, Verifier};
use platform::runs::Announcer;
use platform::{Clock, Env, Ids, Serve};
use serde_json::{Value, json};
use testkit::{Parts, PubSub, TestApp};
use tokio_util::task::AbortOnDropHandle;

use crate::all_functions;
use crate::faults::{End, World};

const TOPIC: &str = "persona-generate";

/// A queue and what receives from it.
enum Queue {
    Bus(Bus, Mutex<Option<Deliveries>>),
    PubSub(PubSub),
}

impl Queue {
    /// Those that this machine has.
    async fn all() -> Vec<(&'static str, Self)> {
        let (bus, deliveries) = Bus::new();
        let mut all = vec![("bus", Self::Bus(bus, Mutex::new(Some(deliveries))))];
        if let Some(pubsub) = PubSub::start().await {
            pubsub.topic(TOPIC).await;
            all.push(("pubsub", Self::PubSub(pubsub)));
        }
        all
    }

    fn publisher(&self) -> Publisher {
        match self {
            Self::Bus(bus, _) => Publisher::bus(bus.clone()),
            Self::PubSub(pubsub) => pubsub.publisher(),
        }
    }

    /// Delivers to these workers while what it returns lives.
    async fn deliver(&self, workers: Router, verifier: Verifier) -> AbortOnDropHandle<()> {
        match self {
            Self::Bus(_, deliveries) => {
                let deliveries = deliveries.lock().unwrap().take().expect("connected once");
                AbortOnDropHandle::new(tokio::spawn(deliveries.run(workers, verifier)))
            }
            Self::PubSub(pubsub) => pubsub.push(TOPIC, workers, verifier).await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_says_nothing_holds_nobody_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let publisher = Publisher::emulator(&address, "sight-test");
    // the clock is paused: these are the seconds of its timers, not of the machine
    let before = tokio::time::Instant::now();

    let published = publisher.publish(TOPIC, &json!({})).await;

    assert!(published.is_err());
    assert!(before.elapsed() <= Duration::from_secs(6), "{:?}", before.elapsed());
}

/// Waits for something that the queue brings about.
async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), wait).await.expect(what);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_started_through_a_queue_ends_with_everybody_once() {
    for (name, queue) in Queue::all().await {
        let build = |parts: &Parts| {
            let parts = Parts { publisher: queue.publisher(), ..parts.clone() };
            all_functions::service(&parts, &Announcer::new(None), &Config::offline())
        };
        let app = TestApp::start(build).await;
        let workers = build(&app.parts).router("w", Serve::Push, &Env::from([]), Ids::system());
        let _delivering = queue.deliver(workers, app.parts.verifier.clone()).await;
        let world = World::new(app).await;

        let (run, kept) = world.start(60, 7).await;

        assert!(kept.is_empty(), "{name}: the messages are the queue's");
        let is_traced = "select trace ~ '^[0-9a-f]{32}$' from runs where id = $1";
        let is_traced = sqlx::query_scalar(is_traced).bind(run).fetch_one(&world.app.parts.pool);
        let is_traced: Option<bool> = is_traced.await.unwrap();
        assert_eq!(is_traced, Some(true), "{name}: the run knows its click");
        let is_over = async || world.end(run).await == End::of(60);
        until(name, is_over).await;
    }
}

/// Workers that refuse the first deliveries, and what they were sent.
fn reluctant(refusals: u32) -> (Router, Arc<Mutex<Vec<Value>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (kept, count) = (Arc::clone(&seen), Arc::new(AtomicU32::new(0)));
    let worker = post(move |body: axum::body::Bytes| {
        kept.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
        let refuses = count.fetch_add(1, Ordering::SeqCst) < refusals;
        async move { if refuses { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NO_CONTENT } }
    });
    (Router::new().route(&format!("/internal/events/{TOPIC}"), worker), seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_comes_again_with_the_same_payload() {
    for (name, queue) in Queue::all().await {
        let (workers, seen) = reluctant(2);
        let verifier = Verifier::local(b"a test's own bus", Clock::system());
        let _delivering = queue.deliver(workers, verifier).await;

        let payload = json!({ "schema": 1, "run_id": "zażółć" });
        queue.publisher().publish(TOPIC, &payload).await.unwrap();

        until(name, async || seen.lock().unwrap().len() >= 3).await;
        for envelope in seen.lock().unwrap().iter() {
            let data = envelope["message"]["data"].as_str().expect("base64");
            assert_eq!(decoded(data), payload, "{name}: {envelope}");
            assert!(envelope["message"]["messageId"].is_string(), "{name}: {envelope}");
            assert!(envelope["subscription"].is_string(), "{name}: {envelope}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_brings_the_trace_that_it_was_published_in() {
    const CLICK: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (name, queue) in Queue::all().await {
        let (workers, seen) = reluctant(0);
        let verifier = Verifier::local(b"a test's own bus", Clock::system());
        let _delivering = queue.deliver(workers, verifier).await;

        let (publisher, payload) = (queue.publisher(), json!({ "schema": 1 }));
        let publishing = publisher.publish(TOPIC, &payload);
        platform::trace::during(CLICK.to_owned(), publishing).await.unwrap();

        until(name, async || !seen.lock().unwrap().is_empty()).await;
        let envelope = seen.lock().unwrap()[0].clone();
        let parent = envelope["message"]["attributes"]["traceparent"].as_str().expect(name);
        assert!(parent.starts_with(&format!("00-{CLICK}-")), "{name}: {envelope}");
    }
}

fn decoded(data: &str) -> Value {
    use base64::Engine;
    let json = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[tokio::test]
async fn publishing_to_a_topic_that_is_not_there_is_an_error() {
    let Some(pubsub) = PubSub::start().await else { return };

    let published = pubsub.publisher().publish("nowhere", &json!({})).await;

    assert!(published.is_err());
}
