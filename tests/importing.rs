//! What is exported can be imported, and leaves again as it was.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use platform::model::Config;
use serde_json::{Value, json};
use shared::id::ProjectId;
use testkit::{TestApp, User};
use tower::ServiceExt;

use crate::all_functions;

/// The people of a project as they leave unmasked.
async fn exported(app: &TestApp, user: &User, project: ProjectId, format: &str) -> String {
    let body =
        json!({ "subject": "project", "format": format, "unmask": true, "reason": "to move them" });
    let path = format!("/api/v1/projects/{project}/exports");
    let started = app.post(user, &path, body).await.expect(202);
    app.deliver_all().await;
    let path = format!("/api/v1/exports/{}/link", started["export_id"].as_str().unwrap());
    let link = app.post(user, &path, json!({})).await.expect(200);
    app.send(Method::GET, link["file"].as_str().unwrap(), None, None).await.text()
}

async fn import(app: &TestApp, user: &User, project: ProjectId, kind: &str, file: String) {
    let request = Request::post(format!("/api/v1/projects/{project}/personas/import"))
        .header(AUTHORIZATION, format!("Bearer {}", user.token))
        .header(CONTENT_TYPE, kind)
        .body(Body::from(file))
        .unwrap();
    assert_eq!(app.api().oneshot(request).await.unwrap().status().as_u16(), 201);
}

/// Everybody without ids and times, and without what rests on their project.
fn without_ids(file: &str) -> Vec<Value> {
    let mut whole: Value = serde_json::from_str(file).unwrap();
    let people = whole["people"].as_array_mut().unwrap();
    for person in people.iter_mut() {
        let fields = person.as_object_mut().unwrap();
        for name in [
            "id",
            "population_id",
            "run_id",
            "is_imported",
            "version",
            "created_at",
            "updated_at",
            "rag_citations",
            "rag_context_details",
            "journey",
        ] {
            fields.remove(name).unwrap();
        }
    }
    people.clone()
}

/// Lines without the ids in their first and their 33rd column.
fn lines(file: &str) -> Vec<String> {
    let lines = file.split("\r\n").filter(|line| !line.is_empty());
    let without = lines.map(|line| {
        let (_, rest) = line.split_once(',').unwrap();
        let is_id = |part: &&str| uuid::Uuid::parse_str(part).is_err();
        rest.split(',').filter(is_id).collect::<Vec<_>>().join(",")
    });
    without.collect()
}

#[tokio::test]
async fn people_who_are_exported_and_imported_leave_as_the_same() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let ana = app.user("ana").await;
    let target = json!({ "gender": { "Kobieta": 0.6, "Mężczyzna": 0.4 } });
    let from = app.project(&ana, target).await;
    let path = format!("/api/v1/projects/{from}/personas/generate");
    app.post(&ana, &path, json!({ "num_personas": 12 })).await.expect(202);
    app.deliver_all().await;

    for (format, kind) in [("json", "application/json"), ("csv", "text/csv")] {
        let to = app.project(&ana, json!({})).await;
        let file = exported(&app, &ana, from, format).await;
        import(&app, &ana, to, kind, file.clone()).await;
        let again = exported(&app, &ana, to, format).await;

        match format {
            "json" => {
                let whole: Value = serde_json::from_str(&again).unwrap();
                assert!(
                    whole["disclosure"]["treatment"].to_string().contains("pliku: 12"),
                    "{again}"
                );
                assert_eq!(without_ids(&again), without_ids(&file));
                assert_eq!(without_ids(&file).len(), 12);
            }
            _ => assert_eq!(lines(&again), lines(&file)),
        }
        let fidelity = app.get(&ana, &format!("/api/v1/projects/{to}/fidelity")).await;
        assert_eq!(fidelity.status(), 404, "nobody was drawn here");
        let populations =
            app.get(&ana, &format!("/api/v1/projects/{to}/populations")).await.expect(200);
        let one = populations[0]["id"].as_str().unwrap();
        let path = format!("/api/v1/projects/{to}/populations/{one}/fidelity");
        assert_eq!(app.get(&ana, &path).await.status(), 409);
        assert!(populations[0]["imported_at"].is_string());
    }
}
