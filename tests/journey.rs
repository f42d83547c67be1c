//! A researcher's whole path over all functions at once, their workers called by a bus.

use std::time::Duration;

use http::Method;
use platform::model::Config;
use serde_json::{Value, json};
use testkit::{TestApp, User};

use crate::all_functions;

/// A researcher with a browser.
struct Researcher<'a> {
    app: &'a TestApp,
    user: User,
}

impl<'a> Researcher<'a> {
    async fn register(app: &'a TestApp) -> Self {
        let body = json!({
            "email": "ana@example.com", "password": "Another123", "full_name": "Ana Nowak",
        });
        let path = "/api/v1/auth/register";
        let signed_in = app.send(Method::POST, path, None, Some(body)).await.expect(201);
        let id = serde_json::from_value(signed_in["user"]["id"].clone()).unwrap();
        let token = signed_in["access_token"].as_str().unwrap().to_owned();
        Self { app, user: User { id, token } }
    }

    async fn get(&self, path: &str) -> Value {
        self.app.get(&self.user, path).await.expect(200)
    }

    async fn create_project(&self) -> String {
        let project = json!({
            "name": "Kawa na wynos",
            "target_audience": "Dorośli z dużych miast",
            "target_demographics": {
                "gender": { "Kobieta": 0.6, "Mężczyzna": 0.4 },
                "age_group": { "25-34": 0.5, "35-44": 0.5 },
            },
            "target_sample_size": 20,
        });
        let created = self.app.post(&self.user, "/api/v1/projects", project).await.expect(201);
        format!("/api/v1/projects/{}", created["id"].as_str().unwrap())
    }

    /// Generates 20 people and watches until the stream ends.
    async fn generate(&self, project: &str) -> Vec<Event> {
        let path = format!("{project}/personas/generate");
        let started = self.app.post(&self.user, &path, json!({ "num_personas": 20 })).await;
        let run = started.expect(202)["run_id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/runs/{run}/events");
        let stream = tokio::time::timeout(Duration::from_secs(60), self.app.get(&self.user, &path));
        let stream = stream.await.expect("the stream ends with the run");
        assert_eq!(stream.header("content-type"), Some("text/event-stream"));
        stream.text().split("\n\n").filter_map(Event::parse).collect()
    }
}

/// A server-sent event.
#[derive(Debug)]
struct Event {
    name: String,
    id: u64,
    run: Value,
}

impl Event {
    fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        Some(Self {
            name: field("event: ")?.to_owned(),
            id: field("id: ")?.parse().ok()?,
            run: serde_json::from_str(field("data: ")?).ok()?,
        })
    }
}

/// What a researcher has seen at the end, without ids and times.
#[derive(Debug, PartialEq)]
struct Seen {
    status: Value,
    people: usize,
    women: usize,
    ages: Vec<u64>,
    reported: Value,
    after_deletion: Value,
    after_undo: Value,
}

async fn whole_path(has_redis: bool) -> Seen {
    let model = all_functions::pensive(Duration::from_millis(20), 4);
    let (app, workers) = all_functions::with_bus(&model, has_redis).await;
    let ana = Researcher::register(&app).await;
    let project = ana.create_project().await;

    let events = ana.generate(&project).await;
    let people = ana.get(&format!("{project}/personas")).await;
    let reported = ana.get(&format!("{project}/fidelity")).await;
    check_texts(&ana, &people[0]).await;
    let (after_deletion, after_undo) = delete_and_undo(&ana, &project, &people[0]).await;
    sign_out(&ana, &project).await;

    workers.abort();
    check_events(&events);
    let people = people.as_array().unwrap();
    let mut ages: Vec<u64> = people.iter().map(|one| one["age"].as_u64().unwrap()).collect();
    ages.sort_unstable();
    Seen {
        status: events.last().unwrap().run["status"].clone(),
        people: people.len(),
        women: people.iter().filter(|one| one["gender"] == "Kobieta").count(),
        ages: ages.into_iter().filter(|age| !(25..=44).contains(age)).collect(),
        reported: reported["people"].clone(),
        after_deletion,
        after_undo,
    }
}

fn check_events(events: &[Event]) {
    let (last, before) = events.split_last().expect("a run has events");
    assert!(before.iter().all(|event| event.name == "progress"));
    assert!(events.is_sorted_by(|one, two| one.id < two.id), "{events:?}");
    assert_eq!(last.name, "end");
    assert_eq!((&last.run["done"], &last.run["failed"]), (&json!(20), &json!(0)));
}

/// The details and the reasoning of the list's first person are about that person.
async fn check_texts(ana: &Researcher<'_>, listed: &Value) {
    let one = format!("/api/v1/personas/{}", listed["id"].as_str().unwrap());
    let details = ana.get(&format!("{one}/details")).await;
    let reasoning = ana.get(&format!("{one}/reasoning")).await;

    assert_eq!(details["full_name"], listed["full_name"]);
    assert_eq!(details["background_story"], listed["background_story"]);
    assert_eq!(details["is_simulated"], true, "what the offline writer writes says so");
    assert_eq!(details["audit_log"][0]["action"], "view");
    let needs = &details["needs_and_pains"];
    assert_eq!(needs["jobs_to_be_done"].as_array().map(Vec::len), Some(3), "{needs}");
    assert_eq!(needs["basis"], "hypotheses", "nobody has said anything yet");
    assert_eq!(reasoning["segment_id"], listed["segment_id"]);
    assert_eq!(reasoning["demographics"]["gender"], listed["gender"]);
}

/// How many active people the summary has after a deletion, and after it was undone.
async fn delete_and_undo(ana: &Researcher<'_>, project: &str, listed: &Value) -> (Value, Value) {
    let one = format!("/api/v1/personas/{}", listed["id"].as_str().unwrap());
    let summary = format!("{project}/personas/summary");
    let reason = json!({ "reason": "duplicate" });
    ana.app.delete(&ana.user, &one, Some(reason)).await.expect(200);
    ana.app.get(&ana.user, &one).await.expect(404);
    let deleted = ana.get(&summary).await["active_personas"].clone();
    let undo = format!("{one}/undo-delete");
    ana.app.post(&ana.user, &undo, json!({})).await.expect(200);
    let back = ana.get(&one).await;
    assert_eq!(back["full_name"], listed["full_name"]);
    (deleted, ana.get(&summary).await["active_personas"].clone())
}

/// The token of an ended sign-in opens nothing.
async fn sign_out(ana: &Researcher<'_>, project: &str) {
    ana.app.post(&ana.user, "/api/v1/auth/logout", json!({})).await.expect(200);
    for path in ["/api/v1/auth/me", project] {
        ana.app.get(&ana.user, path).await.expect(401);
    }
}

fn expected() -> Seen {
    Seen {
        status: json!("succeeded"),
        people: 20,
        women: 12,
        ages: Vec::new(),
        reported: json!(20),
        after_deletion: json!(19),
        after_undo: json!(20),
    }
}

#[tokio::test]
async fn a_researcher_gets_twenty_people_who_fit_reads_them_and_signs_out() {
    assert_eq!(whole_path(true).await, expected());
}

#[tokio::test]
async fn the_same_path_without_redis_ends_the_same() {
    assert_eq!(whole_path(false).await, expected());
}

/// What stands in an e-mail's link.
fn token(text: &str) -> &str {
    text.lines().find_map(|line| line.split_once("#token=")).expect("a link").1
}

#[tokio::test]
async fn whoever_is_invited_sees_the_study_and_whoever_is_removed_does_not() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let ana = Researcher::register(&app).await;
    let project = ana.create_project().await;
    let body = json!({
        "email": "bartek@example.com", "password": "Another123", "full_name": "Bartek Lis",
    });
    let path = "/api/v1/auth/register";
    let signed_in = app.send(Method::POST, path, None, Some(body)).await.expect(201);
    let id = serde_json::from_value(signed_in["user"]["id"].clone()).unwrap();
    let bartek = User { id, token: signed_in["access_token"].as_str().unwrap().to_owned() };
    app.deliver_all().await;
    for email in app.parts.mailer.take() {
        let proof = json!({ "token": token(&email.text) });
        let whose = if email.to == "bartek@example.com" { &bartek } else { &ana.user };
        app.post(whose, "/api/v1/auth/verify", proof).await.expect(200);
    }

    app.get(&bartek, &project).await.expect(404);
    let invitation = json!({ "email": "bartek@example.com", "role": "editor" });
    app.put(&ana.user, &format!("{project}/members"), invitation).await.expect(202);
    app.get(&bartek, &project).await.expect(404);
    app.deliver_all().await;
    let emails = app.parts.mailer.take();
    assert_eq!(emails[0].to, "bartek@example.com");
    let accept = json!({ "token": token(&emails[0].text) });
    app.post(&bartek, "/api/v1/invitations/accept", accept).await.expect(200);
    let seen = app.get(&bartek, &project).await.expect(200);
    let member = format!("{project}/members/{}", bartek.id);
    app.delete(&ana.user, &member, None).await.expect(204);
    app.get(&bartek, &project).await.expect(404);
    app.deliver_all().await;

    assert_eq!(seen["role"], "editor");
}

#[tokio::test]
async fn a_deleted_study_takes_its_people_and_its_run_with_it() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let ana = Researcher::register(&app).await;
    let project = ana.create_project().await;
    let path = format!("{project}/populations");
    let started = app.post(&ana.user, &path, json!({ "people": 30, "seed": 1 })).await.expect(202);
    let messages = app.parts.publisher.take();

    app.delete(&ana.user, &project, None).await.expect(204);
    for message in &messages {
        let payload = serde_json::from_str(&message.json).unwrap();
        app.push(&message.topic, &payload).await.expect(204);
    }

    let run = started["run_id"].as_str().unwrap();
    app.get(&ana.user, &format!("/api/v1/runs/{run}")).await.expect(404);
    app.get(&ana.user, &format!("{project}/personas")).await.expect(404);
    let people: i64 = sqlx::query_scalar("select count(*) from personas")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(people, 0, "nobody is written for a project that is gone");
}
