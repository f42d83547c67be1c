//! Journeys: written once for what they rest on, within their budget of tokens.

use std::time::Duration;

use futures::future::join_all;
use offline::insight as simulator;
use platform::Limiter;
use platform::cache::Cache;
use platform::model::Price;
use shared::insight::journey::MOST_TOKENS;
use shared::{Language, Seed};
use testkit::{Behaviour, Gate, Scripted};

use super::*;

fn path(id: PersonaId) -> String {
    format!("{}/journey", one(id))
}

/// What a model may answer.
fn answer() -> Value {
    let card = Population::new(&Plan::everyone(), Seed(7)).cards(0..1).remove(0);
    json!(simulator::journey(&card, Language::Polish, Seed(1)))
}

#[tokio::test]
async fn a_journey_has_four_stages_is_kept_and_paid_once() {
    let (app, ana, _, ids) = study(2).await;

    let before = app.get(&ana, &path(ids[0])).await.expect(200);
    let written = app.post(&ana, &path(ids[0]), json!({})).await.expect(200);
    let again = app.post(&ana, &path(ids[0]), json!({})).await.expect(200);
    let after = app.get(&ana, &path(ids[0])).await.expect(200);

    assert_eq!(before, json!({ "journey": null, "is_stale": true }));
    let stages: Vec<&Value> =
        written["stages"].as_array().unwrap().iter().map(|one| &one["stage"]).collect();
    assert_eq!(stages, ["awareness", "consideration", "decision", "post_purchase"]);
    let first = &written["stages"][0];
    for field in ["questions", "touchpoints", "emotions", "buying_signals", "barriers"] {
        assert!(!first[field].as_array().unwrap().is_empty(), "{field}");
    }
    for figure in ["time_in_stage_days", "drop_off_rate"] {
        assert!(first[figure]["value"].is_null(), "{first}");
        assert!(first[figure]["absent_because"].is_string(), "{first}");
    }
    assert_eq!((&written["version"], &written["is_simulated"]), (&json!(1), &json!(true)));
    assert_eq!(again, written);
    assert_eq!(after, json!({ "journey": written, "is_stale": false }));
    assert_eq!(calls(&app, "persona_journey").await, 1);
    assert_eq!(app.audited(ids[0].0, "journey").await, 2);
}

#[tokio::test]
async fn a_study_that_has_changed_makes_it_stale_and_is_written_anew() {
    let (app, ana, _, ids) = study(1).await;
    app.post(&ana, &path(ids[0]), json!({})).await.expect(200);
    sqlx::query("update projects set description = 'Rowery na wynajem w gminie'")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    let stale = app.get(&ana, &path(ids[0])).await.expect(200);
    let anew = app.post(&ana, &path(ids[0]), json!({})).await.expect(200);

    assert_eq!(stale["is_stale"], true);
    assert_eq!(anew["version"], 2);
    assert_eq!(calls(&app, "persona_journey").await, 2);
}

/// The longest study, person and context that there can be, in both languages.
#[tokio::test]
async fn prompt_schema_and_answer_of_the_longest_person_have_at_most_2000_tokens() {
    let (app, ana, project, ids) = study(200).await;
    let long = |text: &str| text.repeat(400);
    sqlx::query(
        "update projects set name = $1, description = $2, target_audience = $3, \
         research_objectives = $4",
    )
    .bind(long("Zielona Skrzynka: świeże warzywa ").chars().take(255).collect::<String>())
    .bind(long("Świeża żywność z gospodarstw, dowożona w środę. "))
    .bind(long("Mieszkańcy średnich miast. "))
    .bind(long("Co sądzą o świeżości i cenie? "))
    .execute(&app.parts.pool)
    .await
    .unwrap();
    // As long as a citation is shown.
    let passage = long("Świeża żywność z gospodarstw ma cenę 79 zł, ");
    let passage: String = passage.chars().take(500).collect();
    let cited = json!([{ "chunk_text": passage }, { "chunk_text": passage }]);
    let manner = json!({ "communication_style": long("mówi długo "),
        "typical_concerns": [long("Boi się, że źle wyda pieniądze. ")] });
    sqlx::query("update personas set rag_citations = $1, manner = $2")
        .bind(cited)
        .bind(manner)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let mut longest: Vec<(i32, PersonaId)> = Vec::new();
    for (length, id) in sqlx::query_as::<_, (i32, Uuid)>(
        "select length(card::text), id from personas where project_id = $1 order by 1 desc limit 4",
    )
    .bind(project.0)
    .fetch_all(&app.parts.pool)
    .await
    .unwrap()
    {
        longest.push((length, PersonaId(id)));
    }
    assert_eq!(ids.len(), 200);

    for language in ["pl", "en"] {
        sqlx::query("update personas set language = $1")
            .bind(language)
            .execute(&app.parts.pool)
            .await
            .unwrap();
        for (_, id) in &longest {
            let written = app.post(&ana, &path(*id), json!({})).await.expect(200);
            let context = written["context"].as_str().unwrap().chars().count();
            assert!((100..=500).contains(&context), "{context}");
        }
    }

    let usage: Vec<(i64, i64)> = sqlx::query_as(
        "select input_tokens::bigint, output_tokens::bigint from model_calls \
         where task = 'persona_journey'",
    )
    .fetch_all(&app.parts.pool)
    .await
    .unwrap();
    assert_eq!(usage.len(), 8);
    for (input, output) in usage {
        println!("journey: {input} tokens asked, {output} answered");
        let answer = u64::try_from(output).unwrap();
        assert!(answer <= u64::from(shared::insight::journey::MOST_ANSWER_TOKENS), "{answer}");
        // Whatever the model answers within its limit.
        let most =
            u64::try_from(input).unwrap() + u64::from(shared::insight::journey::MOST_ANSWER_TOKENS);
        assert!(most <= MOST_TOKENS, "{most} of {MOST_TOKENS}");
    }
}

#[tokio::test]
async fn ten_who_ask_at_once_pay_for_one_call_with_and_without_redis() {
    for has_redis in [true, false] {
        let (server, gate) = (Scripted::start([]).await, Gate::closed());
        let held = gate.clone();
        server.otherwise(move |_| Behaviour::Held(held.clone(), answer()));
        let model = server.config();
        let app = TestApp::start(move |parts| {
            let nowhere = Cache::connect(&Env::from([("REDIS_URL", "redis://127.0.0.1:1")]));
            let cache = if has_redis { parts.cache.clone() } else { nowhere };
            let limiter = match has_redis {
                true => parts.limiter.clone(),
                false => Limiter::new(cache.as_ref(), parts.clock.clone()),
            };
            routes(Parts { cache, limiter, ..parts.clone() }.worker_state(&model))
        })
        .await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        let ids = populate(&app, &ana, project, 1).await;

        let path = path(ids[0]);
        let all = join_all((0..10).map(|_| app.post(&ana, &path, json!({}))));
        let (answers, ()) = tokio::join!(all, async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            gate.open();
        });

        let first = answers[0].expect(200);
        assert!(answers.iter().all(|answer| answer.expect(200) == first));
        assert_eq!(server.recorded().len(), 1, "Redis: {has_redis}");
        assert_eq!(app.audited(ids[0].0, "journey").await, 10);
    }
}

#[tokio::test]
async fn a_model_that_fails_says_why_leaves_nothing_and_the_next_may_try() {
    let server = Scripted::start([]).await;
    let missing = {
        let mut short = answer();
        short["stages"].as_array_mut().unwrap().pop();
        short
    };
    let mut empty = answer();
    empty["stages"][0]["questions"][0] = json!("\u{301} ");
    let mut nul = answer();
    nul["stages"][0]["questions"][0] = json!("Co to\u{0} jest?");
    for wrong in [missing, empty, nul] {
        server.push(Behaviour::Answer(wrong.clone()));
        server.push(Behaviour::Answer(wrong));
    }
    server.push(Behaviour::Refuse);
    server.push(Behaviour::Status(400));
    server.push(Behaviour::Truncated(answer()));
    server.push(Behaviour::Answer(answer()));
    let (app, ana, _, ids) = study_with(&server.config(), 1).await;

    for _ in 0..3 {
        let refused = app.post(&ana, &path(ids[0]), json!({})).await.expect(409);
        assert!(refused["detail"].as_str().unwrap().starts_with("No answer: "), "{refused}");
    }
    app.post(&ana, &path(ids[0]), json!({})).await.expect(409);
    app.post(&ana, &path(ids[0]), json!({})).await.expect(409);
    let nothing = app.get(&ana, &path(ids[0])).await.expect(200);
    let left: i64 = sqlx::query_scalar("select count(*) from persona_journeys")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    let mended = app.post(&ana, &path(ids[0]), json!({})).await.expect(200);

    assert!(nothing["journey"].is_null());
    assert_eq!(left, 0, "a claim leaves nothing");
    assert_eq!((&mended["version"], &mended["is_simulated"]), (&json!(1), &json!(false)));
    let asked_again = server.recorded()[1].body.to_string();
    assert!(asked_again.contains("post_purchase must be there once"), "{asked_again}");
}

#[tokio::test]
async fn an_outage_is_503_and_an_empty_purse_409_and_neither_costs_a_call_more() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Status(503));
    let price = Some(Price { input: 1_000_000, output: 1_000_000 });
    let (app, ana, project, ids) =
        study_with(&platform::model::Config { price, ..server.config() }, 1).await;

    let away = app.post(&ana, &path(ids[0]), json!({})).await.expect(503);
    let asked = server.recorded().len();
    // It has had a call, so its purse is known.
    sqlx::query("update project_budgets set cap_micros = 0 where project_id = $1")
        .bind(project.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let poor = app.post(&ana, &path(ids[0]), json!({})).await.expect(409);

    assert_eq!(away["code"], "model_unavailable");
    assert!(poor["detail"].as_str().unwrap().contains("budget"), "{poor}");
    assert_eq!(server.recorded().len(), asked, "the second asked nobody");
}

#[tokio::test]
async fn a_claim_that_was_left_behind_runs_out() {
    let (app, ana, project, ids) = study(1).await;
    sqlx::query(
        "insert into persona_journeys (persona_id, project_id, claimed_by, claimed_until) \
         values ($1, $2, $1, $3)",
    )
    .bind(ids[0].0)
    .bind(project.0)
    .bind(app.parts.clock.now() + chrono::Duration::seconds(30))
    .execute(&app.parts.pool)
    .await
    .unwrap();

    app.parts.clock.advance(chrono::Duration::seconds(30));
    app.post(&ana, &path(ids[0]), json!({})).await.expect(200);
}

#[tokio::test]
async fn viewers_read_editors_write_strangers_see_nothing_and_the_deleted_have_none() {
    let (app, ana, project, ids) = study(1).await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, Role::Viewer).await;

    app.post(&viewer, &path(ids[0]), json!({})).await.expect(403);
    app.post(&stranger, &path(ids[0]), json!({})).await.expect(404);
    app.get(&stranger, &path(ids[0])).await.expect(404);
    app.post(&ana, &path(ids[0]), json!({})).await.expect(200);
    app.get(&viewer, &path(ids[0])).await.expect(200);
    app.delete(&ana, &one(ids[0]), Some(json!({ "reason": "duplicate" }))).await.expect(200);

    app.get(&viewer, &path(ids[0])).await.expect(404);
    app.post(&ana, &path(ids[0]), json!({})).await.expect(404);
}
