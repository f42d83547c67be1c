//! Tasks.

use super::*;

async fn task(world: &World, by: &User, body: Value) -> Value {
    world.app.post(by, &world.path("/tasks"), body).await.expect(201)
}

fn path(task: &Value) -> String {
    format!("/api/v1/collaboration/tasks/{}", task["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_task_is_made_given_done_and_opened_again() {
    let world = World::new().await;
    let body = json!({ "title": " Sprawdź próbę ", "text": "  ", "assignee": world.vera.id,
        "due_on": "2026-12-05", "subject": world.subject() });
    let made = task(&world, &world.edek, body).await;
    assert_eq!(made["title"], "Sprawdź próbę");
    assert_eq!(made["text"], Value::Null, "a text of nothing is none");
    assert_eq!(made["assignee"]["name"], "vera");

    let done = world.patch(&world.ana, &path(&made), json!({ "state": "done" })).await.expect(200);
    assert_eq!(done["done_by"]["name"], "ana");
    assert_eq!(done["due_on"], "2026-12-05", "what is absent stays");
    let change = json!({ "state": "open", "due_on": null, "subject": null });
    let opened = world.patch(&world.ana, &path(&made), change).await.expect(200);

    assert_eq!(opened["done_at"], Value::Null);
    assert_eq!(opened["due_on"], Value::Null);
    assert_eq!(opened["subject"], Value::Null);
    world.patch(&world.ana, &path(&made), json!({})).await.expect(200);
    let events = world.events(0).await;
    assert_eq!(kinds(&events), ["task_created", "task_changed", "task_changed"]);
    assert_eq!(events[2]["task"]["state"], "open");
}

#[tokio::test]
async fn a_viewer_makes_no_task_and_only_its_maker_or_an_admin_removes_one() {
    let world = World::new().await;
    world.app.post(&world.vera, &world.path("/tasks"), json!({ "title": "x" })).await.expect(403);
    let made = task(&world, &world.ana, json!({ "title": "Moje" })).await;
    world.patch(&world.vera, &path(&made), json!({ "state": "done" })).await.expect(403);
    world.app.delete(&world.edek, &path(&made), None).await.expect(403);

    world.app.delete(&world.ana, &path(&made), None).await.expect(204);

    world.app.get(&world.ana, &path(&made)).await.expect(404);
    let stranger = world.app.user("obcy").await;
    let other = task(&world, &world.edek, json!({ "title": "y" })).await;
    world.app.get(&stranger, &path(&other)).await.expect(404);
    world.patch(&stranger, &path(&other), json!({ "title": "z" })).await.expect(404);
}

#[tokio::test]
async fn tasks_are_found_by_person_state_and_day() {
    let world = World::new().await;
    let late = json!({ "title": "Spóźnione", "assignee": world.vera.id, "due_on": "2026-01-01" });
    task(&world, &world.edek, late).await;
    let done = task(&world, &world.edek, json!({ "title": "Niczyje" })).await;
    world.patch(&world.edek, &path(&done), json!({ "state": "done" })).await.expect(200);
    let titles = async |query: &str| {
        let list = world.app.get(&world.vera, &world.path(&format!("/tasks?{query}"))).await;
        assert_eq!(list.header("x-total-count"), Some("1"), "{query}");
        list.expect(200)[0]["title"].as_str().unwrap().to_owned()
    };

    assert_eq!(titles(&format!("assignee={}", world.vera.id)).await, "Spóźnione");
    assert_eq!(titles("assignee=none").await, "Niczyje");
    assert_eq!(titles("state=done").await, "Niczyje");
    assert_eq!(titles("due_before=2026-01-02").await, "Spóźnione");
    for query in ["assignee=x", "state=x", "due_before=x", "subject_kind=persona", "limit=0"] {
        world.app.get(&world.vera, &world.path(&format!("/tasks?{query}"))).await.expect(422);
    }
}

#[tokio::test]
async fn whoever_leaves_leaves_their_tasks_to_nobody() {
    let world = World::new().await;
    let made = task(&world, &world.edek, json!({ "title": "x", "assignee": world.vera.id })).await;
    assert_eq!(world.inbox(&world.vera).await.len(), 1);

    sqlx::query("delete from project_members where account_id = $1")
        .bind(world.vera.id.0)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    let left = world.app.get(&world.ana, &path(&made)).await.expect(200);
    assert_eq!(left["assignee"], Value::Null);
    assert!(world.inbox(&world.vera).await.is_empty());
    let refused = world.patch(&world.ana, &path(&made), json!({ "assignee": world.vera.id })).await;
    assert_eq!(refused.expect(422)["errors"][0]["field"], "assignee");
}

#[tokio::test]
async fn the_same_task_twice_or_at_once_is_one() {
    let world = World::new().await;
    let (path, body) = (world.path("/tasks"), json!({ "title": "Raz" }));
    let make = || world.app.post_named(&world.edek, &path, "draft-1", &body);

    let (one, other) = tokio::join!(make(), make());

    assert_eq!(one.expect(201)["id"], other.expect(201)["id"]);
    assert_eq!(kinds(&world.events(0).await), ["task_created"]);
    let other = json!({ "title": "Dwa" });
    world.app.post_named(&world.edek, &path, "draft-1", &other).await.expect(422);
}

#[tokio::test]
async fn changes_of_one_task_at_once_keep_each_others_fields() {
    let world = World::new().await;
    let made = task(&world, &world.edek, json!({ "title": "x" })).await;
    let path = path(&made);

    let (title, day) = tokio::join!(
        world.patch(&world.edek, &path, json!({ "title": "y" })),
        world.patch(&world.ana, &path, json!({ "due_on": "2026-12-24" })),
    );

    title.expect(200);
    day.expect(200);
    let stands = world.app.get(&world.vera, &path).await.expect(200);
    assert_eq!((&stands["title"], &stands["due_on"]), (&json!("y"), &json!("2026-12-24")));
}
