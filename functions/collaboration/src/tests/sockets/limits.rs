//! What a socket does not do.

use super::*;

#[tokio::test]
async fn a_socket_ends_with_the_right_of_its_person() {
    for loss in [
        "delete from project_members where account_id = $1",
        "update sessions set ended_at = now() where account_id = $1",
        "update accounts set is_active = false where id = $1",
        "update accounts set is_verified = false where id = $1",
        "update projects set deleted_at = now() where owner_id <> $1",
    ] {
        let world = World::new().await;
        let server = Server::start(&world).await;
        let mut vera = server.open(&world.vera).await;
        assert_eq!(vera.next().await["type"], "hello");

        sqlx::query(loss).bind(world.vera.id.0).execute(&world.app.parts.pool).await.unwrap();

        assert_eq!(vera.closed().await, Some(4003), "{loss}");
    }
}

#[tokio::test]
async fn a_socket_that_has_lived_long_enough_tells_its_client_to_come_back() {
    let world = World::of(|parts| {
        let pace = Pace { life: Duration::from_millis(200), ..quick() };
        routes(AppState::at_pace(parts.base(), parts.publisher.clone(), pace))
    })
    .await;
    let server = Server::start(&world).await;

    let mut vera = server.open(&world.vera).await;

    assert_eq!(vera.closed().await, Some(4001));
}

#[tokio::test]
async fn whoever_says_too_much_or_nonsense_is_closed() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut talker = server.open(&world.vera).await;
    for _ in 0..61 {
        talker.say(&json!({ "type": "look", "subject": null })).await;
    }
    assert_eq!(talker.closed().await, Some(4029));

    for nonsense in ["", "x", "{}", r#"{"type":"shout"}"#, r#"{"type":"look","subject":"x"}"#] {
        let mut client = server.open(&world.vera).await;
        client.send(nonsense).await;
        assert_eq!(client.closed().await, Some(4400), "{nonsense}");
    }
    let mut long = server.open(&world.vera).await;
    long.send(&"x".repeat(5_000)).await;
    assert!(matches!(long.closed().await, Some(1009) | None), "too long to be read");
}

#[tokio::test]
async fn a_person_has_eight_sockets_at_once_and_is_told_of_the_ninth() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        let mut socket = server.open(&world.vera).await;
        assert_eq!(socket.next().await["type"], "hello");
        open.push(socket);
    }

    let mut ninth = server.open(&world.vera).await;

    assert_eq!(ninth.closed().await, Some(4429));
    let mut other = server.open(&world.edek).await;
    assert_eq!(other.next().await["type"], "hello", "somebody else has places of their own");
}

#[tokio::test]
async fn a_client_that_reads_nothing_holds_nobody_up() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut silent = server.open(&world.vera).await;
    let mut edek = server.open(&world.edek).await;
    assert_eq!(edek.next().await["type"], "hello");

    // Far more than connections and queues hold.
    let long = "x".repeat(4_000);
    for _ in 0..150 {
        insert_directly(&world, &long).await;
    }
    let heard = edek.events(150).await;

    let offsets: Vec<i64> = heard.iter().filter_map(|frame| frame["offset"].as_i64()).collect();
    let expected: Vec<i64> = (1..=150).collect();
    assert_eq!(offsets.into_iter().filter(|offset| *offset > 0).collect::<Vec<_>>(), expected);
    assert_eq!(silent.next().await["type"], "hello", "and what was sent to it is still there");
}

/// A comment without the limit of changes an hour.
async fn insert_directly(world: &World, text: &str) {
    let statement = "with c as (
            insert into comments (id, project_id, persona_id, thread_id, author_id, text, created_at)
            values ($1, $2, $3, $1, $4, $5, $6)
        ), s as (
            insert into collaboration_streams as s (project_id, epoch, last_offset)
            values ($2, $2, 1)
            on conflict (project_id) do update set last_offset = s.last_offset + 1
            returning last_offset
        )
        insert into collaboration_events (project_id, event_offset, at, kind, actor_id, comment_id)
        select $2, last_offset, $6, 'comment_created', $4, $1 from s";
    sqlx::query(statement)
        .bind(world.app.parts.ids.next::<uuid::Uuid>())
        .bind(world.project.0)
        .bind(world.persona.0)
        .bind(world.edek.id.0)
        .bind(text)
        .bind(world.app.parts.clock.now())
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
}
