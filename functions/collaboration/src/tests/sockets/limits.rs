//! What a socket does not do.

use platform::rights::{Rights, RightsOf};

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

/// Rights are asked about where a hint tells of them, and not otherwise as long as a test takes.
fn by_hints(parts: &Parts) -> Service {
    let pace = Pace { rights: Duration::from_secs(86_400), ..quick() };
    routes(AppState::at_pace(parts.base(), parts.publisher.clone(), pace))
}

#[tokio::test]
async fn a_hint_ends_the_sockets_of_those_whom_it_names_and_no_others() {
    let world = World::of(by_hints).await;
    let server = Server::start(&world).await;
    let (mut vera, mut edek) = (server.open(&world.vera).await, server.open(&world.edek).await);
    vera.until("hello").await;
    edek.until("hello").await;
    let rights = &world.app.parts.rights;

    world.execute("delete from project_members where role <> 'admin'").await;
    rights.tell(RightsOf::Account(world.vera.id)).await;

    assert_eq!(vera.closed().await, Some(4003));
    world.comment(&world.ana, "Został tylko Edek", &[]).await;
    assert_eq!(
        edek.event().await["comment"]["text"],
        "Został tylko Edek",
        "nobody asked about him"
    );

    rights.tell(RightsOf::Project(world.project)).await;
    assert_eq!(edek.closed().await, Some(4003));
}

#[tokio::test]
async fn a_hint_about_somebody_who_has_their_right_ends_nothing() {
    let world = World::of(by_hints).await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    vera.until("hello").await;

    world.app.parts.rights.tell(RightsOf::Account(world.vera.id)).await;
    world.app.parts.rights.tell(RightsOf::Project(world.project)).await;
    world.comment(&world.ana, "Dalej", &[]).await;

    assert_eq!(vera.event().await["comment"]["text"], "Dalej");
}

#[tokio::test]
async fn a_hint_of_another_process_comes_by_redis() {
    let world = World::of(by_hints).await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    vera.until("hello").await;
    world.execute("delete from project_members where role <> 'admin'").await;
    let elsewhere = Rights::new(world.app.parts.cache.clone());

    // Until this process has subscribed, nothing is heard.
    let telling = async {
        loop {
            elsewhere.tell(RightsOf::Account(world.vera.id)).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let code = tokio::select! {
        code = vera.closed() => code,
        () = telling => None,
    };

    assert_eq!(code, Some(4003));
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

/// More than connections hold, to a client that reads late, past a room that waits for nobody.
#[tokio::test]
async fn a_slow_socket_is_closed_and_goes_on_where_it_was() {
    const COMMENTS: i64 = 4_000;
    let hub = std::sync::OnceLock::new();
    let world = World::of(|parts| {
        let pace = Pace { backlog: 2, rights: Duration::from_secs(60), ..quick() };
        let state = AppState::at_pace(parts.base(), parts.publisher.clone(), pace);
        hub.get_or_init(|| state.hub.clone());
        routes(state)
    })
    .await;
    let server = Server::start(&world).await;
    let mut slow = server.open(&world.vera).await;
    assert_eq!(slow.next().await["type"], "hello");

    many(&world, COMMENTS).await;
    while hub.get().unwrap().offset(world.project) != Some(COMMENTS) {
        tokio::task::yield_now().await;
    }

    let mut known = 0;
    let code = loop {
        match slow.message().await {
            Ok(frame) if frame["type"] == "event" => {
                assert_eq!(frame["offset"], known + 1);
                known += 1;
            }
            Ok(_) => {}
            Err(code) => break code,
        }
    };
    assert_eq!(code, Some(4008), "after {known} events");
    let mut back = server.resume(&world.vera, known, &world.project.to_string()).await;
    assert_eq!(back.event().await["offset"], known + 1);
}

/// So many long comments and their events, as if many had written them.
async fn many(world: &World, comments: i64) {
    let statement = "with c as (
            insert into comments (id, project_id, persona_id, thread_id, author_id, text, created_at)
            select i.id, $1, $2, i.id, $3, repeat('x', 4000), $4
            from (select gen_random_uuid() as id from generate_series(1, $5)) i
            returning id
        ), s as (
            insert into collaboration_streams (project_id, epoch, last_offset) values ($1, $1, $5)
        )
        insert into collaboration_events (project_id, event_offset, at, kind, actor_id, comment_id)
        select $1, row_number() over (), $4, 'comment_created', $3, id from c";
    sqlx::query(statement)
        .bind(world.project.0)
        .bind(world.persona.0)
        .bind(world.edek.id.0)
        .bind(world.app.parts.clock.now())
        .bind(comments)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
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
