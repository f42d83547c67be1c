mod comments;
mod inboxes;
mod sockets;
mod tasks;
mod tickets;

use std::time::Duration;

use platform::Service;
use serde_json::{Value, json};
use shared::id::{PersonaId, ProjectId};
use shared::role::Role;
use testkit::{Parts, TestApp, User};

use crate::{AppState, Pace, routes};

/// Everything soon, but sockets that live.
fn quick() -> Pace {
    let soon = Duration::from_millis(40);
    let life = Duration::from_secs(3_600);
    let ping = Duration::from_secs(5);
    Pace { look: soon, rights: soon, presence: soon / 4, ping, life, ..Pace::default() }
}

fn build(parts: &Parts) -> Service {
    routes(AppState::at_pace(parts.base(), parts.publisher.clone(), quick()))
}

/// A project with an admin, an editor, a viewer, and one person to talk about.
struct World {
    app: TestApp,
    project: ProjectId,
    persona: PersonaId,
    ana: User,
    edek: User,
    vera: User,
}

impl World {
    async fn new() -> Self {
        Self::of(build).await
    }

    async fn of(build: impl Fn(&Parts) -> Service) -> Self {
        let app = TestApp::start(build).await;
        let (ana, edek, vera) =
            (app.user("ana").await, app.user("edek").await, app.user("vera").await);
        let project = app.project(&ana, json!({})).await;
        app.member(project, &edek, Role::Editor).await;
        app.member(project, &vera, Role::Viewer).await;
        let persona = app.people(project, &ana, 1).await[0];
        Self { app, project, persona, ana, edek, vera }
    }

    /// A path of the project.
    fn path(&self, rest: &str) -> String {
        format!("/api/v1/collaboration/projects/{}{rest}", self.project)
    }

    fn subject(&self) -> Value {
        json!({ "kind": "persona", "id": self.persona })
    }

    /// A thread about the person.
    async fn comment(&self, by: &User, text: &str, mentions: &[&User]) -> Value {
        let mentions: Vec<Value> = mentions.iter().map(|user| json!(user.id)).collect();
        let body = json!({ "subject": self.subject(), "text": text, "mentions": mentions });
        self.app.post(by, &self.path("/comments"), body).await.expect(201)
    }

    async fn reply(&self, by: &User, to: &Value, text: &str) -> Value {
        let path = of(to, "/replies");
        self.app.post(by, &path, json!({ "text": text })).await.expect(201)
    }

    async fn patch(&self, by: &User, path: &str, body: Value) -> testkit::Answer {
        self.app.send(http::Method::PATCH, path, Some(&by.token), Some(body)).await
    }

    async fn inbox(&self, of: &User) -> Vec<Value> {
        let answer = self.app.get(of, "/api/v1/collaboration/inbox").await;
        answer.expect(200).as_array().unwrap().clone()
    }

    /// The events after this offset, by plain HTTP.
    async fn events(&self, since: i64) -> Vec<Value> {
        let path = self.path(&format!("/events?since={since}&epoch={}", self.project));
        let events = self.app.get(&self.vera, &path).await.expect(200);
        assert_eq!(events["is_reset"], false);
        events["events"].as_array().unwrap().clone()
    }

    async fn execute(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.app.parts.pool).await.unwrap();
    }
}

/// A path of a comment.
fn of(comment: &Value, rest: &str) -> String {
    format!("/api/v1/collaboration/comments/{}{rest}", comment["id"].as_str().unwrap())
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), crate::service);
}
