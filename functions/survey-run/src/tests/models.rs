//! With a model that answers as a test tells it to.

use std::time::Duration;

use platform::model::Price;
use sqlx::Connection;
use testkit::{Behaviour, Gate, Scripted};

use super::*;

pub(super) fn openai(server: &Scripted) -> Config {
    Config { price: Some(Price { input: 1_000_000, output: 1_000_000 }), ..server.config() }
}

fn two() -> Value {
    json!([
        { "id": "tea", "type": "single-choice", "title": "T", "options": ["tea", "coffee"] },
        { "id": "buy", "type": "rating-scale", "title": "B", "elicitation": "direct" },
    ])
}

async fn run(world: &World) -> (String, i64, i64) {
    let started = world.start(json!({})).await;
    world.app.deliver_all().await;
    world.run_row(&started).await
}

#[tokio::test]
async fn the_schema_that_goes_out_has_the_options_and_nothing_else_can_be_said() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Answer(json!({ "q1": "tea", "q2": 4 })));
    let world = World::with(3, &openai(&server), two(), 10).await;

    assert_eq!(run(&world).await, ("succeeded".to_owned(), 3, 0));

    let recorded = server.recorded();
    assert_eq!(recorded.len(), 3, "one call a person");
    let sent = recorded[0].body.to_string();
    assert!(sent.contains(r#""enum":["tea","coffee"]"#), "{sent}");
    assert_eq!(
        world.responses(world.survey).await[0]["answers"],
        json!({ "buy": 4, "tea": "tea" })
    );
}

#[tokio::test]
async fn an_answer_outside_the_options_is_repaired_or_invalid_and_never_the_first_option() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Answer(json!({ "q1": "tea, please", "q2": 4 })));
    let world = World::with(2, &openai(&server), two(), 10).await;

    assert_eq!(run(&world).await.0, "succeeded");

    assert_eq!(server.recorded().len(), 4, "each answer is sent back once");
    for response in world.responses(world.survey).await {
        assert_eq!(response["answers"], json!({ "buy": 4 }));
        assert_eq!(response["states"]["tea"]["why"], "is none of the options");
    }
}

#[tokio::test]
async fn a_person_whom_the_model_refuses_has_failed_and_the_run_is_partial() {
    let server = Scripted::start([Behaviour::Refuse]).await;
    server.otherwise(|_| Behaviour::Answer(json!({ "q1": "coffee", "q2": 1 })));
    let world = World::with(5, &openai(&server), two(), 10).await;

    assert_eq!(run(&world).await, ("partial".to_owned(), 4, 1));
}

#[tokio::test]
async fn who_is_lost_after_the_first_call_has_dropped_out_and_is_kept() {
    let server = Scripted::start([Behaviour::Answer(json!({ "q1": "tea" }))]).await;
    server.otherwise(|_| Behaviour::Refuse);
    let questions = json!([
        { "id": "tea", "type": "single-choice", "title": "T", "options": ["tea", "coffee"] },
        { "id": "why", "type": "open-text", "title": "Why {{tea}}?" },
    ]);
    let world = World::with(1, &openai(&server), questions, 10).await;

    assert_eq!(run(&world).await, ("succeeded".to_owned(), 1, 0));

    let response = &world.responses(world.survey).await[0];
    assert_eq!(response["answers"], json!({ "tea": "tea" }));
    assert_eq!(response["states"]["why"]["state"], "not_reached");
    let lost_to = response["lost_to"].as_str().unwrap();
    assert!(lost_to.contains("declined"), "{lost_to}");
}

/// Two questions in two calls.
fn in_two_calls() -> Value {
    json!([
        { "id": "tea", "type": "single-choice", "title": "T", "options": ["tea", "coffee"] },
        { "id": "why", "type": "open-text", "title": "Why {{tea}}?" },
    ])
}

#[tokio::test]
async fn who_could_not_be_asked_because_the_model_was_away_was_not_asked_and_never_drops_out() {
    for away in [
        Behaviour::RateLimited("61".to_owned()),
        Behaviour::Status(503),
        Behaviour::Status(401),
        Behaviour::Never,
    ] {
        let is_away = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let still = std::sync::Arc::clone(&is_away);
        let server = Scripted::start([]).await;
        let without_key = matches!(away, Behaviour::Status(401));
        server.otherwise(move |request| {
            let is_second = request.body.to_string().contains("Why tea?");
            match is_second && still.load(std::sync::atomic::Ordering::Relaxed) {
                true => away.clone(),
                false => Behaviour::Answer(json!({ "q1": if is_second { "so" } else { "tea" } })),
            }
        });
        // a late answer is no answer: whether it is late or never comes, somebody is asked again
        let config = Config { timeout: Duration::from_millis(300), ..openai(&server) };
        let world = World::with(3, &config, in_two_calls(), 10).await;

        let before = run(&world).await;
        assert!(world.responses(world.survey).await.is_empty(), "nobody is stored half-asked");
        is_away.store(false, std::sync::atomic::Ordering::Relaxed);
        while world.app.deliver_put_off().await > 0 {}
        if without_key {
            assert_eq!(before, ("failed".to_owned(), 0, 3), "a key does not come back by itself");
            world.app.parts.clock.advance(chrono::Duration::seconds(11));
            let ana = world.app.renewed(&world.ana).await;
            world.app.post(&ana, &world.path("run"), json!({})).await.expect(202);
            world.app.deliver_all().await;
        }

        let responses = world.responses(world.survey).await;
        assert_eq!(responses.len(), 3);
        assert!(responses.iter().all(|one| one["answers"]["why"] == "so"), "{responses:?}");
        assert!(responses.iter().all(|one| one["lost_to"].is_null()), "{responses:?}");
    }
}

#[tokio::test]
async fn an_answer_that_the_database_cannot_hold_fails_one_person_and_nobody_is_paid_for_twice() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Answer(json!({ "q1": "tea", "q2": 4 })));
    let world = World::with(10, &openai(&server), two(), 10).await;
    let rule = "alter table survey_responses add check (respondent <> 3)";
    let options = world.app.database.options(None);
    let mut owner = sqlx::PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(rule).execute(&mut owner).await.unwrap();

    assert_eq!(run(&world).await, ("partial".to_owned(), 9, 1));

    assert_eq!(server.recorded().len(), 10);
}

#[tokio::test]
async fn a_budget_that_ends_between_two_calls_leaves_nobody_half_asked_and_more_of_it_goes_on() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| {
        let is_second = request.body.to_string().contains("Why tea?");
        Behaviour::Answer(if is_second { json!({ "q1": "so" }) } else { json!({ "q1": "tea" }) })
    });
    let questions = json!([
        { "id": "tea", "type": "single-choice", "title": "T", "options": ["tea", "coffee"] },
        { "id": "why", "type": "open-text", "title": "Why {{tea}}?" },
    ]);
    let world = World::with(40, &openai(&server), questions, 40).await;
    let pool = &world.app.parts.pool;
    let cap = async |micros: i64| {
        sqlx::query(
            "insert into project_budgets (project_id, cap_micros) values ($1, $2) \
             on conflict (project_id) do update set cap_micros = $2",
        )
        .bind(world.project.0)
        .bind(micros)
        .execute(pool)
        .await
        .unwrap();
    };

    cap(20_000).await;
    let (status, done, failed) = run(&world).await;

    assert_eq!((status.as_str(), done + failed), ("partial", 40));
    let responses = world.responses(world.survey).await;
    assert!(responses.iter().all(|one| one["answers"]["why"] == "so"), "{responses:?}");
    cap(100_000_000).await;
    // no double click any more
    world.app.parts.clock.advance(chrono::Duration::seconds(11));
    let (status, more, _) = run(&world).await;
    assert_eq!((status.as_str(), done + more), ("succeeded", 40));
    assert_eq!(world.responses(world.survey).await.len(), 40);
}

#[tokio::test]
async fn a_budget_that_runs_out_ends_the_run_as_partial_with_the_reason() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Answer(json!({ "q1": "tea", "q2": 4 })));
    let world = World::with(40, &openai(&server), two(), 100).await;
    sqlx::query("insert into project_budgets (project_id, cap_micros) values ($1, 20000)")
        .bind(world.project.0)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    let (status, done, failed) = run(&world).await;

    assert_eq!(status, "partial", "{done} {failed}");
    assert_eq!(done + failed, 40);
    let reasons: Vec<String> = sqlx::query_scalar("select distinct reason from run_failures")
        .fetch_all(&world.app.parts.pool)
        .await
        .unwrap();
    assert!(reasons.iter().all(|reason| reason.contains("budget")), "{reasons:?}");
    let spent: i64 = sqlx::query_scalar("select spent_micros from project_budgets")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert!(spent <= 20_000, "{spent}");
}

#[tokio::test]
async fn what_a_run_takes_is_within_its_estimate() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Answer(json!({ "q1": "tea", "q2": 4 })));
    let world = World::with(12, &openai(&server), two(), 10).await;
    let estimated =
        world.app.post(&world.ana, &world.path("estimate"), json!({})).await.expect(200);

    run(&world).await;

    let (calls, input, output): (i64, i64, i64) = sqlx::query_as(
        "select count(*), sum(input_tokens)::bigint, sum(output_tokens)::bigint from model_calls",
    )
    .fetch_one(&world.app.parts.pool)
    .await
    .unwrap();
    for (figure, took) in [("calls", calls), ("input_tokens", input), ("output_tokens", output)] {
        let [low, high] = ["low", "high"].map(|end| estimated[figure][end].as_i64().unwrap());
        assert!((low..=high).contains(&took), "{figure}: {took} in {low}..{high}");
    }
}

#[tokio::test]
async fn the_calls_of_an_offline_run_are_within_its_estimate() {
    let world = World::of(40).await;
    let estimated =
        world.app.post(&world.ana, &world.path("estimate"), json!({})).await.expect(200);

    run(&world).await;

    let calls: i64 = sqlx::query_scalar("select count(*) from model_calls")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    let [low, high] = ["low", "high"].map(|end| estimated["calls"][end].as_i64().unwrap());
    assert!(calls > low && calls < high, "{calls} in {low}..{high}: some are asked a follow-up");
}

#[tokio::test]
async fn who_is_purged_before_they_are_asked_is_not_asked_and_fails_with_the_reason() {
    let world = World::of(3).await;
    let started = world.start(json!({})).await;

    purge(&world, 1).await;
    world.app.deliver_all().await;

    assert_eq!(world.run_row(&started).await, ("partial".to_owned(), 2, 1));
    assert_eq!(world.responses(world.survey).await.len(), 2);
    let told = "select count(*) from run_failures f join run_shards s using (run_id)
        where f.code = 'removed' and s.input->1->'card'->>'surname' = ''";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&world.app.parts.pool).await.unwrap();
    assert_eq!(told, 1, "the shard has forgotten them as well");
}

#[tokio::test]
async fn who_is_purged_while_they_answer_leaves_no_answer() {
    let server = Scripted::start([]).await;
    let (is_asked, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let gate = Gate::closed();
    let held = gate.clone();
    server.otherwise(move |_| {
        is_asked.send(()).unwrap();
        Behaviour::Held(held.clone(), json!({ "q1": "tea", "q2": 4 }))
    });
    let world = World::with(1, &openai(&server), two(), 10).await;
    let started = world.start(json!({})).await;

    let purging = async {
        asked.recv().await.unwrap();
        purge(&world, 0).await;
        gate.open();
    };
    futures::join!(world.app.deliver_all(), purging);

    assert_eq!(world.responses(world.survey).await.len(), 0);
    assert_eq!(world.run_row(&started).await, ("failed".to_owned(), 0, 0));
}

/// Takes the person of a place in the population away for good.
async fn purge(world: &World, place: i32) {
    let purge = "delete from personas where population_index = $1";
    sqlx::query(purge).bind(place).execute(&world.app.parts.pool).await.unwrap();
}
