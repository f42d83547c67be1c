//! Inboxes, and the e-mails that mentions ask for.

use super::*;

#[tokio::test]
async fn people_are_told_of_mentions_replies_and_tasks_and_never_of_their_own() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "Co o tym sądzisz?", &[&world.ana, &world.edek]).await;
    world.app.parts.publisher.take();
    world.reply(&world.ana, &first, "Dobre pytanie").await;
    let task = json!({ "title": "Policz", "assignee": world.ana.id });
    world.app.post(&world.edek, &world.path("/tasks"), task).await.expect(201);

    let (ana, edek) = (world.inbox(&world.ana).await, world.inbox(&world.edek).await);

    let kinds = |entries: &[Value]| {
        let kinds = entries.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(kinds(&ana), ["assigned", "mention"]);
    assert_eq!(kinds(&edek), ["reply"], "not of what they wrote themselves");
    assert_eq!(ana[1]["comment"]["excerpt"], "Co o tym sądzisz?");
    assert_eq!(ana[1]["comment"]["thread_id"], first["id"]);
    assert_eq!(ana[1]["subject"], world.subject());
    assert_eq!(ana[0]["task"]["title"], "Policz");
    assert!(world.inbox(&world.vera).await.is_empty());
}

#[tokio::test]
async fn what_was_read_is_counted_no_more_and_nobody_reads_anothers() {
    let world = World::new().await;
    for number in 0..3 {
        world.comment(&world.edek, &format!("{number}"), &[&world.vera]).await;
    }
    world.app.parts.publisher.take();
    let path = "/api/v1/collaboration/inbox/read";
    let entries = world.inbox(&world.vera).await;
    let unread = || async {
        let path = "/api/v1/collaboration/inbox/unread";
        world.app.get(&world.vera, path).await.expect(200)["unread"].clone()
    };
    assert_eq!(unread().await, 3);

    // A viewer's marks are their own.
    let one = json!({ "one": entries[0]["id"] });
    assert_eq!(world.app.post(&world.vera, path, one.clone()).await.expect(200)["unread"], 2);
    assert_eq!(world.app.post(&world.vera, path, one.clone()).await.expect(200)["unread"], 2);
    world.app.post(&world.ana, path, one).await.expect(404);
    let up_to = json!({ "up_to": entries[1]["id"] });
    assert_eq!(world.app.post(&world.vera, path, up_to).await.expect(200)["unread"], 0);

    assert_eq!(unread().await, 0);
    let list = world.app.get(&world.vera, "/api/v1/collaboration/inbox?unread=true").await;
    assert_eq!(list.expect(200), json!([]));
    world.app.post(&world.vera, path, json!({})).await.expect(422);
}

#[tokio::test]
async fn whoever_has_left_finds_nothing_of_the_project() {
    let world = World::new().await;
    world.comment(&world.edek, "Tajne", &[&world.vera]).await;
    world.app.parts.publisher.take();
    assert_eq!(world.inbox(&world.vera).await.len(), 1);

    world.execute("update projects set deleted_at = now()").await;
    assert!(world.inbox(&world.vera).await.is_empty(), "the project is deleted");
    world.execute("update projects set deleted_at = null").await;
    sqlx::query("delete from project_members where account_id = $1")
        .bind(world.vera.id.0)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    assert!(world.inbox(&world.vera).await.is_empty());
    let refused = json!({ "subject": world.subject(), "text": "x", "mentions": [world.vera.id] });
    let refused = world.app.post(&world.edek, &world.path("/comments"), refused).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "mentions.0");
}

#[tokio::test]
async fn a_mention_asks_for_one_email_for_ever() {
    let world = World::new().await;
    let first = world.comment(&world.edek, "Raz", &[&world.ana]).await;
    assert_eq!(world.app.parts.publisher.take().len(), 1);
    let set = async |mentions: Value| {
        world
            .patch(&world.edek, &of(&first, ""), json!({ "mentions": mentions }))
            .await
            .expect(200);
        world.app.parts.publisher.take().len()
    };

    assert_eq!(set(json!([])).await, 0);
    assert_eq!(set(json!([world.ana.id])).await, 0, "they have been told");
    assert_eq!(set(json!([world.ana.id, world.vera.id, world.edek.id])).await, 1, "the new one");
}

#[tokio::test]
async fn who_was_told_of_a_reply_is_told_once_more_when_it_mentions_them() {
    let world = World::new().await;
    let first = world.comment(&world.ana, "Pytanie", &[]).await;
    let reply = world.reply(&world.edek, &first, "Odpowiedź").await;
    assert_eq!(world.inbox(&world.ana).await[0]["kind"], "reply");

    world
        .patch(&world.edek, &of(&reply, ""), json!({ "mentions": [world.ana.id] }))
        .await
        .expect(200);

    let entries = world.inbox(&world.ana).await;
    assert_eq!((entries.len(), &entries[0]["kind"]), (1, &json!("mention")));
    assert_eq!(world.app.parts.publisher.take().len(), 1);
}

#[tokio::test]
async fn a_comment_is_there_though_the_queue_takes_no_email() {
    let world = World::of(|parts| {
        let publisher = platform::queue::Publisher::recording_without("mail");
        routes(AppState::at_pace(parts.base(), publisher, quick()))
    })
    .await;

    world.comment(&world.edek, "Mimo to", &[&world.ana]).await;

    assert_eq!(world.inbox(&world.ana).await.len(), 1, "maintenance calls for the e-mail later");
}
