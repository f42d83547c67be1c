//! Ratings by similarity, with a server of embeddings that knows where each statement lies.

use std::time::Duration;

use platform::model::{Price, ProviderKind};
use platform::runs as engine;
use shared::Language;
use shared::id::RunId;
use shared::knowledge::EmbeddingModel;
use shared::survey::Construct;
use shared::survey::anchor::{anchors, negations};
use shared::survey::similarity::{Mapping, distribution, test_statements};
use testkit::{Behaviour, Recorded, Scripted};

use super::models::openai;
use super::*;

/// Where statements lie between a flat no and a certain yes.
fn place(text: &str, notices_negation: bool) -> f64 {
    let sets = Construct::ALL.into_iter().flat_map(|one| anchors(one, Language::Polish));
    let point = sets.filter_map(|set| set.iter().position(|anchor| *anchor == text)).next();
    if let Some(point) = point {
        return point as f64 / 4.0;
    }
    let triples = negations(Language::Polish).iter();
    match triples.filter_map(|triple| triple.iter().position(|one| *one == text)).next() {
        Some(0) => 0.8,
        Some(1) => 0.7,
        Some(_) if notices_negation => 0.1,
        Some(_) => 0.9,
        None => text.rsplit(' ').next().and_then(|share| share.parse().ok()).unwrap_or(0.5),
    }
}

fn at(share: f64) -> Vec<f32> {
    let angle = share * std::f64::consts::FRAC_PI_2;
    vec![angle.cos() as f32, angle.sin() as f32]
}

fn texts(request: &Recorded) -> Vec<String> {
    serde_json::from_value(request.body["input"].clone()).unwrap()
}

fn vectors(request: &Recorded, notices_negation: bool) -> Behaviour {
    let data = texts(request).into_iter().enumerate().map(
        |(index, text)| json!({ "index": index, "embedding": at(place(&text, notices_negation)) }),
    );
    Behaviour::Raw(json!({ "data": data.collect::<Vec<_>>() }))
}

/// A server of embeddings that pass the self-test, or that miss negations.
async fn server(notices_negation: bool) -> Scripted {
    let server = Scripted::start([]).await;
    server.otherwise(move |request| vectors(request, notices_negation));
    server
}

/// A model that says this of everything.
async fn saying(words: &str) -> Scripted {
    let server = Scripted::start([]).await;
    let answer = json!({ "q1": words });
    server.otherwise(move |_| Behaviour::Answer(answer.clone()));
    server
}

fn embedding(server: &Scripted) -> EmbeddingConfig {
    EmbeddingConfig {
        provider: ProviderKind::OpenAi,
        model: EmbeddingModel { name: "likeness-1".to_owned(), dimensions: 2 },
        base_url: Some(server.base_url()),
        first_pause: Duration::from_millis(1),
        price: Some(Price { input: 1_000_000, output: 0 }),
        ..EmbeddingConfig::offline()
    }
}

/// A survey of one rating, which may say how it is elicited.
fn rating(elicitation: Option<&str>) -> Value {
    json!([{ "id": "buy", "type": "rating-scale", "title": "B", "construct": "purchase",
        "elicitation": elicitation }])
}

async fn world(people: u32, model: &Config, embeddings: &Scripted, questions: Value) -> World {
    World::embedding(people, model, &embedding(embeddings), questions, 100).await
}

/// One whose embeddings are given up soon: they do not come, or are asked for again.
async fn impatient(people: u32, model: &Config, embeddings: &Scripted) -> World {
    let soon = EmbeddingConfig { timeout: Duration::from_millis(300), ..embedding(embeddings) };
    World::embedding(people, model, &soon, rating(None), 100).await
}

async fn reasons(world: &World) -> Vec<String> {
    sqlx::query_scalar("select distinct reason from run_failures")
        .fetch_all(&world.app.parts.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn embeddings_that_pass_rate_reactions_and_keep_the_whole_distribution() {
    let (model, embeddings) = (saying("Chyba 0.3").await, server(true).await);
    let world = world(30, &openai(&model), &embeddings, rating(None)).await;

    let started = world.start(json!({ "seed": 3 })).await;
    world.app.deliver_all().await;

    assert_eq!(started["elicitation"], "similarity");
    let test = &started["embeddings"];
    assert!((test["order"].as_f64().unwrap() - 1.0).abs() < 1e-9, "{test}");
    assert_eq!((&test["negation"], &test["passes"]), (&json!(1.0), &json!(true)));
    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 30, 0));
    let scale: Vec<Vec<f32>> = (0..5).map(|point| at(f64::from(point) / 4.0)).collect();
    let expected = distribution(&at(0.3), &[scale], Mapping::default());
    let mut points = std::collections::BTreeSet::new();
    for response in world.responses(world.survey).await {
        assert_eq!(response["reactions"]["buy"], "Chyba 0.3");
        assert_eq!(response["rated_by"], "likeness-1");
        let found: Vec<f64> =
            serde_json::from_value(response["distributions"]["buy"].clone()).unwrap();
        let differs = |(found, expected): (&f64, &f64)| (found - expected).abs() > 1e-4;
        assert!(!found.iter().zip(&expected).any(differs), "{found:?} for {expected:?}");
        points.insert(response["answers"]["buy"].as_i64().unwrap());
    }
    assert!(points.len() > 2, "points are drawn from the distribution: {points:?}");
    let schema = model.recorded()[0].body.to_string();
    assert!(schema.contains(r#""q1":{"type":"string"}"#), "{schema}");
    let paid: i64 = sqlx::query_scalar(
        "select count(*) from model_calls where task = 'likeness_embedding' and run_id is not null",
    )
    .fetch_one(&world.app.parts.pool)
    .await
    .unwrap();
    assert_eq!(paid, 31, "the anchors once for both shards, and a call a person");
}

#[tokio::test]
async fn vectors_that_were_kept_of_other_words_rate_nothing() {
    let (model, embeddings) = (saying("0.3").await, server(true).await);
    let world = world(2, &openai(&model), &embeddings, rating(None)).await;
    let started = world.start(json!({})).await;
    let run = RunId(started["run_id"].as_str().unwrap().parse().unwrap());
    let count = anchors(Construct::Purchase, Language::Polish).iter().flatten().count();
    // as many as the anchors, all of them in one place: by these every point would be as likely
    let keep = "insert into survey_anchors (run_id, place, text, vector)
        select $1, place, 'an earlier release', '{1,0}'::real[]
        from generate_series(0, $2 - 1) as place";
    sqlx::query(keep)
        .bind(run.0)
        .bind(i32::try_from(count).unwrap())
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    world.app.deliver_all().await;

    let scale: Vec<Vec<f32>> = (0..5).map(|point| at(f64::from(point) / 4.0)).collect();
    let expected = distribution(&at(0.3), &[scale], Mapping::default());
    let responses = world.responses(world.survey).await;
    assert_eq!(responses.len(), 2);
    for response in responses {
        let found: Vec<f64> =
            serde_json::from_value(response["distributions"]["buy"].clone()).unwrap();
        let differs = |(found, expected): (&f64, &f64)| (found - expected).abs() > 1e-4;
        assert!(!found.iter().zip(&expected).any(differs), "{found:?} for {expected:?}");
    }
}

#[tokio::test]
async fn the_self_test_is_one_call_of_a_process_however_many_surveys_start() {
    let (model, embeddings) = (saying("0.6").await, server(true).await);
    let world = world(2, &openai(&model), &embeddings, rating(None)).await;

    for _ in 0..3 {
        let survey = world.add_survey(rating(Some("similarity")), 10).await;
        world
            .app
            .post(&world.ana, &format!("/api/v1/surveys/{survey}/run"), json!({}))
            .await
            .expect(202);
    }
    world.app.post(&world.ana, &world.path("estimate"), json!({})).await.expect(200);
    world.app.deliver_all().await;

    let count = test_statements(Language::Polish).len();
    let recorded = embeddings.recorded();
    assert_eq!(recorded.iter().filter(|request| texts(request).len() == count).count(), 1);
}

#[tokio::test]
async fn embeddings_that_miss_negations_leave_the_default_and_refuse_who_asks_for_them() {
    let embeddings = server(false).await;
    let world = world(3, &Config::offline(), &embeddings, rating(None)).await;

    let started = world.start(json!({})).await;
    world.app.deliver_all().await;
    let asking = world.add_survey(rating(Some("similarity")), 10).await;
    let path = format!("/api/v1/surveys/{asking}/run");
    let refused = world.app.post(&world.ana, &path, json!({})).await.expect(400);

    assert_eq!(started["elicitation"], "distribution");
    assert_eq!(started["embeddings"]["passes"], false);
    assert!(world.responses(world.survey).await[0]["reactions"].as_object().unwrap().is_empty());
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("self-test") && detail.contains("negation 0.00"), "{detail}");
}

#[tokio::test]
async fn embeddings_that_do_not_answer_are_said_and_asked_again_by_the_next_start() {
    let embeddings = Scripted::start([]).await;
    let world = world(3, &Config::offline(), &embeddings, rating(Some("similarity"))).await;

    let refused = world.app.post(&world.ana, &world.path("run"), json!({})).await.expect(400);
    embeddings.otherwise(|request| vectors(request, true));
    let started = world.start(json!({})).await;
    world.app.deliver_all().await;

    assert!(refused["detail"].as_str().unwrap().contains("did not answer"), "{refused}");
    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 3, 0));
}

#[tokio::test]
async fn a_reaction_that_fails_once_is_tried_again_and_one_that_never_gets_a_rating_is_a_failure() {
    let (model, embeddings) = (Scripted::start([]).await, server(true).await);
    for words in ["lost", "0.9"] {
        model.push(Behaviour::Answer(json!({ "q1": words })));
    }
    let once = std::sync::atomic::AtomicBool::new(true);
    embeddings.otherwise(move |request| match texts(request)[0].as_str() {
        "lost" => Behaviour::Status(400),
        "0.9" if once.swap(false, std::sync::atomic::Ordering::Relaxed) => Behaviour::Status(503),
        _ => vectors(request, true),
    });
    let world = world(2, &openai(&model), &embeddings, rating(None)).await;

    let started = world.start(json!({})).await;
    world.app.deliver_all().await;

    assert_eq!(world.run_row(&started).await, ("partial".to_owned(), 1, 1));
    let answered = world.responses(world.survey).await;
    assert_eq!(answered.len(), 1, "nothing is stored for whom nothing was rated");
    assert_eq!(answered[0]["reactions"]["buy"], "0.9");
    let reasons = reasons(&world).await;
    assert!(
        reasons.len() == 1 && reasons[0].starts_with("a reaction could not be rated"),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn a_shard_waits_for_anchors_that_do_not_come_and_nobody_is_asked_before() {
    let (model, embeddings) = (saying("0.2").await, server(true).await);
    let world = impatient(4, &openai(&model), &embeddings).await;

    let started = world.start(json!({})).await;
    embeddings.otherwise(|_| Behaviour::Never);
    world.app.deliver_all().await;
    let waiting = world.run_row(&started).await;
    let asked_before = model.recorded().len();
    embeddings.otherwise(|request| vectors(request, true));
    while world.app.deliver_put_off().await > 0 {}

    assert_eq!((waiting, asked_before), (("running".to_owned(), 0, 0), 0));
    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 4, 0));
}

#[tokio::test]
async fn anchors_that_do_not_come_for_hours_fail_the_shard_and_a_restart_goes_on() {
    let (model, embeddings) = (saying("0.2").await, server(true).await);
    let world = impatient(4, &openai(&model), &embeddings).await;

    let started = world.start(json!({})).await;
    embeddings.otherwise(|_| Behaviour::Never);
    world.app.deliver_all().await;
    while world.app.deliver_put_off().await > 0 {}
    let failed = world.run_row(&started).await;
    let reasons = reasons(&world).await;
    embeddings.otherwise(|request| vectors(request, true));
    let asked_before = model.recorded().len();
    let ana = world.app.renewed(&world.ana).await;
    let again = world.app.post(&ana, &world.path("run"), json!({})).await.expect(202);
    world.app.deliver_all().await;

    assert_eq!((failed, asked_before), (("failed".to_owned(), 0, 4), 0));
    assert!(reasons[0].contains("did not answer in time"), "{reasons:?}");
    assert_eq!(world.run_row(&again).await, ("succeeded".to_owned(), 4, 0));
}

#[tokio::test]
async fn a_survey_that_goes_on_stays_with_the_way_of_its_first_run() {
    let embeddings = Scripted::start([]).await;
    let world = world(3, &Config::offline(), &embeddings, rating(None)).await;
    let started = world.start(json!({})).await;
    world.app.parts.publisher.take();
    let run = RunId(started["run_id"].as_str().unwrap().parse().unwrap());
    let mut transaction = world.app.parts.pool.begin().await.unwrap();
    let now = world.app.parts.clock.now();
    engine::cancel(&mut transaction, run, now).await.unwrap();
    transaction.commit().await.unwrap();
    world.app.parts.clock.advance(chrono::Duration::seconds(11));

    embeddings.otherwise(|request| vectors(request, true));
    let again = world.start(json!({})).await;
    world.app.deliver_all().await;

    assert_eq!(started["elicitation"], "distribution", "the embeddings were away");
    assert_eq!(started["embeddings"], Value::Null);
    assert_eq!(
        (&again["elicitation"], &again["embeddings"]["passes"]),
        (&json!("distribution"), &json!(true))
    );
    assert_eq!(world.run_row(&again).await, ("succeeded".to_owned(), 3, 0));
}

#[tokio::test]
async fn the_budget_covers_the_embeddings_too() {
    let (model, embeddings) = (saying("0.2").await, server(true).await);
    let free = Config { price: Some(Price::FREE), ..openai(&model) };
    let world = world(3, &free, &embeddings, rating(None)).await;
    sqlx::query("insert into project_budgets (project_id, cap_micros) values ($1, 10)")
        .bind(world.project.0)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    let started = world.start(json!({})).await;
    world.app.deliver_all().await;

    assert_eq!(world.run_row(&started).await, ("failed".to_owned(), 0, 3));
    assert!(reasons(&world).await[0].contains("budget"));
}

#[tokio::test]
async fn anchors_of_ones_own_make_a_scale_of_other_than_five_points() {
    let (model, embeddings) = (saying("0.9").await, server(true).await);
    let question = json!([{ "id": "buy", "type": "rating-scale", "title": "B", "scaleMax": 3,
        "elicitation": "similarity", "anchors": [["no 0.0", "so so 0.5", "yes 1.0"]] }]);
    let world = world(1, &openai(&model), &embeddings, question).await;

    world.start(json!({})).await;
    world.app.deliver_all().await;

    let scale = [0.0, 0.5, 1.0].map(at).to_vec();
    let expected = distribution(&at(0.9), &[scale], Mapping::default());
    let found = &world.responses(world.survey).await[0]["distributions"]["buy"];
    let found: Vec<f64> = serde_json::from_value(found.clone()).unwrap();
    assert!((found[2] - expected[2]).abs() < 1e-4, "{found:?} for {expected:?}");
}

#[tokio::test]
async fn embeddings_that_cost_money_are_for_those_whose_address_is_proved() {
    let server = server(true).await;
    let choice = json!([{ "id": "q1", "type": "single-choice", "title": "Co?",
        "options": ["a", "b"] }]);
    for (questions, status) in [(rating(Some("similarity")), 403), (choice, 202)] {
        let world = world(3, &Config::offline(), &server, questions).await;
        let unverify = sqlx::query("update accounts set is_verified = false");
        unverify.execute(&world.app.parts.pool).await.unwrap();

        let path = format!("/api/v1/surveys/{}/run", world.survey);
        let answer = world.app.post(&world.ana, &path, json!({})).await.expect(status);

        let is_told = answer["detail"].as_str().is_some_and(|why| why.contains("Verify"));
        assert_eq!(is_told, status == 403, "{answer}");
        world.app.deliver_all().await;
    }
    assert_eq!(server.recorded().len(), 0);
}
