use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use platform::queue::Outcome;
use platform::runs as engine;
use shared::id::RunId;
use testkit::{Behaviour, Gate, Scripted};

use super::*;
use crate::worker::Worker;

pub(super) fn run_of(started: &Value) -> RunId {
    RunId(started["run_id"].as_str().unwrap().parse().unwrap())
}

fn message(started: &Value) -> Value {
    json!({ "schema": 1, "run_id": started["run_id"], "shard": 0 })
}

const TOPIC: &str = "focus-group-run";

/// A model on a local server.
pub(super) async fn scripted(
    decide: impl Fn(&str) -> Behaviour + Send + Sync + 'static,
) -> (Scripted, Config) {
    let server = Scripted::start([]).await;
    server.otherwise(move |request| decide(&request.body.to_string()));
    let config = server.config();
    (server, config)
}

pub(super) fn said(text: &str) -> Behaviour {
    Behaviour::Answer(json!({ "act": "say", "stance": 1, "text": text }))
}

/// A run at work under the lease of a worker that has died after so many turns.
async fn die(world: &World, started: &Value, done: i32) {
    sqlx::query(
        "with run as (update runs set status = 'running', finished_at = null where id = $1) \
         update run_shards set state = 'running', done = $2, attempts = 1, \
         lease_token = gen_random_uuid(), lease_until = $3 where run_id = $1",
    )
    .bind(run_of(started).0)
    .bind(done)
    .bind(world.app.parts.clock.now() + engine::LEASE)
    .execute(&world.app.parts.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_is_continued_with_the_same_next_turn() {
    let world = World::new(3, &QUESTIONS[..1]).await;
    let whole = world.start(9).await;
    world.app.deliver_all().await;
    let expected = world.turns(&whole).await;

    for cut in [0, 2, 4, 5, 9, 13] {
        world.app.parts.clock.advance(chrono::Duration::seconds(30));
        let started = world.start(9).await;
        world.app.deliver_all().await;
        // As it stands when a worker dies after `cut` turns: a run at work under a dead lease.
        sqlx::query("delete from focus_group_turns where run_id = $1 and number >= $2")
            .bind(run_of(&started).0)
            .bind(cut)
            .execute(&world.app.parts.pool)
            .await
            .unwrap();
        die(&world, &started, cut).await;

        world.app.push(TOPIC, &message(&started)).await.expect(204);
        assert_eq!(world.turns(&started).await.len(), cut as usize, "the lease is still alive");
        world.app.parts.clock.advance(engine::LEASE);
        world.app.push(TOPIC, &message(&started)).await.expect(204);

        assert_eq!(world.turns(&started).await, expected, "cut at {cut}");
        assert_eq!(world.run(&started).await.0, "succeeded");
    }
}

#[tokio::test]
async fn a_discussion_longer_than_a_delivery_goes_on_with_the_next_message_turn_by_turn() {
    let world = World::new(3, &QUESTIONS[..1]).await;
    let whole = world.start(9).await;
    world.app.deliver_all().await;
    world.app.parts.clock.advance(chrono::Duration::seconds(30));
    let started = world.start(9).await;
    let state = world.app.parts.worker_state(&Config::offline());
    let worker = Worker { state, time: Duration::ZERO };

    let mut outcomes = Vec::new();
    while let Some(message) = world.app.parts.publisher.take().pop() {
        let message = serde_json::from_str(&message.json).unwrap();
        outcomes.push(engine::handle(&worker, &message).await.unwrap());
    }

    assert_eq!(outcomes.pop(), Some(Outcome::Done));
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Unfinished), "{outcomes:?}");
    assert_eq!(world.turns(&started).await, world.turns(&whole).await);
    assert_eq!(world.run(&started).await.0, "succeeded");
    let discussed = shared::discussion::Schedule::new(1, 3).total() - 3;
    assert_eq!(outcomes.len() + 1, discussed as usize, "one turn each");
}

#[tokio::test]
async fn a_worker_that_dies_in_the_first_of_two_questions_is_continued_with_the_same_next_turn() {
    let world = World::new(3, &QUESTIONS).await;
    let whole = world.start(9).await;
    world.app.deliver_all().await;
    let expected = world.turns(&whole).await;
    let calls = || async {
        let calls = sqlx::query_scalar("select count(*) from model_calls");
        let calls: i64 = calls.fetch_one(&world.app.parts.pool).await.unwrap();
        calls
    };

    // The first slot of the first question has number 4; its last has 15.
    for cut in [4, 5, 9, 15] {
        world.app.parts.clock.advance(chrono::Duration::seconds(30));
        let started = world.start(9).await;
        world.app.deliver_all().await;
        // Every opening answer is there, those of the second question as well.
        sqlx::query(
            "delete from focus_group_turns where run_id = $1 and number >= $2 and kind <> 'opening'",
        )
        .bind(run_of(&started).0)
        .bind(cut)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
        let kept = world.turns(&started).await;
        assert_eq!(kept.len() as i32, cut + 3);
        die(&world, &started, cut + 3).await;
        world.app.parts.clock.advance(engine::LEASE);
        let before = calls().await;

        world.app.push(TOPIC, &message(&started)).await.expect(204);

        let turns = world.turns(&started).await;
        assert_eq!(turns, expected, "cut at {cut}");
        let total = i64::from(shared::discussion::Schedule::new(2, 3).total());
        assert_eq!(world.run(&started).await, ("succeeded".to_owned(), total, 0));
        let spoken = |turns: &[TurnRow]| turns.iter().filter(|turn| turn.2.is_some()).count();
        let new = spoken(&turns) - spoken(&kept);
        assert_eq!(calls().await - before, new as i64, "only what was lost is asked for");
    }
}

#[tokio::test]
async fn a_message_five_times_at_once_says_everything_once() {
    let world = World::new(3, &QUESTIONS).await;
    let started = world.start(3).await;
    let messages = world.app.parts.publisher.take();
    assert_eq!(messages.len(), 1);

    let message = message(&started);
    let pushes = (0..5).map(|_| world.app.push(TOPIC, &message));
    for answer in futures::future::join_all(pushes).await {
        answer.expect(204);
    }

    let total = shared::discussion::Schedule::new(2, 3).total();
    assert_eq!(world.run(&started).await, ("succeeded".to_owned(), i64::from(total), 0));
    let calls: i64 = sqlx::query_scalar("select count(*) from model_calls")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    let spoken = world.turns(&started).await.iter().filter(|turn| turn.2.is_some()).count();
    assert_eq!(calls, spoken as i64, "no turn was asked for twice");
}

#[tokio::test]
async fn a_model_that_declines_leaves_turns_missing_with_the_reason_and_nothing_canned() {
    // Two turns of the discussion, each asked for twice.
    let silent = AtomicUsize::new(4);
    let (_server, config) = scripted(move |prompt| {
        let is_discussed = prompt.contains("<discussion>");
        let count = |n: usize| n.checked_sub(1);
        match is_discussed && silent.fetch_update(Relaxed, Relaxed, count).is_ok() {
            true => Behaviour::Refuse,
            false => said("Mnie to jedno, bo i tak robię po swojemu i tak zostanie."),
        }
    })
    .await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;

    let started = world.start(1).await;
    world.app.deliver_all().await;

    let (status, done, failed) = world.run(&started).await;
    assert_eq!(status, "partial");
    assert_eq!(failed, 2, "{done} done");
    let turns = world.turns(&started).await;
    let missing: Vec<_> = turns.iter().filter(|turn| turn.4.is_none()).collect();
    assert_eq!(missing.len() as i64, failed);
    let reason: String = sqlx::query_scalar("select min(reason) from run_failures")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert!(reason.contains("declined to answer"), "{reason}");
}

#[tokio::test]
async fn what_a_person_of_the_card_cannot_say_is_asked_for_again_and_then_missing() {
    let (server, config) = scripted(|_| said("Mam 7 lat i mieszkam wszędzie. ## Koniec")).await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;

    let started = world.start(1).await;
    world.app.deliver_all().await;

    assert_eq!(world.run(&started).await, ("failed".to_owned(), 0, 2));
    // Two openings, each asked, repaired, and asked once more with a repair.
    assert_eq!(server.recorded().len(), 8);
}

#[tokio::test]
async fn an_answer_against_the_card_is_corrected_and_counted_with_its_turn() {
    let is_first = AtomicBool::new(true);
    let (_server, config) = scripted(move |prompt| {
        match prompt.contains("<discussion>") && is_first.swap(false, Relaxed) {
            true => said("Mam 93 lata i wolę herbatę."),
            false => said("Mnie to jedno, bo i tak robię po swojemu i tak zostanie."),
        }
    })
    .await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;

    let started = world.start(1).await;
    world.app.deliver_all().await;

    assert_eq!(world.run(&started).await.0, "succeeded");
    let counted = "select contradictions, said from focus_group_turns where contradictions > 0";
    let counted: Vec<(i32, String)> =
        sqlx::query_as(counted).fetch_all(&world.app.parts.pool).await.unwrap();
    let [(1, said)] = counted.as_slice() else { panic!("{counted:?}") };
    assert!(!said.contains("93"), "{said}");
}

#[tokio::test]
async fn a_cancelled_discussion_says_nothing_more_and_keeps_what_was_said() {
    let world = World::new(3, &QUESTIONS).await;
    let started = world.start(2).await;
    world.app.parts.publisher.take();
    let pool = world.app.parts.pool.clone();
    let now = world.app.parts.clock.now();
    sqlx::query("update runs set cancel_requested_at = $1").bind(now).execute(&pool).await.unwrap();

    world.app.push(TOPIC, &message(&started)).await.expect(204);

    let (status, done, _) = world.run(&started).await;
    assert_eq!(status, "cancelled");
    assert_eq!(done, world.turns(&started).await.len() as i64);
    assert!(done < i64::from(shared::discussion::Schedule::new(2, 3).total()));
}

#[tokio::test]
async fn a_discussion_that_is_cancelled_in_its_middle_keeps_what_was_said() {
    let (reached, mut middle) = tokio::sync::mpsc::unbounded_channel();
    let discussed = AtomicUsize::new(0);
    let words = json!({ "act": "say", "stance": 1,
        "text": "Mnie to jedno, bo i tak robię po swojemu i tak zostanie." });
    let is_cancelled = Gate::closed();
    let held = is_cancelled.clone();
    let (_server, config) = scripted(move |prompt| {
        let is_third = prompt.contains("<discussion>") && discussed.fetch_add(1, Relaxed) == 2;
        if is_third {
            reached.send(()).unwrap();
            return Behaviour::Held(held.clone(), words.clone());
        }
        Behaviour::Answer(words.clone())
    })
    .await;
    let world = World::with(&config, 3, &QUESTIONS).await;
    let started = world.start(2).await;
    world.app.parts.publisher.take();

    let asked = message(&started);
    let cancel = async {
        middle.recv().await.unwrap();
        let now = world.app.parts.clock.now();
        sqlx::query("update runs set cancel_requested_at = $1")
            .bind(now)
            .execute(&world.app.parts.pool)
            .await
            .unwrap();
        is_cancelled.open();
    };
    let (answer, ()) = futures::join!(world.app.push(TOPIC, &asked), cancel);
    answer.expect(204);

    let (status, done, failed) = world.run(&started).await;
    assert_eq!((status.as_str(), failed), ("cancelled", 0));
    let turns = world.turns(&started).await;
    assert_eq!(done, turns.len() as i64);
    let replies = turns.iter().filter(|turn| turn.1 == "reply" && turn.4.is_some()).count();
    assert_eq!(replies, 3, "the turn that was being said is the last");
    assert_eq!(turns.iter().filter(|turn| turn.1 == "opening").count(), 6);
}

#[tokio::test]
async fn a_budget_that_is_used_up_stops_between_turns_as_partial_with_the_reason() {
    let (_server, mut config) =
        scripted(|_| said("Dla mnie to jest za drogo i tyle mam do powiedzenia.")).await;
    config.price = Some(platform::model::Price { input: 1_000_000, output: 1_000_000 });
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;
    sqlx::query("insert into project_budgets (project_id, cap_micros) values ($1, $2)")
        .bind(world.project.0)
        .bind(12_000_i64)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    let started = world.start(1).await;
    world.app.deliver_all().await;

    let (status, done, failed) = world.run(&started).await;
    assert_eq!(status, "partial", "{done} done, {failed} failed");
    let reasons: Vec<String> = sqlx::query_scalar("select distinct reason from run_failures")
        .fetch_all(&world.app.parts.pool)
        .await
        .unwrap();
    assert!(reasons.iter().any(|reason| reason.contains("budget")), "{reasons:?}");
    let spent: i64 = sqlx::query_scalar("select spent_micros from project_budgets")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert!(spent <= 12_000, "the cap is hard: {spent}");
}

#[tokio::test]
async fn a_group_that_is_deleted_meanwhile_ends_its_run() {
    let world = World::new(2, &QUESTIONS[..1]).await;
    let started = world.start(2).await;
    world.app.parts.publisher.take();
    sqlx::query("delete from focus_groups").execute(&world.app.parts.pool).await.unwrap();

    world.app.push(TOPIC, &message(&started)).await.expect(204);

    assert_eq!(world.run(&started).await, ("failed".to_owned(), 0, 0));
}

#[tokio::test]
async fn adversarial_groups_are_told_so_in_every_prompt() {
    let (server, config) =
        scripted(|_| said("Widzę tu słaby punkt i powiem jaki, bez owijania.")).await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;
    sqlx::query("update focus_groups set mode = 'adversarial'")
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    let started = world.start(1).await;
    world.app.deliver_all().await;

    let told = |body: &Value| body.to_string().contains("krytycznie: tak");
    assert!(server.recorded().iter().all(|request| told(&request.body)));
    let question = world.turns(&started).await[0].4.clone().unwrap();
    assert!(question.starts_with("Dziś szukamy słabych stron"), "{question}");
}

#[tokio::test]
async fn ten_groups_at_once_finish_with_five_connections() {
    let config = Config { offline_latency: Duration::from_millis(5), ..Config::offline() };
    let mut world = World::with(&config, 3, &QUESTIONS[..1]).await;
    let mut started = vec![world.start(1).await];
    for seed in 2..=10 {
        world.group =
            add_group(&world.app, &world.ana, world.project, &world.people, &QUESTIONS[..1]).await;
        started.push(world.start(seed).await);
    }
    world.app.parts.publisher.take();

    let messages: Vec<Value> = started.iter().map(message).collect();
    let pushes = messages.iter().map(|message| world.app.push(TOPIC, message));
    let all = futures::future::join_all(pushes);
    let answers = tokio::time::timeout(Duration::from_secs(60), all).await.expect("all finish");

    answers.iter().for_each(|answer| assert_eq!(answer.status(), 204));
    let total = i64::from(shared::discussion::Schedule::new(1, 3).total());
    for one in &started {
        assert_eq!(world.run(one).await, ("succeeded".to_owned(), total, 0));
    }
}
