use std::io::{Cursor, Read};

use super::*;

fn path(id: PersonaId) -> String {
    format!("/api/v1/personas/{id}/actions/export")
}

#[tokio::test]
async fn json_has_the_clients_shape_masked_and_disclosed() {
    let (app, ana, project, ids) = project_with(6).await;

    for id in ids {
        let card = card(&app, id).await;
        let found = app.post(&ana, &path(id), json!({ "format": "json" })).await.expect(200);

        assert_eq!(found["sections"], json!(["overview", "profile", "behaviors"]));
        assert_eq!(found["content"]["overview"]["name"], mask::initials(&card));
        assert_eq!(found["content"]["overview"]["age"], mask::age_band(card.age));
        assert!(found["content"]["profile"]["big_five"]["openness"].is_number());
        assert_eq!(found["content"]["behaviors"]["communication_style"], "calm");
        assert_eq!(found["watermark"]["project_id"], json!(project));
        let disclosure = &found["disclosure"];
        assert_eq!(
            (&disclosure["is_synthetic"], &disclosure["is_masked"]),
            (&json!(true), &json!(true))
        );
        assert_eq!(disclosure["models"][0]["model"], "offline");
        assert_eq!(disclosure["seeds"], json!([7]));
        assert!(disclosure["limits"].as_array().is_some_and(|limits| limits.len() >= 3));
        let text = found.to_string();
        assert_hidden(&card, &text);
        assert!(!text.contains(&format!("lat {},", card.age)), "{text}");
        assert_eq!(app.audited(id.0, "export").await, 1);
    }
}

#[tokio::test]
async fn sections_are_those_that_were_asked_for_and_the_disclosure_is_always_there() {
    let (app, ana, _, ids) = project_with(1).await;
    let body = json!({ "format": "json", "sections": ["needs", "profile"], "include_watermark": false,
        "disclosure": false, "include_disclosure": false });

    let found = app.post(&ana, &path(ids[0]), body).await.expect(200);

    assert_eq!(found["content"].as_object().unwrap().len(), 2);
    assert_eq!(found["content"]["needs"], Value::Null, "not made up");
    assert_eq!(found["watermark"], Value::Null);
    assert_eq!(found["disclosure"]["is_synthetic"], true);
}

#[tokio::test]
async fn more_sections_than_there_are_become_no_file() {
    let (app, ana, _, ids) = project_with(1).await;

    for format in ["json", "pdf"] {
        let body = json!({ "format": format, "sections": vec!["insights"; 50_000] });
        let refused = app.post(&ana, &path(ids[0]), body).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "sections", "{refused}");
    }
    assert_eq!(app.audited(ids[0].0, "export").await, 0);
}

#[tokio::test]
async fn insights_have_what_the_client_reads_with_who_wrote_needs_and_journey() {
    let (app, ana, _, ids) = project_with(1).await;
    super::pdf::understood(&app, ids[0]).await;
    super::pdf::measured(&app, ids[0]).await;
    let card = card(&app, ids[0]).await;
    sqlx::query("update personas set rag_context_details = $1, rag_citations = $2")
        .bind(json!({ "query": format!("kawa {}", card.surname), "num_results": 1 }))
        .bind(json!([{ "chunk_text": format!("{} z {}", card.first_name, card.town) }]))
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let open = json!({ "format": "json", "unmask": true, "reason": "dla klienta" });
    app.post(&ana, &path(ids[0]), open).await.expect(200);
    let body = json!({ "format": "json", "sections": ["overview", "needs", "insights"] });

    let found = app.post(&ana, &path(ids[0]), body).await.expect(200);

    let insights = &found["content"]["insights"];
    assert_eq!(
        insights["rag_context_details"]["query"],
        format!("kawa {}", mask::initials(&card).split(' ').next_back().unwrap())
    );
    assert_eq!(insights["audit_log"][0]["action"], "export");
    assert_eq!(insights["audit_log"][0]["details"]["reason"], "dla klienta");
    assert!(insights["audit_log"][0].get("address").is_none());
    assert_eq!(insights["journey"]["stages"].as_array().unwrap().len(), 4);
    assert!(found["content"]["overview"]["rag_citations"].is_array());
    let parts: Vec<(&str, &str)> = found["disclosure"]["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["part"].as_str().unwrap(), one["prompt_version"].as_str().unwrap()))
        .collect();
    assert_eq!(&parts[1..], [("needs", "needs.v1"), ("journey", "journey.v1")]);
    assert_eq!(found["disclosure"]["treatment"].as_array().unwrap().len(), 5);
    assert_hidden(&card, &found.to_string());
}

#[tokio::test]
async fn only_an_admin_unmasks_and_says_why() {
    let (app, ana, project, ids) = project_with(1).await;
    let editor = app.user("editor").await;
    let stranger = app.user("stranger").await;
    app.member(project, &editor, Role::Editor).await;
    let body = |reason: &str| json!({ "format": "json", "unmask": true, "reason": reason });

    app.post(&editor, &path(ids[0]), body("dla klienta")).await.expect(403);
    app.post(&ana, &path(ids[0]), body("  x ")).await.expect(422);
    app.post(&ana, &path(ids[0]), json!({ "format": "json", "unmask": true })).await.expect(422);
    app.post(&stranger, &path(ids[0]), json!({ "format": "json" })).await.expect(404);
    app.post(&editor, &path(ids[0]), json!({ "format": "json" })).await.expect(200);
    let open = app.post(&ana, &path(ids[0]), body("dla klienta")).await.expect(200);

    let card = card(&app, ids[0]).await;
    assert_eq!(open["content"]["overview"]["age"], json!(card.age));
    assert_eq!(open["content"]["profile"]["card"]["surname"], json!(card.surname), "lossless");
    assert_eq!(open["disclosure"]["is_masked"], false);
    let reasons: Vec<Option<String>> = sqlx::query_scalar(
        "select details->>'reason' from audit_log where action = 'export' order by at, id",
    )
    .fetch_all(&app.parts.pool)
    .await
    .unwrap();
    assert_eq!(reasons, [None, Some("dla klienta".to_owned())]);
}

#[tokio::test]
async fn a_csv_comes_with_its_disclosure_beside_it() {
    let (app, ana, _, ids) = project_with(1).await;

    let answer = app.post(&ana, &path(ids[0]), json!({ "format": "csv", "bom": true })).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes())).unwrap();
    let mut texts = Vec::new();
    for name in ["persona.csv", "disclosure.json"] {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        texts.push(text);
    }
    assert!(texts[0].starts_with("\u{feff}population_id,number,name,age"), "{}", texts[0]);
    assert!(texts[0].contains("'=To "), "a formula is none: {}", texts[0]);
    let disclosure: Value = serde_json::from_str(&texts[1]).unwrap();
    assert_eq!(disclosure["is_synthetic"], true);
    let card = card(&app, ids[0]).await;
    texts.iter().for_each(|text| assert_hidden(&card, text));
}

#[tokio::test]
async fn a_form_that_is_not_there_is_refused_and_so_is_a_deleted_person() {
    let (app, ana, _, ids) = project_with(1).await;

    app.post(&ana, &path(ids[0]), json!({ "format": "docx" })).await.expect(422);
    app.post(&ana, &path(ids[0]), json!({})).await.expect(422);
    sqlx::query("update personas set deleted_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();
    app.post(&ana, &path(ids[0]), json!({ "format": "json" })).await.expect(404);
}

#[tokio::test]
async fn the_disclosure_says_that_a_hand_has_changed_the_text() {
    let (app, ana, _, ids) = project_with(1).await;
    sqlx::query("update personas set edited_by = created_by, edited_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    let found = app.post(&ana, &path(ids[0]), json!({ "format": "json" })).await.expect(200);

    assert_eq!(found["disclosure"]["models"][0]["model"], "offline, edited by hand");
}
