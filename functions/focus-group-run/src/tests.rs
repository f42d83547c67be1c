mod away;
mod due;
mod estimates;
mod faults;

use platform::Service;
use platform::model::Config;
use serde_json::{Value, json};
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{Parts, TestApp, User};
use uuid::Uuid;

use super::*;

fn with_model(config: &Config) -> impl Fn(&Parts) -> Service {
    let config = config.clone();
    move |parts| routes(parts.worker_state(&config))
}

/// A project with people and a focus group of them, and its owner.
struct World {
    app: TestApp,
    ana: User,
    project: ProjectId,
    group: Uuid,
    people: Vec<Uuid>,
}

impl World {
    async fn new(people: u32, questions: &[&str]) -> Self {
        Self::with(&Config::offline(), people, questions).await
    }

    async fn with(config: &Config, people: u32, questions: &[&str]) -> Self {
        let app = TestApp::start(with_model(config)).await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        let people = app.people(project, &ana, people).await;
        let people: Vec<Uuid> = people.into_iter().map(|id| id.0).collect();
        let group = add_group(&app, &ana, project, &people, questions).await;
        Self { app, ana, project, group, people }
    }

    fn path(&self, end: &str) -> String {
        format!("/api/v1/focus-groups/{}/{end}", self.group)
    }

    async fn start(&self, seed: u64) -> Value {
        let path = self.path("run");
        self.app.post(&self.ana, &path, json!({ "seed": seed })).await.expect(202)
    }

    /// Status, done and failed of a run.
    async fn run(&self, started: &Value) -> (String, i64, i64) {
        sqlx::query_as(
            "select r.status, (select sum(done) from run_shards where run_id = r.id), \
             (select sum(failed) from run_shards where run_id = r.id) from runs r where r.id = $1",
        )
        .bind(started["run_id"].as_str().unwrap().parse::<Uuid>().unwrap())
        .fetch_one(&self.app.parts.pool)
        .await
        .unwrap()
    }

    /// Number, kind, speaker, act and words of a run's turns.
    async fn turns(&self, started: &Value) -> Vec<TurnRow> {
        sqlx::query_as(
            "select number, kind, speaker, act, said from focus_group_turns where run_id = $1 \
             order by number",
        )
        .bind(started["run_id"].as_str().unwrap().parse::<Uuid>().unwrap())
        .fetch_all(&self.app.parts.pool)
        .await
        .unwrap()
    }
}

async fn add_group(
    app: &TestApp,
    maker: &User,
    project: ProjectId,
    people: &[Uuid],
    questions: &[&str],
) -> Uuid {
    let group = app.parts.ids.next::<Uuid>();
    sqlx::query(
        "insert into focus_groups (id, project_id, name, persona_ids, questions, created_by, \
         created_at, updated_at) values ($1, $2, 'Grupa', $3, $4, $5, $6, $6)",
    )
    .bind(group)
    .bind(project.0)
    .bind(people)
    .bind(questions.iter().map(|q| (*q).to_owned()).collect::<Vec<_>>())
    .bind(maker.id.0)
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
    group
}

type TurnRow = (i32, String, Option<i32>, Option<String>, Option<String>);

const QUESTIONS: [&str; 2] = ["Jak dziś kupują Państwo kawę?", "Co Państwa powstrzymuje?"];

#[tokio::test]
async fn a_group_of_four_opens_discusses_and_ends() {
    let world = World::new(4, &QUESTIONS).await;

    let started = world.start(11).await;
    world.app.deliver_all().await;

    let (status, done, failed) = world.run(&started).await;
    let schedule = shared::discussion::Schedule::new(2, 4);
    assert_eq!((status.as_str(), done, failed), ("succeeded", i64::from(schedule.total()), 0));
    let turns = world.turns(&started).await;
    assert_eq!(turns.len(), schedule.total() as usize);
    assert_eq!(turns[0].4.as_deref(), Some(QUESTIONS[0]));
    let openings = turns.iter().filter(|turn| turn.1 == "opening");
    assert_eq!(openings.count(), 8, "everybody opens every question");
    let replied = turns.iter().filter(|turn| turn.1 == "reply");
    let speakers: std::collections::BTreeSet<_> = replied.map(|turn| turn.2).collect();
    assert_eq!(speakers.len(), 4, "everybody speaks");
    assert_eq!(world.app.audited(world.group, "run").await, 1);
}

#[tokio::test]
async fn the_same_seed_says_the_same_and_another_run_is_a_run_of_its_own() {
    let world = World::new(3, &QUESTIONS[..1]).await;

    let first = world.start(5).await;
    world.app.deliver_all().await;
    world.app.parts.clock.advance(chrono::Duration::seconds(30));
    let second = world.start(5).await;
    world.app.deliver_all().await;
    world.app.parts.clock.advance(chrono::Duration::seconds(30));
    let third = world.start(6).await;
    world.app.deliver_all().await;

    assert_ne!(first["run_id"], second["run_id"]);
    assert_eq!(world.turns(&first).await, world.turns(&second).await);
    assert_ne!(world.turns(&first).await, world.turns(&third).await);
    let shown: Uuid = sqlx::query_scalar("select run_id from focus_groups")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert_eq!(third["run_id"], json!(shown), "the latest is shown");
}

#[tokio::test]
async fn a_double_click_is_one_run_and_a_later_click_is_refused_while_it_runs() {
    let world = World::new(3, &QUESTIONS[..1]).await;

    let (one, two) = futures::join!(world.start(1), world.start(1));
    world.app.parts.clock.advance(chrono::Duration::seconds(20));
    let late = world.app.post(&world.ana, &world.path("run"), json!({})).await;

    assert_eq!(one["run_id"], two["run_id"]);
    assert_eq!(world.app.audited(world.group, "run").await, 1);
    assert!(late.expect(400)["detail"].as_str().unwrap().contains("already running"));
    world.app.deliver_all().await;
}

#[tokio::test]
async fn only_the_living_talk_and_two_are_needed() {
    let world = World::new(3, &QUESTIONS[..1]).await;
    let bury = |id: Uuid| {
        let pool = world.app.parts.pool.clone();
        async move {
            sqlx::query("update personas set deleted_at = created_at where id = $1")
                .bind(id)
                .execute(&pool)
                .await
                .unwrap();
        }
    };

    bury(world.people[1]).await;
    let started = world.start(1).await;
    world.app.deliver_all().await;
    let speakers: Vec<Uuid> = sqlx::query_scalar(
        "select distinct persona_id from focus_group_turns where persona_id is not null",
    )
    .fetch_all(&world.app.parts.pool)
    .await
    .unwrap();
    assert_eq!(speakers.len(), 2);
    assert!(!speakers.contains(&world.people[1]));
    assert_eq!(world.run(&started).await.0, "succeeded");

    bury(world.people[0]).await;
    world.app.parts.clock.advance(chrono::Duration::seconds(20));
    let refused = world.app.post(&world.ana, &world.path("run"), json!({})).await.expect(400);
    assert!(refused["detail"].as_str().unwrap().contains("there are 1"), "{refused}");
}

#[tokio::test]
async fn editors_run_and_estimate_viewers_do_not_strangers_see_nothing() {
    let world = World::new(2, &QUESTIONS[..1]).await;
    let (viewer, stranger) = (world.app.user("viewer").await, world.app.user("stranger").await);
    world.app.member(world.project, &viewer, Role::Viewer).await;

    for end in ["run", "estimate"] {
        let path = world.path(end);
        world.app.post(&viewer, &path, json!({})).await.expect(403);
        world.app.post(&stranger, &path, json!({})).await.expect(404);
    }
    let estimate = world.app.post(&world.ana, &world.path("estimate"), json!({})).await.expect(200);

    assert_eq!(estimate["participants"], 2);
    assert!(estimate["calls"]["low"].as_f64() < estimate["calls"]["high"].as_f64());
    assert!(estimate["tokens"]["high"].as_f64() > estimate["tokens"]["low"].as_f64());
    assert!(estimate["seconds"]["high"].as_f64() > estimate["seconds"]["low"].as_f64());
    assert_eq!(estimate["cost_micros"]["high"], 0.0, "the offline participants are free");
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}

#[tokio::test]
async fn an_idempotency_key_is_refused_for_another_group_and_another_seed() {
    let world = World::new(4, &QUESTIONS).await;
    let (app, ana) = (&world.app, &world.ana);
    let other = add_group(app, ana, world.project, &world.people, &QUESTIONS).await;
    let path = |group: Uuid| format!("/api/v1/focus-groups/{group}/run");
    let (own, body) = (path(world.group), json!({ "seed": 7 }));
    let first = app.post_named(ana, &own, "click-1", &body).await.expect(202);
    app.deliver_all().await;

    for (path, body) in [(path(other), body.clone()), (own.clone(), json!({ "seed": 8 }))] {
        let refused = app.post_named(ana, &path, "click-1", &body).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "idempotency-key");
    }

    let again = app.post_named(ana, &own, "click-1", &body).await.expect(202);
    assert_eq!(again["run_id"], first["run_id"]);
    app.deliver_all().await;
}

#[tokio::test]
async fn a_talk_whose_participant_was_purged_before_it_began_is_not_held() {
    let world = World::new(3, &["Jak?"]).await;
    let started = world.start(1).await;

    sqlx::query("delete from personas where id = $1")
        .bind(world.people[1])
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
    world.app.deliver_all().await;

    assert_eq!(world.run(&started).await.0, "failed");
    assert!(world.turns(&started).await.is_empty());
    let told = "select count(*) from runs where input->'participants'->1->'card'->>'surname' = ''";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&world.app.parts.pool).await.unwrap();
    assert_eq!(told, 1);
}
