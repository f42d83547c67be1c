//! PostgreSQL and Redis are restarted, both at once, while a run is at work and people read.

use std::cell::Cell;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::join_all;
use platform::runs::Announcer;
use testkit::{Database, Parts, TestApp};
use uuid::Uuid;

use crate::all_functions;
use crate::faults::{End, World};
use crate::outage::until_written;
use crate::server::Servers;

const READERS: usize = 16;
/// So that nobody reaches the limit of a plan.
const BETWEEN_VIEWS: Duration = Duration::from_millis(100);

/// When this server was started.
async fn began(app: &TestApp) -> DateTime<Utc> {
    let began = sqlx::query_scalar("select pg_postmaster_start_time()");
    began.fetch_one(&app.parts.pool).await.unwrap()
}

async fn persona(app: &TestApp) -> Uuid {
    let id = sqlx::query_scalar("select id from personas limit 1");
    id.fetch_one(&app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn servers_that_restart_under_load_cost_503_and_nothing_else() {
    let mut servers = Servers::start(false).await;
    let cache = servers.cache();
    let announcer = Announcer::new(Some(cache.clone()));
    let model = all_functions::pensive(Duration::from_millis(100), 2);
    let build = |parts: &Parts| {
        let parts = Parts { cache: Some(cache.clone()), ..parts.clone() };
        all_functions::service(&parts, &announcer, &model)
    };
    let database = Database::create_on(servers.postgres()).await;
    let world = World::new(TestApp::start_on(database, build).await).await;
    let app = &world.app;
    let (first, messages) = world.start(10, 1).await;
    app.push("persona-generate", &messages[0]).await.expect(204);
    assert_eq!(world.end(first).await, End::of(10));
    let (id, begun) = (persona(app).await, began(app).await);
    let path = format!("/api/v1/personas/{id}/details");
    let (run, messages) = world.start(75, 2).await;

    let is_over = Cell::new(false);
    let readers = world.viewers(READERS).await;
    let readers = join_all(readers.iter().map(async |reader| {
        let mut seen = Vec::new();
        while !is_over.get() {
            seen.push(app.get(reader, &path).await.status());
            tokio::time::sleep(BETWEEN_VIEWS).await;
        }
        seen
    }));
    let workers = join_all(messages.iter().map(|message| app.push("persona-generate", message)));
    let restart = async {
        until_written(&world, 10 + 5).await;
        servers.stop().await;
        servers.start_again().await;
    };
    let work = async {
        let (worked, ()) = tokio::join!(workers, restart);
        is_over.set(true);
        worked
    };
    let (seen, worked) = tokio::join!(readers, work);
    let after = app.get(world.user(), &path).await.status();
    for _ in 0..2 {
        for message in world.sweep().await {
            app.push("persona-generate", &message).await.expect(204);
        }
    }

    let seen: Vec<u16> = seen.into_iter().flatten().collect();
    assert!(seen.iter().all(|status| [200, 503].contains(status)), "{seen:?}");
    assert_eq!(after, 200, "and back by itself");
    let worked: Vec<u16> = worked.iter().map(|answer| answer.status()).collect();
    // Most wait for the server and notice nothing; whose statement was under way comes again.
    assert!(worked.iter().all(|status| [204, 503].contains(status)), "{worked:?}");
    assert_ne!(began(app).await, begun, "it is another server by now");
    assert_eq!(world.end(run).await, End::of(75));
    let shown = seen.iter().filter(|status| **status == 200).count();
    let on_record = app.audited(id, "view").await;
    assert!(on_record > i64::try_from(shown).unwrap(), "{shown} shown, {on_record} on record");
    drop(world);
}
