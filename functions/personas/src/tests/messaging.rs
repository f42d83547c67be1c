//! Messages: as many as were asked for, that differ, fit and claim nothing unmarked.

use testkit::{Behaviour, Scripted};

use super::*;

fn path(id: PersonaId) -> String {
    format!("{}/actions/messaging", one(id))
}

fn wish(kind: &str, variants: usize) -> Value {
    json!({ "tone": "friendly", "type": kind, "num_variants": variants })
}

fn variant(headline: &str, body: &str) -> Value {
    json!({ "headline": headline, "subheadline": null, "body": body, "cta": "Zajrzyj" })
}

/// A study whose model follows a script, with the farm's box as its product.
async fn scripted(
    script: impl IntoIterator<Item = Behaviour>,
) -> (Scripted, TestApp, User, PersonaId) {
    let server = Scripted::start(script).await;
    let (app, ana, _, ids) = study_with(&server.config(), 1).await;
    sqlx::query(
        "update projects set description = 'Skrzynka warzyw od rolnika, od 79 zł za tydzień.'",
    )
    .execute(&app.parts.pool)
    .await
    .unwrap();
    (server, app, ana, ids[0])
}

#[tokio::test]
async fn variants_come_in_the_clients_shape_and_within_their_characters() {
    let (app, ana, _, ids) = study(1).await;
    for (kind, body) in [("email", 900), ("ad", 125), ("landing_page", 600), ("social_post", 280)] {
        for tone in ["friendly", "professional"] {
            let mut wish = wish(kind, 5);
            wish["tone"] = json!(tone);

            let found = app.post(&ana, &path(ids[0]), wish).await.expect(200);

            let variants = found["variants"].as_array().unwrap();
            let numbers: Vec<&Value> = variants.iter().map(|one| &one["variant_id"]).collect();
            assert_eq!(numbers, [1, 2, 3, 4, 5]);
            for one in variants {
                for field in ["headline", "body", "cta"] {
                    assert!(one[field].as_str().is_some_and(|text| !text.is_empty()), "{one}");
                }
                assert!(one["body"].as_str().unwrap().chars().count() <= body, "{kind}: {one}");
                assert_eq!(one["unsupported_claims"], json!([]));
            }
            assert!(found["generated_at"].is_string() && found["generated_by"].is_string());
            assert_eq!(found["limits"]["body"], body);
        }
    }
    assert_eq!(app.audited(ids[0].0, "messaging").await, 8);
    let three = json!({ "tone": "urgent", "type": "ad" });
    let default = app.post(&ana, &path(ids[0]), three).await.expect(200);
    assert_eq!(default["variants"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_not_a_wish_is_refused_by_name() {
    let (app, ana, _, ids) = study(1).await;
    for (field, value) in [
        ("tone", json!("shouting")),
        ("type", json!("fax")),
        ("num_variants", json!(0)),
        ("num_variants", json!(6)),
        ("num_variants", json!("three")),
        ("context", json!("a".repeat(1_001))),
        ("context", json!("a\u{0}b")),
    ] {
        let mut wish = wish("ad", 1);
        wish[field] = value;
        let refused = app.post(&ana, &path(ids[0]), wish).await;
        let text = refused.expect(422)["errors"].to_string();
        assert!(text.contains(field), "{field}: {text}");
    }
    app.post(&ana, &path(ids[0]), json!({ "tone": "urgent" })).await.expect(422);
    assert_eq!(app.audited(ids[0].0, "messaging").await, 0);
}

#[tokio::test]
async fn variants_that_say_the_same_are_asked_for_again() {
    let same = json!({ "variants": [
        variant("Świeże warzywa", "Skrzynka przyjeżdża pod drzwi w środę."),
        variant("ŚWIEŻE  warzywa", "Coś zupełnie innego o ogrodzie."),
    ] });
    let good = json!({ "variants": [
        variant("Warzywa z okolicy", "Skrzynka przyjeżdża pod drzwi w środę."),
        variant("Wolny wieczór", "Mniej zakupów, więcej czasu dla domu."),
    ] });
    let (server, app, ana, id) =
        scripted([Behaviour::Answer(same.clone()), Behaviour::Answer(good)]).await;

    let found = app.post(&ana, &path(id), wish("email", 2)).await.expect(200);

    assert_eq!(found["variants"][1]["headline"], "Wolny wieczór");
    let again = server.recorded()[1].body.to_string();
    assert!(again.contains("variants 1 and 2 say the same"), "{again}");
    server.push(Behaviour::Answer(same.clone()));
    server.push(Behaviour::Answer(same));
    let refused = app.post(&ana, &path(id), wish("email", 2)).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("say the same"), "{refused}");
}

#[tokio::test]
async fn a_claim_without_a_source_is_asked_to_be_left_out_once_and_then_marked() {
    let claiming = json!({ "variants": [variant(
        "Warzywa od 79 zł",
        "Taniej o 30% niż w sklepie. Skrzynka od rolnika. Najlepszy smak w mieście.",
    )] });
    let (server, app, ana, id) =
        scripted([Behaviour::Answer(claiming.clone()), Behaviour::Answer(claiming.clone())]).await;

    let marked = app.post(&ana, &path(id), wish("email", 1)).await.expect(200);

    let expected = ["Taniej o 30% niż w sklepie.", "Najlepszy smak w mieście."];
    assert_eq!(marked["variants"][0]["unsupported_claims"], json!(expected));
    let again = server.recorded()[1].body.to_string();
    assert!(again.contains("no source has"), "{again}");
    // What the occasion says is a source.
    server.push(Behaviour::Answer(claiming));
    let mut told = wish("email", 1);
    told["context"] = json!("Promocja: 30% taniej. Najlepszy smak według jury targów.");
    let found = app.post(&ana, &path(id), told).await.expect(200);
    assert_eq!(found["variants"][0]["unsupported_claims"], json!([]));
}

#[tokio::test]
async fn what_is_too_long_or_empty_is_never_shown_and_decomposed_letters_fit() {
    let long = json!({ "variants": [variant("Warzywa", &"ó".repeat(126))] });
    let empty = json!({ "variants": [variant(" \u{301}", "Skrzynka od rolnika.")] });
    let none = json!({ "variants": [] });
    let nul = json!({ "variants": [variant("Warz\u{0}ywa", "Skrzynka od rolnika.")] });
    let mut script = Vec::new();
    for wrong in [long, empty, none, nul] {
        script.extend([Behaviour::Answer(wrong.clone()), Behaviour::Answer(wrong)]);
    }
    let decomposed = "Z\u{301}ro\u{301}dło s\u{301}wiez\u{307}ych warzyw. ".repeat(5);
    let fits = json!({ "variants": [variant("Warzywa", decomposed.trim())] });
    script.push(Behaviour::Answer(fits));
    let (_server, app, ana, id) = scripted(script).await;

    for _ in 0..4 {
        app.post(&ana, &path(id), wish("ad", 1)).await.expect(409);
    }
    let found = app.post(&ana, &path(id), wish("ad", 1)).await.expect(200);

    let body = found["variants"][0]["body"].as_str().unwrap();
    assert!(body.starts_with("Źródło świeżych") && body.chars().count() <= 125, "{body}");
}

#[tokio::test]
async fn the_eleventh_of_an_hour_is_refused_and_viewers_and_strangers_ask_nobody() {
    let (app, ana, project, ids) = study(1).await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, Role::Viewer).await;

    app.post(&viewer, &path(ids[0]), wish("ad", 1)).await.expect(403);
    app.post(&stranger, &path(ids[0]), wish("ad", 1)).await.expect(404);
    for _ in 0..10 {
        app.post(&ana, &path(ids[0]), wish("ad", 1)).await.expect(200);
    }
    app.post(&ana, &path(ids[0]), wish("ad", 1)).await.expect(429);

    assert_eq!(calls(&app, "persona_messages").await, 10);
}

#[tokio::test]
async fn a_purse_that_is_empty_refuses_before_anybody_is_asked() {
    let server = Scripted::start([]).await;
    let price = Some(platform::model::Price { input: 1_000_000, output: 1_000_000 });
    let (app, ana, project, ids) = study_with(&Config { price, ..server.config() }, 1).await;
    sqlx::query("insert into project_budgets (project_id, cap_micros) values ($1, 0)")
        .bind(project.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();

    let refused = app.post(&ana, &path(ids[0]), wish("ad", 1)).await.expect(409);

    assert!(refused["detail"].as_str().unwrap().contains("budget"), "{refused}");
    assert_eq!(server.recorded().len(), 0);
}
