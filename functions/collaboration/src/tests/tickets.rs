//! Tickets.

use super::sockets::client::Server;
use super::*;

#[tokio::test]
async fn a_ticket_opens_one_socket_within_half_a_minute() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let ticket = server.ticket(&world.vera).await;
    let query = format!("ticket={ticket}");

    let (one, other) = tokio::join!(server.with(&query), server.with(&query));

    let opened = [one.is_ok(), other.is_ok()];
    assert!(opened[0] ^ opened[1], "of two at once one opens it: {opened:?}");
    assert_eq!(server.with(&query).await.err(), Some(401), "and nobody after that");
    let late = server.ticket(&world.vera).await;
    world.app.parts.clock.advance(chrono::Duration::seconds(31));
    assert_eq!(server.with(&format!("ticket={late}")).await.err(), Some(401));
    assert_eq!(server.with("ticket=made-up").await.err(), Some(401));
    assert_eq!(server.with("since=1").await.err(), Some(422));
}

#[tokio::test]
async fn a_ticket_dies_with_its_sign_in_and_its_membership() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let (signed_out, removed) =
        (server.ticket(&world.vera).await, server.ticket(&world.edek).await);
    for (loss, who) in [
        ("update sessions set ended_at = now() where account_id = $1", &world.vera),
        ("delete from project_members where account_id = $1", &world.edek),
    ] {
        sqlx::query(loss).bind(who.id.0).execute(&world.app.parts.pool).await.unwrap();
    }

    assert_eq!(server.with(&format!("ticket={signed_out}")).await.err(), Some(401));
    assert_eq!(server.with(&format!("ticket={removed}")).await.err(), Some(404));
}

#[tokio::test]
async fn a_ticket_is_given_to_members_only_and_shows_their_project_alone() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let stranger = world.app.user("obcy").await;
    let other = world.app.project(&stranger, json!({})).await;
    let path = "/api/v1/collaboration/tickets";
    let of = |project| json!({ "project_id": project });

    world.app.post(&stranger, path, of(world.project)).await.expect(404);
    world.app.post(&world.vera, path, json!({})).await.expect(422);
    let ticket = world.app.post(&stranger, path, of(other)).await.expect(201);
    let query = format!("ticket={}", ticket["ticket"].as_str().unwrap());
    let mut socket = server.with(&query).await.unwrap();
    assert_eq!(socket.next().await["epoch"], json!(other));
    world.comment(&world.edek, "Nie dla obcych", &[]).await;

    let nothing = tokio::time::timeout(Duration::from_millis(300), socket.event()).await;
    assert!(nothing.is_err(), "another project says nothing here");
}

#[tokio::test]
async fn a_request_that_is_no_handshake_uses_no_ticket_up() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let ticket = server.ticket(&world.vera).await;
    let path = format!("/api/v1/collaboration/socket?ticket={ticket}");

    world.app.send(http::Method::GET, &path, None, None).await.expect(426);

    assert!(server.with(&format!("ticket={ticket}")).await.is_ok());
}

#[tokio::test]
async fn what_is_kept_of_a_ticket_opens_nothing() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let ticket = server.ticket(&world.vera).await;
    let cache = world.app.parts.cache.clone().expect("the tests have a Redis");
    let mut redis = cache.connection();
    let keys: Vec<String> =
        redis::cmd("KEYS").arg("sight:ticket:*").query_async(&mut redis).await.unwrap();

    assert!(!keys.is_empty());
    assert!(keys.iter().all(|key| !key.contains(&ticket)), "only its hash is a key");
}

#[tokio::test]
async fn no_line_of_the_log_has_a_ticket() {
    let log = testkit::Log::keep();
    let world = World::new().await;
    let server = Server::start(&world).await;
    let ticket = server.ticket(&world.vera).await;
    let query = format!("ticket={ticket}");
    let path = format!("/api/v1/collaboration/socket?{query}");

    world.app.send(http::Method::GET, &path, None, None).await.expect(426);
    let mut socket = server.with(&query).await.unwrap();
    assert_eq!(socket.next().await["type"], "hello");
    assert_eq!(server.with(&query).await.err(), Some(401));

    let log = log.text();
    assert!(log.contains("/api/v1/collaboration/socket"), "the route is in it: {log}");
    assert!(!log.contains(&ticket), "{log}");
}
