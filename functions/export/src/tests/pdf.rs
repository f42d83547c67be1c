use shared::insight::SegmentNeeds;
use shared::kpi::Metrics;
use shared::persona::Segment;
use uuid::Uuid;

use super::project::{answered, fetch, files_of, link, talk, written};
use super::read::Pdf;
use super::*;

fn path(id: PersonaId) -> String {
    format!("/api/v1/personas/{id}/actions/export")
}

pub(super) async fn persona(app: &TestApp, user: &User, id: PersonaId, body: Value) -> Vec<u8> {
    let mut body = body;
    body["format"] = json!("pdf");
    let answer = app.post(user, &path(id), body).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"persona.pdf\""));
    answer.bytes().to_vec()
}

/// Metrics of the segment of a person: one with a source, one without.
pub(super) async fn measured(app: &TestApp, id: PersonaId) {
    let metrics: Metrics = serde_json::from_value(json!({
        "ltv": { "value": 1234.5, "low": 1000.0, "high": 1500.0, "unit": "PLN", "method": "m · r / (1 + i − r)",
            "sources": [{ "kind": "own_figures", "name": "Dane z 2025" }], "confidence": "high",
            "naive": 900.0, "is_told_apart": true,
            "benchmark": { "value": 777.0, "source": "Raport branżowy, 2024" }, "computed_at": "2026-01-01T10:00:00Z",
            "inputs_hash": "ab" },
        "cac": { "absent_because": "Nie ma wydatków." },
    }))
    .unwrap();
    let segment = Segment::of(&card(app, id).await).id();
    sqlx::query(
        "insert into kpi_snapshots (population_id, segment_id, project_id, version, inputs_hash, metrics, \
         computed_at, checked_at) select population_id, $2, project_id, 1, '\\x00', $3, created_at, created_at \
         from personas where id = $1 on conflict do nothing",
    )
    .bind(id.0)
    .bind(segment)
    .bind(Json(metrics))
    .execute(&app.parts.pool)
    .await
    .unwrap();
}

/// Needs of the segment and a journey that name the person.
pub(super) async fn understood(app: &TestApp, id: PersonaId) {
    let card = card(app, id).await;
    let name = format!("{} {}", card.first_name, card.surname);
    let needs: SegmentNeeds = serde_json::from_value(json!({
        "jobs": [{ "statement": format!("Gdy {name} wraca z pracy, chce kawy"), "theme": "time", "priority": 7,
            "frequency": "daily", "difficulty": "easy", "quotes": [] }],
        "outcomes": [{ "statement": "Mniej czekania", "theme": "time", "importance": 8, "satisfaction": 3,
            "is_measurable": true, "quotes": [] }],
        "pains": [{ "title": "Kolejki", "description": "Rano są długie.", "theme": "time", "severity": 6,
            "frequency": "daily", "solution": "Zamówienie z góry", "quotes": [] }],
        "answers": 0, "people": 0, "dropped_quotes": 0,
    }))
    .unwrap();
    let none = json!({ "value": null, "quote": null, "absent_because": "Źródła nie mówią." });
    let stage = |stage: &str| {
        json!({ "stage": stage, "questions": [format!("Czy to dla mnie, {name}?")], "touchpoints": ["ulica"],
            "emotions": ["ciekawość"], "buying_signals": ["pyta"], "barriers": ["cena"],
            "time_in_stage_days": none, "drop_off_rate": none })
    };
    let stages = ["awareness", "consideration", "decision", "post_purchase"].map(stage);
    sqlx::query(
        "with p as (select * from personas where id = $1), \
         needs as (insert into segment_needs (population_id, segment_id, project_id, inputs_hash, needs, \
         written_by, is_simulated, prompt_version, created_at) select population_id, $2, project_id, '\\x00', $3, \
         'offline', true, 'needs.v1', created_at from p on conflict (population_id, segment_id) do update set \
         needs = excluded.needs) \
         insert into persona_journeys (persona_id, project_id, version, inputs_hash, journey, written_by, \
         is_simulated, prompt_version, created_at) select id, project_id, 1, '\\x00', $4, 'offline', true, \
         'journey.v1', created_at from p",
    )
    .bind(id.0)
    .bind(Segment::of(&card).id())
    .bind(Json(needs))
    .bind(json!({ "stages": stages }))
    .execute(&app.parts.pool)
    .await
    .unwrap();
}

fn nobody(pdf: &Pdf, card: &Card) {
    assert_hidden(card, &pdf.everything());
    assert!(!pdf.text.contains(&format!("lat {},", card.age)), "{}", pdf.text);
}

#[tokio::test]
async fn a_person_leaves_as_a_pdf_that_can_be_listened_to_and_hides_who_it_is() {
    let (app, ana, _, ids) = project_with(3).await;
    for id in ids {
        let card = card(&app, id).await;
        measured(&app, id).await;
        understood(&app, id).await;
        let titles = ["Badanie kawy", "Rynek 2025", "Badanie kawy"];
        sqlx::query("update personas set rag_citations = $2 where id = $1")
            .bind(id.0)
            .bind(json!(titles.map(|title| json!({ "document_title": title, "chunk_text": "x" }))))
            .execute(&app.parts.pool)
            .await
            .unwrap();

        let pdf = Pdf::read(&persona(&app, &ana, id, json!({})).await);

        let age = mask::age_band(card.age);
        assert_eq!(pdf.about("Title"), format!("{}, {age}", mask::initials(&card)));
        assert_eq!(pdf.language(), "pl");
        for role in ["Title", "H1", "H2", "P", "Table", "TH", "TD", "Figure", "L"] {
            assert!(pdf.roles().iter().any(|one| one == role), "{role} in {:?}", pdf.roles());
        }
        let alternatives = pdf.alternatives();
        let openness = format!("Otwartość: {:.0};", card.big_five.openness * 100.0);
        assert!(alternatives.iter().any(|alt| alt.contains(&openness)), "{alternatives:?}");
        assert!(pdf.bookmarks().iter().any(|title| title == "Ile wart jest segment"));
        for words in [
            "1234,50 PLN",
            "Zakres: od 1000,00 PLN do 1500,00 PLN",
            "Własne dane: Dane z 2025",
            "m · r / (1 + i − r)",
            "Pewność: wysoka",
            "900,00 PLN",
            "Opublikowali inni: 777,00 PLN (Raport branżowy, 2024)",
            "Nie ma wydatków.",
            "chce kawy",
            "Mniej czekania",
            "Kolejki",
            "Czy to dla mnie",
            "Źródła nie mówią.",
            "Czym jest ten plik",
            "Te osoby nie istnieją.",
            "Kawa na wynos",
            "2026-01-02 03:04 UTC",
        ] {
            assert!(pdf.text.contains(words), "{words} in {}", pdf.text);
        }
        assert_eq!(pdf.text.matches("Badanie kawy").count(), 1, "{}", pdf.text);
        assert!(pdf.text.contains("Rynek 2025"), "{}", pdf.text);
        nobody(&pdf, &card);
        assert_eq!(app.audited(id.0, "export").await, 1);
    }
}

#[tokio::test]
async fn the_same_person_and_time_give_the_same_bytes_and_another_time_others() {
    let (app, ana, _, ids) = project_with(1).await;
    measured(&app, ids[0]).await;

    let first = persona(&app, &ana, ids[0], json!({})).await;
    let second = persona(&app, &ana, ids[0], json!({})).await;
    app.parts.clock.advance(chrono::Duration::minutes(1));
    let third = persona(&app, &ana, ids[0], json!({})).await;

    assert!(first == second, "not a byte differs");
    assert!(first != third);
}

#[tokio::test]
async fn without_metrics_a_pdf_says_so_and_without_a_watermark_it_is_still_disclosed() {
    let (app, ana, _, ids) = project_with(1).await;
    sqlx::query("update accounts set full_name = 'Zyta Exporterska'")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    let stamped = Pdf::read(&persona(&app, &ana, ids[0], json!({})).await);
    let bare = json!({ "include_watermark": false, "sections": ["overview"], "disclosure": false });
    let bare = Pdf::read(&persona(&app, &ana, ids[0], bare).await);

    assert!(stamped.text.contains("Wskaźników nie obliczono."), "{}", stamped.text);
    let id = ana.id.to_string();
    let exporter = format!("Z. E. ({})", &id[id.len() - 8..]);
    assert!(stamped.text.contains(&exporter), "{}", stamped.text);
    assert_eq!(stamped.about("Author"), exporter);
    assert!(!stamped.everything().contains("Exporterska"));
    assert!(!bare.text.contains(&exporter), "{}", bare.text);
    assert!(!bare.text.contains("Wskaźników"), "{}", bare.text);
    assert!(bare.text.contains("Te osoby nie istnieją."), "{}", bare.text);
}

#[tokio::test]
async fn what_looks_like_markup_is_text_and_what_no_font_has_is_a_box_that_is_counted() {
    let (app, ana, _, ids) = project_with(1).await;
    let story = "#import \"x\": * $x$ ] *gruby* _kursywa_ = Tytuł\\ <a> @b `c` // d /* e */ #panic() \
                 Z\u{307}o\u{301}ł\u{107} ‏שלום‎ مرحبا 漢字 \u{1f600}\u{e000}";
    sqlx::query("update personas set background_story = $1, headline = '#let x = 1'")
        .bind(story)
        .execute(&app.parts.pool)
        .await
        .unwrap();

    let pdf = Pdf::read(&persona(&app, &ana, ids[0], json!({})).await);

    for words in [
        "#import \"x\": * $x$ ] *gruby* _kursywa_ = Tytuł\\ <a> @b `c` // d /* e */ #panic()",
        "#let x = 1",
        "Żółć",
        "□□",
        "pokazano jako prostokąty: 4",
    ] {
        assert!(pdf.text.contains(words), "{words} in {}", pdf.text);
    }
    for letter in "שלום".chars() {
        assert!(pdf.text.contains(letter), "{letter} in {}", pdf.text);
    }
}

#[tokio::test]
async fn all_people_the_results_of_a_survey_and_a_talk_are_written_by_runs() {
    let (app, ana, project, ids) = project_with(45).await;
    let survey = answered(&app, project, &ids[..5]).await;
    let group = talk(&app, project, ids[0]).await;
    let body = |subject: &str, id: Option<Uuid>| json!({ "subject": subject, "subject_id": id, "format": "pdf" });

    let mut files = Vec::new();
    for (subject, id) in [("project", None), ("survey", Some(survey)), ("focus_group", Some(group))]
    {
        let started = written(&app, &ana, project, body(subject, id)).await;
        let link = link(&app, &ana, &started).await;
        let file = fetch(&app, &link["file"]).await;
        let name = format!("attachment; filename=\"{subject}.pdf\"");
        assert_eq!(file.header("content-disposition"), Some(name.as_str()));
        assert_eq!(file.header("content-type"), Some("application/pdf"));
        files.push(Pdf::read(&file.bytes()));
    }

    for id in &ids {
        let card = card(&app, *id).await;
        files.iter().for_each(|file| nobody(file, &card));
    }
    let [people, survey, talk] = files.as_slice() else { panic!("three files") };
    assert!(people.text.contains("Spis treści") && people.text.contains("45 osób"));
    assert!(people.bookmarks().iter().any(|title| title.starts_with("45. ")));
    assert!(
        survey.text.contains("How cold?") && survey.text.contains("tak mówi"),
        "{}",
        survey.text
    );
    assert!(survey.alternatives().iter().any(|alt| alt.starts_with("How cold?.")));
    assert!(talk.text.contains("Co dalej?") && talk.text.contains("Jestem"), "{}", talk.text);
    for file in files.iter() {
        assert!(file.roles().iter().any(|role| role == "H1"));
    }
}

#[tokio::test]
async fn a_cancelled_pdf_is_not_there() {
    let (app, ana, project, _) = project_with(3).await;
    let body = json!({ "subject": "project", "format": "pdf" });
    let path = format!("/api/v1/projects/{project}/exports");
    let started = app.post(&ana, &path, body).await.expect(202);
    sqlx::query("update runs set cancel_requested_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    app.deliver_all().await;

    assert_eq!(files_of(&app, &started).await, 0);
    let status: String =
        sqlx::query_scalar("select status from runs").fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(status, "cancelled");
}

#[tokio::test]
async fn more_people_than_a_pdf_has_place_for_are_refused_by_the_limit() {
    let (app, ana, project, _) = project_with(0).await;
    app.people(project, &ana, 201).await;
    let path = format!("/api/v1/projects/{project}/exports");

    let refused =
        app.post(&ana, &path, json!({ "subject": "project", "format": "pdf" })).await.expect(422);
    app.post(&ana, &path, json!({ "subject": "project", "format": "csv" })).await.expect(202);

    assert!(refused.to_string().contains("at most 200 people, and there are 201"), "{refused}");
    app.deliver_all().await;
}
