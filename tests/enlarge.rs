//! A survey that has its project's population enlarged first: whatever becomes of the new people, it asks
//! those who are there, each once, and says who is missing.

use std::time::Duration;

use futures::future::join_all;
use platform::model::{Config, Price};
use platform::runs;
use serde_json::{Value, json};
use shared::id::{ProjectId, RunId};
use testkit::{Behaviour, Scripted, TestApp, User};
use uuid::Uuid;

use crate::all_functions;

/// A project with some people, and a survey that wants more.
struct World {
    app: TestApp,
    ana: User,
    project: ProjectId,
    survey: Uuid,
}

impl World {
    async fn of(people: u32, target: u32, model: &Config) -> Self {
        let app = all_functions::by_hand(model).await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        if people > 0 {
            app.people(project, &ana, people).await;
        }
        let survey = json!({ "title": "Tea", "target_responses": target, "questions": [
            { "id": "tea", "type": "single-choice", "title": "Tea?", "options": ["yes", "no"] },
        ] });
        let path = format!("/api/v1/projects/{project}/surveys");
        let made = app.post(&ana, &path, survey).await.expect(201);
        let survey = made["id"].as_str().unwrap().parse().unwrap();
        Self { app, ana, project, survey }
    }

    async fn start(&self) -> Value {
        let path = format!("/api/v1/surveys/{}/run", self.survey);
        self.app.post(&self.ana, &path, json!({ "enlarge": true })).await.expect(202)
    }

    fn messages(&self) -> Vec<(String, Value)> {
        let messages = self.app.parts.publisher.take().into_iter();
        messages.map(|one| (one.topic, serde_json::from_str(&one.json).unwrap())).collect()
    }

    async fn deliver(&self, (topic, payload): &(String, Value)) {
        self.app.push(topic, payload).await.expect(204);
    }

    async fn sweep(&self) {
        let parts = &self.app.parts;
        parts.clock.advance(runs::LEASE);
        runs::republish(&parts.pool, &parts.publisher, parts.clock.now()).await.unwrap();
    }

    async fn cancel(&self, run: &Value) {
        let parts = &self.app.parts;
        let mut transaction = parts.pool.begin().await.unwrap();
        runs::cancel(&mut transaction, id(run), parts.clock.now()).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// How a run stands: its status, what is done and what has failed.
    async fn end(&self, run: &Value) -> (String, u32, u32) {
        let view = runs::view(&self.app.parts.pool, id(run)).await.unwrap().unwrap();
        (view.status.as_str().to_owned(), view.done, view.failed)
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.app.parts.pool).await.unwrap()
    }

    async fn results(&self) -> Value {
        let path = format!("/api/v1/surveys/{}/results", self.survey);
        self.app.get(&self.ana, &path).await.expect(200)
    }
}

fn id(run: &Value) -> RunId {
    RunId(run.as_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn who_is_lacking_is_generated_first_and_then_everybody_is_asked_once() {
    let world = World::of(6, 40, &Config::offline()).await;

    let started = world.start().await;
    let view = runs::view(&world.app.parts.pool, id(&started["run_id"])).await.unwrap().unwrap();
    world.app.deliver_all().await;

    let generating = &started["generating"];
    assert_eq!((&started["invited"], &started["shortfall"]), (&json!(40), &json!(34)));
    assert_eq!((&generating["people"], &generating["from"]), (&json!(34), &json!(6)));
    assert_eq!(json!(view.waits_for), generating["run_id"]);
    assert_eq!(world.end(&generating["run_id"]).await, ("succeeded".to_owned(), 34, 0));
    assert_eq!(world.end(&started["run_id"]).await, ("succeeded".to_owned(), 40, 0));
    assert_eq!(world.count("select count(*) from populations").await, 1, "it is continued");
    let places =
        "select count(distinct population_index) from personas where population_index < 40";
    assert_eq!(world.count(places).await, 40);
    assert_eq!(world.count("select max(respondent)::bigint from survey_responses").await, 39);
    assert_eq!(world.results().await["completion"]["shortfall"], 0);
    let population = generating["population_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(world.app.audited(population, "generate").await, 1);
}

#[tokio::test]
async fn a_study_without_people_gets_its_first_and_one_that_lacks_nobody_gets_none() {
    let empty = World::of(0, 10, &Config::offline()).await;
    let full = World::of(12, 10, &Config::offline()).await;

    let (first, none) = (empty.start().await, full.start().await);
    empty.app.deliver_all().await;
    full.app.deliver_all().await;

    assert_eq!(empty.end(&first["run_id"]).await, ("succeeded".to_owned(), 10, 0));
    assert_eq!((&none["generating"], &none["invited"]), (&Value::Null, &json!(10)));
    assert_eq!(full.count("select count(*) from personas").await, 12);
}

#[tokio::test]
async fn clicks_at_the_same_moment_are_one_enlargement() {
    let world = World::of(4, 20, &Config::offline()).await;

    let started = join_all((0..8).map(|_| world.start())).await;
    world.app.deliver_all().await;

    assert!(started.iter().all(|one| *one == started[0]), "{started:?}");
    assert_eq!(world.count("select count(*) from personas").await, 20);
    assert_eq!(world.count("select count(*) from runs").await, 2);
    assert_eq!(world.count("select count(*) from survey_responses").await, 20);
}

#[tokio::test]
async fn two_surveys_that_enlarge_one_study_leave_no_hole_and_nobody_twice() {
    let world = World::of(0, 10, &Config::offline()).await;
    let survey = json!({ "title": "Coffee", "target_responses": 10, "questions": [
        { "id": "q", "type": "open-text", "title": "Coffee?" }] });
    let path = format!("/api/v1/projects/{}/surveys", world.project);
    let other = world.app.post(&world.ana, &path, survey).await.expect(201);
    let path = format!("/api/v1/surveys/{}/run", other["id"].as_str().unwrap());

    let body = json!({ "enlarge": true });
    let (one, two) = tokio::join!(world.start(), world.app.post(&world.ana, &path, body));
    let two = two.expect(202);
    world.app.deliver_all().await;

    for started in [&one, &two] {
        assert_eq!(world.end(&started["run_id"]).await, ("succeeded".to_owned(), 10, 0));
    }
    let doubles =
        "select count(*) - count(distinct (population_id, population_index)) from personas";
    assert_eq!(world.count(doubles).await, 0);
}

#[tokio::test]
async fn a_cancelled_generation_leaves_the_survey_to_those_who_were_written() {
    let world = World::of(5, 45, &Config::offline()).await;
    let started = world.start().await;
    let messages = world.messages();
    world.deliver(&messages[0]).await;

    world.cancel(&started["generating"]["run_id"]).await;
    world.sweep().await;
    world.app.deliver_all().await;

    assert_eq!(world.end(&started["generating"]["run_id"]).await, ("cancelled".to_owned(), 25, 0));
    assert_eq!(world.end(&started["run_id"]).await, ("partial".to_owned(), 30, 15));
    let view = runs::view(&world.app.parts.pool, id(&started["run_id"])).await.unwrap().unwrap();
    assert_eq!(view.failures["this person could not be generated"], 15);
    let completion = world.results().await["completion"].clone();
    assert_eq!((&completion["invited"], &completion["shortfall"]), (&json!(30), &json!(15)));
}

#[tokio::test]
async fn a_survey_that_is_cancelled_while_it_waits_asks_nobody() {
    let world = World::of(5, 20, &Config::offline()).await;
    let started = world.start().await;

    world.cancel(&started["run_id"]).await;
    world.app.deliver_all().await;

    assert_eq!(world.end(&started["run_id"]).await, ("cancelled".to_owned(), 0, 0));
    assert_eq!(world.end(&started["generating"]["run_id"]).await.0, "succeeded");
    assert_eq!(world.count("select count(*) from survey_responses").await, 0);
}

#[tokio::test]
async fn a_message_that_comes_too_early_asks_nobody() {
    let world = World::of(5, 20, &Config::offline()).await;
    let started = world.start().await;
    let early = json!({ "schema": 1, "run_id": started["run_id"], "shard": 1 });

    world.deliver(&("survey-run".to_owned(), early)).await;
    assert_eq!(world.end(&started["run_id"]).await, ("queued".to_owned(), 0, 0));
    world.app.deliver_all().await;

    assert_eq!(world.end(&started["run_id"]).await, ("succeeded".to_owned(), 20, 0));
}

#[tokio::test]
async fn workers_that_are_killed_and_messages_that_are_lost_change_nothing_in_the_end() {
    let world = World::of(5, 45, &all_functions::pensive(Duration::from_millis(5), 2)).await;
    let started = world.start().await;

    for life in [15, 40, 90] {
        for (topic, payload) in world.messages() {
            // A dropped future is a worker that the platform has killed.
            let push = world.app.push(&topic, &payload);
            let _ = tokio::time::timeout(Duration::from_millis(life), push).await;
        }
        world.messages();
        world.sweep().await;
    }
    world.app.deliver_all().await;
    world.sweep().await;
    world.app.deliver_all().await;

    assert_eq!(world.end(&started["generating"]["run_id"]).await, ("succeeded".to_owned(), 40, 0));
    assert_eq!(world.end(&started["run_id"]).await, ("succeeded".to_owned(), 45, 0));
    assert_eq!(world.count("select count(*) from survey_responses").await, 45);
}

/// A model that costs, answers surveys, and refuses to write people.
async fn unwilling() -> (Scripted, Config) {
    let server = Scripted::start([]).await;
    server.otherwise(|request| match request.body.to_string().contains("survey_answers") {
        true => Behaviour::Answer(json!({ "q1": "yes" })),
        false => Behaviour::Refuse,
    });
    let config =
        Config { price: Some(Price { input: 1_000_000, output: 1_000_000 }), ..server.config() };
    (server, config)
}

#[tokio::test]
async fn a_generation_that_fails_leaves_the_survey_to_those_who_were_there() {
    let (_server, model) = unwilling().await;
    let world = World::of(7, 10, &model).await;

    let started = world.start().await;
    world.app.deliver_all().await;

    assert_eq!(world.end(&started["generating"]["run_id"]).await, ("failed".to_owned(), 0, 3));
    assert_eq!(world.end(&started["run_id"]).await, ("partial".to_owned(), 7, 3));
    assert_eq!(world.results().await["completion"]["shortfall"], 3);
}

#[tokio::test]
async fn a_budget_that_does_not_cover_new_people_leaves_the_survey_to_those_who_were_there() {
    let (server, model) = unwilling().await;
    let world = World::of(1, 10, &model).await;
    sqlx::query("insert into project_budgets (project_id, cap_micros) values ($1, 4000)")
        .bind(world.project.0)
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    let started = world.start().await;
    world.app.deliver_all().await;

    let view = runs::view(&world.app.parts.pool, id(&started["generating"]["run_id"])).await;
    let reasons: Vec<String> = view.unwrap().unwrap().failures.into_keys().collect();
    assert!(reasons.len() == 1 && reasons[0].contains("budget"), "{reasons:?}");
    assert_eq!(server.recorded().len(), 1, "only the survey's call was made");
    assert_eq!(world.end(&started["run_id"]).await, ("partial".to_owned(), 1, 9));
}
