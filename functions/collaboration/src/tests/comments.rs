//! Comments and threads.

use super::*;

#[tokio::test]
async fn a_thread_is_written_answered_and_read_by_everybody_in_the_project() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "  Zaz\u{307}o\u{301}łc\u{301}?  ", &[]).await;
    let reply = world.reply(&world.ana, &first, "Tak.").await;

    let list = world.app.get(&world.vera, &world.path("/comments")).await;

    assert_eq!(list.header("x-total-count"), Some("1"));
    let thread = &list.expect(200)[0];
    assert_eq!(thread["comment"]["text"], "Zażółć?", "trimmed and composed");
    assert_eq!(thread["comment"]["author"]["name"], "edek");
    assert_eq!(thread["comment"]["subject"], world.subject());
    assert_eq!(thread["replies"], json!([reply]));
    assert_eq!(reply["thread_id"], first["id"]);
    let whole = world.app.get(&world.vera, &of(&reply, "")).await.expect(200);
    assert_eq!(whole["reply_count"], 1, "by any comment of it");
    assert_eq!(world.app.audited(id(&first), "comment").await, 1);
}

#[tokio::test]
async fn a_viewer_reads_and_does_not_write_and_a_stranger_sees_nothing() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "Czy to prawda?", &[]).await;
    let stranger = world.app.user("obcy").await;
    let other = world.app.project(&stranger, json!({})).await;
    let body = json!({ "subject": world.subject(), "text": "x", "mentions": [] });

    world.app.post(&world.vera, &world.path("/comments"), body.clone()).await.expect(403);
    world.app.post(&world.vera, &of(&first, "/replies"), json!({ "text": "x" })).await.expect(403);
    world.app.post(&world.vera, &of(&first, "/resolve"), json!({})).await.expect(403);
    world.app.delete(&world.vera, &of(&first, ""), None).await.expect(403);
    world.app.get(&stranger, &of(&first, "")).await.expect(404);
    world.app.get(&stranger, &world.path("/comments")).await.expect(404);
    world.app.post(&stranger, &of(&first, "/replies"), json!({ "text": "x" })).await.expect(404);

    // A subject of another project is none of one's own.
    let path = format!("/api/v1/collaboration/projects/{other}/comments");
    world.app.post(&stranger, &path, body).await.expect(404);
}

#[tokio::test]
async fn what_breaks_a_rule_is_named() {
    let world = World::new().await;
    let stranger = world.app.user("obcy").await;
    let write = async |text: String, mentions: Value| {
        let body = json!({ "subject": world.subject(), "text": text, "mentions": mentions });
        let refused = world.app.post(&world.edek, &world.path("/comments"), body).await.expect(422);
        refused["errors"][0]["field"].as_str().unwrap().to_owned()
    };

    assert_eq!(write("   ".to_owned(), json!([])).await, "text");
    assert_eq!(write("x".repeat(4_001), json!([])).await, "text");
    assert_eq!(write("a\u{0}b".to_owned(), json!([])).await, "text");
    let ids = json!([world.ana.id, stranger.id]);
    assert_eq!(write("x".to_owned(), ids).await, "mentions.1", "who is no member");
    let nobody = json!([uuid::Uuid::from_u128(7)]);
    assert_eq!(write("x".to_owned(), nobody).await, "mentions.0", "and who does not exist");
    let many: Vec<_> = (0..21).map(uuid::Uuid::from_u128).collect();
    assert_eq!(write("x".to_owned(), json!(many)).await, "mentions");
    assert_eq!(world.app.get(&world.ana, &world.path("/comments")).await.expect(200), json!([]));
}

#[tokio::test]
async fn the_same_request_twice_or_at_once_is_one_comment() {
    let world = World::new().await;
    let body = json!({ "subject": world.subject(), "text": "Raz.", "mentions": [world.ana.id] });
    let path = world.path("/comments");
    let write = || world.app.post_named(&world.edek, &path, "draft-1", &body);

    let (one, other) = tokio::join!(write(), write());
    let again = write().await.expect(201);

    assert_eq!(one.expect(201)["id"], other.expect(201)["id"]);
    assert_eq!(again["id"], one.expect(201)["id"]);
    assert_eq!(world.app.parts.publisher.take().len(), 1, "one e-mail");
    assert_eq!(kinds(&world.events(0).await), ["comment_created"]);
    let different = json!({ "subject": world.subject(), "text": "Dwa." });
    let refused = world.app.post_named(&world.edek, &path, "draft-1", &different).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "idempotency-key");
    world.app.post_named(&world.ana, &path, "draft-1", &body).await.expect(422);
}

#[tokio::test]
async fn only_its_author_edits_a_comment_and_an_admin_may_delete_it() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "Stare", &[]).await;
    world.patch(&world.ana, &of(&first, ""), json!({ "text": "Moje" })).await.expect(403);

    let edited =
        world.patch(&world.edek, &of(&first, ""), json!({ "text": "Nowe" })).await.expect(200);
    assert_eq!(edited["text"], "Nowe");
    assert!(edited["edited_at"].is_string());
    world.patch(&world.edek, &of(&first, ""), json!({ "text": "Nowe" })).await.expect(200);
    let by_ana = world.comment(&world.ana, "Ani", &[]).await;
    world.app.delete(&world.edek, &of(&by_ana, ""), None).await.expect(403);
    world.app.delete(&world.ana, &of(&first, ""), None).await.expect(204);
    world.app.delete(&world.ana, &of(&first, ""), None).await.expect(404);

    let events = world.events(0).await;
    let expected = ["comment_created", "comment_changed", "comment_created", "comment_deleted"];
    assert_eq!(kinds(&events), expected, "what changes nothing is no event");
    assert_eq!(events[0]["comment"], Value::Null, "no event has a text that was deleted");
}

#[tokio::test]
async fn a_first_comment_with_replies_stays_as_an_empty_place_until_the_last_one_goes() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "Sekret", &[&world.ana]).await;
    world.app.parts.publisher.take();
    let reply = world.reply(&world.ana, &first, "Odpowiedź").await;

    world.app.delete(&world.edek, &of(&first, ""), None).await.expect(204);

    let thread = world.app.get(&world.vera, &of(&reply, "")).await.expect(200);
    assert_eq!(thread["comment"]["text"], Value::Null);
    assert_eq!(thread["comment"]["mentions"], json!([]));
    let kept: i64 = sqlx::query_scalar("select count(*) from comments where text like '%Sekret%'")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert_eq!(kept, 0, "the text is gone");
    assert!(world.inbox(&world.ana).await.is_empty());
    world.app.delete(&world.edek, &of(&first, ""), None).await.expect(404);
    world.app.delete(&world.ana, &of(&reply, ""), None).await.expect(204);
    world.app.get(&world.vera, &of(&first, "")).await.expect(404);
    assert_eq!(world.app.get(&world.vera, &world.path("/comments")).await.expect(200), json!([]));
}

#[tokio::test]
async fn threads_are_resolved_opened_again_counted_and_filtered() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "Jeden", &[]).await;
    world.comment(&world.edek, "Dwa", &[]).await;
    let reply = world.reply(&world.ana, &first, "Zrobione").await;
    let counts =
        || async { world.app.get(&world.vera, &world.path("/comments/counts")).await.expect(200) };
    assert_eq!(counts().await, json!([{ "subject": world.subject(), "open_threads": 2 }]));

    let resolved = world.app.post(&world.ana, &of(&reply, "/resolve"), json!({})).await.expect(200);
    world.app.post(&world.edek, &of(&first, "/resolve"), json!({})).await.expect(200);

    assert_eq!(resolved["id"], first["id"], "the thread, whichever of its comments is named");
    assert_eq!(resolved["resolved_by"]["name"], "ana");
    assert_eq!(counts().await[0]["open_threads"], 1);
    let list = world.path(&format!(
        "/comments?state=resolved&subject_kind=persona&subject_id={}",
        world.persona
    ));
    let list = world.app.get(&world.vera, &list).await.expect(200);
    assert_eq!(list[0]["comment"]["id"], first["id"]);
    assert_eq!(list.as_array().unwrap().len(), 1);
    let opened = world.app.post(&world.edek, &of(&first, "/reopen"), json!({})).await.expect(200);
    assert_eq!(opened["resolved_at"], Value::Null);
    assert_eq!(world.app.audited(id(&first), "comment").await, 3, "twice is once");
}

#[tokio::test]
async fn pages_of_threads_skip_and_repeat_nothing() {
    let world = World::new().await;
    for number in 0..7 {
        world.comment(&world.edek, &format!("{number}"), &[]).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            world.app.get(&world.vera, &world.path(&format!("/comments?limit=3{cursor}"))).await;
        for thread in page.expect(200).as_array().unwrap() {
            seen.push(thread["comment"]["text"].as_str().unwrap().to_owned());
        }
        match page.header("x-next-cursor") {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
    world.app.get(&world.vera, &world.path("/comments?cursor=x")).await.expect(422);
}

#[tokio::test]
async fn what_is_deleted_takes_its_comments_out_of_sight_and_for_good() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "O niej", &[&world.ana]).await;
    world.app.parts.publisher.take();
    let task =
        json!({ "title": "Sprawdź ją", "subject": world.subject(), "assignee": world.ana.id });
    let task = world.app.post(&world.edek, &world.path("/tasks"), task).await.expect(201);

    world.execute("update personas set deleted_at = now()").await;

    world.app.get(&world.ana, &of(&first, "")).await.expect(404);
    assert_eq!(world.app.get(&world.ana, &world.path("/comments")).await.expect(200), json!([]));
    assert_eq!(
        world.app.get(&world.ana, &world.path("/comments/counts")).await.expect(200),
        json!([])
    );
    let path = format!("/api/v1/collaboration/tasks/{}", task["id"].as_str().unwrap());
    world.app.get(&world.ana, &path).await.expect(404);
    assert!(world.inbox(&world.ana).await.is_empty());
    let events = world.events(0).await;
    assert!(events.iter().all(|event| event["comment"].is_null() && event["task"].is_null()));
    let body = json!({ "subject": world.subject(), "text": "x" });
    world.app.post(&world.edek, &world.path("/comments"), body).await.expect(404);

    world.execute("update personas set deleted_at = null").await;
    assert_eq!(world.inbox(&world.ana).await.len(), 2, "a deletion can be undone");
    world.execute("delete from personas").await;
    for table in ["comments", "tasks", "notifications"] {
        let count = format!("select count(*) from {table}");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
            .fetch_one(&world.app.parts.pool)
            .await
            .unwrap();
        assert_eq!(count, 0, "{table}");
    }
}

fn id(comment: &Value) -> uuid::Uuid {
    comment["id"].as_str().unwrap().parse().unwrap()
}
