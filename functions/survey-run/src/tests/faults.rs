use platform::runs::{self as engine, Claim};
use shared::id::RunId;

use super::*;

fn run_of(started: &Value) -> RunId {
    RunId(started["run_id"].as_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn every_message_five_times_and_shuffled_asks_everybody_once() {
    let world = World::of(60).await;
    let started = world.start(json!({})).await;
    let messages = world.app.parts.publisher.take();
    let payloads: Vec<Value> =
        messages.iter().map(|message| serde_json::from_str(&message.json).unwrap()).collect();

    world.app.push_shuffled(&messages[0].topic, &payloads).await;

    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 60, 0));
    assert_eq!(world.responses(world.survey).await.len(), 60);
    let asked: i64 =
        sqlx::query_scalar("select count(distinct item_index) from model_calls where run_id = $1")
            .bind(run_of(&started).0)
            .fetch_one(&world.app.parts.pool)
            .await
            .unwrap();
    assert_eq!(asked, 60);
}

#[tokio::test]
async fn a_worker_that_dies_with_some_asked_is_continued_where_it_was() {
    let world = World::of(25).await;
    let started = world.start(json!({ "seed": 4 })).await;
    world.app.deliver_all().await;
    let whole = world.responses(world.survey).await;
    sqlx::query(
        "with gone as (delete from survey_responses where respondent >= 10 returning 1), \
         run as (update runs set status = 'running', finished_at = null) \
         update run_shards set state = 'running', done = 10, attempts = 1, \
         lease_token = gen_random_uuid(), lease_until = $1",
    )
    .bind(world.app.parts.clock.now() + engine::LEASE)
    .execute(&world.app.parts.pool)
    .await
    .unwrap();
    let payload = json!({ "schema": 1, "run_id": started["run_id"], "shard": 0 });

    world.app.push("survey-run", &payload).await.expect(204);
    assert_eq!(world.responses(world.survey).await.len(), 10, "the dead worker's lease is alive");
    world.app.parts.clock.advance(engine::LEASE);
    world.app.push("survey-run", &payload).await.expect(204);

    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 25, 0));
    assert_eq!(world.responses(world.survey).await, whole, "and it says what it would have said");
}

#[tokio::test]
async fn a_cancelled_run_keeps_its_answers_and_goes_on_with_the_others_when_started_again() {
    let world = World::of(50).await;
    let started = world.start(json!({})).await;
    let messages = world.app.parts.publisher.take();
    let payload = |i: usize| serde_json::from_str::<Value>(&messages[i].json).unwrap();
    world.app.push("survey-run", &payload(0)).await.expect(204);
    let mut transaction = world.app.parts.pool.begin().await.unwrap();
    let now = world.app.parts.clock.now();
    engine::cancel(&mut transaction, run_of(&started), now).await.unwrap();
    transaction.commit().await.unwrap();
    world.app.push("survey-run", &payload(1)).await.expect(204);
    assert_eq!(world.run_row(&started).await, ("cancelled".to_owned(), 25, 0));

    world.app.parts.clock.advance(chrono::Duration::seconds(11));
    let again = world.start(json!({})).await;
    world.app.deliver_all().await;

    assert_eq!((&again["invited"], &again["seed"]), (&json!(25), &started["seed"]));
    assert_eq!(world.run_row(&again).await, ("succeeded".to_owned(), 25, 0));
    assert_eq!(world.responses(world.survey).await.len(), 50);
}

#[tokio::test]
async fn a_shard_that_never_progresses_is_given_up_and_told() {
    let world = World::of(5).await;
    let started = world.start(json!({})).await;
    world.app.parts.publisher.take();
    let parts = &world.app.parts;
    for _ in 0..engine::MAX_ATTEMPTS {
        let claim =
            engine::claim(&parts.pool, &parts.ids, run_of(&started), 0, parts.clock.now()).await;
        assert!(matches!(claim.unwrap(), Claim::Granted(_)));
        parts.clock.advance(engine::LEASE);
    }

    let payload = json!({ "schema": 1, "run_id": started["run_id"], "shard": 0 });
    world.app.push("survey-run", &payload).await.expect(204);

    assert_eq!(world.run_row(&started).await, ("failed".to_owned(), 0, 5));
}

#[tokio::test]
async fn ten_runs_at_once_finish_with_five_connections() {
    let world = World::of(30).await;
    for _ in 0..10 {
        let survey = world.add_survey(questions(), 1_000).await;
        let path = format!("/api/v1/surveys/{survey}/run");
        world.app.post(&world.ana, &path, json!({})).await.expect(202);
    }
    let messages = world.app.parts.publisher.take();

    let pushes = messages.iter().map(|message| {
        let payload = serde_json::from_str(&message.json).unwrap();
        let app = &world.app;
        async move { app.push(&message.topic, &payload).await.expect(204) }
    });
    futures::future::join_all(pushes).await;

    let count = async |sql: &'static str| -> i64 {
        sqlx::query_scalar(sql).fetch_one(&world.app.parts.pool).await.unwrap()
    };
    assert_eq!(count("select count(*) from survey_responses").await, 300);
    assert_eq!(count("select count(*) from runs where status <> 'succeeded'").await, 0);
}

#[tokio::test]
async fn a_new_person_who_answered_and_was_deleted_is_counted_once_and_the_shard_ends() {
    let world = World::of(5).await;
    let started = world.start(json!({})).await;
    let pool = &world.app.parts.pool;
    // The same people as those who were to be generated for the survey.
    sqlx::query(
        "update run_shards set input = jsonb_build_object('population_id', p.id, 'from', 0, \
         'people', 5, 'item', 0, 'respondent', 0) from populations p",
    )
    .execute(pool)
    .await
    .unwrap();
    world.app.deliver_all().await;
    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 5, 0));
    // The worker died when one had answered, who was deleted before the next one came.
    sqlx::query(
        "with gone as (delete from survey_responses where respondent > 0), \
         person as (update personas set deleted_at = $1 where population_index = 0), \
         run as (update runs set status = 'running', finished_at = null, concluding_until = null) \
         update run_shards set state = 'running', done = 1, attempts = 1, \
         lease_token = gen_random_uuid(), lease_until = $1",
    )
    .bind(world.app.parts.clock.now())
    .execute(pool)
    .await
    .unwrap();

    let payload = json!({ "schema": 1, "run_id": started["run_id"], "shard": 0 });
    world.app.push("survey-run", &payload).await.expect(204);

    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 5, 0));
    assert_eq!(world.responses(world.survey).await.len(), 5);
}
