//! A model that is away, and what is tried again afterwards; turns that cannot be stored; starts beside
//! others.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use platform::runs as engine;
use sqlx::Connection;
use testkit::Behaviour;

use super::faults::{run_of, said, scripted};
use super::*;

/// A click on "try again".
async fn try_again(world: &World, started: &Value) {
    let (pool, now) = (&world.app.parts.pool, world.app.parts.clock.now());
    let mut transaction = pool.begin().await.unwrap();
    let (project, run) = (Some(world.project), run_of(started));
    engine::retry(&mut transaction, project, run, world.ana.id, now).await.unwrap();
    transaction.commit().await.unwrap();
    engine::publish(pool, &world.app.parts.publisher, run, now).await.unwrap();
    world.app.deliver_all().await;
}

#[tokio::test]
async fn a_discussion_waits_for_a_model_that_is_away_and_nobody_is_left_out() {
    // Two turns of the discussion, each with every retry.
    let silent = AtomicUsize::new(8);
    let (_server, config) = scripted(move |prompt| {
        let is_discussed = prompt.contains("<discussion>");
        let count = |n: usize| n.checked_sub(1);
        match is_discussed && silent.fetch_update(Relaxed, Relaxed, count).is_ok() {
            true => Behaviour::Status(503),
            false => said("Mnie to jedno, bo i tak robię po swojemu i tak zostanie."),
        }
    })
    .await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;

    let started = world.start(1).await;
    world.app.deliver_all().await;
    let waiting = world.run(&started).await;
    while world.app.deliver_put_off().await > 0 {}

    assert_eq!((waiting.0.as_str(), waiting.2), ("running", 0));
    let total = i64::from(shared::discussion::Schedule::new(1, 2).total());
    assert_eq!(world.run(&started).await, ("succeeded".to_owned(), total, 0));
}

#[tokio::test]
async fn a_discussion_that_an_outage_ended_goes_on_where_it_broke_off_when_tried_again() {
    let is_away = Arc::new(AtomicBool::new(true));
    let away = Arc::clone(&is_away);
    let (_server, config) =
        scripted(move |prompt| match prompt.contains("<discussion>") && away.load(Relaxed) {
            true => Behaviour::Status(503),
            false => said("Mnie to jedno, bo i tak robię po swojemu i tak zostanie."),
        })
        .await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;
    let started = world.start(1).await;
    world.app.deliver_all().await;
    while world.app.deliver_put_off().await > 0 {}
    let ended = world.run(&started).await;
    let said = world.turns(&started).await;
    is_away.store(false, Relaxed);

    try_again(&world, &started).await;

    let total = i64::from(shared::discussion::Schedule::new(1, 2).total());
    assert_eq!((ended.0.as_str(), ended.1 + ended.2), ("partial", total));
    assert!(said.iter().all(|turn| turn.4.is_some()), "no turn without words: {said:?}");
    assert_eq!(world.run(&started).await, ("succeeded".to_owned(), total, 0));
    assert!(world.turns(&started).await.starts_with(&said), "what was said stays");
}

#[tokio::test]
async fn a_turn_that_the_model_declined_is_said_when_it_is_tried_again() {
    let declines = Arc::new(AtomicBool::new(true));
    let refuse = Arc::clone(&declines);
    let silent = AtomicUsize::new(4);
    let (_server, config) = scripted(move |prompt| {
        let count = |n: usize| n.checked_sub(1);
        let is_silent = refuse.load(Relaxed)
            && prompt.contains("<discussion>")
            && silent.fetch_update(Relaxed, Relaxed, count).is_ok();
        match is_silent {
            true => Behaviour::Refuse,
            false => said("Mnie to jedno, bo i tak robię po swojemu i tak zostanie."),
        }
    })
    .await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;
    let started = world.start(1).await;
    world.app.deliver_all().await;
    let before = world.run(&started).await;
    declines.store(false, Relaxed);

    try_again(&world, &started).await;

    let total = i64::from(shared::discussion::Schedule::new(1, 2).total());
    assert_eq!(before, ("partial".to_owned(), total - 2, 2));
    assert_eq!(world.run(&started).await, ("succeeded".to_owned(), total, 0));
    assert!(world.turns(&started).await.iter().all(|turn| turn.4.is_some()));
}

#[tokio::test]
async fn a_turn_that_the_database_cannot_hold_is_missing_alone_and_asked_for_once() {
    let (server, config) =
        scripted(|_| said("Mnie to jedno, bo i tak robię po swojemu i tak zostanie.")).await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;
    // A rule of the database that the words of two turns break.
    let rule = "alter table focus_group_turns add check (number not in (1, 6) or said is null)";
    let options = world.app.database.options(None);
    let mut owner = sqlx::PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(rule).execute(&mut owner).await.unwrap();

    let started = world.start(1).await;
    world.app.deliver_all().await;

    let total = i64::from(shared::discussion::Schedule::new(1, 2).total());
    assert_eq!(world.run(&started).await, ("partial".to_owned(), total - 2, 2));
    let codes: Vec<String> = sqlx::query_scalar("select distinct code from run_failures")
        .fetch_all(&world.app.parts.pool)
        .await
        .unwrap();
    assert_eq!(codes, ["unstorable"]);
    let asked: i64 = sqlx::query_scalar("select count(distinct item_index) from model_calls")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert_eq!(server.recorded().len() as i64, asked, "nobody was asked twice");
}

#[tokio::test]
async fn a_start_lets_pass_the_calls_of_the_projects_other_runs() {
    let world = World::new(2, &QUESTIONS[..1]).await;
    let options = world.app.database.options(None);
    let mut holder = sqlx::PgConnection::connect_with(&options).await.unwrap();
    let hold = "begin; select from focus_groups for update";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let call = async {
        // The start has the project and waits for the group.
        world.app.database.until_waiting(1).await;
        let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql("set lock_timeout = '2s'").execute(&mut connection).await.unwrap();
        let called = sqlx::query(
            "insert into model_calls (id, project_id, task, prompt_version, provider, model, state, \
             reserved_micros, created_at, expires_at) \
             select gen_random_uuid(), id, 'persona', '1', 'offline', 'offline', 'reserved', 0, $1, \
             $1 from projects",
        )
        .bind(world.app.parts.clock.now())
        .execute(&mut connection)
        .await;
        holder.close().await.unwrap();
        called
    };

    let (_, called) = futures::join!(world.start(1), call);

    assert_eq!(called.unwrap().rows_affected(), 1);
    world.app.deliver_all().await;
}
