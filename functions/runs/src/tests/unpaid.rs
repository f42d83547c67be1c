//! A purse that is empty for one is empty for all of a shard.

use platform::model::{Config, Failure};
use platform::queue::Outcome;

use super::asker::Asker;
use super::*;

#[tokio::test]
async fn an_empty_purse_is_looked_into_once_for_a_whole_shard() {
    let (app, ana, run) = with_run(&[25]).await;
    // at which one is asked at a time
    let slow = Config { requests_per_minute: Some(4), ..Config::offline() };
    let asker = Asker::of(&app, 25, |_, _| Some(Failure::OverBudget)).await;
    let asker = asker.with(app.parts.worker_state(&slow));

    let outcome = asker.step(run).await.unwrap();

    assert_eq!((outcome, asker.asked().len()), (Outcome::Done, 1));
    let view = app.get(&ana, &format!("/api/v1/runs/{run}")).await.expect(200);
    assert_eq!((&view["status"], &view["failed"]), (&json!("failed"), &json!(25)));
    let failures = view["failures"].as_object().unwrap();
    assert_eq!(failures.values().collect::<Vec<_>>(), [&json!(25)], "each says why: {failures:?}");
}

#[tokio::test]
async fn whoever_was_asked_beside_one_who_is_not_paid_for_is_kept() {
    let (app, ana, run) = with_run(&[40]).await;
    let asker = Asker::of(&app, 40, |item, _| (item == 0).then_some(Failure::OverBudget)).await;

    asker.step(run).await.unwrap();

    let view = app.get(&ana, &format!("/api/v1/runs/{run}")).await.expect(200);
    let (asked, done) = (asker.asked().len() as u64, view["done"].as_u64().unwrap());
    assert_eq!(done, asked - 1, "{view}");
    assert_eq!(view["failed"], json!(40 - done));
}
