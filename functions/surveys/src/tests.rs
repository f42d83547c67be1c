mod answers;
mod removed;
mod sheet;

use platform::Service;
use serde_json::{Value, json};
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{Parts, TestApp, User};
use uuid::Uuid;

use super::*;

fn build(parts: &Parts) -> Service {
    Service { api: router(parts.base()), ..Service::default() }
}

/// A study and its owner.
async fn study() -> (TestApp, User, ProjectId) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    (app, ana, project)
}

fn surveys(project: ProjectId) -> String {
    format!("/api/v1/projects/{project}/surveys")
}

fn one(survey: &Value) -> String {
    format!("/api/v1/surveys/{}", survey["id"].as_str().unwrap())
}

/// What the client's builder sends.
fn builder() -> Value {
    json!({ "title": " Tea ", "target_responses": 10, "questions": [
        { "id": "q1", "type": "single-choice", "title": "T", "options": ["a", "b"],
          "required": true },
        { "id": "q2", "type": "rating-scale", "title": "R", "scaleMin": 1, "scaleMax": 5,
          "required": true },
    ] })
}

#[tokio::test]
async fn a_survey_is_saved_and_read_in_the_clients_form() {
    let (app, ana, project) = study().await;

    let made = app.post(&ana, &surveys(project), builder()).await.expect(201);
    let read = app.get(&ana, &one(&made)).await.expect(200);
    let list = app.get(&ana, &surveys(project)).await.expect(200);

    assert_eq!(made, read);
    assert_eq!(list, json!([read]));
    assert_eq!(read["title"], "Tea");
    assert_eq!(read["status"], "draft");
    assert_eq!(read["is_active"], true);
    assert_eq!(read["actual_responses"], 0);
    assert_eq!(
        read["questions"][0],
        json!({ "id": "q1", "type": "single-choice", "title": "T", "description": null,
            "options": ["a", "b"], "required": true, "scaleMin": null, "scaleMax": null })
    );
    let id: Uuid = made["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.audited(id, "change").await, 1);
}

#[tokio::test]
async fn the_target_is_a_thousand_where_none_is_given() {
    let (app, ana, project) = study().await;
    let mut survey = builder();
    survey.as_object_mut().unwrap().remove("target_responses");

    let made = app.post(&ana, &surveys(project), survey).await.expect(201);

    assert_eq!(made["target_responses"], 1000);
    assert_eq!(made["shortfall"], 1000);
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_and_named() {
    let (app, ana, project) = study().await;
    let change = |pointer: &str, value: Value| {
        let mut survey = builder();
        *survey.pointer_mut(pointer).unwrap() = value;
        survey
    };

    for (survey, field) in [
        (change("/title", json!("")), "title"),
        (change("/target_responses", json!(9)), "target_responses"),
        (change("/questions", json!([])), "questions"),
        (change("/questions/0/options", json!(null)), "questions.0.options"),
        (change("/questions/1/scaleMin", json!(5)), "questions.1.scaleMax"),
        (
            change("/questions/0/options", json!(["książka", "ksia\u{328}z\u{307}ka"])),
            "questions.0.options.1",
        ),
        (change("/questions/1/id", json!("q1")), "questions.1.id"),
        (change("/questions/1/type", json!("slider")), "questions[1].type"),
    ] {
        let refused = app.post(&ana, &surveys(project), survey).await.expect(422);
        let errors = refused["errors"].as_array().unwrap();
        assert!(errors.iter().any(|error| error["field"] == field), "{field}: {refused}");
    }
    assert_eq!(app.get(&ana, &surveys(project)).await.expect(200), json!([]));
}

#[tokio::test]
async fn a_letter_and_its_mark_are_stored_as_one() {
    let (app, ana, project) = study().await;
    let mut survey = builder();
    survey["title"] = json!("O ksia\u{328}z\u{307}kach");
    survey["questions"][0]["options"] = json!(["ksia\u{328}z\u{307}ka", "gazeta"]);

    let made = app.post(&ana, &surveys(project), survey).await.expect(201);

    assert_eq!(made["title"], "O książkach");
    assert_eq!(made["questions"][0]["options"], json!(["książka", "gazeta"]));
}

#[tokio::test]
async fn editors_write_admins_delete_viewers_read_and_strangers_see_nothing() {
    let (app, ana, project) = study().await;
    let (editor, viewer) = (app.user("editor").await, app.user("viewer").await);
    let stranger = app.user("stranger").await;
    app.member(project, &editor, Role::Editor).await;
    app.member(project, &viewer, Role::Viewer).await;

    app.post(&viewer, &surveys(project), builder()).await.expect(403);
    app.post(&stranger, &surveys(project), builder()).await.expect(404);
    let made = app.post(&editor, &surveys(project), builder()).await.expect(201);
    app.get(&viewer, &one(&made)).await.expect(200);
    app.get(&stranger, &one(&made)).await.expect(404);
    app.get(&stranger, &format!("{}/results", one(&made))).await.expect(404);
    app.delete(&editor, &one(&made), None).await.expect(403);
    app.delete(&ana, &one(&made), None).await.expect(204);

    app.get(&ana, &one(&made)).await.expect(404);
    app.delete(&ana, &one(&made), None).await.expect(404);
    assert_eq!(app.get(&ana, &surveys(project)).await.expect(200), json!([]));
}

#[tokio::test]
async fn a_draft_has_no_results_and_says_so_with_the_clients_status() {
    let (app, ana, project) = study().await;
    let made = app.post(&ana, &surveys(project), builder()).await.expect(201);

    let refused = app.get(&ana, &format!("{}/results", one(&made))).await.expect(400);

    assert!(refused["detail"].as_str().unwrap().contains("not been run"), "{refused}");
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
