//! Two instances that share a database and nothing else: each has a hub and a connection to Redis of its own.

use platform::cache::Cache;
use platform::rights::Rights;
use platform::{Base, Env, Ids, Serve};

use super::faults::Way;
use super::*;

/// Longer than a test takes.
const NEVER: Duration = Duration::from_secs(86_400);

fn instance(parts: &Parts, cache: &Cache, pace: Pace) -> Service {
    let base = Base {
        cache: Some(cache.clone()),
        limiter: parts.limiter.clone().times(100),
        rights: Rights::new(Some(cache.clone())),
        ..parts.base()
    };
    routes(AppState::at_pace(base, parts.publisher.clone(), pace))
}

/// Sockets of another instance than the one that answers the world's requests.
async fn elsewhere<'a>(world: &'a World, cache: &Cache, pace: Pace) -> Server<'a> {
    let service = instance(&world.app.parts, cache, pace);
    let router = service.router("elsewhere", Serve::Api, &Env::from([]), Ids::system());
    Server::of(world, router).await
}

#[tokio::test]
async fn a_change_at_one_instance_reaches_a_socket_of_another_by_redis() {
    let (near, far) = (Way::open().await, Way::open().await);
    // Nobody looks without a hint.
    let pace = Pace { look: NEVER, rights: NEVER, ..quick() };
    let world = World::of(|parts| instance(parts, &near.cache, pace)).await;
    let server = elsewhere(&world, &far.cache, pace).await;
    let mut vera = server.open(&world.vera).await;
    assert_eq!(vera.next().await["type"], "hello");

    // Until the other instance has subscribed, it hears nothing.
    let first = {
        let mut listening = std::pin::pin!(vera.event());
        loop {
            world.comment(&world.edek, "Słychać?", &[]).await;
            tokio::select! {
                event = &mut listening => break event,
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
    };
    world.comment(&world.edek, "Raz jeszcze", &[]).await;

    assert_eq!(first["offset"], 1, "and then what it has missed as well");
    let mut known = 1;
    loop {
        let event = vera.event().await;
        known += 1;
        assert_eq!(event["offset"], known, "none is left out and none comes twice");
        if event["comment"]["text"] == "Raz jeszcze" {
            break;
        }
    }
}

#[tokio::test]
async fn without_redis_a_change_at_one_instance_reaches_a_socket_of_another_by_its_row() {
    let (near, far) = (Way::open().await, Way::open().await);
    let world = World::of(|parts| instance(parts, &near.cache, quick())).await;
    let server = elsewhere(&world, &far.cache, quick()).await;
    let mut vera = server.open(&world.vera).await;
    assert_eq!(vera.next().await["type"], "hello");

    near.close().await;
    far.close().await;
    world.comment(&world.edek, "Bez Redisa", &[]).await;

    assert_eq!(vera.event().await["comment"]["text"], "Bez Redisa");
    let body = json!({ "project_id": world.project });
    let refused = world.app.post(&world.vera, "/api/v1/collaboration/tickets", body).await;
    assert_eq!(refused.expect(503)["code"], "tickets_away", "it is away indeed");
}
