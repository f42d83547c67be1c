//! What becomes of events when something breaks.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use platform::Env;
use platform::cache::Cache;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::*;

/// Somebody whose connection breaks again and again while others write.
#[tokio::test]
async fn a_hundred_broken_connections_lose_and_double_nothing() {
    let world = World::of(|parts| {
        let limiter = parts.limiter.clone().times(100);
        let base = platform::Base { limiter, ..parts.base() };
        routes(AppState::at_pace(base, parts.publisher.clone(), quick()))
    })
    .await;
    let server = Server::start(&world).await;
    const CHANGES: i64 = 150;
    let writing = async {
        for number in 0..CHANGES {
            world.comment(&world.edek, &number.to_string(), &[]).await;
        }
    };
    let mut texts: BTreeMap<i64, String> = BTreeMap::new();
    let listening = async {
        let epoch = world.project.to_string();
        let (mut known, mut cycles) = (0, 0);
        while known < CHANGES || cycles < 100 {
            let mut socket = server.resume(&world.vera, known, &epoch).await;
            cycles += 1;
            assert_eq!(socket.next().await["type"], "hello", "it goes on where it was");
            // One, two, or no event, and it breaks without a goodbye.
            let events = (cycles % 3).min(CHANGES - known);
            for _ in 0..events {
                let event = socket.event().await;
                let offset = event["offset"].as_i64().unwrap();
                assert_eq!(offset, known + 1, "none is left out and none comes twice");
                known = offset;
                let text = event["comment"]["text"].as_str().unwrap().to_owned();
                assert!(texts.insert(offset, text).is_none());
            }
        }
    };

    tokio::join!(writing, listening);

    let expected: Vec<String> = (0..CHANGES).map(|number| number.to_string()).collect();
    assert_eq!(texts.into_values().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn many_who_write_at_once_leave_no_gap() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    assert_eq!(vera.next().await["type"], "hello");

    let both = [&world.ana, &world.edek];
    let writes = (0..40).map(|number| {
        let text = number.to_string();
        let world = &world;
        async move { world.comment(both[number % 2], &text, &[]).await }
    });
    futures::future::join_all(writes).await;

    let mut offsets = Vec::new();
    for _ in 0..40 {
        offsets.push(vera.event().await["offset"].as_i64().unwrap());
    }
    assert_eq!(offsets, (1..=40).collect::<Vec<_>>());
}

#[tokio::test]
async fn without_redis_no_new_socket_opens_and_the_events_are_there_all_the_same() {
    let world = World::of(|parts| {
        let base = platform::Base { cache: None, ..parts.base() };
        routes(AppState::at_pace(base, parts.publisher.clone(), quick()))
    })
    .await;
    world.comment(&world.edek, "Jeden", &[]).await;

    let body = json!({ "project_id": world.project });
    let refused = world.app.post(&world.vera, "/api/v1/collaboration/tickets", body).await;

    assert_eq!(refused.expect(503)["code"], "tickets_away");
    assert!(refused.header("retry-after").is_some());
    let here = world.app.get(&world.vera, &world.path("/presence")).await.expect(200);
    assert_eq!(here, json!({ "is_known": false, "people": [] }));
    assert_eq!(world.events(0).await.len(), 1, "the plain-HTTP twin asks for none");
}

/// A change by another instance, whose hint is lost.
#[tokio::test]
async fn a_change_that_nobody_was_told_of_is_found_all_the_same() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    assert_eq!(vera.next().await["type"], "hello");
    let elsewhere = platform::Base { cache: None, ..world.app.parts.base() };
    let elsewhere = AppState::new(elsewhere, world.app.parts.publisher.clone());
    let router = routes(elsewhere).router(
        "elsewhere",
        platform::Serve::Api,
        &platform::Env::from([]),
        platform::Ids::system(),
    );
    let body = json!({ "subject": world.subject(), "text": "Skądinąd" });
    let request = http::Request::post(world.path("/comments"))
        .header("authorization", format!("Bearer {}", world.edek.token))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();

    let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();

    assert_eq!(answer.status(), 201);
    assert_eq!(vera.event().await["comment"]["text"], "Skądinąd");
}

/// The way to the tests' Redis, which ends when this is dropped.
pub(super) struct Way {
    pub(super) cache: Cache,
    relaying: JoinHandle<()>,
}

impl Way {
    pub(super) async fn open() -> Self {
        let url: String =
            Env::from_process().required("REDIS_URL").expect("the tests have a Redis");
        // redis://user:password@host:port/number
        let (head, rest) = url.rsplit_once(':').unwrap();
        let (port, number) = rest.split_once('/').unwrap_or((rest, "0"));
        let (head, port, number) =
            (head.to_owned(), port.parse::<u16>().unwrap(), number.to_owned());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let here = listener.local_addr().unwrap().port();
        let url = format!("{head}:{here}/{number}");
        let relaying = tokio::spawn(async move {
            // Dropped with this task, and every connection with it.
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                connections.spawn(async move {
                    let mut far = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        let cache = Cache::connect(&Env::from([("REDIS_URL", &url)])).unwrap();
        Self { cache, relaying }
    }

    /// Ends it: nothing passes any more.
    pub(super) async fn close(mut self) {
        self.relaying.abort();
        let _ = (&mut self.relaying).await;
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.relaying.abort();
    }
}

#[tokio::test]
async fn a_socket_that_is_open_goes_on_without_redis() {
    let way = Way::open().await;
    let world = World::of(|parts| {
        let base = platform::Base { cache: Some(way.cache.clone()), ..parts.base() };
        routes(AppState::at_pace(base, parts.publisher.clone(), quick()))
    })
    .await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    assert_eq!(vera.next().await["type"], "hello");

    drop(way);
    world.comment(&world.edek, "Bez Redisa", &[]).await;

    assert_eq!(vera.event().await["comment"]["text"], "Bez Redisa");
    let body = json!({ "project_id": world.project });
    let refused = world.app.post(&world.vera, "/api/v1/collaboration/tickets", body).await;
    assert_eq!(refused.expect(503)["code"], "tickets_away");
    let here = world.app.get(&world.vera, &world.path("/presence")).await.expect(200);
    assert_eq!(here["is_known"], false);
}
