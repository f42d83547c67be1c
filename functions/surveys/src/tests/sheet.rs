//! The answers on their way out, and back in.

use axum::body::Body;
use http_body_util::BodyExt;
use records::survey::results;
use tower::ServiceExt;

use super::answers::{answered, id};
use super::*;

/// The body of the sheet, which nobody has read yet.
async fn sheet(app: &TestApp, user: &User, survey: &Value) -> Body {
    let request = axum::http::Request::get(format!("{}/responses.csv", one(survey)))
        .header("authorization", format!("Bearer {}", user.token))
        .body(Body::empty())
        .unwrap();
    let response = app.api().oneshot(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    response.into_body()
}

#[tokio::test]
async fn the_export_is_taken_as_peoples_answers_with_the_same_counts() {
    let (app, ana, _, survey) = answered(60).await;
    let csv = app.get(&ana, &format!("{}/responses.csv", one(&survey))).await.text();
    let path = format!("{}/human-answers", one(&survey));

    let uploaded = app.post(&ana, &path, json!({ "name": "Export", "csv": csv })).await.expect(201);
    let compared = app.get(&ana, &path).await.expect(200);

    assert_eq!(uploaded["people"], 60);
    let questions = compared["questions"].as_array().unwrap();
    assert!(!questions.is_empty());
    for question in questions {
        assert_eq!(question["simulated"], question["people"], "{}", question["question_id"]);
    }
    assert!(compared["attributes"].as_array().unwrap().contains(&json!("age")), "{compared}");
    let who = &compared["who_answers"];
    assert!(who["distance"].as_f64().unwrap() < 1e-9, "the same people give them: {who}");
}

#[tokio::test]
async fn the_export_of_very_many_answers_is_taken_back_too() {
    let (app, ana, _, survey) = answered(60).await;
    let csv = app.get(&ana, &format!("{}/responses.csv", one(&survey))).await.text();
    let (header, lines) = csv.split_once("\r\n").unwrap();
    let times = (2 << 20) / lines.len() + 1;
    let csv = format!("{header}\r\n{}", lines.repeat(times));
    let path = format!("{}/human-answers", one(&survey));

    let uploaded = app.post(&ana, &path, json!({ "name": "Export", "csv": csv })).await.expect(201);

    assert_eq!(uploaded["people"], 60 * times);
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_told_the_bound() {
    let (app, ana, project) = world().await;
    let survey = app.post(&ana, &surveys(project), builder()).await.expect(201);
    let path = format!("{}/human-answers", one(&survey));

    let csv = " ".repeat(30 << 20);
    let refused = app.post(&ana, &path, json!({ "name": "Panel", "csv": csv })).await.expect(413);

    assert_eq!(refused["code"], "too_large");
    assert_eq!(refused["detail"], "csv: must have at most 30 MiB as it is sent");
}

#[tokio::test]
async fn one_upload_is_read_at_a_time() {
    let (app, ana, _, survey) = answered(10).await;
    let path = format!("{}/human-answers", one(&survey));
    let turn = human_comparison::UPLOADS.reading().await;
    let stored = async || -> i64 {
        let count = sqlx::query_scalar("select count(*) from survey_human_answers");
        count.fetch_one(&app.parts.pool).await.unwrap()
    };

    let uploading = app.post(&ana, &path, json!({ "name": "Panel", "csv": "buy\n4\n" }));
    let release = async {
        // long enough for whoever does not wait
        for _ in 0..50 {
            stored().await;
        }
        let before = stored().await;
        drop(turn);
        before
    };
    let (uploaded, before) = tokio::join!(uploading, release);

    uploaded.expect(201);
    assert_eq!((before, stored().await), (0, 1), "an upload is read while another is in memory");
}

/// Everybody names themselves, and an option, the title and an id name the first.
async fn naming() -> (TestApp, User, ProjectId, Value, Vec<shared::persona::Card>) {
    let (app, ana, project, survey) = answered(12).await;
    let cards: Vec<sqlx::types::Json<shared::persona::Card>> =
        sqlx::query_scalar("select card from survey_responses order by respondent")
            .fetch_all(&app.parts.pool)
            .await
            .unwrap();
    let cards: Vec<_> = cards.into_iter().map(|card| card.0).collect();
    let says = "update survey_responses set response = jsonb_set(jsonb_set(response, '{answers,why}',
            to_jsonb('=Jestem ' || (card->>'first_name') || ' ' || (card->>'surname') || ', ' || (card->>'age')
            || ' lat, ' || (card->>'town') || ', jan.k@example.com')), '{answers,tea}', to_jsonb($2::text))
        where survey_id = $1";
    let option = format!("u {}", cards[0].surname);
    let query = sqlx::query(says).bind(id(&survey)).bind(&option);
    query.execute(&app.parts.pool).await.unwrap();
    let names = "update surveys set questions = jsonb_set(jsonb_set(questions, '{0,options}', jsonb_build_array($2::text,
            'no')), '{0,title}', to_jsonb($2::text))
        where id = $1";
    let query = sqlx::query(names).bind(id(&survey)).bind(&option);
    query.execute(&app.parts.pool).await.unwrap();
    let project_name = "update projects set name = $1";
    let query = sqlx::query(project_name).bind(format!("Herbata z {}", cards[0].first_name));
    query.execute(&app.parts.pool).await.unwrap();
    (app, ana, project, survey, cards)
}

#[tokio::test]
async fn a_viewers_sheet_names_nobody_and_says_where_its_disclosure_is() {
    let (app, _, project, survey, cards) = naming().await;
    let viewer = app.user("viewer").await;
    app.member(project, &viewer, Role::Viewer).await;

    let answer = app.get(&viewer, &format!("{}/responses.csv", one(&survey))).await;
    let link = answer.header("link").unwrap().to_owned();
    let csv = answer.text();
    let path = link.strip_prefix('<').and_then(|rest| rest.split('>').next()).unwrap();
    let disclosure = app.get(&viewer, path).await.expect(200);

    let words: Vec<&str> = csv.split(|sign: char| !sign.is_alphanumeric()).collect();
    for card in &cards {
        for secret in [&*card.first_name, &card.surname, &card.town] {
            for word in secret.split([' ', '-']).filter(|word| word.chars().count() > 3) {
                assert!(!words.contains(&word), "{word} in {csv}");
            }
        }
        assert!(!csv.contains(&format!(", {} lat", card.age)), "{csv}");
    }
    assert!(!csv.contains("example.com") && csv.contains("j***@…"), "{csv}");
    assert!(csv.contains("\r\n1,,"), "no years: {csv}");
    assert!(csv.contains("#1 u "), "an option by its number: {csv}");
    assert!(link.ends_with("rel=\"describedby\"; type=\"application/json\""), "{link}");
    assert_eq!(
        (&disclosure["is_synthetic"], &disclosure["is_masked"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(disclosure["models"][0]["part"], "answers");
    assert_eq!(disclosure["models"][0]["texts"], 12);
    assert!(!disclosure.to_string().contains(&*cards[0].first_name), "{disclosure}");
    assert!(disclosure["treatment"].to_string().contains("rozkładu"), "{disclosure}");
}

#[tokio::test]
async fn a_masked_sheet_is_taken_back_as_it_was() {
    let (app, ana, _, survey, cards) = naming().await;
    let csv = app.get(&ana, &format!("{}/responses.csv", one(&survey))).await.text();
    let path = format!("{}/human-answers", one(&survey));

    app.post(&ana, &path, json!({ "name": "Export", "csv": csv })).await.expect(201);

    let compared = app.get(&ana, &path).await.expect(200);
    let tea = &compared["questions"][0];
    assert_eq!(tea["keys"][0], json!(format!("u {}", cards[0].surname)));
    assert_eq!((&tea["simulated"], &tea["people"]), (&json!([12, 0]), &json!([12, 0])));
}

#[tokio::test]
async fn only_an_admin_has_the_sheet_unmasked_and_the_audit_log_keeps_why() {
    let (app, ana, project, survey, cards) = naming().await;
    let editor = app.user("editor").await;
    app.member(project, &editor, Role::Editor).await;
    let path = format!("{}/responses.csv", one(&survey));
    let unmask = |reason: &str| json!({ "unmask": true, "reason": reason });

    app.post(&editor, &path, unmask("dla klienta")).await.expect(403);
    app.post(&ana, &path, json!({ "unmask": true })).await.expect(422);
    app.post(&ana, &path, unmask(" x ")).await.expect(422);
    app.post(&ana, &path, json!({ "reason": "x".repeat(501) })).await.expect(422);
    app.post(&ana, &path, unmask(&format!("xyz{}", " ".repeat(1_000)))).await.expect(422);
    let open = app.post(&ana, &path, unmask("dla klienta")).await;

    assert!(open.header("link").unwrap().contains("disclosure?unmask=true>"));
    assert!(open.text().contains(&*cards[0].surname));
    let reasons: Vec<Option<String>> =
        sqlx::query_scalar("select details->>'reason' from audit_log where action = 'export'")
            .fetch_all(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(reasons, [Some("dla klienta".to_owned())]);
}

#[tokio::test]
async fn an_address_unmasks_nobody_and_is_told_of_the_body() {
    let (app, ana, _, survey) = answered(10).await;
    let path = |query: &str| format!("{}/responses.csv?{query}", one(&survey));

    for (query, field) in
        [("unmask=true&reason=dla%20klienta", "unmask"), ("reason=dla%20klienta", "reason")]
    {
        let refused = app.get(&ana, &path(query)).await.expect(422);

        assert_eq!(refused["errors"][0]["field"], field);
        assert!(refused["errors"][0].to_string().contains("body of POST"), "{refused}");
    }
    assert_eq!(app.get(&ana, &path("unmask=false")).await.status(), 200);
    assert_eq!(app.audited(id(&survey), "export").await, 1, "what is refused is no export");
}

#[tokio::test]
async fn a_stray_quote_is_named_by_its_line_and_swallows_nobody() {
    let (app, ana, _, survey) = answered(10).await;
    let path = format!("{}/human-answers", one(&survey));
    let lines = |first: &str| -> Value {
        let rest: String = (1..49).map(|i| format!("yes,note {i}\n")).collect();
        json!({ "name": "Panel", "csv": format!("tea,why\nyes,{first}\n{rest}") })
    };

    let inside = app.post(&ana, &path, lines("24\" screen")).await.expect(201);
    assert_eq!(inside["people"], 49);
    for stray in ["\"24 screen", "\"24\" screen"] {
        let refused = app.post(&ana, &path, lines(stray)).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "line 2", "{refused}");
    }
}

#[tokio::test]
async fn a_sheet_on_its_way_holds_no_connection_and_is_on_record() {
    let (app, ana, _, survey) = answered(60).await;
    let mut body = sheet(&app, &ana, &survey).await;
    body.frame().await.unwrap().unwrap();

    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(app.parts.pool.acquire().await.unwrap());
    }
    drop(held);

    assert_eq!(app.audited(id(&survey), "export").await, 1, "before the rest of it");
    let rest = body.collect().await.unwrap().to_bytes();
    assert_eq!(String::from_utf8_lossy(&rest).matches("\r\n").count(), 60);
}

#[tokio::test]
async fn a_sheet_that_cannot_be_read_to_its_end_breaks_off_and_does_not_end() {
    let (app, ana, _, survey) = answered(60).await;
    let broken = "update survey_responses set response = '{\"answers\": 1}' where respondent = 55";
    sqlx::query(broken).execute(&app.parts.pool).await.unwrap();

    let body = sheet(&app, &ana, &survey).await;

    assert!(body.collect().await.is_err(), "a part must not look like the whole");
}

#[tokio::test]
async fn a_sheet_breaks_off_when_its_reader_may_not_see_it_any_more() {
    let (app, ana, project, survey) = answered(120).await;
    let bea = app.user("bea").await;
    app.member(project, &bea, Role::Viewer).await;
    let (mut anas, mut beas) = (sheet(&app, &ana, &survey).await, sheet(&app, &bea, &survey).await);
    for body in [&mut anas, &mut beas] {
        // the header, and a page
        body.frame().await.unwrap().unwrap();
        body.frame().await.unwrap().unwrap();
    }

    let remove = "delete from project_members where account_id = $1";
    sqlx::query(remove).bind(bea.id.0).execute(&app.parts.pool).await.unwrap();
    app.parts.clock.advance(chrono::Duration::seconds(15));

    assert!(beas.collect().await.is_err(), "the rest is not theirs to see");
    let rest = anas.collect().await.unwrap().to_bytes();
    assert_eq!(String::from_utf8_lossy(&rest).matches("\r\n").count(), 70);
}

#[tokio::test]
async fn one_whole_survey_is_in_memory_at_a_time() {
    let (app, ana, _, survey) = answered(10).await;
    let path = format!("{}/results", one(&survey));
    let alone = results::alone().await;

    let reading = app.get(&ana, &path);
    let release = async {
        // long enough for whoever does not wait
        for _ in 0..50 {
            app.audited(id(&survey), "export").await;
        }
        let kept = "select count(*) from survey_results";
        let kept: i64 = sqlx::query_scalar(kept).fetch_one(&app.parts.pool).await.unwrap();
        drop(alone);
        kept
    };
    let (read, kept) = tokio::join!(reading, release);

    read.expect(200);
    assert_eq!(kept, 0, "figures are made while another has a whole survey in memory");
}

#[tokio::test]
async fn a_list_tells_the_count_and_the_average_without_looking_at_the_answers() {
    let (app, ana, project, survey) = answered(12).await;
    let pool = &app.parts.pool;
    let slow = "update surveys set latency_ms_total = latency_ms_total + 12";
    sqlx::query(slow).execute(pool).await.unwrap();

    let list = app.get(&ana, &surveys(project)).await.expect(200);
    assert_eq!(
        (&list[0]["actual_responses"], &list[0]["avg_response_time_ms"]),
        (&json!(12), &json!(13))
    );
    sqlx::query("delete from survey_responses where respondent < 12").execute(pool).await.unwrap();
    sqlx::query("update surveys set latency_ms_total = 0").execute(pool).await.unwrap();

    let none = app.get(&ana, &one(&survey)).await.expect(200);
    assert_eq!(
        (&none["actual_responses"], &none["avg_response_time_ms"]),
        (&json!(0), &Value::Null)
    );
}
