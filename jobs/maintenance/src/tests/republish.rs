use serde_json::Value;
use testkit::Log;
use tracing_subscriber::layer::SubscriberExt;

use super::*;
use crate::task::run;

const PUBLISHED: &str = "update runs set published_at = $2 where project_id = $1";
const LEASED: &str = "update run_shards set state = 'running', lease_until = $2
    where run_id = (select id from runs where project_id = $1)";

#[tokio::test]
async fn a_run_whose_worker_died_is_published_once_by_maintenance() {
    let house = House::open().await;
    let project = house.project(0).await;
    let (publisher, pool) = (Publisher::recording(), &house.maintenance);
    let dead = house.now() + Duration::seconds(90);
    house.execute(PUBLISHED, project.0, house.now()).await;
    house.execute(LEASED, project.0, dead).await;

    let alive = dead - Duration::seconds(1);
    assert_eq!(republish_runs(pool, &publisher, alive).await.unwrap(), 0);
    assert_eq!(republish_runs(pool, &publisher, dead).await.unwrap(), 1);
    assert_eq!(republish_runs(pool, &publisher, dead).await.unwrap(), 0);
    assert_eq!(publisher.take().len(), 1);
}

#[tokio::test]
async fn what_is_published_again_goes_on_with_the_trace_of_its_click() {
    const CLICK: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let house = House::open().await;
    let project = house.project(0).await;
    let sql = "update runs set trace = $2 where project_id = $1";
    sqlx::query(sql).bind(project.0).bind(CLICK).execute(&house.app.parts.pool).await.unwrap();
    let publisher = Publisher::recording();

    republish_runs(&house.maintenance, &publisher, house.now()).await.unwrap();

    let traces: Vec<_> = publisher.take().into_iter().map(|sent| sent.traceparent).collect();
    assert_eq!(traces.len(), 1);
    let traced = |trace: &Option<String>| trace.as_ref().is_some_and(|one| one.contains(CLICK));
    assert!(traces.iter().all(traced), "{traces:?}");
}

#[tokio::test]
async fn a_run_that_stands_still_is_told_with_the_fields_that_the_alert_counts() {
    let house = House::open().await;
    house.project(0).await;
    let log = Log::default();
    let writer = log.clone();
    let layer = tracing_stackdriver::layer().with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    run(&house.state, &house.app.parts.clock, &[Task::Republish]).await;

    let lines = log.lines();
    let told = |line: &&Value| line["task"] == "republish" && line["published"] == 1;
    assert_eq!(lines.iter().filter(told).count(), 1, "{lines:?}");
}

#[tokio::test]
async fn more_runs_than_one_statement_takes_are_published() {
    let house = House::open().await;
    for _ in 0..101 {
        house.project(0).await;
    }
    let publisher = Publisher::recording();

    let runs = republish_runs(&house.maintenance, &publisher, house.now()).await.unwrap();

    assert_eq!((runs, publisher.take().len()), (101, 101));
}

#[tokio::test]
async fn a_topic_that_is_missing_keeps_no_other_run_from_being_published() {
    const KIND: &str = "update runs set kind = 'focus-group-summary', created_at = $2
        where project_id = $1";
    let house = House::open().await;
    for age in 1..=150 {
        let broken = house.project(0).await;
        house.execute(KIND, broken.0, house.now() - Duration::days(age)).await;
    }
    house.project(0).await;
    let (publisher, pool) =
        (Publisher::recording_without("focus-group-summary"), &house.maintenance);

    let swept = republish_runs(pool, &publisher, house.now()).await;
    let again = republish_runs(pool, &publisher, house.now()).await;

    assert!(swept.unwrap_err().to_string().contains("queue"), "it is told");
    assert_eq!(publisher.take().len(), 1, "the youngest of them all");
    assert_eq!(again.unwrap(), 0, "and the others are left alone until their time");
    let later = house.now() + Duration::seconds(61);
    republish_runs(pool, &publisher, later).await.unwrap_err();
}

#[tokio::test]
async fn a_shard_that_is_put_off_is_published_when_its_time_has_come() {
    const PUT_OFF: &str = "update run_shards
        set state = 'running', lease_until = $2, not_before = $2 + interval '90 s'
        where run_id = (select id from runs where project_id = $1)";
    let house = House::open().await;
    let project = house.project(0).await;
    let (publisher, pool) = (Publisher::recording(), &house.maintenance);
    house.execute(PUT_OFF, project.0, house.now()).await;
    let due = house.now() + Duration::seconds(90);

    let early = due - Duration::seconds(1);
    assert_eq!(republish_runs(pool, &publisher, early).await.unwrap(), 0);
    assert_eq!(republish_runs(pool, &publisher, due).await.unwrap(), 1);
    assert_eq!(publisher.take().len(), 1);
}

#[tokio::test]
async fn a_reservation_whose_call_died_is_given_back_by_maintenance() {
    let house = House::open().await;
    let project = house.project(0).await;
    house
        .execute(
            "with budget as (
                 insert into project_budgets (project_id, reserved_micros) values ($1, 9)
             )
             insert into model_calls
                 (id, project_id, task, prompt_version, provider, model, state, reserved_micros,
                  created_at, expires_at)
             values (gen_random_uuid(), $1, 'persona', '1', 'gemini', 'flash', 'reserved', 9, $2,
                 $2)",
            project.0,
            house.now(),
        )
        .await;

    assert_eq!(release_budgets(&house.maintenance, house.now()).await.unwrap(), 1);
    assert_eq!(house.count("project_budgets where reserved_micros = 0").await, 1);
}
