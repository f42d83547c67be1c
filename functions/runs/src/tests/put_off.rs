//! What may pass puts a shard off and fails nobody; what does not pass fails who is concerned, and ends.

use std::time::Duration as Time;

use chrono::Duration;
use platform::model::Failure;
use platform::queue::{Outcome, PutOff};
use platform::runs::LONGEST_OUTAGE;
use sqlx::Connection;

use super::asker::Asker;
use super::*;

fn limited(seconds: u64) -> Failure {
    Failure::Unavailable { status: Some(429), retry_after: Some(Time::from_secs(seconds)) }
}

/// Ends the first transaction that says it. A sequence goes on when its transaction is rolled back.
const COLLIDE: &str = "do $$ begin if nextval('collisions') = 1 then \
    raise exception using errcode = '40P01'; end if; end $$";

async fn view(app: &TestApp, ana: &User, run: RunId) -> Value {
    let ana = app.renewed(ana).await;
    app.get(&ana, &format!("/api/v1/runs/{run}")).await.expect(200)
}

/// Lets the time come until which a run waits, and the sweep. Returns how many messages that were.
async fn wait(app: &TestApp, run: RunId) -> usize {
    let until = "select min(not_before) from run_shards where run_id = $1";
    let until: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar(until).bind(run.0).fetch_one(&app.parts.pool).await.unwrap();
    // A message of the minute before is not repeated.
    app.parts.clock.advance(until - app.parts.clock.now() + Duration::seconds(61));
    sweep(app).await
}

async fn sweep(app: &TestApp) -> usize {
    let parts = &app.parts;
    engine::republish(&parts.pool, &parts.publisher, parts.clock.now()).await.unwrap();
    parts.publisher.take().len()
}

async fn failed(app: &TestApp) -> i64 {
    let failed = sqlx::query_scalar("select count(*) from run_failures");
    failed.fetch_one(&app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn a_rate_limit_puts_a_shard_off_and_everybody_is_done_when_it_has_passed() {
    let (app, ana, run) = with_run(&[25]).await;
    let asker =
        Asker::of(&app, 25, |item, before| (item == 3 && before == 0).then(|| limited(61))).await;

    let put_off = asker.step(run).await.unwrap();
    let waiting = view(&app, &ana, run).await;
    let early = (asker.step(run).await.unwrap(), sweep(&app).await);
    let messages = wait(&app, run).await;
    let done = asker.step(run).await.unwrap();

    let retry_after = Some(Time::from_secs(61));
    assert_eq!(put_off, Outcome::PutOff(PutOff { retry_after, is_outage: true }));
    assert_eq!((&waiting["status"], &waiting["failed"]), (&json!("running"), &json!(0)));
    assert_eq!(waiting["waits_until"], "2026-01-02T03:05:06Z");
    assert_eq!(early, (Outcome::Duplicate, 0), "nobody claims or calls it before");
    assert_eq!((messages, done), (1, Outcome::Done));
    let ended = view(&app, &ana, run).await;
    assert_eq!((&ended["status"], &ended["done"]), (&json!("succeeded"), &json!(25)));
    assert_eq!(ended["waits_until"], Value::Null);
    let asked = asker.asked();
    assert!(
        asked.iter().all(|(item, count)| *count == if *item == 3 { 2 } else { 1 }),
        "{asked:?}"
    );
}

#[tokio::test]
async fn an_outage_of_hours_ends_in_partial_with_its_reason() {
    let (app, ana, run) = with_run(&[25]).await;
    let asker = Asker::of(&app, 25, |item, _| (item >= 5).then_some(Failure::TimedOut)).await;
    let began = app.parts.clock.now();

    let mut claims = 0;
    while asker.step(run).await.unwrap() != Outcome::Done {
        claims += 1;
        assert_eq!(view(&app, &ana, run).await["failed"], 0, "nobody has failed yet");
        assert_eq!(wait(&app, run).await, 1);
    }

    let (ended, took) = (view(&app, &ana, run).await, app.parts.clock.now() - began);
    assert_eq!((&ended["status"], &ended["done"]), (&json!("partial"), &json!(5)));
    assert_eq!(ended["failures"], json!({ "the language model did not answer in time": 20 }));
    assert!(took >= LONGEST_OUTAGE && took < LONGEST_OUTAGE + Duration::hours(1), "{took}");
    assert!(claims < 25, "{claims} claims: the waits grow");
    let most = asker.asked().into_values().max().unwrap();
    assert!(most <= claims + 1, "one is asked for to find out, not all of them");
}

#[tokio::test]
async fn progress_begins_the_count_of_an_outage_anew() {
    let (app, _, run) = with_run(&[3]).await;
    // Each is there after four hours of being away.
    let asker = Asker::of(&app, 3, |_, before| (before < 14).then_some(Failure::TimedOut)).await;

    while asker.step(run).await.unwrap() != Outcome::Done {
        wait(&app, run).await;
    }

    let ended: String =
        sqlx::query_scalar("select status from runs").fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(ended, "succeeded");
    assert!(app.parts.clock.now().timestamp() - 1_767_323_045 > LONGEST_OUTAGE.num_seconds());
}

#[tokio::test]
async fn a_provider_that_is_back_at_the_last_chance_and_limits_its_rate_then_fails_nobody() {
    let (app, _, run) = with_run(&[3]).await;
    let asker = Asker::of(&app, 3, |item, before| match item {
        0 => (before < 18).then_some(Failure::TimedOut),
        _ => (before < 2).then(|| limited(61)),
    })
    .await;

    while asker.step(run).await.unwrap() != Outcome::Done {
        wait(&app, run).await;
    }

    assert_eq!(failed(&app).await, 0);
    assert!(app.parts.clock.now().timestamp() - 1_767_323_045 >= LONGEST_OUTAGE.num_seconds());
}

#[tokio::test]
async fn waiting_for_our_own_rate_is_no_outage_however_long() {
    let (app, ana, run) = with_run(&[2]).await;
    let rate = || Failure::Unavailable { status: None, retry_after: Some(Time::from_secs(3_600)) };
    let asker = Asker::of(&app, 2, move |_, before| (before < 10).then(rate)).await;

    while asker.step(run).await.unwrap() != Outcome::Done {
        wait(&app, run).await;
    }

    assert_eq!(view(&app, &ana, run).await["status"], "succeeded");
}

#[tokio::test]
async fn a_wish_to_wait_for_a_day_is_granted_an_hour() {
    let (app, ana, run) = with_run(&[1]).await;
    let asker = Asker::of(&app, 1, |_, _| Some(limited(86_400))).await;

    asker.step(run).await.unwrap();

    assert_eq!(view(&app, &ana, run).await["waits_until"], "2026-01-02T04:04:05Z");
}

#[tokio::test]
async fn a_run_that_is_put_off_is_cancelled_at_once() {
    let (app, ana, run) = with_run(&[2]).await;
    let asker = Asker::of(&app, 2, |_, _| Some(limited(61))).await;
    asker.step(run).await.unwrap();

    let cancel = format!("/api/v1/runs/{run}/cancel");
    let cancelled = app.post(&ana, &cancel, json!({})).await.expect(200);

    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(asker.step(run).await.unwrap(), Outcome::Duplicate);
}

#[tokio::test]
async fn a_shard_of_a_run_that_is_to_stop_is_claimed_before_its_time_and_nobody_is_asked() {
    let (app, ana, run) = with_run(&[2]).await;
    let asker = Asker::of(&app, 2, |_, _| Some(limited(61))).await;
    asker.step(run).await.unwrap();
    let asked = asker.asked();
    let stop = "update runs set cancel_requested_at = $1";
    sqlx::query(stop).bind(app.parts.clock.now()).execute(&app.parts.pool).await.unwrap();
    app.parts.clock.advance(Duration::seconds(1));

    assert_eq!(asker.step(run).await.unwrap(), Outcome::Done);

    assert_eq!(asker.asked(), asked);
    assert_eq!(view(&app, &ana, run).await["status"], "cancelled");
}

#[tokio::test]
async fn one_item_that_the_database_cannot_hold_fails_alone_and_nobody_is_asked_again() {
    let (app, ana, run) = with_run(&[25]).await;
    let out_of_range = |item| (item == 7).then_some("select 3000000000::int");
    let asker = Asker::breaking(&app, 25, out_of_range).await;

    assert_eq!(asker.step(run).await.unwrap(), Outcome::Done);

    let ended = view(&app, &ana, run).await;
    assert_eq!(
        (&ended["status"], &ended["done"], &ended["failed"]),
        (&json!("partial"), &json!(24), &json!(1))
    );
    let failures = ended["failures"].to_string();
    assert!(failures.contains("cannot be stored"), "{failures}");
    assert!(asker.asked().into_values().all(|count| count == 1), "{:?}", asker.asked());
}

#[tokio::test]
async fn a_deadlock_while_answers_are_stored_asks_nobody_again() {
    let (app, ana, run) = with_run(&[3]).await;
    let options = app.database.options(None);
    let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
    let count = "create sequence collisions; grant usage on sequence collisions to sight_app";
    sqlx::raw_sql(count).execute(&mut connection).await.unwrap();
    let asker = Asker::breaking(&app, 3, |_| Some(COLLIDE)).await;

    assert_eq!(asker.step(run).await.unwrap(), Outcome::Done);

    let ended = view(&app, &ana, run).await;
    assert_eq!((&ended["status"], &ended["done"]), (&json!("succeeded"), &json!(3)));
    assert!(asker.asked().into_values().all(|count| count == 1), "{:?}", asker.asked());
}

#[tokio::test]
async fn what_is_wrong_with_the_database_itself_is_tried_five_times_and_given_up() {
    let (app, ana, run) = with_run(&[3]).await;
    let asker = Asker::breaking(&app, 3, |_| Some("select * from a_table_of_tomorrow")).await;

    for _ in 0..engine::MAX_ATTEMPTS {
        let error = asker.step(run).await.unwrap_err();
        assert!(!error.is_retryable(), "{error:?}");
        assert!(!error.is_of_its_data(), "{error:?}");
    }
    assert_eq!(asker.step(run).await.unwrap(), Outcome::Done);

    let ended = view(&app, &ana, run).await;
    assert_eq!((&ended["status"], &ended["failed"]), (&json!("failed"), &json!(3)));
    assert_eq!(asker.asked().into_values().max(), Some(5));
}

#[tokio::test]
async fn a_reason_that_quotes_a_nul_is_stored() {
    let (app, ana, run) = with_run(&[1]).await;
    let rule = || Failure::Refused { rule: "BAD\0RULE".to_owned() };
    let asker = Asker::of(&app, 1, move |_, _| Some(rule())).await;

    assert_eq!(asker.step(run).await.unwrap(), Outcome::Done);

    assert_eq!(view(&app, &ana, run).await["status"], "failed");
}

#[tokio::test]
async fn errors_of_the_database_pass_by_their_sqlstate() {
    let (app, _, _) = with_run(&[1]).await;

    for (code, passes, is_of_its_data) in [
        ("08006", true, false),
        ("40001", true, false),
        ("40P01", true, false),
        ("53300", true, false),
        ("55P03", true, false),
        ("57P01", true, false),
        ("58030", true, false),
        ("22021", false, true),
        ("22P05", false, true),
        ("22003", false, true),
        ("23514", false, true),
        ("54000", false, true),
        ("42P01", false, false),
        ("25006", false, false),
        ("XX000", false, false),
    ] {
        let statement = format!("do $$ begin raise exception using errcode = '{code}'; end $$");
        let raised = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&app.parts.pool).await;
        let error = platform::Error::from(raised.unwrap_err());
        assert_eq!(
            (error.is_retryable(), error.is_of_its_data()),
            (passes, is_of_its_data),
            "{code}"
        );
    }
}

#[tokio::test]
async fn more_than_a_shard_has_is_never_counted() {
    let (app, _, run) = with_run(&[3]).await;
    let lease = lease(&app, run, 0).await;

    for (done, failed) in [(2, 2), (2, 1), (0, 9), (9, 9)] {
        assert_eq!(count(&app, &lease, done, failed).await, Progress::Kept, "{done} {failed}");
    }

    let counted: (i32, i32) = sqlx::query_as("select done, failed from run_shards")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(counted.0 + counted.1, 3);
}
