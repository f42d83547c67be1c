//! Every route: in the table and in its owner's OpenAPI document, and open to those it is meant for.

mod nul;
mod owners;
mod people;
mod record;
mod surveys;
mod together;

use futures::StreamExt;
use http::Method;
use platform::model::Config;
use serde_json::{Value, json};
use shared::account::Plan;
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{Answer, TestApp, User};

use crate::all_functions::{self, BOOTSTRAP_SECRET};
use crate::table::{Needs, Row, rows};

/// The document of the tests' project.
const DOCUMENT: &str = "00000000-0000-0000-0000-00000000d0c1";
/// A file to upload.
const REPORT: (&str, &str, &[u8]) = ("raport.md", "text/markdown", b"# Kawa\n\nRaport o kawie.\n");

/// Routes that are tried beside one another, each with a database of its own.
const AT_ONCE: usize = 4;

/// Somebody who calls a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    /// An admin with a token for another service.
    Misdirected,
    /// An admin with a token that has just expired.
    Late,
    Stranger,
    /// A member as an admin whose address nobody has proved.
    Unproved,
    Member(Role),
    SystemAdmin,
}

/// From the least to the most, so that whoever succeeds has not been forestalled.
const EVERYBODY: [Who; 9] = [
    Who::Nobody,
    Who::Misdirected,
    Who::Late,
    Who::Stranger,
    Who::Unproved,
    Who::SystemAdmin,
    Who::Member(Role::Viewer),
    Who::Member(Role::Editor),
    Who::Member(Role::Admin),
];

impl Who {
    /// What they pay for; none without a sign-in that is good.
    fn plan(self) -> Option<Plan> {
        match self {
            Self::Nobody | Self::Misdirected | Self::Late => None,
            Self::SystemAdmin | Self::Member(Role::Admin) => Some(Plan::Pro),
            Self::Stranger | Self::Unproved | Self::Member(_) => Some(Plan::Free),
        }
    }
}

/// What somebody should get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Success,
    Status(u16),
}

fn expected(needs: Needs, who: Who) -> Expected {
    match (needs, who) {
        (Needs::Nothing, _) => Expected::Success,
        (Needs::Google, _) => Expected::Status(404),
        (_, Who::Nobody | Who::Misdirected | Who::Late) => Expected::Status(401),
        (Needs::SignIn, _) | (Needs::SystemAdmin, Who::SystemAdmin) => Expected::Success,
        (Needs::SystemAdmin, _) => Expected::Status(403),
        // Who administers the system sees no project that they are no member of.
        (Needs::Project(_), Who::Stranger | Who::Unproved | Who::SystemAdmin) => {
            Expected::Status(404)
        }
        (Needs::Project(least), Who::Member(role)) if role < least => Expected::Status(403),
        (Needs::Project(_), Who::Member(_)) => Expected::Success,
    }
}

/// Only the first who knows the secret becomes the system admin, so only one is asked.
fn callers(row: &Row) -> &'static [Who] {
    match row.path.as_str() {
        "/api/v1/admin/bootstrap" => &EVERYBODY[..4],
        _ => &EVERYBODY,
    }
}

/// A project with one person in it, and somebody in each role.
struct World {
    app: TestApp,
    project: ProjectId,
    users: Vec<(Who, User)>,
    guest: User,
    started: Value,
    persona: Value,
    survey: Value,
    group: Value,
}

impl World {
    async fn new() -> Self {
        // A search needs the graph's schema, which a deployment makes before its functions.
        testkit::graph().await;
        let app = all_functions::by_hand(&Config::offline()).await;
        let admin = app.user("admin").await;
        let project = app.project(&admin, json!({})).await;
        let (editor, viewer) = (app.user("editor").await, app.user("viewer").await);
        let (guest, stranger) = (app.user("guest").await, app.user("stranger").await);
        let unproved = app.newcomer("unproved").await;
        let system_admin = app.user("system-admin").await;
        let statement = "update accounts set is_system_admin = id = $1, plan = 'pro' \
             where id in ($1, $2)";
        let query = sqlx::query(statement).bind(system_admin.id.0).bind(admin.id.0);
        query.execute(&app.parts.pool).await.unwrap();
        app.member(project, &editor, Role::Editor).await;
        app.member(project, &viewer, Role::Viewer).await;
        app.member(project, &guest, Role::Viewer).await;
        app.member(project, &unproved, Role::Admin).await;
        let path = format!("/api/v1/projects/{project}/populations");
        let wanted = json!({ "people": 1, "seed": 1 });
        let started = app.post(&admin, &path, wanted).await.expect(202);
        app.deliver_all().await;
        let path = format!("/api/v1/projects/{project}/personas");
        let persona = app.get(&admin, &path).await.expect(200)[0].clone();
        let path = format!("/api/v1/projects/{project}/surveys");
        let survey = app.post(&admin, &path, surveys::draft()).await.expect(201);
        let group = focus_group(&app, &admin, project, &persona).await;
        let users = vec![
            (Who::Misdirected, app.misdirected(&admin)),
            (Who::Late, app.expired(&admin)),
            (Who::Stranger, stranger),
            (Who::Unproved, unproved),
            (Who::SystemAdmin, system_admin),
            (Who::Member(Role::Viewer), viewer),
            (Who::Member(Role::Editor), editor),
            (Who::Member(Role::Admin), admin),
        ];
        Self { app, project, users, guest, started, persona, survey, group }
    }

    fn user(&self, who: Who) -> Option<&User> {
        self.users.iter().find(|(known, _)| *known == who).map(|(_, user)| user)
    }

    fn path(&self, template: &str) -> String {
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let ids = [
            ("{project_id}", self.project.to_string()),
            ("{account_id}", self.guest.id.to_string()),
            ("{focus_group_id}", text(&self.group["id"])),
            ("{persona_id}", text(&self.persona["id"])),
            ("{population_id}", text(&self.started["population_id"])),
            ("{run_id}", text(&self.started["run_id"])),
            ("{document_id}", DOCUMENT.to_owned()),
            ("{invitation_id}", people::INVITATION.to_owned()),
            ("{survey_id}", text(&self.survey["id"])),
            ("{export_id}", people::EXPORT.to_owned()),
            ("{ticket}", people::TOKEN.to_owned()),
            ("{part}", "file".to_owned()),
            ("{share_id}", people::LINK.to_owned()),
            ("{token}", people::TOKEN.to_owned()),
            ("{comment_id}", together::COMMENT.to_owned()),
            ("{task_id}", together::TASK.to_owned()),
            ("{file}", format!("{}_0a1b2c3d.png", self.guest.id)),
        ];
        let fill = |path: String, (name, id): &(&str, String)| path.replace(name, id);
        let path = ids.iter().fold(template.to_owned(), fill);
        let query = match path.rsplit('/').next() {
            Some("segments") => "?by=age",
            Some("socket") => "?ticket=a-ticket",
            _ => "",
        };
        let path = path + query;
        assert!(!path.contains('{'), "no sample for a parameter of {template}");
        path
    }

    async fn call(&self, row: &Row, who: Who) -> Answer {
        people::prepare(self, row, who).await;
        together::prepare(self, row, who).await;
        let body = self.body(row, who).await;
        self.send(row, who, body).await
    }

    async fn send(&self, row: &Row, who: Who, body: Option<Value>) -> Answer {
        let token = self.user(who).map(|user| user.token.as_str());
        let path = self.path(&row.path);
        match row.name().as_str() {
            "POST /api/v1/settings/avatar" => {
                let file = ("me.png", "image/png", people::PICTURE);
                self.app.upload(token, &path, file, &[]).await
            }
            "POST /api/v1/rag/documents/upload" => {
                self.app.upload(token, &path, REPORT, &[("title", "Raport")]).await
            }
            _ => self.app.send(row.method.clone(), &path, token, body).await,
        }
    }

    /// What a request must bring to succeed.
    async fn body(&self, row: &Row, who: Who) -> Option<Value> {
        if row.path.contains("focus") || row.path.contains("/graph/") {
            return self.about_talk(&row.name()).await;
        }
        if row.path.contains("/surveys") {
            return surveys::body(self, &row.name()).await;
        }
        if row.path.contains("/collaboration/") {
            return together::body(self, &row.name());
        }
        let password = "Another123";
        let email = format!("{who:?}@example.com").to_lowercase().replace(['(', ')'], "");
        Some(match row.name().as_str() {
            "POST /api/v1/admin/bootstrap" => json!({ "secret": BOOTSTRAP_SECRET }),
            "POST /api/v1/auth/register" => {
                json!({ "email": email, "password": password, "full_name": "Ana Nowak" })
            }
            "POST /api/v1/auth/login" => {
                self.register(&email).await;
                json!({ "email": email, "password": password })
            }
            "POST /api/v1/auth/refresh" => {
                json!({ "refresh_token": self.register(&email).await["refresh_token"] })
            }
            "POST /api/v1/projects" => json!({ "name": "Herbata", "target_demographics": {} }),
            "PUT /api/v1/projects/{project_id}" => json!({ "name": "Herbata" }),
            "PUT /api/v1/projects/{project_id}/members" => {
                let email = self.app.email(self.user(Who::Stranger).unwrap()).await;
                json!({ "email": email, "role": "viewer" })
            }
            "PUT /api/v1/projects/{project_id}/members/{account_id}" => json!({ "role": "editor" }),
            "POST /api/v1/projects/{project_id}/personas/generate" => json!({ "num_personas": 2 }),
            "POST /api/v1/projects/{project_id}/populations" => json!({ "people": 2 }),
            "POST /api/v1/personas/{persona_id}/actions/export" => json!({ "format": "json" }),
            "POST /api/v1/personas/{persona_id}/actions/messaging" => {
                json!({ "tone": "friendly", "type": "ad" })
            }
            "POST /api/v1/projects/{project_id}/exports" => {
                json!({ "subject": "project", "format": "csv" })
            }
            "PUT /api/v1/projects/{project_id}/kpi-inputs" => {
                json!({ "currency": "PLN", "period": "monthly", "basis": "net" })
            }
            // Another one for each: what is so already is no change.
            "PATCH /api/v1/personas/{persona_id}" => json!({ "communication_style": email }),
            "POST /api/v1/personas/{persona_id}/status" => json!({ "status": "needs_review" }),
            "DELETE /api/v1/personas/{persona_id}" => json!({ "reason": "duplicate" }),
            "POST /api/v1/personas/{persona_id}/undo-delete" => {
                let path = self.path("/api/v1/personas/{persona_id}");
                let admin = self.user(Who::Member(Role::Admin)).unwrap();
                let reason = json!({ "reason": "test_data" });
                self.app.delete(admin, &path, Some(reason)).await;
                return None;
            }
            "DELETE /api/v1/rag/documents/{document_id}" => {
                self.put_document().await;
                return None;
            }
            "POST /api/v1/rag/query" => json!({ "query": "kawa" }),
            "POST /api/v1/rag/query/graph" => json!({ "question": "kawa" }),
            "POST /api/v1/runs/{run_id}/cancel" => {
                self.reopen_run().await;
                return None;
            }
            "POST /api/v1/runs/{run_id}/retry" => {
                self.change("update runs set status = 'failed'").await;
                return None;
            }
            _ => return people::body(self, row, &email).await,
        })
    }

    /// A document of the project, or the same once more after somebody deleted it.
    async fn put_document(&self) {
        sqlx::query(
            "insert into documents (id, scope, project_id, owner_id, scope_key, title, filename, \
             file_type, size_bytes, content_hash, upload_id, status, step, created_at, updated_at) \
             values ($1, 'project', $2, $3, $4, 'Raport', 'a.md', 'md', 1, '', $1, 'ready', 'done', \
             $5, $5) on conflict (id) do update set deleted_at = null",
        )
        .bind(DOCUMENT.parse::<uuid::Uuid>().unwrap())
        .bind(self.project.0)
        .bind(self.user(Who::Member(Role::Admin)).unwrap().id.0)
        .bind(shared::knowledge::Scope::Project(self.project).key())
        .bind(self.app.parts.clock.now())
        .execute(&self.app.parts.pool)
        .await
        .unwrap();
    }

    /// What a request about a focus group must bring.
    async fn about_talk(&self, name: &str) -> Option<Value> {
        Some(match name {
            "POST /api/v1/graph/{focus_group_id}/ask" => json!({ "question": "Co dzieli grupę?" }),
            "POST /api/v1/projects/{project_id}/focus-groups" => json!({ "name": "Grupa" }),
            "GET /api/v1/focus-groups/{focus_group_id}/ai-summary" => {
                let path = self.path("/api/v1/focus-groups/{focus_group_id}/ai-summary");
                let admin = self.user(Who::Member(Role::Admin)).unwrap();
                self.app.post(admin, &path, json!({})).await.expect(200);
                return None;
            }
            "PUT /api/v1/focus-groups/{focus_group_id}" => {
                self.change("update focus_groups set run_id = null").await;
                json!({ "name": "Grupa" })
            }
            "POST /api/v1/focus-groups/{focus_group_id}/run" => {
                // Two who click one after the other: the first one's run is over by then.
                self.change("update runs set status = 'succeeded' where kind = 'focus-group-run'")
                    .await;
                json!({})
            }
            _ => return None,
        })
    }

    /// Cancelling a run that has ended is no deed.
    async fn reopen_run(&self) {
        self.change("update runs set status = 'running', finished_at = null").await;
    }

    async fn change(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.app.parts.pool).await.unwrap();
    }

    async fn register(&self, email: &str) -> Value {
        let body = json!({ "email": email, "password": "Another123", "full_name": "Ana Nowak" });
        let path = "/api/v1/auth/register";
        self.app.send(Method::POST, path, None, Some(body)).await.expect(201)
    }

    /// How many lines of this action the audit log has that say where they came from.
    async fn audited(&self, action: &str) -> i64 {
        let lines = "select count(*) from audit_log where action = $1 and address is not null";
        sqlx::query_scalar(lines).bind(action).fetch_one(&self.app.parts.pool).await.unwrap()
    }
}

/// A focus group of two that has talked.
async fn focus_group(app: &TestApp, admin: &User, project: ProjectId, persona: &Value) -> Value {
    let study = format!("/api/v1/projects/{project}");
    let path = format!("{study}/populations");
    app.post(admin, &path, json!({ "people": 1, "seed": 2 })).await.expect(202);
    app.deliver_all().await;
    let people = app.get(admin, &format!("{study}/personas")).await.expect(200);
    let others = people.as_array().expect("a list").iter().map(|one| &one["id"]);
    let ids: Vec<&Value> = std::iter::once(&persona["id"]).chain(others).collect();
    let group = json!({ "name": "Grupa", "persona_ids": ids, "questions": ["Co dalej?"] });
    let group = app.post(admin, &format!("{study}/focus-groups"), group).await.expect(201);
    let path = format!("/api/v1/focus-groups/{}/run", group["id"].as_str().expect("an id"));
    app.post(admin, &path, json!({ "seed": 1 })).await.expect(202);
    app.deliver_all().await;
    group
}

/// Rows of the API: the workers' routes are in no document.
fn api_rows() -> impl Iterator<Item = Row> {
    rows().into_iter().filter(|row| row.needs != Needs::Google)
}

#[tokio::test]
async fn every_route_is_open_to_those_it_is_meant_for_and_to_nobody_else() {
    let checks = api_rows().map(|row| async move { wrong(&row).await });
    let wrong = futures::stream::iter(checks).buffered(AT_ONCE);
    let wrong = wrong.collect::<Vec<_>>().await.concat();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What somebody got of this route and should not have.
async fn wrong(row: &Row) -> Vec<String> {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for &who in callers(row) {
        let answer = world.call(row, who).await;
        let expected = match who {
            Who::Unproved if row.path.starts_with("/api/v1/invitations") => Expected::Status(403),
            // Without a WebSocket's handshake there is nothing to open.
            _ if row.path.ends_with("/socket") => Expected::Status(426),
            _ => expected(row.needs, who),
        };
        let is_right = match expected {
            Expected::Success => (200..300).contains(&answer.status()),
            Expected::Status(status) => answer.status() == status,
        };
        let name = row.name();
        if !is_right {
            let got = answer.status();
            wrong.push(format!("{name} as {who:?}: {got} instead of {expected:?}"));
        }
        let (announced, rate) = (announced(&answer), row.rate(who.plan()));
        let allowed = rate.map(|rate| (u64::from(rate.limit), rate.window.as_secs()));
        if expected == Expected::Success && announced != allowed {
            wrong.push(format!("{name} as {who:?}: limit {announced:?} instead of {allowed:?}"));
        }
    }
    world.app.deliver_all().await;
    wrong
}

/// The limit of an answer, and the seconds until its first request is forgotten: its window, because the
/// clock stands still.
fn announced(answer: &Answer) -> Option<(u64, u64)> {
    let number = |name: &str| answer.header(name).map(|value| value.parse().expect("a number"));
    number("ratelimit-limit").zip(number("ratelimit-reset"))
}

#[tokio::test]
async fn a_route_that_should_be_on_record_is_when_it_has_answered() {
    let mut wrong = Vec::new();
    for row in api_rows() {
        let Some(action) = row.audit.clone() else { continue };
        let world = World::new().await;
        let who = match row.needs {
            Needs::Nothing => Who::Nobody,
            Needs::SystemAdmin => Who::SystemAdmin,
            _ => Who::Member(Role::Admin),
        };
        people::prepare(&world, &row, who).await;
        together::prepare(&world, &row, who).await;
        let body = world.body(&row, who).await;
        let before = world.audited(&action).await;
        let answer = world.send(&row, who, body).await;
        if answer.status() >= 300 || world.audited(&action).await != before + 1 {
            wrong.push(format!("{}: {} and no `{action}` on record", row.name(), answer.status()));
        }
        world.app.parts.publisher.take();
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_workers_route_answers_google_only_and_never_on_the_public_address() {
    let world = World::new().await;
    for row in rows().into_iter().filter(|row| row.needs == Needs::Google) {
        let topic = row.path.strip_prefix("/internal/events/").expect("a topic");
        let payload = json!({
            "schema": 1,
            "run_id": world.started["run_id"],
            "shard": 0,
            "request_id": uuid::Uuid::nil(),
        });
        for who in EVERYBODY {
            let answer = world.call(&row, who).await;
            assert_eq!(answer.status(), 404, "{} as {who:?}", row.name());
        }
        let admin = world.user(Who::Member(Role::Admin)).unwrap();
        world.app.push_as(topic, &payload, "").await.expect(401);
        world.app.push_as(topic, &payload, &admin.token).await.expect(401);
        world.app.push(topic, &payload).await.expect(204);
    }
}

#[test]
fn roles_open_what_lies_at_or_below_them() {
    let editors = Needs::Project(Role::Editor);
    let table = [
        (Who::Nobody, Expected::Status(401)),
        (Who::Late, Expected::Status(401)),
        (Who::Misdirected, Expected::Status(401)),
        (Who::Stranger, Expected::Status(404)),
        (Who::Unproved, Expected::Status(404)),
        (Who::SystemAdmin, Expected::Status(404)),
        (Who::Member(Role::Viewer), Expected::Status(403)),
        (Who::Member(Role::Editor), Expected::Success),
        (Who::Member(Role::Admin), Expected::Success),
    ];
    for (who, wanted) in table {
        assert_eq!(expected(editors, who), wanted, "{who:?}");
    }
}
