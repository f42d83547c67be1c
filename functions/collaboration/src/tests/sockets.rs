//! Sockets: real ones, over a real connection.

pub(super) mod client;
mod faults;
mod instances;
mod limits;

use client::Server;
use sqlx::Connection;

use super::*;

#[tokio::test]
async fn a_socket_says_hello_and_then_every_change_once_and_in_order() {
    let world = World::new().await;
    world.comment(&world.edek, "Przedtem", &[]).await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    let hello = vera.next().await;
    assert_eq!((&hello["type"], &hello["offset"]), (&json!("hello"), &json!(1)));

    let first = world.comment(&world.edek, "Teraz", &[]).await;
    world.reply(&world.ana, &first, "I potem").await;

    let (one, two) = (vera.event().await, vera.event().await);
    assert_eq!((&one["offset"], &two["offset"]), (&json!(2), &json!(3)));
    assert_eq!(one["comment"]["text"], "Teraz");
    assert_eq!(two["kind"], "comment_created");
    assert_eq!(two["thread_id"], first["id"]);
}

#[tokio::test]
async fn whoever_comes_back_hears_what_they_have_missed_and_nothing_twice() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    let epoch = vera.next().await["epoch"].as_str().unwrap().to_owned();
    world.comment(&world.edek, "Jeden", &[]).await;
    assert_eq!(vera.event().await["offset"], 1);
    drop(vera);
    world.comment(&world.edek, "Dwa", &[]).await;
    world.comment(&world.edek, "Trzy", &[]).await;

    let mut back = server.resume(&world.vera, 1, &epoch).await;

    assert_eq!(back.next().await["type"], "hello");
    assert_eq!(back.event().await["comment"]["text"], "Dwa");
    assert_eq!(back.event().await["comment"]["text"], "Trzy");
    world.comment(&world.edek, "Cztery", &[]).await;
    assert_eq!(back.event().await["offset"], 4);
}

#[tokio::test]
async fn what_cannot_be_continued_is_read_anew() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    for text in ["Jeden", "Dwa", "Trzy"] {
        world.comment(&world.edek, text, &[]).await;
    }
    let epoch = world.project.to_string();

    let reset = async |since: i64, epoch: &str| {
        let mut socket = server.resume(&world.vera, since, epoch).await;
        let first = socket.next().await;
        (first["type"].as_str().unwrap().to_owned(), first["offset"].as_i64().unwrap())
    };

    assert_eq!(reset(1, &epoch).await, ("hello".to_owned(), 1));
    assert_eq!(reset(9, &epoch).await, ("reset".to_owned(), 3), "from a future that is not ours");
    let other = uuid::Uuid::from_u128(7).to_string();
    assert_eq!(reset(1, &other).await, ("reset".to_owned(), 3), "of another epoch");
    // As maintenance does when a week has gone; the application may not.
    let mut owner =
        sqlx::PgConnection::connect_with(&world.app.database.options(None)).await.unwrap();
    let removed = sqlx::query("delete from collaboration_events where event_offset = 2");
    removed.execute(&mut owner).await.unwrap();
    assert_eq!(reset(1, &epoch).await, ("reset".to_owned(), 3), "what follows was removed");
    assert_eq!(reset(2, &epoch).await, ("hello".to_owned(), 2));
    let path = world.path(&format!("/events?since=1&epoch={epoch}"));
    let twin = world.app.get(&world.vera, &path).await.expect(200);
    assert_eq!((&twin["is_reset"], &twin["offset"]), (&json!(true), &json!(3)));
}

#[tokio::test]
async fn after_a_backup_was_restored_an_open_socket_reads_anew() {
    let world = World::new().await;
    world.comment(&world.edek, "Jeden", &[]).await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    assert_eq!(vera.next().await["type"], "hello");

    world.execute("update collaboration_streams set epoch = gen_random_uuid()").await;

    let reset = vera.until("reset").await;
    assert_ne!(reset["epoch"], json!(world.project));
    world.comment(&world.edek, "Dwa", &[]).await;
    assert_eq!(vera.event().await["offset"], 2);
}

#[tokio::test]
async fn three_tabs_of_a_person_are_one_and_who_leaves_is_gone() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut vera = server.open(&world.vera).await;
    assert_eq!(vera.next().await["type"], "hello");
    let mut tabs = Vec::new();
    for _ in 0..3 {
        let mut tab = server.open(&world.edek).await;
        assert_eq!(tab.next().await["type"], "hello");
        tab.say(&json!({ "type": "look", "subject": world.subject() })).await;
        tabs.push(tab);
    }

    let here = vera.until_present(|people| {
        people.len() == 2 && people[0]["looks_at"].as_array().unwrap().len() == 1
    });
    let here = here.await;
    assert_eq!(here[0]["name"], "edek");
    assert_eq!(here[0]["looks_at"], json!([world.subject()]));
    let seen = world.app.get(&world.ana, &world.path("/presence")).await.expect(200);
    assert_eq!((seen["is_known"].clone(), seen["people"].clone()), (json!(true), json!(here)));
    drop(tabs);
    let left = vera.until_present(|people| people.len() == 1).await;
    assert_eq!(left[0]["name"], "vera");
}

#[tokio::test]
async fn who_has_no_socket_is_here_for_a_while_by_plain_http() {
    let world = World::new().await;
    let path = world.path("/presence");
    let tab = uuid::Uuid::from_u128(7);
    let body = json!({ "tab": tab, "looks_at": world.subject() });

    let here = world.app.put(&world.vera, &path, body).await.expect(200);
    assert_eq!(here["people"][0]["name"], "vera");
    world.app.parts.clock.advance(chrono::Duration::seconds(46));
    let gone = world.app.get(&world.vera, &path).await.expect(200);

    assert_eq!(gone["people"], json!([]));
}

#[tokio::test]
async fn only_whoever_is_told_hears_of_their_inbox() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let (mut vera, mut ana) = (server.open(&world.vera).await, server.open(&world.ana).await);
    assert_eq!(vera.next().await["type"], "hello");
    assert_eq!(ana.next().await["type"], "hello");

    world.comment(&world.edek, "Ano?", &[&world.ana]).await;
    world.app.parts.publisher.take();
    world.comment(&world.edek, "Koniec", &[]).await;

    ana.until("inbox").await;
    let heard = vera.events(2).await;
    assert!(heard.iter().all(|frame| frame["type"] != "inbox"), "{heard:?}");
}
