//! Changing what is written about a persona.

use http::Method;

use super::*;

async fn patch(app: &TestApp, user: &User, path: &str, body: Value) -> testkit::Answer {
    app.send(Method::PATCH, path, Some(&user.token), Some(body)).await
}

/// A person whose text the card has nothing against, and that text.
async fn written(app: &TestApp, id: PersonaId) -> (Card, shared::persona::PersonaText) {
    let card = sqlx::query_scalar("select card from personas where id = $1").bind(id.0);
    let card: Json<Card> = card.fetch_one(&app.parts.pool).await.unwrap();
    let brief = shared::persona::Brief::default();
    let text = offline::writer::write(&card, &brief, shared::Language::Polish, Seed(3));
    let manner = json!({
        "communication_style": text.communication_style,
        "decision_making_style": text.decision_making_style,
        "typical_concerns": text.typical_concerns,
    });
    sqlx::query(
        "update personas set headline = $2, background_story = $3, manner = $4 where id = $1",
    )
    .bind(id.0)
    .bind(&text.headline)
    .bind(&text.background_story)
    .bind(manner)
    .execute(&app.parts.pool)
    .await
    .unwrap();
    (card.0, text)
}

#[tokio::test]
async fn an_editor_changes_texts_and_the_trail_names_the_fields_alone() {
    let (app, ana, project, ids) = study(1).await;
    let editor = app.user("editor").await;
    app.member(project, &editor, Role::Editor).await;
    let (card, text) = written(&app, ids[0]).await;
    let details = format!("{}/details", one(ids[0]));
    let before = app.get(&ana, &details).await.expect(200);
    let headline = format!("Ma {} lat i liczy każdy  grosz.", card.age);
    let story = text.background_story.replace("\n\n", "\r\n\r\n");
    let body = json!({ "headline": headline, "background_story": story,
        "typical_concerns": ["ceny", "czas", "zdrowie rodziców"], "version": before["version"] });

    app.parts.clock.advance(chrono::Duration::seconds(1));
    let changed = patch(&app, &editor, &one(ids[0]), body).await.expect(200);
    let after = app.get(&ana, &details).await.expect(200);

    assert_eq!(changed["headline"], format!("Ma {} lat i liczy każdy grosz.", card.age));
    assert_eq!(changed["background_story"], before["background_story"], "its lines end as ours do");
    assert_eq!(changed["typical_concerns"], json!(["ceny", "czas", "zdrowie rodziców"]));
    assert_eq!(changed["communication_style"], before["communication_style"], "it was not named");
    assert_eq!(after["headline"], changed["headline"], "what was kept is not shown");
    assert!(before["edited_at"].is_null() && changed["edited_at"].is_string());
    assert_eq!(after["edited_at"], changed["edited_at"]);
    assert_eq!(changed["age"], before["age"]);
    let line =
        after["audit_log"].as_array().unwrap().iter().find(|line| line["action"] == "change");
    let line = line.expect("it is on record");
    assert_eq!(line["user_id"], json!(editor.id));
    assert_eq!(
        line["details"]["fields"],
        json!(["headline", "background_story", "typical_concerns"])
    );
    assert!(!line.to_string().contains("grosz"), "words of a text are in no log: {line}");
}

#[tokio::test]
async fn what_contradicts_the_card_or_breaks_a_rule_is_refused_by_field_and_changes_nothing() {
    let (app, ana, _, ids) = study(1).await;
    let (card, text) = written(&app, ids[0]).await;
    let long = "a".repeat(301);
    let age = if card.age == 44 { 45 } else { 44 };

    for (body, field) in [
        (json!({ "headline": format!("Mam {age} lata i dwa koty.") }), "headline"),
        (json!({ "background_story": "Krótko." }), "background_story"),
        (json!({ "headline": "" }), "headline"),
        (json!({ "communication_style": long }), "communication_style"),
        (json!({ "typical_concerns": ["a"] }), "typical_concerns"),
        (json!({ "typical_concerns": ["a", "b", ""] }), "typical_concerns.2"),
        (json!({ "headline": 7 }), "headline"),
        (json!({}), "headline"),
        (json!({ "age": 30 }), "headline"),
    ] {
        let refused = patch(&app, &ana, &one(ids[0]), body.clone()).await.expect(422);
        let errors = refused["errors"].as_array().unwrap();
        assert!(errors.iter().any(|error| error["field"] == field), "{body}: {refused}");
    }

    let kept = app.get(&ana, &one(ids[0])).await.expect(200);
    assert_eq!((&kept["headline"], &kept["edited_at"]), (&json!(text.headline), &Value::Null));
    assert_eq!(app.audited(ids[0].0, "change").await, 0);
}

#[tokio::test]
async fn who_looked_at_an_older_version_overwrites_nobody() {
    let (app, ana, _, ids) = study(1).await;
    written(&app, ids[0]).await;
    let seen = app.get(&ana, &format!("{}/details", one(ids[0]))).await.expect(200);
    let change = |style: &str| json!({ "communication_style": style, "version": seen["version"] });

    patch(&app, &ana, &one(ids[0]), change("krótko")).await.expect(200);
    patch(&app, &ana, &one(ids[0]), change("długo")).await.expect(409);
    let same = patch(&app, &ana, &one(ids[0]), json!({ "communication_style": "krótko" })).await;

    assert_eq!(same.expect(200)["communication_style"], "krótko");
    assert_eq!(app.audited(ids[0].0, "change").await, 1, "what is so already is no change");
}

#[tokio::test]
async fn viewers_strangers_and_whoever_comes_too_late_change_nothing() {
    let (app, ana, project, ids) = study(1).await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, Role::Viewer).await;
    let body = json!({ "communication_style": "krótko" });

    patch(&app, &viewer, &one(ids[0]), body.clone()).await.expect(403);
    patch(&app, &stranger, &one(ids[0]), body.clone()).await.expect(404);
    app.delete(&ana, &one(ids[0]), Some(json!({ "reason": "duplicate" }))).await.expect(200);
    patch(&app, &ana, &one(ids[0]), body).await.expect(404);
}
