//! What a run took, held against what was said before it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use platform::model::Price;
use platform::{Access, Viewer};
use records::discussion;
use shared::discussion::context::BYTES_A_TOKEN;
use shared::discussion::{Next, Schedule, Setting, Turn, next};
use shared::id::RunId;
use shared::prompt;
use sqlx::types::Json;
use testkit::{Behaviour, Scripted};

use super::*;

/// Tokens of the prompts and the answers of an offline run: its prompts are made again, turn by turn.
async fn tokens(world: &World, run: RunId) -> usize {
    let pool = &world.app.parts.pool;
    let setting: Json<Setting> = sqlx::query_scalar("select input from runs where id = $1")
        .bind(run.0)
        .fetch_one(pool)
        .await
        .unwrap();
    let caller = world.app.caller(&world.ana).await;
    let access = Access::<Viewer>::to_project(pool, &caller, world.project).await.unwrap();
    let turns = discussion::turns(pool, access.into(), run).await.unwrap();
    let turns: Vec<Turn> = turns.into_iter().map(|stored| stored.turn).collect();
    let schedule = Schedule::new(setting.questions.len(), setting.participants.len());
    let bytes = turns.iter().enumerate().map(|(at, turn)| {
        let before = &turns[..at];
        let Next::Participant { speaker, kind, reply_to, length, .. } =
            next(&setting, &schedule, turn.number, before)
        else {
            return 0;
        };
        let reply_to = reply_to.and_then(|n| before.iter().find(|turn| turn.number == n));
        let question = turn.question;
        let task = prompt::Task { speaker, question, kind, reply_to, length };
        let prompt = prompt::turn(&setting, &task, before);
        prompt.system.len() + prompt.user.len() + turn.words().len()
    });
    bytes.sum::<usize>() / BYTES_A_TOKEN
}

#[tokio::test]
async fn what_an_offline_run_takes_is_within_its_estimate() {
    for (people, questions) in [(2, 1), (6, 2)] {
        let world = World::new(people, &QUESTIONS[..questions]).await;
        let path = world.path("estimate");
        let estimated = world.app.post(&world.ana, &path, json!({})).await.expect(200);

        let started = world.start(7).await;
        world.app.deliver_all().await;

        let run = RunId(started["run_id"].as_str().unwrap().parse().unwrap());
        let calls: i64 = sqlx::query_scalar("select count(*) from model_calls where run_id = $1")
            .bind(run.0)
            .fetch_one(&world.app.parts.pool)
            .await
            .unwrap();
        for (figure, took) in
            [("calls", calls as f64), ("tokens", tokens(&world, run).await as f64)]
        {
            let [low, high] = ["low", "high"].map(|end| estimated[figure][end].as_f64().unwrap());
            assert!((low..=high).contains(&took), "{figure} of {people}: {took} in {low}..{high}");
        }
    }
}

/// A model that says something usable only when it is asked for the same turn the fourth time: after
/// a repair, another try, and its repair.
async fn slow_learner() -> (Scripted, Config) {
    let server = Scripted::start([]).await;
    let asked: Mutex<HashMap<String, u32>> = Mutex::default();
    server.otherwise(move |request| {
        let said = request.body["messages"].as_array().unwrap();
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        let count = asked.entry(format!("{} {}", said[0], said[1])).or_default();
        *count += 1;
        let text = match *count % 4 {
            0 => "Mnie to jedno, bo i tak robię po swojemu i tak zostanie.",
            _ => "## Koniec",
        };
        Behaviour::Answer(json!({ "act": "say", "stance": 1, "text": text }))
    });
    let config =
        Config { price: Some(Price { input: 1_000_000, output: 1_000_000 }), ..server.config() };
    (server, config)
}

#[tokio::test]
async fn a_run_whose_every_turn_takes_four_calls_is_within_its_estimate() {
    let (server, config) = slow_learner().await;
    let world = World::with(&config, 2, &QUESTIONS[..1]).await;
    let estimated = world.app.post(&world.ana, &world.path("estimate"), json!({})).await;
    let estimated = estimated.expect(200);

    let started = world.start(7).await;
    world.app.deliver_all().await;

    assert_eq!(world.run(&started).await.0, "succeeded");
    let turns = world.turns(&started).await;
    let answers = turns.iter().filter(|turn| turn.2.is_some()).count();
    let calls = server.recorded().len();
    assert_eq!(calls, 4 * answers);
    let high = |figure: &str| estimated[figure]["high"].as_f64().unwrap();
    assert!(calls as f64 <= high("calls"), "{calls} of {estimated}");
    // two openings and twelve slots, four calls each
    assert_eq!(high("calls"), 56.0);
    // a micro-dollar a token: two tries of two prompts, three answers
    assert_eq!(high("cost_micros"), high("tokens"));
}
