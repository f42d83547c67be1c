mod faults;
mod graph;
mod locks;
mod reading;
mod removed;

use offline::discuss;
use platform::Service;
use platform::graph::GraphPool;
use platform::model::Config;
use population::{Plan, Population};
use serde_json::{Value, json};
use shared::Seed;
use shared::discussion::{Mode, Participant, Setting};
use shared::id::{PersonaId, ProjectId};
use shared::persona::Brief;
use shared::role::Role;
use testkit::{Parts, TestApp, User};
use uuid::Uuid;

use super::*;

fn build(parts: &Parts) -> Service {
    with_model(&Config::offline())(parts)
}

fn with_model(config: &Config) -> impl Fn(&Parts) -> Service {
    let config = config.clone();
    move |parts| {
        let graph = GraphPool::from_env(&Env::from_process());
        routes(AppState { worker: parts.worker_state(&config), graph })
    }
}

/// A project with people in it, and its owner.
struct World {
    app: TestApp,
    ana: User,
    project: ProjectId,
    people: Vec<PersonaId>,
}

impl World {
    async fn new(people: u32) -> Self {
        Self::with(build, people).await
    }

    async fn with(build: impl Fn(&Parts) -> Service, people: u32) -> Self {
        let app = TestApp::start(build).await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        let people = app.people(project, &ana, people).await;
        Self { app, ana, project, people }
    }

    fn list(&self) -> String {
        format!("/api/v1/projects/{}/focus-groups", self.project)
    }

    async fn group(&self) -> Value {
        let body = json!({
            "name": "Grupa",
            "persona_ids": self.people,
            "questions": ["Jak dziś kupują Państwo kawę?", "Co Państwa powstrzymuje?"],
        });
        self.app.post(&self.ana, &self.list(), body).await.expect(201)
    }

    /// Stores a discussion of the offline participants as the group's latest run.
    async fn talk(&self, group: &Value, status: &str) -> Uuid {
        let setting = self.setting().await;
        let run = self.app.parts.ids.next::<Uuid>();
        let now = self.app.parts.clock.now();
        let pool = &self.app.parts.pool;
        let turns = discuss(&setting);
        sqlx::query(
            "insert into runs (id, kind, project_id, subject_id, input, status, total, request_hash, \
             requested_by, created_at, started_at, finished_at) \
             values ($1, 'focus-group-run', $2, $3, $4, $5, $6, '', $7, $8, $8, $8)",
        )
        .bind(run)
        .bind(self.project.0)
        .bind(id(group))
        .bind(serde_json::to_value(&setting).unwrap())
        .bind(status)
        .bind(i32::try_from(turns.len()).unwrap())
        .bind(self.ana.id.0)
        .bind(now)
        .execute(pool)
        .await
        .unwrap();
        sqlx::query("update focus_groups set run_id = $1").bind(run).execute(pool).await.unwrap();
        let mut connection = pool.acquire().await.unwrap();
        for turn in turns {
            let stored = records::discussion::StoredTurn {
                is_removed: false,
                id: self.app.parts.ids.next(),
                persona_id: turn.speaker.map(|who| self.people[who]),
                written_by: turn.speaker.map(|_| "offline".to_owned()),
                is_simulated: true,
                prompt_version: None,
                latency_ms: turn.speaker.map(|_| 40),
                created_at: now,
                turn,
            };
            let group = shared::id::FocusGroupId(id(group));
            let run = shared::id::RunId(run);
            records::discussion::insert_turn(&mut connection, group, run, &stored).await.unwrap();
        }
        run
    }

    async fn setting(&self) -> Setting {
        let cards = Population::new(&Plan::everyone(), Seed(7)).cards(0..self.people.len() as u32);
        let people = cards.into_iter().zip(&self.people);
        let participants = people.map(|(card, id)| Participant {
            persona_id: *id,
            life: Seed(7).child("text", u64::from(card.index)),
            card,
            story: String::new(),
            manner: String::new(),
            concerns: Vec::new(),
        });
        Setting {
            language: shared::Language::Polish,
            seed: Seed(3),
            mode: Mode::Normal,
            brief: Brief { topic: Some("Kawa na wynos".to_owned()), ..Brief::default() },
            name: "Grupa".to_owned(),
            description: None,
            context: None,
            questions: vec![
                "Jak dziś kupują Państwo kawę?".to_owned(),
                "Co Państwa powstrzymuje?".to_owned(),
            ],
            participants: participants.collect(),
        }
    }
}

fn id(group: &Value) -> Uuid {
    group["id"].as_str().unwrap().parse().unwrap()
}

fn one(group: &Value) -> String {
    format!("/api/v1/focus-groups/{}", id(group))
}

#[tokio::test]
async fn a_group_is_kept_as_it_was_set_up_context_included() {
    let world = World::new(2).await;
    let body = json!({
        "name": " Poranna ",
        "description": "Opis",
        "project_context": "Kontekst",
        "persona_ids": [world.people[1], world.people[0], world.people[1]],
        "questions": ["Co?"],
        "mode": "adversarial",
        "target_participants": 5,
        "unknown": true,
    });

    let made = world.app.post(&world.ana, &world.list(), body).await.expect(201);

    let read = world.app.get(&world.ana, &one(&made)).await.expect(200);
    assert_eq!(read["name"], "Poranna");
    assert_eq!(read["project_context"], "Kontekst");
    assert_eq!(read["persona_ids"], json!([world.people[1], world.people[0]]));
    assert_eq!((&read["mode"], &read["status"]), (&json!("adversarial"), &json!("pending")));
    assert_eq!(read["metrics"]["meets_requirements"], false);
    let list = world.app.get(&world.ana, &world.list()).await;
    assert_eq!(list.header("x-total-count"), Some("1"));
    assert_eq!(list.expect(200)[0]["target_participants"], 5);
    assert_eq!(world.app.audited(id(&made), "change").await, 1);
}

#[tokio::test]
async fn the_autosave_replaces_everything_but_the_number_it_does_not_know() {
    let world = World::new(2).await;
    let body = json!({ "name": "A", "description": "x", "target_participants": 4 });
    let made = world.app.post(&world.ana, &world.list(), body).await.expect(201);

    let body = json!({ "name": "B", "persona_ids": world.people, "questions": ["Co?"] });
    let saved = world.app.put(&world.ana, &one(&made), body).await.expect(200);

    assert_eq!((&saved["name"], &saved["description"]), (&json!("B"), &Value::Null));
    assert_eq!(saved["target_participants"], 4);
    world.talk(&made, "succeeded").await;
    let refused = world.app.put(&world.ana, &one(&made), json!({ "name": "C" })).await.expect(400);
    assert_eq!(refused["detail"], "Can only update pending focus groups");
}

#[tokio::test]
async fn people_of_another_study_are_refused_by_their_place() {
    let world = World::new(1).await;
    let other = world.app.project(&world.ana, json!({})).await;
    let foreign = world.app.people(other, &world.ana, 1).await[0];

    let body = json!({ "name": "A", "persona_ids": [world.people[0], foreign] });
    let refused = world.app.post(&world.ana, &world.list(), body).await.expect(422);

    assert_eq!(refused["errors"][0]["field"], "persona_ids.1");
    for (field, body) in [
        ("name", json!({ "name": "" })),
        ("questions", json!({ "name": "A", "questions": vec!["x"; 51] })),
        ("target_participants", json!({ "name": "A", "target_participants": 0 })),
        ("mode", json!({ "name": "A", "mode": "angry" })),
    ] {
        let refused = world.app.post(&world.ana, &world.list(), body).await.expect(422);
        assert!(refused["errors"].to_string().contains(field), "{field}: {refused}");
    }
}

#[tokio::test]
async fn responses_and_transcript_come_from_the_same_rows() {
    let world = World::new(3).await;
    let group = world.group().await;
    world.talk(&group, "succeeded").await;

    let responses = world.app.get(&world.ana, &format!("{}/responses", one(&group))).await;
    let transcript = world.app.get(&world.ana, &format!("{}/transcript", one(&group))).await;

    let (responses, transcript) = (responses.expect(200), transcript.expect(200));
    let turns = transcript["turns"].as_array().unwrap();
    let said = turns.iter().filter(|turn| turn["persona_id"].is_string()).count();
    assert_eq!(responses["total_responses"], said);
    assert_eq!(responses["questions"].as_array().unwrap().len(), 2);
    let first = &responses["questions"][0]["responses"][0];
    let same = turns.iter().find(|turn| turn["id"] == first["id"]).unwrap();
    assert_eq!(first["response"], same["text"]);
    assert!(turns.iter().any(|turn| turn["reply_to"].is_string() && turn["why"].is_object()));
    assert_eq!((&turns[0]["kind"], &turns[0]["speaker"]), (&json!("question"), &Value::Null));
    let details = world.app.get(&world.ana, &one(&group)).await.expect(200);
    assert_eq!(details["status"], "completed");
    assert_eq!(details["metrics"]["avg_response_time_ms"], 40.0);
}

#[tokio::test]
async fn a_partial_run_is_completed_and_a_cancelled_one_failed_for_the_client() {
    let world = World::new(2).await;
    let group = world.group().await;
    for (status, shown) in [
        ("queued", "running"),
        ("running", "running"),
        ("partial", "completed"),
        ("cancelled", "failed"),
        ("failed", "failed"),
    ] {
        world.talk(&group, status).await;
        let list = world.app.get(&world.ana, &world.list()).await.expect(200);
        assert_eq!((&list[0]["status"], &list[0]["run_status"]), (&json!(shown), &json!(status)));
    }
}

#[tokio::test]
async fn roles_open_what_they_should_and_strangers_see_nothing() {
    let world = World::new(2).await;
    let group = world.group().await;
    let [viewer, editor, stranger] =
        [world.app.user("v").await, world.app.user("e").await, world.app.user("s").await];
    world.app.member(world.project, &viewer, Role::Viewer).await;
    world.app.member(world.project, &editor, Role::Editor).await;
    let body = json!({ "name": "A" });

    world.app.get(&viewer, &one(&group)).await.expect(200);
    world.app.put(&viewer, &one(&group), body.clone()).await.expect(403);
    world.app.post(&viewer, &world.list(), body.clone()).await.expect(403);
    world.app.delete(&viewer, &one(&group), None).await.expect(403);
    world.app.delete(&editor, &one(&group), None).await.expect(403);
    for end in ["", "/responses", "/transcript"] {
        world.app.get(&stranger, &format!("{}{end}", one(&group))).await.expect(404);
    }
    world.app.put(&stranger, &one(&group), body.clone()).await.expect(404);
    world.app.delete(&stranger, &one(&group), None).await.expect(404);
    let own = world.app.post(&editor, &world.list(), body).await.expect(201);
    for (user, group, may_delete) in [
        (&viewer, &group, false),
        (&editor, &group, false),
        (&editor, &own, true),
        (&world.ana, &own, true),
    ] {
        assert_eq!(world.app.get(user, &one(group)).await.expect(200)["may_delete"], may_delete);
    }
    world.app.delete(&editor, &one(&own), None).await.expect(204);
    world.app.delete(&world.ana, &one(&group), None).await.expect(204);
    world.app.get(&world.ana, &one(&group)).await.expect(404);
    assert_eq!(world.app.audited(id(&group), "delete").await, 1);
    let left: Vec<Uuid> = sqlx::query_scalar("select focus_group_id from focus_group_graphs")
        .fetch_all(&world.app.parts.pool)
        .await
        .unwrap();
    assert!(left.contains(&id(&group)), "maintenance sees to what is left of its graph");
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
