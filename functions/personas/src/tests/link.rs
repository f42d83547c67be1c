use http::Method;
use shared::persona::mask;

use super::*;

fn path(id: PersonaId) -> String {
    format!("{}/shares", one(id))
}

/// As somebody without a sign-in.
async fn open(app: &TestApp, page: &str) -> testkit::Answer {
    app.send(Method::GET, page, None, None).await
}

async fn made(app: &TestApp, by: &User, id: PersonaId, others: &[PersonaId]) -> Value {
    app.post(by, &path(id), json!({ "persona_ids": others })).await.expect(201)
}

#[tokio::test]
async fn whoever_has_the_link_sees_the_page_and_nobody_else_learns_of_it() {
    let (app, ana, _, ids) = study(2).await;
    let link = made(&app, &ana, ids[0], &ids[1..]).await;

    let page = open(&app, link["path"].as_str().unwrap()).await;

    assert_eq!(page.status(), 200);
    for (header, value) in [
        ("x-robots-tag", "noindex, nofollow, noarchive"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(page.header(header), Some(value), "{header}");
    }
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert_eq!(page.text().matches("<article>").count(), 2);
    let list = app.get(&ana, &path(ids[0])).await.expect(200);
    assert_eq!(list[0]["views"], 1);
    assert_eq!(list[0].get("path"), None, "the token is told once");
    assert_eq!(app.audited(ids[0].0, "share").await, 1);
    let stored: Vec<u8> = sqlx::query_scalar("select token_hash from share_links")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    let token = link["path"].as_str().unwrap().strip_prefix("/share/").unwrap();
    assert_eq!(token.len(), 43, "256 bits");
    assert_eq!(stored, platform::secret::sha256(token.as_bytes()));
}

#[tokio::test]
async fn the_page_has_no_name_no_town_and_no_exact_age() {
    let (app, ana, _, ids) = study(12).await;
    for id in ids {
        let card: Json<Card> = sqlx::query_scalar("select card from personas where id = $1")
            .bind(id.0)
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
        let story = format!(
            "{} {} ma {} lat i mieszka: {}. Mam {} i dwoje dzieci. <script>alert(1)</script> x@example.com",
            card.first_name, card.surname, card.age, card.town, card.age
        );
        sqlx::query("update personas set background_story = $2, headline = $2 where id = $1")
            .bind(id.0)
            .bind(story)
            .execute(&app.parts.pool)
            .await
            .unwrap();
        let link = made(&app, &ana, id, &[]).await;

        let text = open(&app, link["path"].as_str().unwrap()).await.text();

        let town: Vec<&str> = card.town.split(' ').filter(|word| word.len() > 3).collect();
        for secret in [&*card.first_name, &*card.surname, "example.com"].iter().chain(&town) {
            assert!(!text.contains(*secret), "{secret} in {text}");
        }
        assert!(!text.contains(&format!("ma {} lat", card.age)), "{text}");
        assert!(!text.contains(&format!("Mam {} i", card.age)), "{text}");
        assert!(text.contains(&mask::age_band(card.age)) && text.contains(&mask::initials(&card)));
        assert!(!text.contains("<script"), "{text}");
    }
}

#[tokio::test]
async fn no_line_of_the_log_has_the_token_of_a_link() {
    let log = testkit::Log::keep();
    let (app, ana, _, ids) = study(1).await;
    let link = made(&app, &ana, ids[0], &[]).await;
    let page = link["path"].as_str().unwrap();

    assert_eq!(open(&app, page).await.status(), 200);
    app.delete(&ana, &format!("{}/{}", path(ids[0]), link["id"].as_str().unwrap()), None)
        .await
        .expect(204);
    open(&app, page).await.expect(404);

    let (log, token) = (log.text(), page.strip_prefix("/share/").unwrap());
    assert!(log.contains("/share/{token}"), "the route is in it: {log}");
    assert!(!log.contains(token), "{log}");
}

#[tokio::test]
async fn the_page_says_who_wrote_its_texts() {
    let (app, ana, _, ids) = study(1).await;
    let link = made(&app, &ana, ids[0], &[]).await;
    let said = async |change: &'static str| {
        sqlx::query(change).execute(&app.parts.pool).await.unwrap();
        let text = open(&app, link["path"].as_str().unwrap()).await.text();
        let line = text.lines().find(|line| line.contains("class=\"soft\"")).unwrap();
        line.to_owned()
    };

    let by_model = said("update personas set is_simulated = false").await;
    let by_hand = said("update personas set edited_at = created_at, edited_by = created_by").await;
    let simulated =
        said("update personas set is_simulated = true, edited_at = null, edited_by = null").await;

    assert!(by_model.contains("napisał model językowy."), "{by_model}");
    assert!(
        by_hand.contains("napisał model językowy, a ktoś je potem zmienił ręcznie."),
        "{by_hand}"
    );
    assert!(simulated.contains("napisał symulator, a nie model językowy."), "{simulated}");
}

#[tokio::test]
async fn the_page_says_who_was_imported_and_not_drawn() {
    let (app, ana, _, ids) = study(2).await;
    let (one, both) =
        (made(&app, &ana, ids[1], &[]).await, made(&app, &ana, ids[0], &ids[1..]).await);
    let said = async |link: &Value| {
        let text = open(&app, link["path"].as_str().unwrap()).await.text();
        let line = text.lines().find(|line| line.contains("class=\"soft\"")).unwrap();
        line.to_owned()
    };
    let drawn = (said(&one).await, said(&both).await);

    sqlx::query("update personas set is_imported = true where id = $1")
        .bind(ids[1].0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let imported = (said(&one).await, said(&both).await);
    sqlx::query("update personas set language = 'en'").execute(&app.parts.pool).await.unwrap();
    let in_english = (said(&one).await, said(&both).await);

    for line in [drawn.0, drawn.1] {
        assert!(line.contains(" są, wylosowano ze statystyk.") && !line.contains("plik"), "{line}");
    }
    assert!(imported.0.contains("o kim są, zaimportowano z pliku"), "{}", imported.0);
    assert!(!imported.0.contains("statystyk"), "{}", imported.0);
    assert!(imported.1.contains("resztę zaimportowano z pliku"), "{}", imported.1);
    assert!(in_english.0.contains("about was imported from a file"), "{}", in_english.0);
    assert!(!in_english.0.contains("Statistics"), "{}", in_english.0);
    assert!(in_english.1.contains("the others were imported from a file"), "{}", in_english.1);
}

#[tokio::test]
async fn people_beside_each_other_are_compared_and_masked_there_too() {
    let (app, ana, _, ids) = study(12).await;
    let body = json!({ "persona_ids": [ids[1]] });
    let found = app.post(&ana, &format!("{}/actions/compare", one(ids[0])), body).await.expect(200);
    let (both, alone) =
        (made(&app, &ana, ids[0], &ids[1..2]).await, made(&app, &ana, ids[0], &[]).await);

    let text = open(&app, both["path"].as_str().unwrap()).await.text();
    let single = open(&app, alone["path"].as_str().unwrap()).await.text();

    let (_, compared) = text.split_once("<section>").unwrap();
    let similarity = found["similarity"][ids[0].to_string()][ids[1].to_string()].as_f64().unwrap();
    let similarity = shared::text::number::percent(similarity, shared::Language::Polish);
    assert!(compared.contains(&format!("bardziej podobni niż {similarity} par")), "{compared}");
    assert!(compared.contains("zmierzono 66"), "{compared}");
    let common = found["explanations"][0]["in_common"].as_array().unwrap();
    for word in common.iter().map(|word| word.as_str().unwrap()) {
        assert!(compared.contains(&*shared::text::escape::escape(word)), "{word} in {compared}");
    }
    let openness = found["personas"][1]["big_five"]["openness"].as_f64().unwrap() * 100.0;
    assert!(compared.contains(&format!("<td>{openness:.0}</td>")), "{compared}");
    for person in found["personas"].as_array().unwrap() {
        let (name, place) =
            (person["full_name"].as_str().unwrap(), person["location"].as_str().unwrap());
        let town = (!place.starts_with("wieś")).then_some(place);
        let age = format!("<td>{}</td>", person["age"]);
        for secret in name.split(' ').chain(town).chain([age.as_str()]) {
            assert!(!compared.contains(secret), "{secret} in {compared}");
        }
    }
    assert!(!single.contains("<section>"), "{single}");
}

#[tokio::test]
async fn two_people_of_one_band_or_bracket_show_no_gap_within_it() {
    let (app, ana, _, ids) = study(12).await;
    // one person three times over, but for what the page has in bands
    for (id, differing) in [
        (ids[0], json!({ "age": 65, "income_monthly_net": 2_900 })),
        (ids[1], json!({ "age": 95, "income_monthly_net": 2_900 })),
        (ids[2], json!({ "age": 65, "income_monthly_net": 0 })),
    ] {
        let change = "update personas set card = (select card from personas where id = $2) || $3 \
                      where id = $1";
        let query = sqlx::query(change).bind(id.0).bind(ids[3].0).bind(differing);
        query.execute(&app.parts.pool).await.unwrap();
    }
    let path = format!("{}/actions/compare", one(ids[0]));
    let body = json!({ "persona_ids": [ids[1], ids[2]] });
    let found = app.post(&ana, &path, body).await.expect(200);
    let link = made(&app, &ana, ids[0], &ids[1..3]).await;

    let text = open(&app, link["path"].as_str().unwrap()).await.text();

    let apart = |pair: usize| &found["explanations"][pair]["apart"][0]["field"];
    assert_eq!((apart(0), apart(1)), (&json!("age"), &json!("income")), "{found}");
    let (_, compared) = text.split_once("<section>").unwrap();
    assert!(!compared.contains("Różnice, druga osoba minus pierwsza"), "{compared}");
    assert!(!compared.contains("<th scope=\"row\">Wiek</th>"), "{compared}");
}

#[tokio::test]
async fn a_link_ends_when_it_is_revoked_or_after_thirty_days_or_with_its_persona_or_its_maker() {
    let (app, ana, project, ids) = study(2).await;
    let editor = app.user("editor").await;
    app.member(project, &editor, Role::Editor).await;
    let page = |link: &Value| link["path"].as_str().unwrap().to_owned();

    let revoked = made(&app, &ana, ids[0], &[]).await;
    let one_link = format!("{}/{}", path(ids[0]), revoked["id"].as_str().unwrap());
    app.delete(&ana, &one_link, None).await.expect(204);
    app.delete(&ana, &one_link, None).await.expect(204);
    open(&app, &page(&revoked)).await.expect(404);

    let theirs = made(&app, &editor, ids[0], &[]).await;
    open(&app, &page(&theirs)).await.text();
    sqlx::query("delete from project_members where account_id = $1")
        .bind(editor.id.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    open(&app, &page(&theirs)).await.expect(404);

    let deleted = made(&app, &ana, ids[1], &[]).await;
    let reason = Some(json!({ "reason": "duplicate" }));
    app.delete(&ana, &one(ids[1]), reason).await.expect(200);
    open(&app, &page(&deleted)).await.expect(404);

    let old = made(&app, &ana, ids[0], &[]).await;
    app.parts.clock.advance(chrono::Duration::days(30) - chrono::Duration::seconds(1));
    assert_eq!(open(&app, &page(&old)).await.status(), 200);
    app.parts.clock.advance(chrono::Duration::seconds(1));
    open(&app, &page(&old)).await.expect(404);
    open(&app, "/share/guessed").await.expect(404);
}

#[tokio::test]
async fn editors_share_viewers_look_at_the_list_and_nobody_revokes_a_strangers_link() {
    let (app, ana, project, ids) = study(2).await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, Role::Viewer).await;
    let link = made(&app, &ana, ids[0], &[]).await;
    let foreign = app.project(&stranger, json!({})).await;
    let theirs = populate(&app, &stranger, foreign, 1).await;

    app.post(&viewer, &path(ids[0]), json!({})).await.expect(403);
    app.post(&stranger, &path(ids[0]), json!({})).await.expect(404);
    app.post(&ana, &path(ids[0]), json!({ "persona_ids": theirs })).await.expect(404);
    app.post(&ana, &path(ids[0]), json!({ "persona_ids": [ids[1], ids[1], ids[1]] }))
        .await
        .expect(422);
    app.get(&viewer, &path(ids[0])).await.expect(200);
    app.get(&stranger, &path(ids[0])).await.expect(404);
    let by_another_way = format!("{}/{}", path(theirs[0]), link["id"].as_str().unwrap());
    app.delete(&stranger, &by_another_way, None).await.expect(404);
    let own = format!("{}/{}", path(ids[0]), link["id"].as_str().unwrap());
    app.delete(&viewer, &own, None).await.expect(403);
    assert_eq!(open(&app, link["path"].as_str().unwrap()).await.status(), 200);
}

#[tokio::test]
async fn an_address_opens_thirty_pages_a_minute() {
    let (app, ana, _, ids) = study(1).await;
    let link = made(&app, &ana, ids[0], &[]).await;
    let page = link["path"].as_str().unwrap();

    for _ in 0..30 {
        assert_eq!(open(&app, page).await.status(), 200);
    }

    assert_eq!(open(&app, page).await.status(), 429);
}
