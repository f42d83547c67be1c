use super::*;

fn path(id: PersonaId) -> String {
    format!("{}/status", one(id))
}

async fn put(app: &TestApp, id: PersonaId, status: &str) {
    sqlx::query("update personas set status = $2 where id = $1")
        .bind(id.0)
        .bind(status)
        .execute(&app.parts.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn each_step_has_its_least_role_and_some_steps_nobody_takes() {
    let (app, ana, project, ids) = study(1).await;
    let (editor, viewer) = (app.user("editor").await, app.user("viewer").await);
    app.member(project, &editor, Role::Editor).await;
    app.member(project, &viewer, Role::Viewer).await;

    for (from, to, by_editor, by_admin) in [
        ("draft", "active", 200, 200),
        ("draft", "needs_review", 200, 200),
        ("draft", "archived", 200, 200),
        ("active", "needs_review", 200, 200),
        ("active", "archived", 200, 200),
        ("active", "draft", 409, 409),
        ("needs_review", "draft", 200, 200),
        ("needs_review", "archived", 200, 200),
        ("needs_review", "active", 403, 200),
        ("archived", "active", 403, 200),
        ("archived", "draft", 409, 409),
        ("archived", "needs_review", 409, 409),
    ] {
        for (user, status) in [(&viewer, 403), (&editor, by_editor), (&ana, by_admin)] {
            put(&app, ids[0], from).await;
            let answer = app.post(user, &path(ids[0]), json!({ "status": to })).await;
            assert_eq!(answer.status(), status, "{from} to {to}");
        }
    }
}

#[tokio::test]
async fn a_change_is_on_record_and_shown_and_saying_the_same_again_is_neither() {
    let (app, ana, _, ids) = study(1).await;
    let body = json!({ "status": "archived", "reason": "zastąpiona" });

    let changed = app.post(&ana, &path(ids[0]), body.clone()).await.expect(200);
    let again = app.post(&ana, &path(ids[0]), body).await.expect(200);
    let persona = app.get(&ana, &one(ids[0])).await.expect(200);

    assert_eq!((&changed["previous"], &changed["status"]), (&json!("active"), &json!("archived")));
    assert_eq!(again["previous"], "archived");
    assert_eq!(persona["status"], "archived");
    assert_eq!(app.audited(ids[0].0, "change").await, 1);
}

#[tokio::test]
async fn an_unknown_status_is_refused_and_strangers_see_nothing() {
    let (app, ana, _, ids) = study(1).await;
    let stranger = app.user("stranger").await;

    app.post(&ana, &path(ids[0]), json!({ "status": "lost" })).await.expect(422);
    app.post(&ana, &path(ids[0]), json!({})).await.expect(422);
    let long = json!({ "status": "archived", "reason": "x".repeat(501) });
    app.post(&ana, &path(ids[0]), long).await.expect(422);
    app.post(&stranger, &path(ids[0]), json!({ "status": "archived" })).await.expect(404);
}
