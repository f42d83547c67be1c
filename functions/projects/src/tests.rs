mod budget;
mod rights;

use http::Method;
use platform::Service;
use serde_json::{Value, json};
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{Parts, TestApp, User};

use super::*;

fn build(parts: &Parts) -> Service {
    let state =
        AppState::from_env(&Env::from([]), Some(parts.base()), Some(parts.publisher.clone()))
            .unwrap();
    Service { api: router(state), ..Service::default() }
}

const PROJECTS: &str = "/api/v1/projects";

fn path(id: &Value) -> String {
    format!("{PROJECTS}/{}", id.as_str().unwrap())
}

fn study() -> Value {
    json!({
        "name": "Kawa na wynos",
        "description": "Nowa sieć kawiarni",
        "target_sample_size": 20,
        "target_demographics": {
            "age_group": { "18-24": 0.3, "25-34": 0.4, "35-44": 0.3 },
            "gender": { "Male": 0.5, "Female": 0.5 },
        },
    })
}

async fn make(app: &TestApp, user: &User) -> Value {
    app.post(user, PROJECTS, study()).await.expect(201)
}

#[tokio::test]
async fn a_study_is_made_read_changed_and_deleted() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;

    let made = make(&app, &ana).await;
    let read = app.get(&ana, &path(&made["id"])).await.expect(200);
    let change = json!({ "name": "Herbata", "description": null });
    let changed = app.put(&ana, &path(&made["id"]), change).await.expect(200);
    app.delete(&ana, &path(&made["id"]), None).await.expect(204);

    assert_eq!(made, read);
    assert_eq!(made["target_demographics"]["gender"]["Male"], 0.5);
    assert_eq!(made["is_statistically_valid"], false);
    assert_eq!(changed["name"], "Herbata");
    assert_eq!(changed["description"], "Nowa sieć kawiarni", "null leaves a field unchanged");
    app.get(&ana, &path(&made["id"])).await.expect(404);
    app.delete(&ana, &path(&made["id"]), None).await.expect(404);
    let id = made["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.audited(id, "delete").await, 1);
    assert_eq!(app.audited(id, "change").await, 2);
}

#[tokio::test]
async fn a_list_is_ones_own_newest_first_with_its_total() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(make(&app, &ana).await["id"].clone());
        app.parts.clock.advance(chrono::Duration::seconds(1));
    }
    make(&app, &jan).await;

    let answer = app.get(&ana, "/api/v1/projects?skip=1&limit=1").await;

    assert_eq!(answer.header("x-total-count"), Some("3"));
    let list = answer.expect(200);
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["id"], ids[1]);
}

#[tokio::test]
async fn a_page_past_the_end_still_says_the_total() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    make(&app, &ana).await;

    let answer = app.get(&ana, "/api/v1/projects?skip=5").await;

    assert_eq!(answer.header("x-total-count"), Some("1"));
    assert_eq!(answer.expect(200), json!([]));
}

#[tokio::test]
async fn every_broken_rule_is_named() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let body = json!({
        "name": " ",
        "target_sample_size": 5,
        "target_demographics": { "gender": { "femal": 0.5 }, "shoe_size": { "42": 1 } },
    });

    let answer = app.post(&ana, PROJECTS, body).await.expect(422);

    let fields: Vec<&str> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    for field in ["name", "target_sample_size", "target_demographics.gender.femal"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    assert!(fields.iter().any(|field| field.starts_with("target_demographics.shoe_size")));
}

#[tokio::test]
async fn weights_must_be_finite_and_positive() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;

    for weight in [json!(-0.1), json!("much"), json!(null)] {
        let mut body = study();
        body["target_demographics"]["gender"]["Female"] = weight;
        let answer = app.post(&ana, PROJECTS, body).await.expect(422);
        let field = answer["errors"][0]["field"].as_str().unwrap();
        assert!(field.starts_with("target_demographics.gender"), "{field}");
    }
}

#[tokio::test]
async fn a_malformed_id_names_the_parameter() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;

    let answer = app.get(&ana, "/api/v1/projects/abc").await.expect(422);

    assert_eq!(answer["detail"][0]["loc"], json!(["path", "project_id"]));
}

#[tokio::test]
async fn each_role_may_do_its_part_and_strangers_see_nothing() {
    let app = TestApp::start(build).await;
    let owner = app.user("owner").await;
    let project = app.project(&owner, json!({})).await;
    let one = format!("{PROJECTS}/{project}");
    let change = || json!({ "name": "X" });

    for (role, read, write, erase) in [
        (None, 404, 404, 404),
        (Some(Role::Viewer), 200, 403, 403),
        (Some(Role::Editor), 200, 200, 403),
        (Some(Role::Admin), 200, 200, 204),
    ] {
        let user = app.user("somebody").await;
        if let Some(role) = role {
            app.member(project, &user, role).await;
        }
        app.get(&user, &one).await.expect(read);
        app.put(&user, &one, change()).await.expect(write);
        app.delete(&user, &one, None).await.expect(erase);
    }
    app.send(Method::GET, &one, None, None).await.expect(401);
}

#[tokio::test]
async fn members_come_by_address_and_the_last_admin_stays() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let project = app.project(&ana, json!({})).await;
    let members = format!("{PROJECTS}/{project}/members");
    let email = format!("JAN-{}@example.com", jan.id.0.simple());

    let body = json!({ "email": email, "role": "editor" });
    let invited = app.put(&ana, &members, body).await.expect(202);
    app.put(&jan, &members, json!({ "email": email, "role": "admin" })).await.expect(404);
    let accept = format!("/api/v1/invitations/{}/accept", invited["id"].as_str().unwrap());
    app.post(&jan, &accept, json!({})).await.expect(200);
    let list = app.get(&ana, &members).await.expect(200);
    app.put(&jan, &members, json!({ "email": email, "role": "admin" })).await.expect(403);
    let demote = json!({ "role": "viewer" });
    app.put(&ana, &format!("{members}/{}", ana.id), demote).await.expect(409);
    app.delete(&ana, &format!("{members}/{}", ana.id), None).await.expect(409);
    app.delete(&ana, &format!("{members}/{}", jan.id), None).await.expect(204);

    assert_eq!(list.as_array().unwrap().len(), 2);
    app.get(&jan, &members).await.expect(404);
    let unknown = json!({ "email": "nobody@example.com", "role": "viewer" });
    app.put(&ana, &members, unknown).await.expect(202);
    app.put(&ana, &members, json!({ "email": "nobody", "role": "viewer" })).await.expect(422);
    let called = app.parts.publisher.take();
    assert!(called.iter().all(|message| message.topic == "mail") && called.len() == 2);
}

#[tokio::test]
async fn two_admins_cannot_demote_each_other_at_once() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &jan, Role::Admin).await;
    let demote = |of: &User| format!("{PROJECTS}/{project}/members/{}", of.id);
    let (of_jan, of_ana) = (demote(&jan), demote(&ana));

    let viewer = || json!({ "role": "viewer" });
    let (one, two) =
        tokio::join!(app.put(&ana, &of_jan, viewer()), app.put(&jan, &of_ana, viewer()));

    let mut statuses = [one.status(), two.status()];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{statuses:?}");
    assert!(matches!(statuses[1], 403 | 409), "{statuses:?}");
}

#[tokio::test]
async fn deleting_a_study_stops_its_work() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project: ProjectId = app.project(&ana, json!({})).await;
    let run: uuid::Uuid = sqlx::query_scalar(
        "with run as (insert into runs (id, kind, project_id, subject_id, input, total, \
         request_hash, requested_by, created_at) \
         values (gen_random_uuid(), 'persona-generate', $1, $1, '{}', 2, '', $2, $3) \
         returning id) \
         insert into run_shards (run_id, shard, input, size) select id, 0, '[]', 2 from run \
         returning run_id",
    )
    .bind(project.0)
    .bind(ana.id.0)
    .bind(app.parts.clock.now())
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();

    app.delete(&ana, &format!("{PROJECTS}/{project}"), None).await.expect(204);

    let status: String = sqlx::query_scalar("select status from runs where id = $1")
        .bind(run)
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(status, "cancelled");
}

#[tokio::test]
async fn every_answer_says_where_its_caller_stands() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    sqlx::query("update accounts set plan = 'pro' where id = $1")
        .bind(jan.id.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let standing = |answer: &testkit::Answer| {
        ["limit", "remaining", "reset"].map(|field| {
            let value = answer.header(&format!("ratelimit-{field}")).unwrap();
            value.parse::<u32>().unwrap()
        })
    };
    let nowhere = format!("{PROJECTS}/{}", uuid::Uuid::nil());

    let made = app.post(&ana, PROJECTS, study()).await;
    let listed = app.get(&ana, PROJECTS).await;
    let missing = app.delete(&ana, &nowhere, None).await;
    let paid = app.post(&jan, PROJECTS, study()).await;

    assert_eq!((made.status(), standing(&made)), (201, [100, 99, 3_600]));
    assert_eq!((listed.status(), standing(&listed)), (200, [600, 599, 60]));
    assert_eq!((missing.status(), standing(&missing)), (404, [100, 98, 3_600]));
    assert_eq!((paid.status(), standing(&paid)), (201, [1_000, 999, 3_600]));
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
