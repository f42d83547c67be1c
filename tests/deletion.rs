//! What somebody has on its way while their account is deleted, in functions that do not delete it.

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use platform::model::Config;
use serde_json::json;
use shared::knowledge::Scope;
use testkit::{TestApp, User, form};

use crate::all_functions;

const UPLOAD: &str = "/api/v1/rag/documents/upload";
const REPORT: (&str, &str, &[u8]) = ("raport.md", "text/markdown", b"# Kawa\n\nRaport o kawie.\n");

fn deletion(user: &User) -> Request<Body> {
    let request = Request::delete("/api/v1/settings/account");
    request.header(AUTHORIZATION, format!("Bearer {}", user.token)).body(Body::empty()).unwrap()
}

async fn count(app: &TestApp, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn a_document_that_comes_after_its_library_was_deleted_is_not_taken_in() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let ana = app.user("ana").await;
    let request = form(Some(&ana.token), UPLOAD, REPORT, &[("title", "Raport")]);

    app.overtaken(request, deletion(&ana)).await.expect(401);

    assert_eq!(count(&app, "select count(*) from documents").await, 0);
    assert_eq!(count(&app, "select count(*) from runs").await, 0);
}

#[tokio::test]
async fn a_document_that_is_taken_in_first_is_removed_with_its_library() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let ana = app.user("ana").await;
    let mut other = app.parts.pool.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(Scope::Account(ana.id).key())
        .execute(&mut *other)
        .await
        .unwrap();
    let fields = [("title", "Raport")];

    let (_, left, ()) = tokio::join!(
        app.upload(Some(&ana.token), UPLOAD, REPORT, &fields),
        async {
            app.database.until_waiting(1).await;
            app.delete(&ana, "/api/v1/settings/account", None).await
        },
        async {
            app.database.until_waiting(2).await;
            other.commit().await.unwrap();
        }
    );

    left.expect(200);
    assert_eq!(count(&app, "select count(*) from documents").await, 1);
    assert_eq!(count(&app, "select count(*) from documents where deleted_at is null").await, 0);
    app.parts.publisher.take();
}

#[tokio::test]
async fn a_study_that_comes_after_its_owner_has_left_is_not_made() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let ana = app.user("ana").await;
    let study = json!({ "name": "Herbata", "target_demographics": {} });
    let request = Request::post("/api/v1/projects")
        .header(AUTHORIZATION, format!("Bearer {}", ana.token))
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(study.to_string()))
        .unwrap();

    app.overtaken(request, deletion(&ana)).await.expect(401);

    assert_eq!(count(&app, "select count(*) from projects").await, 0);
}

#[tokio::test]
async fn a_person_who_leaves_while_they_become_a_member_is_none() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    let project = app.project(&ana, json!({})).await;
    let path = format!("/api/v1/projects/{project}/members");
    let invitation = json!({ "email": app.email(&bea).await, "role": "viewer" });
    let invited = app.put(&ana, &path, invitation).await.expect(202);
    app.parts.publisher.take();
    let accept = format!("/api/v1/invitations/{}/accept", invited["id"].as_str().unwrap());
    let mut other = app.parts.pool.begin().await.unwrap();
    let locked = sqlx::query("select id from projects where id = $1 for update").bind(project.0);
    locked.execute(&mut *other).await.unwrap();

    // Bea is held, and her membership waits for the project while she leaves.
    let (joined, left, ()) = tokio::join!(
        app.post(&bea, &accept, json!({})),
        async {
            app.database.until_waiting(1).await;
            app.delete(&bea, "/api/v1/settings/account", None).await
        },
        async {
            app.database.until_waiting(2).await;
            other.commit().await.unwrap();
        }
    );

    joined.expect(200);
    left.expect(200);
    assert_eq!(count(&app, "select count(*) from project_members").await, 1);
}
