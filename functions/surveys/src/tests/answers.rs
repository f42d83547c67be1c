//! Surveys with answers in them, put there as `survey-run` stores them.

use offline::opinion::SimulatedRespondent;
use offline::respondent;
use shared::survey::{Asked, Elicitation, Question, order, reply};
use shared::{Language, Seed};
use sqlx::types::Json;

use super::*;

/// A survey of eight kinds of questions whose run is over, answered by so many people.
pub(super) async fn answered(people: u32) -> (TestApp, User, ProjectId, Value) {
    let (app, ana, project) = world().await;
    let survey = json!({ "title": "Tea", "target_responses": people.max(10), "questions": [
        { "id": "tea", "type": "single-choice", "title": "Tea?", "options": ["yes", "no"],
          "randomizeOptions": true },
        { "id": "milk", "type": "multiple-choice", "title": "With?", "options": ["milk", "sugar"] },
        { "id": "buy", "type": "rating-scale", "title": "Would you buy it?" },
        { "id": "why", "type": "open-text", "title": "Why?",
          "codes": [{ "label": "Price", "words": ["cena", "drogo"] }] },
        { "id": "rank", "type": "ranking", "title": "Best?", "options": ["a", "b", "c"] },
        { "id": "grid", "type": "matrix", "title": "Rate", "rows": ["price", "taste"] },
        { "id": "tell", "type": "nps", "title": "Would you tell a friend?" },
        { "id": "pay", "type": "numeric", "title": "How much?", "min": 0, "max": 100 },
    ] });
    let made = app.post(&ana, &surveys(project), survey).await.expect(201);
    let ids = app.people(project, &ana, people).await;
    let run: Uuid = app.parts.ids.next();
    sqlx::query(
        "insert into runs (id, kind, project_id, subject_id, input, status, total, request_hash, \
         requested_by, created_at, started_at, finished_at) \
         values ($1, 'survey-run', $2, $3, '{}', 'succeeded', $4, '', $5, $6, $6, $6)",
    )
    .bind(run)
    .bind(project.0)
    .bind(id(&made))
    .bind(people.max(1).cast_signed())
    .bind(ana.id.0)
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
    sqlx::query("update surveys set run_id = $2, seed = 3 where id = $1")
        .bind(id(&made))
        .bind(run)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let questions: Vec<Question> = serde_json::from_value(made["questions"].clone()).unwrap();
    for (number, persona) in ids.into_iter().enumerate() {
        answer(&app, id(&made), &questions, number, persona.0).await;
    }
    (app, ana, project, made)
}

pub(super) fn id(survey: &Value) -> Uuid {
    survey["id"].as_str().unwrap().parse().unwrap()
}

async fn answer(app: &TestApp, survey: Uuid, questions: &[Question], number: usize, persona: Uuid) {
    let card: Json<shared::persona::Card> =
        sqlx::query_scalar("select card from personas where id = $1")
            .bind(persona)
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
    let seed = Seed(3).child("respondent", number as u64);
    let presented = order(questions, &shared::survey::Design::default(), seed);
    let asked: Vec<Asked<'_>> = questions
        .iter()
        .map(|question| Asked {
            question,
            title: question.title.clone(),
            options: presented.options_of(question),
            elicitation: Elicitation::Distribution,
        })
        .collect();
    let person = SimulatedRespondent { card: &card, seed };
    let raw = respondent::answer(person, &asked, Language::Polish);
    let mut response =
        shared::survey::Response { presented: presented.clone(), ..Default::default() };
    reply::read(&asked, &raw, seed, &mut response);
    sqlx::query(
        "insert into survey_responses (survey_id, persona_id, respondent, card, response, \
         latency_ms, written_by, is_simulated, prompt_version, created_at) \
         values ($1, $2, $3, $4, $5, 12, 'offline', true, 'survey.v1', $6)",
    )
    .bind(survey)
    .bind(persona)
    .bind(i32::try_from(number).unwrap())
    .bind(&card)
    .bind(Json(&response))
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn results_have_figures_of_every_kind_and_what_was_lost() {
    let (app, ana, _, survey) = answered(40).await;

    let results = app.get(&ana, &format!("{}/results", one(&survey))).await.expect(200);

    assert_eq!(results["status"], "completed");
    assert_eq!(results["actual_responses"], 40);
    assert_eq!(results["completion_rate"], 100.0);
    assert_eq!(results["average_response_time_ms"], 12);
    let of = |id: &str| {
        let all = results["question_analytics"].as_array().unwrap();
        all.iter().find(|one| one["question_id"] == id).unwrap()["statistics"].clone()
    };
    assert!(of("tea")["most_common"].is_string());
    assert!(of("milk")["most_common"][0][1].is_number());
    assert_eq!(of("buy")["distribution"].as_object().unwrap().len(), 5);
    assert_eq!(of("buy")["elicited"].as_array().unwrap().len(), 5);
    assert_eq!(of("why")["total_responses"], 40);
    assert!(of("why")["codes"][0]["label"] == "Price");
    assert!(of("rank")["mean_rank"]["a"].is_number());
    assert!(of("rank")["mean_rank_intervals"]["a"][1].is_number());
    assert!(of("grid")["rows"]["taste"]["mean"].is_number());
    assert!(of("tell")["nps"]["interval"][0].is_number());
    assert!(of("pay")["quartiles"][1].is_number());
    let women = &results["demographic_breakdown"]["by_gender"]["Kobieta"]["count"];
    assert!(women.as_u64().is_some_and(|n| n > 10), "{results}");
    assert_eq!(results["manifest"]["answers_sha256"].as_str().unwrap().len(), 64);
    assert!(results["limits"].to_string().contains("74%"));
    assert!(!results["order_effects"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn figures_and_tables_are_computed_once_until_the_answers_change() {
    let (app, ana, _, survey) = answered(30).await;
    let paths = ["results", "segments?by=sex"].map(|end| format!("{}/{end}", one(&survey)));
    let [results, table] = &paths;
    for path in &paths {
        let first = app.get(&ana, path).await;
        assert_eq!(first.text(), app.get(&ana, path).await.text(), "to the last digit");
    }
    for change in [
        "update survey_results set body = replace(body, '100.0', '12.5') where part = 'figures'",
        "update survey_results set body = replace(body, 'Kobiety', 'kept') where part <> 'figures'",
    ] {
        sqlx::query(change).execute(&app.parts.pool).await.unwrap();
    }

    assert_eq!(app.get(&ana, results).await.expect(200)["completion_rate"], 12.5);
    assert!(app.get(&ana, table).await.text().contains("kept"));
    let one_less = "delete from survey_responses where respondent = 0";
    sqlx::query(one_less).execute(&app.parts.pool).await.unwrap();
    let anew = app.get(&ana, results).await.expect(200);

    assert_eq!((&anew["completion_rate"], &anew["actual_responses"]), (&json!(100.0), &json!(29)));
    assert!(!app.get(&ana, table).await.text().contains("kept"));
    let kept = "select count(*) from survey_results";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(kept, 2, "in their place");
}

#[tokio::test]
async fn figures_of_a_run_at_work_are_not_kept() {
    let (app, ana, _, survey) = answered(10).await;
    let running = "update runs set status = 'running' where kind = 'survey-run'";
    sqlx::query(running).execute(&app.parts.pool).await.unwrap();

    app.get(&ana, &format!("{}/results", one(&survey))).await.expect(200);

    let kept = "select count(*) from survey_results";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_table_by_segment_says_n_and_corrects_its_tests() {
    let (app, ana, _, survey) = answered(80).await;
    let path = format!("{}/segments", one(&survey));

    for by in ["age", "sex", "education", "income", "place", "answer:tea", "answer:buy"] {
        let table = app.get(&ana, &format!("{path}?by={by}")).await.expect(200);
        let n: u64 =
            table["segments"].as_array().unwrap().iter().map(|s| s["n"].as_u64().unwrap()).sum();
        assert_eq!(n, 80, "{by}");
        assert_eq!(table["correction"], "holm");
    }
    let table = app.get(&ana, &format!("{path}?by=sex&correction=benjamini_hochberg")).await;
    assert_eq!(table.expect(200)["correction"], "benjamini_hochberg");
    app.get(&ana, &format!("{path}?by=mood")).await.expect(422);
    app.get(&ana, &path).await.expect(422);
}

#[tokio::test]
async fn peoples_answers_are_held_against_the_simulation() {
    let (app, ana, project, survey) = answered(60).await;
    let path = format!("{}/human-answers", one(&survey));
    let viewer = app.user("viewer").await;
    app.member(project, &viewer, Role::Viewer).await;
    app.get(&ana, &path).await.expect(404);

    let csv: String =
        (0..60).map(|i| format!("{},{}\n", 1 + i % 5, ["yes", "no"][i % 2])).collect();
    let body = json!({ "name": "Panel", "csv": format!("buy,tea\n{csv}") });
    app.post(&viewer, &path, body.clone()).await.expect(403);
    let uploaded = app.post(&ana, &path, body).await.expect(201);
    let compared = app.get(&viewer, &path).await.expect(200);

    assert_eq!(uploaded["people"], 60);
    assert_eq!((&compared["simulated"], &compared["people"]), (&json!(60), &json!(60)));
    let questions = compared["questions"].as_array().unwrap();
    let buy = questions.iter().find(|one| one["question_id"] == "buy").unwrap();
    for figure in [
        "total_variation",
        "normalised_emd",
        "jensen_shannon",
        "deviation_ratio",
        "top_two_gap",
        "bottom_two_gap",
    ] {
        assert!(buy[figure]["interval"][1].is_number(), "{figure}: {buy}");
    }
    assert!(buy["noise_floor"]["p95"].as_f64().unwrap() > 0.0);
    assert!(buy["verdict"].is_string());

    for (csv, field) in
        [("buy\n7\n", "line 2, buy"), ("buy,segment_age\n4,young\n", "line 2, segment_age")]
    {
        let refused =
            app.post(&ana, &path, json!({ "name": "Panel", "csv": csv })).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn the_instrument_the_form_and_the_answers_leave_as_files() {
    let (app, ana, _, survey) = answered(12).await;
    let get = async |action: &str| app.get(&ana, &format!("{}/{action}", one(&survey))).await;

    let instrument = get("instrument").await.expect(200);
    assert_eq!(instrument["format"], "sight-survey/1");
    let header = "tea,milk/milk,milk/sugar,buy,why,rank,grid/price,grid/taste,tell,pay";
    assert_eq!(instrument["csv_header"], header, "several choices are a column an option");
    let form = get("form").await;
    assert_eq!(form.header("content-type"), Some("text/html; charset=utf-8"));
    let sheet = get("responses.csv").await;
    assert_eq!(sheet.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(sheet.status(), 200);
    assert_eq!(app.audited(id(&survey), "export").await, 1);
}
