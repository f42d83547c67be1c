//! Calls of which nobody learns the cost: dropped, out of time, or of a process that died.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::ledger::{Database, MINUTE, entry};
use super::*;
use crate::model::budget::Settlement;
use crate::model::reservation::{Reservation, State};

const WORST: Usage = Usage { input_tokens: 1_000, output_tokens: 400 };

fn price() -> Price {
    Price::listed("gemini-2.5-flash").unwrap()
}

async fn reserved(database: &Database) -> Reservation {
    let known = (Some(price()), WORST);
    Reservation::make(Some(&database.budget), &entry(), known, MINUTE).await.unwrap()
}

fn took(usage: Usage) -> Settlement {
    Settlement { usage, cost_micros: Some(price().cost(usage)), latency: MINUTE, outcome: "ok" }
}

/// Longer than any reservation of these tests lives.
fn long_after(database: &Database) {
    database.clock.advance(chrono::Duration::minutes(10));
}

/// A provider that says when it was asked, and never answers.
async fn silent() -> (Scripted, Arc<Notify>) {
    let (server, asked) = (Scripted::start([]).await, Arc::new(Notify::new()));
    let told = Arc::clone(&asked);
    server.otherwise(move |_| {
        told.notify_one();
        Behaviour::Never
    });
    (server, asked)
}

#[tokio::test]
async fn a_call_whose_caller_hung_up_counts_in_full() {
    let Some(database) = Database::new().await else { return };
    let (server, asked) = silent().await;
    let model = database.model(&server);
    let caller = tokio::spawn(async move { model.ask(&request(), &accept).await });
    asked.notified().await;

    caller.abort();
    caller.await.unwrap_err();
    database.budget.all_settled().await;

    let (spent, held) = database.balance().await;
    assert!(spent > 1_000 && held == 0, "{spent} spent, {held} reserved");
    assert_eq!(database.outcomes().await, ["dropped"]);
    assert_eq!(database.allowance().await, (spent, 0));
}

#[tokio::test]
async fn vectors_whose_caller_hung_up_count_in_full() {
    let Some(database) = Database::new().await else { return };
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
    let price = Some(Price { input: 1_000_000, output: 0 });
    let offline = EmbeddingConfig::offline();
    let config = EmbeddingConfig {
        provider: ProviderKind::OpenAi,
        base_url: Some(base_url),
        price,
        ..offline
    };
    let budget = Some(database.budget.clone());
    let embedder = Embedder::new(config, ModelParts { budget, ..parts() });
    let embedder = embedder.under(Terms::paid_by(owner()));
    let caller = tokio::spawn(async move {
        let passage = Passage { text: "forty", language: shared::Language::English };
        let call = Embedding {
            passages: &[passage],
            purpose: Purpose::Document,
            project: Some(project()),
            run: None,
            cancel: CancellationToken::new(),
        };
        embedder.embed(&call).await
    });
    let _asked = silent.accept().await.unwrap();

    caller.abort();
    caller.await.unwrap_err();
    database.budget.all_settled().await;

    assert_eq!(database.balance().await, (5, 0), "at most a token a byte");
    assert_eq!(database.outcomes().await, ["dropped"]);
}

#[tokio::test]
async fn what_was_dropped_before_it_was_sent_is_given_back() {
    let Some(database) = Database::new().await else { return };

    drop(reserved(&database).await);
    database.budget.all_settled().await;

    assert_eq!((database.balance().await, database.allowance().await), ((0, 0), (0, 0)));
    let released = ("released".to_owned(), Some("dropped".to_owned()), Some(0));
    assert_eq!(database.calls().await, [released]);
}

#[tokio::test]
async fn what_a_dead_process_had_sent_is_spent_in_full_after_its_time() {
    let Some(database) = Database::new().await else { return };
    let mut call = reserved(&database).await;
    call.send().await.unwrap();
    std::mem::forget(call);

    long_after(&database);
    assert_eq!(database.sweep().await, 1);
    assert_eq!(database.sweep().await, 0);

    let worst = price().cost(WORST);
    assert_eq!(database.balance().await, (worst, 0));
    assert_eq!(database.allowance().await, (worst, 0));
    let lost = ("settled".to_owned(), Some("lost".to_owned()), Some(worst));
    assert_eq!(database.calls().await, [lost]);
}

#[tokio::test]
async fn a_lost_call_that_ends_after_all_is_corrected_once() {
    let Some(database) = Database::new().await else { return };
    let half = Usage { input_tokens: 500, output_tokens: 200 };
    let (mut late, mut free) = (reserved(&database).await, reserved(&database).await);
    late.send().await.unwrap();
    free.send().await.unwrap();
    long_after(&database);
    assert_eq!(database.sweep().await, 2);

    late.settle(Some(half), MINUTE, "ok").await.unwrap();
    free.release(MINUTE, "rejected").await.unwrap();

    let cost = price().cost(half);
    assert_eq!((database.balance().await, database.allowance().await), ((cost, 0), (cost, 0)));
    let sql = "select id from model_calls where outcome = 'ok'";
    let id = sqlx::query_scalar(sql).fetch_one(&database.pool).await.unwrap();
    database.budget.close(id, State::Settled, &took(WORST)).await.unwrap();
    assert_eq!(database.balance().await, (cost, 0), "what is settled stays as it is");
}

#[tokio::test]
async fn what_has_been_given_back_is_not_sent_any_more() {
    let Some(database) = Database::new().await else { return };
    let mut call = reserved(&database).await;
    long_after(&database);
    database.sweep().await;

    let failure = call.send().await.unwrap_err();
    drop(call);
    database.budget.all_settled().await;

    assert!(matches!(failure, Failure::Unavailable { .. }), "{failure:?}");
    assert_eq!(
        (database.balance().await, database.outcomes().await),
        ((0, 0), vec!["expired".to_owned()])
    );
}

#[tokio::test]
async fn a_call_within_a_request_ends_by_itself_and_is_settled() {
    let Some(database) = Database::new().await else { return };
    let (server, _) = silent().await;
    let terms = Terms::of_request(owner()).at_most(Duration::from_millis(300));

    let failure = database.model(&server).under(terms).ask(&request(), &accept).await.unwrap_err();

    assert!(matches!(failure, Failure::TimedOut), "{failure:?}");
    let (_, held) = database.balance().await;
    assert_eq!(held, 0, "nothing is left to a sweep");
    assert!(database.outcomes().await.iter().all(|outcome| outcome == "cancelled"));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_slot_ends_within_the_requests_limit() {
    let server = Scripted::start([]).await;
    let config = Config { max_concurrent: 1, ..config(ProviderKind::Gemini, &server) };
    let model = Model::new(config, parts());
    let _taken = model.0.slots.acquire().await.unwrap();
    let begun = Instant::now();

    let terms = Terms::of_request(owner());
    let failure = model.under(terms).ask(&request(), &accept).await.unwrap_err();

    assert!(matches!(failure, Failure::TimedOut), "{failure:?}");
    assert_eq!(begun.elapsed().as_secs(), REQUEST_LIMIT.as_secs());
}

#[tokio::test(start_paused = true)]
async fn waiting_for_ones_turn_ends_within_the_requests_limit() {
    let server = Scripted::start([]).await;
    let config = Config { requests_per_minute: Some(1), ..config(ProviderKind::Gemini, &server) };
    let model = Model::new(config, parts());
    model.0.pace.take(0).await.unwrap();
    let begun = Instant::now();

    let terms = Terms::of_request(owner());
    let failure = model.under(terms).ask(&request(), &accept).await.unwrap_err();

    assert!(matches!(failure, Failure::TimedOut), "{failure:?}");
    assert_eq!(begun.elapsed().as_secs(), REQUEST_LIMIT.as_secs());
}

#[tokio::test]
async fn a_pause_before_a_retry_ends_within_the_requests_limit() {
    let server = Scripted::start([Behaviour::Status(503)]).await;
    let first_pause = Duration::from_secs(3_600);
    let config = Config { first_pause, ..config(ProviderKind::Gemini, &server) };
    let terms = Terms::of_request(owner()).at_most(Duration::from_millis(300));

    let failure = Model::new(config, parts()).under(terms).ask(&request(), &accept).await;

    assert!(matches!(failure, Err(Failure::TimedOut)), "{failure:?}");
}

#[tokio::test]
async fn work_that_is_cancelled_within_a_request_is_cancelled_and_not_late() {
    let server = Scripted::start([]).await;
    let request = request();
    let cancel = request.cancel.clone();
    server.otherwise(move |_| {
        cancel.cancel();
        Behaviour::Never
    });

    let model = gemini(&server).under(Terms::of_request(owner()));
    let failure = model.ask(&request, &accept).await.unwrap_err();

    assert!(matches!(failure, Failure::Cancelled), "{failure:?}");
}
